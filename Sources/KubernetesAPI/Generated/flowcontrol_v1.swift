// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ExemptPriorityLevelConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lendablePercent: Int? { get { raw.integer("lendablePercent") } set { raw.set("lendablePercent", newValue) } }
    package var nominalConcurrencyShares: Int? { get { raw.integer("nominalConcurrencyShares") } set { raw.set("nominalConcurrencyShares", newValue) } }
}

package struct FlowDistinguisherMethod: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct FlowSchema: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "flowcontrol.apiserver.k8s.io", version: "v1", kind: "FlowSchema", resource: "flowschemas", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: FlowSchemaSpec { get { raw.view("spec") } _modify { var view: FlowSchemaSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: FlowSchemaStatus { get { raw.view("status") } _modify { var view: FlowSchemaStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct FlowSchemaCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct FlowSchemaSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var distinguisherMethod: FlowDistinguisherMethod? { get { raw.optionalView("distinguisherMethod") } _modify { var view: FlowDistinguisherMethod? = raw.takeOptionalView("distinguisherMethod"); defer { raw.put("distinguisherMethod", value: view?.raw) }; yield &view } }
    package var matchingPrecedence: Int? { get { raw.integer("matchingPrecedence") } set { raw.set("matchingPrecedence", newValue) } }
    package var priorityLevelConfiguration: PriorityLevelConfigurationReference { get { raw.view("priorityLevelConfiguration") } _modify { var view: PriorityLevelConfigurationReference = raw.takeView("priorityLevelConfiguration"); defer { raw.put("priorityLevelConfiguration", view) }; yield &view } }
    package var rules: ViewList<PolicyRulesWithSubjects> { get { raw.viewList("rules") } _modify { var list: ViewList<PolicyRulesWithSubjects> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
}

package struct FlowSchemaStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<FlowSchemaCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<FlowSchemaCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
}

package struct FlowcontrolSubject: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var group: GroupSubject? { get { raw.optionalView("group") } _modify { var view: GroupSubject? = raw.takeOptionalView("group"); defer { raw.put("group", value: view?.raw) }; yield &view } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var serviceAccount: ServiceAccountSubject? { get { raw.optionalView("serviceAccount") } _modify { var view: ServiceAccountSubject? = raw.takeOptionalView("serviceAccount"); defer { raw.put("serviceAccount", value: view?.raw) }; yield &view } }
    package var user: UserSubject? { get { raw.optionalView("user") } _modify { var view: UserSubject? = raw.takeOptionalView("user"); defer { raw.put("user", value: view?.raw) }; yield &view } }
}

package struct GroupSubject: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct LimitResponse: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var queuing: QueuingConfiguration? { get { raw.optionalView("queuing") } _modify { var view: QueuingConfiguration? = raw.takeOptionalView("queuing"); defer { raw.put("queuing", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct LimitedPriorityLevelConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var borrowingLimitPercent: Int? { get { raw.integer("borrowingLimitPercent") } set { raw.set("borrowingLimitPercent", newValue) } }
    package var lendablePercent: Int? { get { raw.integer("lendablePercent") } set { raw.set("lendablePercent", newValue) } }
    package var limitResponse: LimitResponse? { get { raw.optionalView("limitResponse") } _modify { var view: LimitResponse? = raw.takeOptionalView("limitResponse"); defer { raw.put("limitResponse", value: view?.raw) }; yield &view } }
    package var nominalConcurrencyShares: Int? { get { raw.integer("nominalConcurrencyShares") } set { raw.set("nominalConcurrencyShares", newValue) } }
}

package struct NonResourcePolicyRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nonResourceURLs: [String] { get { raw.strings("nonResourceURLs") } set { raw.set("nonResourceURLs", newValue) } }
    package var verbs: [String] { get { raw.strings("verbs") } set { raw.set("verbs", newValue) } }
}

package struct PolicyRulesWithSubjects: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nonResourceRules: ViewList<NonResourcePolicyRule> { get { raw.viewList("nonResourceRules") } _modify { var list: ViewList<NonResourcePolicyRule> = raw.takeViewList("nonResourceRules"); defer { raw.put("nonResourceRules", list) }; yield &list } }
    package var resourceRules: ViewList<ResourcePolicyRule> { get { raw.viewList("resourceRules") } _modify { var list: ViewList<ResourcePolicyRule> = raw.takeViewList("resourceRules"); defer { raw.put("resourceRules", list) }; yield &list } }
    package var subjects: ViewList<FlowcontrolSubject> { get { raw.viewList("subjects") } _modify { var list: ViewList<FlowcontrolSubject> = raw.takeViewList("subjects"); defer { raw.put("subjects", list) }; yield &list } }
}

package struct PriorityLevelConfiguration: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "flowcontrol.apiserver.k8s.io", version: "v1", kind: "PriorityLevelConfiguration", resource: "prioritylevelconfigurations", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PriorityLevelConfigurationSpec { get { raw.view("spec") } _modify { var view: PriorityLevelConfigurationSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: PriorityLevelConfigurationStatus { get { raw.view("status") } _modify { var view: PriorityLevelConfigurationStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct PriorityLevelConfigurationCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct PriorityLevelConfigurationReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct PriorityLevelConfigurationSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var exempt: ExemptPriorityLevelConfiguration? { get { raw.optionalView("exempt") } _modify { var view: ExemptPriorityLevelConfiguration? = raw.takeOptionalView("exempt"); defer { raw.put("exempt", value: view?.raw) }; yield &view } }
    package var limited: LimitedPriorityLevelConfiguration? { get { raw.optionalView("limited") } _modify { var view: LimitedPriorityLevelConfiguration? = raw.takeOptionalView("limited"); defer { raw.put("limited", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct PriorityLevelConfigurationStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<PriorityLevelConfigurationCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<PriorityLevelConfigurationCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
}

package struct QueuingConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var handSize: Int? { get { raw.integer("handSize") } set { raw.set("handSize", newValue) } }
    package var queueLengthLimit: Int? { get { raw.integer("queueLengthLimit") } set { raw.set("queueLengthLimit", newValue) } }
    package var queues: Int? { get { raw.integer("queues") } set { raw.set("queues", newValue) } }
}

package struct ResourcePolicyRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroups: [String] { get { raw.strings("apiGroups") } set { raw.set("apiGroups", newValue) } }
    package var clusterScope: Bool? { get { raw.flag("clusterScope") } set { raw.set("clusterScope", newValue) } }
    package var namespaces: [String] { get { raw.strings("namespaces") } set { raw.set("namespaces", newValue) } }
    package var resources: [String] { get { raw.strings("resources") } set { raw.set("resources", newValue) } }
    package var verbs: [String] { get { raw.strings("verbs") } set { raw.set("verbs", newValue) } }
}

package struct ServiceAccountSubject: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: true) } }
}

package struct UserSubject: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}
