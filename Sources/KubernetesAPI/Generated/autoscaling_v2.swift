// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ContainerResourceMetricSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var container: String { get { raw.text("container") } set { raw.set("container", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var target: MetricTarget { get { raw.view("target") } _modify { var view: MetricTarget = raw.takeView("target"); defer { raw.put("target", view) }; yield &view } }
}

package struct ContainerResourceMetricStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var container: String { get { raw.text("container") } set { raw.set("container", newValue, keepsEmpty: true) } }
    package var current: MetricValueStatus { get { raw.view("current") } _modify { var view: MetricValueStatus = raw.takeView("current"); defer { raw.put("current", view) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct CrossVersionObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct ExternalMetricSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metric: MetricIdentifier { get { raw.view("metric") } _modify { var view: MetricIdentifier = raw.takeView("metric"); defer { raw.put("metric", view) }; yield &view } }
    package var target: MetricTarget { get { raw.view("target") } _modify { var view: MetricTarget = raw.takeView("target"); defer { raw.put("target", view) }; yield &view } }
}

package struct ExternalMetricStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var current: MetricValueStatus { get { raw.view("current") } _modify { var view: MetricValueStatus = raw.takeView("current"); defer { raw.put("current", view) }; yield &view } }
    package var metric: MetricIdentifier { get { raw.view("metric") } _modify { var view: MetricIdentifier = raw.takeView("metric"); defer { raw.put("metric", view) }; yield &view } }
}

package struct HPAScalingPolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var periodSeconds: Int { get { raw.integer("periodSeconds") ?? 0 } set { raw.set("periodSeconds", newValue) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
    package var value: Int { get { raw.integer("value") ?? 0 } set { raw.set("value", newValue) } }
}

package struct HPAScalingRules: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var policies: ViewList<HPAScalingPolicy> { get { raw.viewList("policies") } _modify { var list: ViewList<HPAScalingPolicy> = raw.takeViewList("policies"); defer { raw.put("policies", list) }; yield &list } }
    package var selectPolicy: String { get { raw.text("selectPolicy") } set { raw.set("selectPolicy", newValue, keepsEmpty: false) } }
    package var stabilizationWindowSeconds: Int? { get { raw.integer("stabilizationWindowSeconds") } set { raw.set("stabilizationWindowSeconds", newValue) } }
    package var tolerance: String { get { raw.text("tolerance") } set { raw.set("tolerance", newValue, keepsEmpty: false) } }
}

package struct HorizontalPodAutoscaler: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler", resource: "horizontalpodautoscalers", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: HorizontalPodAutoscalerSpec { get { raw.view("spec") } _modify { var view: HorizontalPodAutoscalerSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: HorizontalPodAutoscalerStatus { get { raw.view("status") } _modify { var view: HorizontalPodAutoscalerStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct HorizontalPodAutoscalerBehavior: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var scaleDown: HPAScalingRules? { get { raw.optionalView("scaleDown") } _modify { var view: HPAScalingRules? = raw.takeOptionalView("scaleDown"); defer { raw.put("scaleDown", value: view?.raw) }; yield &view } }
    package var scaleUp: HPAScalingRules? { get { raw.optionalView("scaleUp") } _modify { var view: HPAScalingRules? = raw.takeOptionalView("scaleUp"); defer { raw.put("scaleUp", value: view?.raw) }; yield &view } }
}

package struct HorizontalPodAutoscalerCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct HorizontalPodAutoscalerSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var behavior: HorizontalPodAutoscalerBehavior? { get { raw.optionalView("behavior") } _modify { var view: HorizontalPodAutoscalerBehavior? = raw.takeOptionalView("behavior"); defer { raw.put("behavior", value: view?.raw) }; yield &view } }
    package var maxReplicas: Int { get { raw.integer("maxReplicas") ?? 0 } set { raw.set("maxReplicas", newValue) } }
    package var metrics: ViewList<MetricSpec> { get { raw.viewList("metrics") } _modify { var list: ViewList<MetricSpec> = raw.takeViewList("metrics"); defer { raw.put("metrics", list) }; yield &list } }
    package var minReplicas: Int? { get { raw.integer("minReplicas") } set { raw.set("minReplicas", newValue) } }
    package var scaleTargetRef: CrossVersionObjectReference { get { raw.view("scaleTargetRef") } _modify { var view: CrossVersionObjectReference = raw.takeView("scaleTargetRef"); defer { raw.put("scaleTargetRef", view) }; yield &view } }
}

package struct HorizontalPodAutoscalerStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<HorizontalPodAutoscalerCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<HorizontalPodAutoscalerCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var currentMetrics: ViewList<MetricStatus> { get { raw.viewList("currentMetrics") } _modify { var list: ViewList<MetricStatus> = raw.takeViewList("currentMetrics"); defer { raw.put("currentMetrics", list) }; yield &list } }
    package var currentReplicas: Int? { get { raw.integer("currentReplicas") } set { raw.set("currentReplicas", newValue) } }
    package var desiredReplicas: Int { get { raw.integer("desiredReplicas") ?? 0 } set { raw.set("desiredReplicas", newValue) } }
    package var lastScaleTime: String { get { raw.text("lastScaleTime") } set { raw.set("lastScaleTime", newValue, keepsEmpty: false) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
}

package struct MetricIdentifier: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var selector: LabelSelector? { get { raw.optionalView("selector") } _modify { var view: LabelSelector? = raw.takeOptionalView("selector"); defer { raw.put("selector", value: view?.raw) }; yield &view } }
}

