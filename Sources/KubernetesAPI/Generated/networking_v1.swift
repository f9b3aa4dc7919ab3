// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct HTTPIngressPath: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var backend: IngressBackend { get { raw.view("backend") } _modify { var view: IngressBackend = raw.takeView("backend"); defer { raw.put("backend", view) }; yield &view } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
    package var pathType: String { get { raw.text("pathType") } set { raw.set("pathType", newValue, keepsEmpty: true) } }
}

package struct HTTPIngressRuleValue: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var paths: ViewList<HTTPIngressPath> { get { raw.viewList("paths") } _modify { var list: ViewList<HTTPIngressPath> = raw.takeViewList("paths"); defer { raw.put("paths", list) }; yield &list } }
}

package struct IPAddress: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "networking.k8s.io", version: "v1", kind: "IPAddress", resource: "ipaddresses", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: IPAddressSpec { get { raw.view("spec") } _modify { var view: IPAddressSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct IPAddressSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var parentRef: ParentReference { get { raw.view("parentRef") } _modify { var view: ParentReference = raw.takeView("parentRef"); defer { raw.put("parentRef", view) }; yield &view } }
}

package struct IPBlock: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var cidr: String { get { raw.text("cidr") } set { raw.set("cidr", newValue, keepsEmpty: true) } }
    package var except: [String] { get { raw.strings("except") } set { raw.set("except", newValue) } }
}

