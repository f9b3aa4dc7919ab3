// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct Eviction: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var deleteOptions: DeleteOptions? { get { raw.optionalView("deleteOptions") } _modify { var view: DeleteOptions? = raw.takeOptionalView("deleteOptions"); defer { raw.put("deleteOptions", value: view?.raw) }; yield &view } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
}

package struct PodDisruptionBudget: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "policy", version: "v1", kind: "PodDisruptionBudget", resource: "poddisruptionbudgets", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PodDisruptionBudgetSpec { get { raw.view("spec") } _modify { var view: PodDisruptionBudgetSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: PodDisruptionBudgetStatus { get { raw.view("status") } _modify { var view: PodDisruptionBudgetStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct PodDisruptionBudgetSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var maxUnavailable: Value? { get { raw["maxUnavailable"] } _modify { yield &raw["maxUnavailable"] } }
    package var minAvailable: Value? { get { raw["minAvailable"] } _modify { yield &raw["minAvailable"] } }
    package var selector: LabelSelector? { get { raw.optionalView("selector") } _modify { var view: LabelSelector? = raw.takeOptionalView("selector"); defer { raw.put("selector", value: view?.raw) }; yield &view } }
    package var unhealthyPodEvictionPolicy: String { get { raw.text("unhealthyPodEvictionPolicy") } set { raw.set("unhealthyPodEvictionPolicy", newValue, keepsEmpty: false) } }
}

package struct PodDisruptionBudgetStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var currentHealthy: Int? { get { raw.integer("currentHealthy") } set { raw.set("currentHealthy", newValue) } }
    package var desiredHealthy: Int? { get { raw.integer("desiredHealthy") } set { raw.set("desiredHealthy", newValue) } }
    package var disruptedPods: [String: String] { get { raw.stringMap("disruptedPods") } set { raw.set("disruptedPods", newValue) } }
    package var disruptionsAllowed: Int? { get { raw.integer("disruptionsAllowed") } set { raw.set("disruptionsAllowed", newValue) } }
    package var expectedPods: Int? { get { raw.integer("expectedPods") } set { raw.set("expectedPods", newValue) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
}
