// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct StorageVersionMigration: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "storagemigration.k8s.io", version: "v1beta1", kind: "StorageVersionMigration", resource: "storageversionmigrations", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: StorageVersionMigrationSpec { get { raw.view("spec") } _modify { var view: StorageVersionMigrationSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: StorageVersionMigrationStatus { get { raw.view("status") } _modify { var view: StorageVersionMigrationStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct StorageVersionMigrationSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var resource: MetaGroupResource { get { raw.view("resource") } _modify { var view: MetaGroupResource = raw.takeView("resource"); defer { raw.put("resource", view) }; yield &view } }
}

package struct StorageVersionMigrationStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
}
