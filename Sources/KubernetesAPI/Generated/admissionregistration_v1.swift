// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ApplyConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expression: String { get { raw.text("expression") } set { raw.set("expression", newValue, keepsEmpty: false) } }
}

package struct AuditAnnotation: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var valueExpression: String { get { raw.text("valueExpression") } set { raw.set("valueExpression", newValue, keepsEmpty: true) } }
}

package struct ExpressionWarning: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fieldRef: String { get { raw.text("fieldRef") } set { raw.set("fieldRef", newValue, keepsEmpty: true) } }
    package var warning: String { get { raw.text("warning") } set { raw.set("warning", newValue, keepsEmpty: true) } }
}

package struct JSONPatch: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expression: String { get { raw.text("expression") } set { raw.set("expression", newValue, keepsEmpty: false) } }
}

package struct MatchCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expression: String { get { raw.text("expression") } set { raw.set("expression", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct MatchResources: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var excludeResourceRules: ViewList<NamedRuleWithOperations> { get { raw.viewList("excludeResourceRules") } _modify { var list: ViewList<NamedRuleWithOperations> = raw.takeViewList("excludeResourceRules"); defer { raw.put("excludeResourceRules", list) }; yield &list } }
    package var matchPolicy: String { get { raw.text("matchPolicy") } set { raw.set("matchPolicy", newValue, keepsEmpty: false) } }
    package var namespaceSelector: LabelSelector? { get { raw.optionalView("namespaceSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("namespaceSelector"); defer { raw.put("namespaceSelector", value: view?.raw) }; yield &view } }
    package var objectSelector: LabelSelector? { get { raw.optionalView("objectSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("objectSelector"); defer { raw.put("objectSelector", value: view?.raw) }; yield &view } }
    package var resourceRules: ViewList<NamedRuleWithOperations> { get { raw.viewList("resourceRules") } _modify { var list: ViewList<NamedRuleWithOperations> = raw.takeViewList("resourceRules"); defer { raw.put("resourceRules", list) }; yield &list } }
}

package struct MutatingAdmissionPolicy: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingAdmissionPolicy", resource: "mutatingadmissionpolicies", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: MutatingAdmissionPolicySpec { get { raw.view("spec") } _modify { var view: MutatingAdmissionPolicySpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct MutatingAdmissionPolicyBinding: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingAdmissionPolicyBinding", resource: "mutatingadmissionpolicybindings", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: MutatingAdmissionPolicyBindingSpec { get { raw.view("spec") } _modify { var view: MutatingAdmissionPolicyBindingSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct MutatingAdmissionPolicyBindingSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var matchResources: MatchResources? { get { raw.optionalView("matchResources") } _modify { var view: MatchResources? = raw.takeOptionalView("matchResources"); defer { raw.put("matchResources", value: view?.raw) }; yield &view } }
    package var paramRef: ParamRef? { get { raw.optionalView("paramRef") } _modify { var view: ParamRef? = raw.takeOptionalView("paramRef"); defer { raw.put("paramRef", value: view?.raw) }; yield &view } }
    package var policyName: String { get { raw.text("policyName") } set { raw.set("policyName", newValue, keepsEmpty: false) } }
}

package struct MutatingAdmissionPolicySpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var failurePolicy: String { get { raw.text("failurePolicy") } set { raw.set("failurePolicy", newValue, keepsEmpty: false) } }
    package var matchConditions: ViewList<MatchCondition> { get { raw.viewList("matchConditions") } _modify { var list: ViewList<MatchCondition> = raw.takeViewList("matchConditions"); defer { raw.put("matchConditions", list) }; yield &list } }
    package var matchConstraints: MatchResources? { get { raw.optionalView("matchConstraints") } _modify { var view: MatchResources? = raw.takeOptionalView("matchConstraints"); defer { raw.put("matchConstraints", value: view?.raw) }; yield &view } }
    package var mutations: ViewList<Mutation> { get { raw.viewList("mutations") } _modify { var list: ViewList<Mutation> = raw.takeViewList("mutations"); defer { raw.put("mutations", list) }; yield &list } }
    package var paramKind: ParamKind? { get { raw.optionalView("paramKind") } _modify { var view: ParamKind? = raw.takeOptionalView("paramKind"); defer { raw.put("paramKind", value: view?.raw) }; yield &view } }
    package var reinvocationPolicy: String { get { raw.text("reinvocationPolicy") } set { raw.set("reinvocationPolicy", newValue, keepsEmpty: false) } }
    package var variables: ViewList<Variable> { get { raw.viewList("variables") } _modify { var list: ViewList<Variable> = raw.takeViewList("variables"); defer { raw.put("variables", list) }; yield &list } }
}

package struct MutatingWebhook: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var admissionReviewVersions: [String] { get { raw.strings("admissionReviewVersions") } set { raw.set("admissionReviewVersions", newValue) } }
    package var clientConfig: WebhookClientConfig { get { raw.view("clientConfig") } _modify { var view: WebhookClientConfig = raw.takeView("clientConfig"); defer { raw.put("clientConfig", view) }; yield &view } }
    package var failurePolicy: String { get { raw.text("failurePolicy") } set { raw.set("failurePolicy", newValue, keepsEmpty: false) } }
    package var matchConditions: ViewList<MatchCondition> { get { raw.viewList("matchConditions") } _modify { var list: ViewList<MatchCondition> = raw.takeViewList("matchConditions"); defer { raw.put("matchConditions", list) }; yield &list } }
    package var matchPolicy: String { get { raw.text("matchPolicy") } set { raw.set("matchPolicy", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespaceSelector: LabelSelector? { get { raw.optionalView("namespaceSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("namespaceSelector"); defer { raw.put("namespaceSelector", value: view?.raw) }; yield &view } }
    package var objectSelector: LabelSelector? { get { raw.optionalView("objectSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("objectSelector"); defer { raw.put("objectSelector", value: view?.raw) }; yield &view } }
    package var reinvocationPolicy: String { get { raw.text("reinvocationPolicy") } set { raw.set("reinvocationPolicy", newValue, keepsEmpty: false) } }
    package var rules: ViewList<RuleWithOperations> { get { raw.viewList("rules") } _modify { var list: ViewList<RuleWithOperations> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
    package var sideEffects: String { get { raw.text("sideEffects") } set { raw.set("sideEffects", newValue, keepsEmpty: true) } }
    package var timeoutSeconds: Int? { get { raw.integer("timeoutSeconds") } set { raw.set("timeoutSeconds", newValue) } }
}

package struct MutatingWebhookConfiguration: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingWebhookConfiguration", resource: "mutatingwebhookconfigurations", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var webhooks: ViewList<MutatingWebhook> { get { raw.viewList("webhooks") } _modify { var list: ViewList<MutatingWebhook> = raw.takeViewList("webhooks"); defer { raw.put("webhooks", list) }; yield &list } }
}

package struct Mutation: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var applyConfiguration: ApplyConfiguration? { get { raw.optionalView("applyConfiguration") } _modify { var view: ApplyConfiguration? = raw.takeOptionalView("applyConfiguration"); defer { raw.put("applyConfiguration", value: view?.raw) }; yield &view } }
    package var jsonPatch: JSONPatch? { get { raw.optionalView("jsonPatch") } _modify { var view: JSONPatch? = raw.takeOptionalView("jsonPatch"); defer { raw.put("jsonPatch", value: view?.raw) }; yield &view } }
    package var patchType: String { get { raw.text("patchType") } set { raw.set("patchType", newValue, keepsEmpty: true) } }
}

package struct NamedRuleWithOperations: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroups: [String] { get { raw.strings("apiGroups") } set { raw.set("apiGroups", newValue) } }
    package var apiVersions: [String] { get { raw.strings("apiVersions") } set { raw.set("apiVersions", newValue) } }
    package var operations: [String] { get { raw.strings("operations") } set { raw.set("operations", newValue) } }
    package var resourceNames: [String] { get { raw.strings("resourceNames") } set { raw.set("resourceNames", newValue) } }
    package var resources: [String] { get { raw.strings("resources") } set { raw.set("resources", newValue) } }
    package var scope: String { get { raw.text("scope") } set { raw.set("scope", newValue, keepsEmpty: false) } }
}

package struct ParamKind: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: false) } }
}

package struct ParamRef: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
    package var parameterNotFoundAction: String { get { raw.text("parameterNotFoundAction") } set { raw.set("parameterNotFoundAction", newValue, keepsEmpty: false) } }
    package var selector: LabelSelector? { get { raw.optionalView("selector") } _modify { var view: LabelSelector? = raw.takeOptionalView("selector"); defer { raw.put("selector", value: view?.raw) }; yield &view } }
}

package struct RuleWithOperations: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroups: [String] { get { raw.strings("apiGroups") } set { raw.set("apiGroups", newValue) } }
    package var apiVersions: [String] { get { raw.strings("apiVersions") } set { raw.set("apiVersions", newValue) } }
    package var operations: [String] { get { raw.strings("operations") } set { raw.set("operations", newValue) } }
    package var resources: [String] { get { raw.strings("resources") } set { raw.set("resources", newValue) } }
    package var scope: String { get { raw.text("scope") } set { raw.set("scope", newValue, keepsEmpty: false) } }
}

package struct ServiceReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: true) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
    package var port: Int? { get { raw.integer("port") } set { raw.set("port", newValue) } }
}

package struct TypeChecking: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expressionWarnings: ViewList<ExpressionWarning> { get { raw.viewList("expressionWarnings") } _modify { var list: ViewList<ExpressionWarning> = raw.takeViewList("expressionWarnings"); defer { raw.put("expressionWarnings", list) }; yield &list } }
}

package struct ValidatingAdmissionPolicy: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingAdmissionPolicy", resource: "validatingadmissionpolicies", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ValidatingAdmissionPolicySpec { get { raw.view("spec") } _modify { var view: ValidatingAdmissionPolicySpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ValidatingAdmissionPolicyStatus { get { raw.view("status") } _modify { var view: ValidatingAdmissionPolicyStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ValidatingAdmissionPolicyBinding: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingAdmissionPolicyBinding", resource: "validatingadmissionpolicybindings", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ValidatingAdmissionPolicyBindingSpec { get { raw.view("spec") } _modify { var view: ValidatingAdmissionPolicyBindingSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct ValidatingAdmissionPolicyBindingSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var matchResources: MatchResources? { get { raw.optionalView("matchResources") } _modify { var view: MatchResources? = raw.takeOptionalView("matchResources"); defer { raw.put("matchResources", value: view?.raw) }; yield &view } }
    package var paramRef: ParamRef? { get { raw.optionalView("paramRef") } _modify { var view: ParamRef? = raw.takeOptionalView("paramRef"); defer { raw.put("paramRef", value: view?.raw) }; yield &view } }
    package var policyName: String { get { raw.text("policyName") } set { raw.set("policyName", newValue, keepsEmpty: true) } }
    package var validationActions: [String] { get { raw.strings("validationActions") } set { raw.set("validationActions", newValue) } }
}

package struct ValidatingAdmissionPolicySpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var auditAnnotations: ViewList<AuditAnnotation> { get { raw.viewList("auditAnnotations") } _modify { var list: ViewList<AuditAnnotation> = raw.takeViewList("auditAnnotations"); defer { raw.put("auditAnnotations", list) }; yield &list } }
    package var failurePolicy: String { get { raw.text("failurePolicy") } set { raw.set("failurePolicy", newValue, keepsEmpty: false) } }
    package var matchConditions: ViewList<MatchCondition> { get { raw.viewList("matchConditions") } _modify { var list: ViewList<MatchCondition> = raw.takeViewList("matchConditions"); defer { raw.put("matchConditions", list) }; yield &list } }
    package var matchConstraints: MatchResources? { get { raw.optionalView("matchConstraints") } _modify { var view: MatchResources? = raw.takeOptionalView("matchConstraints"); defer { raw.put("matchConstraints", value: view?.raw) }; yield &view } }
    package var paramKind: ParamKind? { get { raw.optionalView("paramKind") } _modify { var view: ParamKind? = raw.takeOptionalView("paramKind"); defer { raw.put("paramKind", value: view?.raw) }; yield &view } }
    package var validations: ViewList<Validation> { get { raw.viewList("validations") } _modify { var list: ViewList<Validation> = raw.takeViewList("validations"); defer { raw.put("validations", list) }; yield &list } }
    package var variables: ViewList<Variable> { get { raw.viewList("variables") } _modify { var list: ViewList<Variable> = raw.takeViewList("variables"); defer { raw.put("variables", list) }; yield &list } }
}

package struct ValidatingAdmissionPolicyStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var typeChecking: TypeChecking? { get { raw.optionalView("typeChecking") } _modify { var view: TypeChecking? = raw.takeOptionalView("typeChecking"); defer { raw.put("typeChecking", value: view?.raw) }; yield &view } }
}

package struct ValidatingWebhook: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var admissionReviewVersions: [String] { get { raw.strings("admissionReviewVersions") } set { raw.set("admissionReviewVersions", newValue) } }
    package var clientConfig: WebhookClientConfig { get { raw.view("clientConfig") } _modify { var view: WebhookClientConfig = raw.takeView("clientConfig"); defer { raw.put("clientConfig", view) }; yield &view } }
    package var failurePolicy: String { get { raw.text("failurePolicy") } set { raw.set("failurePolicy", newValue, keepsEmpty: false) } }
    package var matchConditions: ViewList<MatchCondition> { get { raw.viewList("matchConditions") } _modify { var list: ViewList<MatchCondition> = raw.takeViewList("matchConditions"); defer { raw.put("matchConditions", list) }; yield &list } }
    package var matchPolicy: String { get { raw.text("matchPolicy") } set { raw.set("matchPolicy", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespaceSelector: LabelSelector? { get { raw.optionalView("namespaceSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("namespaceSelector"); defer { raw.put("namespaceSelector", value: view?.raw) }; yield &view } }
    package var objectSelector: LabelSelector? { get { raw.optionalView("objectSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("objectSelector"); defer { raw.put("objectSelector", value: view?.raw) }; yield &view } }
    package var rules: ViewList<RuleWithOperations> { get { raw.viewList("rules") } _modify { var list: ViewList<RuleWithOperations> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
    package var sideEffects: String { get { raw.text("sideEffects") } set { raw.set("sideEffects", newValue, keepsEmpty: true) } }
    package var timeoutSeconds: Int? { get { raw.integer("timeoutSeconds") } set { raw.set("timeoutSeconds", newValue) } }
}

package struct ValidatingWebhookConfiguration: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration", resource: "validatingwebhookconfigurations", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var webhooks: ViewList<ValidatingWebhook> { get { raw.viewList("webhooks") } _modify { var list: ViewList<ValidatingWebhook> = raw.takeViewList("webhooks"); defer { raw.put("webhooks", list) }; yield &list } }
}

package struct Validation: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expression: String { get { raw.text("expression") } set { raw.set("expression", newValue, keepsEmpty: true) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var messageExpression: String { get { raw.text("messageExpression") } set { raw.set("messageExpression", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
}

package struct Variable: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expression: String { get { raw.text("expression") } set { raw.set("expression", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct WebhookClientConfig: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var caBundle: String { get { raw.text("caBundle") } set { raw.set("caBundle", newValue, keepsEmpty: false) } }
    package var service: ServiceReference? { get { raw.optionalView("service") } _modify { var view: ServiceReference? = raw.takeOptionalView("service"); defer { raw.put("service", value: view?.raw) }; yield &view } }
    package var url: String { get { raw.text("url") } set { raw.set("url", newValue, keepsEmpty: false) } }
}