package struct Ingress: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "networking.k8s.io", version: "v1", kind: "Ingress", resource: "ingresses", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: IngressSpec { get { raw.view("spec") } _modify { var view: IngressSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: IngressStatus { get { raw.view("status") } _modify { var view: IngressStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct IngressBackend: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var resource: TypedLocalObjectReference? { get { raw.optionalView("resource") } _modify { var view: TypedLocalObjectReference? = raw.takeOptionalView("resource"); defer { raw.put("resource", value: view?.raw) }; yield &view } }
    package var service: IngressServiceBackend? { get { raw.optionalView("service") } _modify { var view: IngressServiceBackend? = raw.takeOptionalView("service"); defer { raw.put("service", value: view?.raw) }; yield &view } }
}

package struct IngressClass: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "networking.k8s.io", version: "v1", kind: "IngressClass", resource: "ingressclasses", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: IngressClassSpec { get { raw.view("spec") } _modify { var view: IngressClassSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct IngressClassParametersReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroup: String { get { raw.text("apiGroup") } set { raw.set("apiGroup", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
    package var scope: String { get { raw.text("scope") } set { raw.set("scope", newValue, keepsEmpty: false) } }
}

package struct IngressClassSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var controller: String { get { raw.text("controller") } set { raw.set("controller", newValue, keepsEmpty: false) } }
    package var parameters: IngressClassParametersReference? { get { raw.optionalView("parameters") } _modify { var view: IngressClassParametersReference? = raw.takeOptionalView("parameters"); defer { raw.put("parameters", value: view?.raw) }; yield &view } }
}

package struct IngressLoadBalancerIngress: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hostname: String { get { raw.text("hostname") } set { raw.set("hostname", newValue, keepsEmpty: false) } }
    package var ip: String { get { raw.text("ip") } set { raw.set("ip", newValue, keepsEmpty: false) } }
    package var ports: ViewList<IngressPortStatus> { get { raw.viewList("ports") } _modify { var list: ViewList<IngressPortStatus> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
}

package struct IngressLoadBalancerStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ingress: ViewList<IngressLoadBalancerIngress> { get { raw.viewList("ingress") } _modify { var list: ViewList<IngressLoadBalancerIngress> = raw.takeViewList("ingress"); defer { raw.put("ingress", list) }; yield &list } }
}

package struct IngressPortStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var error: String { get { raw.text("error") } set { raw.set("error", newValue, keepsEmpty: false) } }
    package var port: Int { get { raw.integer("port") ?? 0 } set { raw.set("port", newValue) } }
    package var `protocol`: String { get { raw.text("protocol") } set { raw.set("protocol", newValue, keepsEmpty: true) } }
}

package struct IngressRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var host: String { get { raw.text("host") } set { raw.set("host", newValue, keepsEmpty: false) } }
    package var http: HTTPIngressRuleValue? { get { raw.optionalView("http") } _modify { var view: HTTPIngressRuleValue? = raw.takeOptionalView("http"); defer { raw.put("http", value: view?.raw) }; yield &view } }
}

package struct IngressServiceBackend: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var port: ServiceBackendPort? { get { raw.optionalView("port") } _modify { var view: ServiceBackendPort? = raw.takeOptionalView("port"); defer { raw.put("port", value: view?.raw) }; yield &view } }
}

package struct IngressSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var defaultBackend: IngressBackend? { get { raw.optionalView("defaultBackend") } _modify { var view: IngressBackend? = raw.takeOptionalView("defaultBackend"); defer { raw.put("defaultBackend", value: view?.raw) }; yield &view } }
    package var ingressClassName: String { get { raw.text("ingressClassName") } set { raw.set("ingressClassName", newValue, keepsEmpty: false) } }
    package var rules: ViewList<IngressRule> { get { raw.viewList("rules") } _modify { var list: ViewList<IngressRule> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
    package var tls: ViewList<IngressTLS> { get { raw.viewList("tls") } _modify { var list: ViewList<IngressTLS> = raw.takeViewList("tls"); defer { raw.put("tls", list) }; yield &list } }
}

package struct IngressStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var loadBalancer: IngressLoadBalancerStatus? { get { raw.optionalView("loadBalancer") } _modify { var view: IngressLoadBalancerStatus? = raw.takeOptionalView("loadBalancer"); defer { raw.put("loadBalancer", value: view?.raw) }; yield &view } }
}

package struct IngressTLS: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hosts: [String] { get { raw.strings("hosts") } set { raw.set("hosts", newValue) } }
    package var secretName: String { get { raw.text("secretName") } set { raw.set("secretName", newValue, keepsEmpty: false) } }
}

package struct NetworkPolicy: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", resource: "networkpolicies", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: NetworkPolicySpec { get { raw.view("spec") } _modify { var view: NetworkPolicySpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct NetworkPolicyEgressRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ports: ViewList<NetworkPolicyPort> { get { raw.viewList("ports") } _modify { var list: ViewList<NetworkPolicyPort> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
    package var to: ViewList<NetworkPolicyPeer> { get { raw.viewList("to") } _modify { var list: ViewList<NetworkPolicyPeer> = raw.takeViewList("to"); defer { raw.put("to", list) }; yield &list } }
}

package struct NetworkPolicyIngressRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var from: ViewList<NetworkPolicyPeer> { get { raw.viewList("from") } _modify { var list: ViewList<NetworkPolicyPeer> = raw.takeViewList("from"); defer { raw.put("from", list) }; yield &list } }
    package var ports: ViewList<NetworkPolicyPort> { get { raw.viewList("ports") } _modify { var list: ViewList<NetworkPolicyPort> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
}

package struct NetworkPolicyPeer: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ipBlock: IPBlock? { get { raw.optionalView("ipBlock") } _modify { var view: IPBlock? = raw.takeOptionalView("ipBlock"); defer { raw.put("ipBlock", value: view?.raw) }; yield &view } }
    package var namespaceSelector: LabelSelector? { get { raw.optionalView("namespaceSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("namespaceSelector"); defer { raw.put("namespaceSelector", value: view?.raw) }; yield &view } }
    package var podSelector: LabelSelector? { get { raw.optionalView("podSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("podSelector"); defer { raw.put("podSelector", value: view?.raw) }; yield &view } }
}

package struct NetworkPolicyPort: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var endPort: Int? { get { raw.integer("endPort") } set { raw.set("endPort", newValue) } }
    package var port: Value? { get { raw["port"] } _modify { yield &raw["port"] } }
    package var `protocol`: String { get { raw.text("protocol") } set { raw.set("protocol", newValue, keepsEmpty: false) } }
}

package struct NetworkPolicySpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var egress: ViewList<NetworkPolicyEgressRule> { get { raw.viewList("egress") } _modify { var list: ViewList<NetworkPolicyEgressRule> = raw.takeViewList("egress"); defer { raw.put("egress", list) }; yield &list } }
    package var ingress: ViewList<NetworkPolicyIngressRule> { get { raw.viewList("ingress") } _modify { var list: ViewList<NetworkPolicyIngressRule> = raw.takeViewList("ingress"); defer { raw.put("ingress", list) }; yield &list } }
    package var podSelector: LabelSelector? { get { raw.optionalView("podSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("podSelector"); defer { raw.put("podSelector", value: view?.raw) }; yield &view } }
    package var policyTypes: [String] { get { raw.strings("policyTypes") } set { raw.set("policyTypes", newValue) } }
}

package struct ParentReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
    package var resource: String { get { raw.text("resource") } set { raw.set("resource", newValue, keepsEmpty: true) } }
}

package struct ServiceBackendPort: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var number: Int? { get { raw.integer("number") } set { raw.set("number", newValue) } }
}

package struct ServiceCIDR: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "networking.k8s.io", version: "v1", kind: "ServiceCIDR", resource: "servicecidrs", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ServiceCIDRSpec { get { raw.view("spec") } _modify { var view: ServiceCIDRSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ServiceCIDRStatus { get { raw.view("status") } _modify { var view: ServiceCIDRStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ServiceCIDRSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var cidrs: [String] { get { raw.strings("cidrs") } set { raw.set("cidrs", newValue) } }
}

package struct ServiceCIDRStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
}
