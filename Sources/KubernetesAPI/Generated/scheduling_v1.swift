// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct PriorityClass: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass", resource: "priorityclasses", isNamespaced: false)
    package var description: String { get { raw.text("description") } set { raw.set("description", newValue, keepsEmpty: false) } }
    package var globalDefault: Bool? { get { raw.flag("globalDefault") } set { raw.set("globalDefault", newValue) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var preemptionPolicy: String { get { raw.text("preemptionPolicy") } set { raw.set("preemptionPolicy", newValue, keepsEmpty: false) } }
    package var value: Int? { get { raw.integer("value") } set { raw.set("value", newValue) } }
}
