// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct FieldSelectorAttributes: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var rawSelector: String { get { raw.text("rawSelector") } set { raw.set("rawSelector", newValue, keepsEmpty: false) } }
    package var requirements: ViewList<FieldSelectorRequirement> { get { raw.viewList("requirements") } _modify { var list: ViewList<FieldSelectorRequirement> = raw.takeViewList("requirements"); defer { raw.put("requirements", list) }; yield &list } }
}

package struct LabelSelectorAttributes: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var rawSelector: String { get { raw.text("rawSelector") } set { raw.set("rawSelector", newValue, keepsEmpty: false) } }
    package var requirements: ViewList<LabelSelectorRequirement> { get { raw.viewList("requirements") } _modify { var list: ViewList<LabelSelectorRequirement> = raw.takeViewList("requirements"); defer { raw.put("requirements", list) }; yield &list } }
}

package struct LocalSubjectAccessReview: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "authorization.k8s.io", version: "v1", kind: "LocalSubjectAccessReview", resource: "localsubjectaccessreviews", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: SubjectAccessReviewSpec { get { raw.view("spec") } _modify { var view: SubjectAccessReviewSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: SubjectAccessReviewStatus { get { raw.view("status") } _modify { var view: SubjectAccessReviewStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct NonResourceAttributes: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
    package var verb: String { get { raw.text("verb") } set { raw.set("verb", newValue, keepsEmpty: false) } }
}

package struct NonResourceRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nonResourceURLs: [String] { get { raw.strings("nonResourceURLs") } set { raw.set("nonResourceURLs", newValue) } }
    package var verbs: [String] { get { raw.strings("verbs") } set { raw.set("verbs", newValue) } }
}

package struct ResourceAttributes: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fieldSelector: FieldSelectorAttributes? { get { raw.optionalView("fieldSelector") } _modify { var view: FieldSelectorAttributes? = raw.takeOptionalView("fieldSelector"); defer { raw.put("fieldSelector", value: view?.raw) }; yield &view } }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: false) } }
    package var labelSelector: LabelSelectorAttributes? { get { raw.optionalView("labelSelector") } _modify { var view: LabelSelectorAttributes? = raw.takeOptionalView("labelSelector"); defer { raw.put("labelSelector", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
    package var resource: String { get { raw.text("resource") } set { raw.set("resource", newValue, keepsEmpty: false) } }
    package var subresource: String { get { raw.text("subresource") } set { raw.set("subresource", newValue, keepsEmpty: false) } }
    package var verb: String { get { raw.text("verb") } set { raw.set("verb", newValue, keepsEmpty: false) } }
    package var version: String { get { raw.text("version") } set { raw.set("version", newValue, keepsEmpty: false) } }
}

package struct ResourceRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroups: [String] { get { raw.strings("apiGroups") } set { raw.set("apiGroups", newValue) } }
    package var resourceNames: [String] { get { raw.strings("resourceNames") } set { raw.set("resourceNames", newValue) } }
    package var resources: [String] { get { raw.strings("resources") } set { raw.set("resources", newValue) } }
    package var verbs: [String] { get { raw.strings("verbs") } set { raw.set("verbs", newValue) } }
}

package struct SelfSubjectAccessReview: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectAccessReview", resource: "selfsubjectaccessreviews", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: SelfSubjectAccessReviewSpec { get { raw.view("spec") } _modify { var view: SelfSubjectAccessReviewSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: SubjectAccessReviewStatus { get { raw.view("status") } _modify { var view: SubjectAccessReviewStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct SelfSubjectAccessReviewSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nonResourceAttributes: NonResourceAttributes? { get { raw.optionalView("nonResourceAttributes") } _modify { var view: NonResourceAttributes? = raw.takeOptionalView("nonResourceAttributes"); defer { raw.put("nonResourceAttributes", value: view?.raw) }; yield &view } }
    package var resourceAttributes: ResourceAttributes? { get { raw.optionalView("resourceAttributes") } _modify { var view: ResourceAttributes? = raw.takeOptionalView("resourceAttributes"); defer { raw.put("resourceAttributes", value: view?.raw) }; yield &view } }
}

package struct SelfSubjectRulesReview: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectRulesReview", resource: "selfsubjectrulesreviews", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: SelfSubjectRulesReviewSpec { get { raw.view("spec") } _modify { var view: SelfSubjectRulesReviewSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: SubjectRulesReviewStatus { get { raw.view("status") } _modify { var view: SubjectRulesReviewStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct SelfSubjectRulesReviewSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
}

package struct SubjectAccessReview: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "authorization.k8s.io", version: "v1", kind: "SubjectAccessReview", resource: "subjectaccessreviews", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: SubjectAccessReviewSpec { get { raw.view("spec") } _modify { var view: SubjectAccessReviewSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: SubjectAccessReviewStatus { get { raw.view("status") } _modify { var view: SubjectAccessReviewStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct SubjectAccessReviewSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var extra: Value? { get { raw["extra"] } _modify { yield &raw["extra"] } }
    package var groups: [String] { get { raw.strings("groups") } set { raw.set("groups", newValue) } }
    package var nonResourceAttributes: NonResourceAttributes? { get { raw.optionalView("nonResourceAttributes") } _modify { var view: NonResourceAttributes? = raw.takeOptionalView("nonResourceAttributes"); defer { raw.put("nonResourceAttributes", value: view?.raw) }; yield &view } }
    package var resourceAttributes: ResourceAttributes? { get { raw.optionalView("resourceAttributes") } _modify { var view: ResourceAttributes? = raw.takeOptionalView("resourceAttributes"); defer { raw.put("resourceAttributes", value: view?.raw) }; yield &view } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
    package var user: String { get { raw.text("user") } set { raw.set("user", newValue, keepsEmpty: false) } }
}

package struct SubjectAccessReviewStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allowed: Bool { get { raw.flag("allowed") ?? false } set { raw.set("allowed", newValue) } }
    package var denied: Bool? { get { raw.flag("denied") } set { raw.set("denied", newValue) } }
    package var evaluationError: String { get { raw.text("evaluationError") } set { raw.set("evaluationError", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
}

package struct SubjectRulesReviewStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var evaluationError: String { get { raw.text("evaluationError") } set { raw.set("evaluationError", newValue, keepsEmpty: false) } }
    package var incomplete: Bool { get { raw.flag("incomplete") ?? false } set { raw.set("incomplete", newValue) } }
    package var nonResourceRules: ViewList<NonResourceRule> { get { raw.viewList("nonResourceRules") } _modify { var list: ViewList<NonResourceRule> = raw.takeViewList("nonResourceRules"); defer { raw.put("nonResourceRules", list) }; yield &list } }
    package var resourceRules: ViewList<ResourceRule> { get { raw.viewList("resourceRules") } _modify { var list: ViewList<ResourceRule> = raw.takeViewList("resourceRules"); defer { raw.put("resourceRules", list) }; yield &list } }
}
