// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct AggregationRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var clusterRoleSelectors: ViewList<LabelSelector> { get { raw.viewList("clusterRoleSelectors") } _modify { var list: ViewList<LabelSelector> = raw.takeViewList("clusterRoleSelectors"); defer { raw.put("clusterRoleSelectors", list) }; yield &list } }
}

package struct ClusterRole: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", resource: "clusterroles", isNamespaced: false)
    package var aggregationRule: AggregationRule? { get { raw.optionalView("aggregationRule") } _modify { var view: AggregationRule? = raw.takeOptionalView("aggregationRule"); defer { raw.put("aggregationRule", value: view?.raw) }; yield &view } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var rules: ViewList<PolicyRule> { get { raw.viewList("rules") } _modify { var list: ViewList<PolicyRule> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
}

package struct ClusterRoleBinding: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRoleBinding", resource: "clusterrolebindings", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var roleRef: RoleRef { get { raw.view("roleRef") } _modify { var view: RoleRef = raw.takeView("roleRef"); defer { raw.put("roleRef", view) }; yield &view } }
    package var subjects: ViewList<Subject> { get { raw.viewList("subjects") } _modify { var list: ViewList<Subject> = raw.takeViewList("subjects"); defer { raw.put("subjects", list) }; yield &list } }
}

package struct PolicyRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroups: [String] { get { raw.strings("apiGroups") } set { raw.set("apiGroups", newValue) } }
    package var nonResourceURLs: [String] { get { raw.strings("nonResourceURLs") } set { raw.set("nonResourceURLs", newValue) } }
    package var resourceNames: [String] { get { raw.strings("resourceNames") } set { raw.set("resourceNames", newValue) } }
    package var resources: [String] { get { raw.strings("resources") } set { raw.set("resources", newValue) } }
    package var verbs: [String] { get { raw.strings("verbs") } set { raw.set("verbs", newValue) } }
}

package struct Role: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "rbac.authorization.k8s.io", version: "v1", kind: "Role", resource: "roles", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var rules: ViewList<PolicyRule> { get { raw.viewList("rules") } _modify { var list: ViewList<PolicyRule> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
}

package struct RoleBinding: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "rbac.authorization.k8s.io", version: "v1", kind: "RoleBinding", resource: "rolebindings", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var roleRef: RoleRef { get { raw.view("roleRef") } _modify { var view: RoleRef = raw.takeView("roleRef"); defer { raw.put("roleRef", view) }; yield &view } }
    package var subjects: ViewList<Subject> { get { raw.viewList("subjects") } _modify { var list: ViewList<Subject> = raw.takeViewList("subjects"); defer { raw.put("subjects", list) }; yield &list } }
}

package struct RoleRef: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroup: String { get { raw.text("apiGroup") } set { raw.set("apiGroup", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct Subject: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroup: String { get { raw.text("apiGroup") } set { raw.set("apiGroup", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
}
