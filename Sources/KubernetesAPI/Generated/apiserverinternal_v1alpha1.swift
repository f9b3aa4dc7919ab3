// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ServerStorageVersion: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiServerID: String { get { raw.text("apiServerID") } set { raw.set("apiServerID", newValue, keepsEmpty: true) } }
    package var decodableVersions: [String] { get { raw.strings("decodableVersions") } set { raw.set("decodableVersions", newValue) } }
    package var encodingVersion: String { get { raw.text("encodingVersion") } set { raw.set("encodingVersion", newValue, keepsEmpty: true) } }
    package var servedVersions: [String] { get { raw.strings("servedVersions") } set { raw.set("servedVersions", newValue) } }
}

package struct StorageVersion: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "internal.apiserver.k8s.io", version: "v1alpha1", kind: "StorageVersion", resource: "storageversions", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: StorageVersionSpec { get { raw.view("spec") } _modify { var view: StorageVersionSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: StorageVersionStatus { get { raw.view("status") } _modify { var view: StorageVersionStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct StorageVersionCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: true) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: true) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct StorageVersionSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
}

package struct StorageVersionStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var commonEncodingVersion: String { get { raw.text("commonEncodingVersion") } set { raw.set("commonEncodingVersion", newValue, keepsEmpty: false) } }
    package var conditions: ViewList<StorageVersionCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<StorageVersionCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var storageVersions: ViewList<ServerStorageVersion> { get { raw.viewList("storageVersions") } _modify { var list: ViewList<ServerStorageVersion> = raw.takeViewList("storageVersions"); defer { raw.put("storageVersions", list) }; yield &list } }
}
