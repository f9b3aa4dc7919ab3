// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct Overhead: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var podFixed: [String: String] { get { raw.stringMap("podFixed") } set { raw.set("podFixed", newValue) } }
}

package struct RuntimeClass: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "node.k8s.io", version: "v1", kind: "RuntimeClass", resource: "runtimeclasses", isNamespaced: false)
    package var handler: String { get { raw.text("handler") } set { raw.set("handler", newValue, keepsEmpty: true) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var overhead: Overhead? { get { raw.optionalView("overhead") } _modify { var view: Overhead? = raw.takeOptionalView("overhead"); defer { raw.put("overhead", value: view?.raw) }; yield &view } }
    package var scheduling: Scheduling? { get { raw.optionalView("scheduling") } _modify { var view: Scheduling? = raw.takeOptionalView("scheduling"); defer { raw.put("scheduling", value: view?.raw) }; yield &view } }
}

package struct Scheduling: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nodeSelector: [String: String] { get { raw.stringMap("nodeSelector") } set { raw.set("nodeSelector", newValue) } }
    package var tolerations: ViewList<Toleration> { get { raw.viewList("tolerations") } _modify { var list: ViewList<Toleration> = raw.takeViewList("tolerations"); defer { raw.put("tolerations", list) }; yield &list } }
}
