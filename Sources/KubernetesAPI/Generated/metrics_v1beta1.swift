// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ContainerMetrics: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var usage: [String: String] { get { raw.stringMap("usage") } set { raw.set("usage", newValue) } }
}

package struct NodeMetrics: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "metrics.k8s.io", version: "v1beta1", kind: "NodeMetrics", resource: "nodes", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var timestamp: String { get { raw.text("timestamp") } set { raw.set("timestamp", newValue, keepsEmpty: true) } }
    package var usage: [String: String] { get { raw.stringMap("usage") } set { raw.set("usage", newValue) } }
    package var window: String { get { raw.text("window") } set { raw.set("window", newValue, keepsEmpty: true) } }
}

package struct PodMetrics: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "metrics.k8s.io", version: "v1beta1", kind: "PodMetrics", resource: "pods", isNamespaced: true)
    package var containers: ViewList<ContainerMetrics> { get { raw.viewList("containers") } _modify { var list: ViewList<ContainerMetrics> = raw.takeViewList("containers"); defer { raw.put("containers", list) }; yield &list } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var timestamp: String { get { raw.text("timestamp") } set { raw.set("timestamp", newValue, keepsEmpty: true) } }
    package var window: String { get { raw.text("window") } set { raw.set("window", newValue, keepsEmpty: true) } }
}
