// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct DiscoveryEndpointPort: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var appProtocol: String { get { raw.text("appProtocol") } set { raw.set("appProtocol", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var port: Int? { get { raw.integer("port") } set { raw.set("port", newValue) } }
    package var `protocol`: String { get { raw.text("protocol") } set { raw.set("protocol", newValue, keepsEmpty: false) } }
}

package struct Endpoint: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var addresses: [String] { get { raw.strings("addresses") } set { raw.set("addresses", newValue) } }
    package var conditions: EndpointConditions? { get { raw.optionalView("conditions") } _modify { var view: EndpointConditions? = raw.takeOptionalView("conditions"); defer { raw.put("conditions", value: view?.raw) }; yield &view } }
    package var deprecatedTopology: [String: String] { get { raw.stringMap("deprecatedTopology") } set { raw.set("deprecatedTopology", newValue) } }
    package var hints: EndpointHints? { get { raw.optionalView("hints") } _modify { var view: EndpointHints? = raw.takeOptionalView("hints"); defer { raw.put("hints", value: view?.raw) }; yield &view } }
    package var hostname: String { get { raw.text("hostname") } set { raw.set("hostname", newValue, keepsEmpty: false) } }
    package var nodeName: String { get { raw.text("nodeName") } set { raw.set("nodeName", newValue, keepsEmpty: false) } }
    package var targetRef: ObjectReference? { get { raw.optionalView("targetRef") } _modify { var view: ObjectReference? = raw.takeOptionalView("targetRef"); defer { raw.put("targetRef", value: view?.raw) }; yield &view } }
    package var zone: String { get { raw.text("zone") } set { raw.set("zone", newValue, keepsEmpty: false) } }
}

package struct EndpointConditions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ready: Bool? { get { raw.flag("ready") } set { raw.set("ready", newValue) } }
    package var serving: Bool? { get { raw.flag("serving") } set { raw.set("serving", newValue) } }
    package var terminating: Bool? { get { raw.flag("terminating") } set { raw.set("terminating", newValue) } }
}

package struct EndpointHints: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var forNodes: ViewList<ForNode> { get { raw.viewList("forNodes") } _modify { var list: ViewList<ForNode> = raw.takeViewList("forNodes"); defer { raw.put("forNodes", list) }; yield &list } }
    package var forZones: ViewList<ForZone> { get { raw.viewList("forZones") } _modify { var list: ViewList<ForZone> = raw.takeViewList("forZones"); defer { raw.put("forZones", list) }; yield &list } }
}

package struct EndpointSlice: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice", resource: "endpointslices", isNamespaced: true)
    package var addressType: String { get { raw.text("addressType") } set { raw.set("addressType", newValue, keepsEmpty: true) } }
    package var endpoints: ViewList<Endpoint> { get { raw.viewList("endpoints") } _modify { var list: ViewList<Endpoint> = raw.takeViewList("endpoints"); defer { raw.put("endpoints", list) }; yield &list } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var ports: ViewList<DiscoveryEndpointPort> { get { raw.viewList("ports") } _modify { var list: ViewList<DiscoveryEndpointPort> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
}

package struct ForNode: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct ForZone: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}