package struct MetricSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containerResource: ContainerResourceMetricSource? { get { raw.optionalView("containerResource") } _modify { var view: ContainerResourceMetricSource? = raw.takeOptionalView("containerResource"); defer { raw.put("containerResource", value: view?.raw) }; yield &view } }
    package var external: ExternalMetricSource? { get { raw.optionalView("external") } _modify { var view: ExternalMetricSource? = raw.takeOptionalView("external"); defer { raw.put("external", value: view?.raw) }; yield &view } }
    package var object: ObjectMetricSource? { get { raw.optionalView("object") } _modify { var view: ObjectMetricSource? = raw.takeOptionalView("object"); defer { raw.put("object", value: view?.raw) }; yield &view } }
    package var pods: PodsMetricSource? { get { raw.optionalView("pods") } _modify { var view: PodsMetricSource? = raw.takeOptionalView("pods"); defer { raw.put("pods", value: view?.raw) }; yield &view } }
    package var resource: ResourceMetricSource? { get { raw.optionalView("resource") } _modify { var view: ResourceMetricSource? = raw.takeOptionalView("resource"); defer { raw.put("resource", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct MetricStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containerResource: ContainerResourceMetricStatus? { get { raw.optionalView("containerResource") } _modify { var view: ContainerResourceMetricStatus? = raw.takeOptionalView("containerResource"); defer { raw.put("containerResource", value: view?.raw) }; yield &view } }
    package var external: ExternalMetricStatus? { get { raw.optionalView("external") } _modify { var view: ExternalMetricStatus? = raw.takeOptionalView("external"); defer { raw.put("external", value: view?.raw) }; yield &view } }
    package var object: ObjectMetricStatus? { get { raw.optionalView("object") } _modify { var view: ObjectMetricStatus? = raw.takeOptionalView("object"); defer { raw.put("object", value: view?.raw) }; yield &view } }
    package var pods: PodsMetricStatus? { get { raw.optionalView("pods") } _modify { var view: PodsMetricStatus? = raw.takeOptionalView("pods"); defer { raw.put("pods", value: view?.raw) }; yield &view } }
    package var resource: ResourceMetricStatus? { get { raw.optionalView("resource") } _modify { var view: ResourceMetricStatus? = raw.takeOptionalView("resource"); defer { raw.put("resource", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct MetricTarget: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var averageUtilization: Int? { get { raw.integer("averageUtilization") } set { raw.set("averageUtilization", newValue) } }
    package var averageValue: String { get { raw.text("averageValue") } set { raw.set("averageValue", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
}

package struct MetricValueStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var averageUtilization: Int? { get { raw.integer("averageUtilization") } set { raw.set("averageUtilization", newValue) } }
    package var averageValue: String { get { raw.text("averageValue") } set { raw.set("averageValue", newValue, keepsEmpty: false) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
}

package struct ObjectMetricSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var describedObject: CrossVersionObjectReference { get { raw.view("describedObject") } _modify { var view: CrossVersionObjectReference = raw.takeView("describedObject"); defer { raw.put("describedObject", view) }; yield &view } }
    package var metric: MetricIdentifier { get { raw.view("metric") } _modify { var view: MetricIdentifier = raw.takeView("metric"); defer { raw.put("metric", view) }; yield &view } }
    package var target: MetricTarget { get { raw.view("target") } _modify { var view: MetricTarget = raw.takeView("target"); defer { raw.put("target", view) }; yield &view } }
}

package struct ObjectMetricStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var current: MetricValueStatus { get { raw.view("current") } _modify { var view: MetricValueStatus = raw.takeView("current"); defer { raw.put("current", view) }; yield &view } }
    package var describedObject: CrossVersionObjectReference { get { raw.view("describedObject") } _modify { var view: CrossVersionObjectReference = raw.takeView("describedObject"); defer { raw.put("describedObject", view) }; yield &view } }
    package var metric: MetricIdentifier { get { raw.view("metric") } _modify { var view: MetricIdentifier = raw.takeView("metric"); defer { raw.put("metric", view) }; yield &view } }
}

package struct PodsMetricSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metric: MetricIdentifier { get { raw.view("metric") } _modify { var view: MetricIdentifier = raw.takeView("metric"); defer { raw.put("metric", view) }; yield &view } }
    package var target: MetricTarget { get { raw.view("target") } _modify { var view: MetricTarget = raw.takeView("target"); defer { raw.put("target", view) }; yield &view } }
}

package struct PodsMetricStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var current: MetricValueStatus { get { raw.view("current") } _modify { var view: MetricValueStatus = raw.takeView("current"); defer { raw.put("current", view) }; yield &view } }
    package var metric: MetricIdentifier { get { raw.view("metric") } _modify { var view: MetricIdentifier = raw.takeView("metric"); defer { raw.put("metric", view) }; yield &view } }
}

package struct ResourceMetricSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var target: MetricTarget { get { raw.view("target") } _modify { var view: MetricTarget = raw.takeView("target"); defer { raw.put("target", view) }; yield &view } }
}

package struct ResourceMetricStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var current: MetricValueStatus { get { raw.view("current") } _modify { var view: MetricValueStatus = raw.takeView("current"); defer { raw.put("current", view) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}
