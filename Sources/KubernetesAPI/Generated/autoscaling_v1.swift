// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct AutoscalingV1CrossVersionObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct AutoscalingV1HorizontalPodAutoscaler: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "autoscaling", version: "v1", kind: "HorizontalPodAutoscaler", resource: "horizontalpodautoscalers", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: AutoscalingV1HorizontalPodAutoscalerSpec { get { raw.view("spec") } _modify { var view: AutoscalingV1HorizontalPodAutoscalerSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: AutoscalingV1HorizontalPodAutoscalerStatus { get { raw.view("status") } _modify { var view: AutoscalingV1HorizontalPodAutoscalerStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct AutoscalingV1HorizontalPodAutoscalerSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var maxReplicas: Int { get { raw.integer("maxReplicas") ?? 0 } set { raw.set("maxReplicas", newValue) } }
    package var minReplicas: Int? { get { raw.integer("minReplicas") } set { raw.set("minReplicas", newValue) } }
    package var scaleTargetRef: AutoscalingV1CrossVersionObjectReference { get { raw.view("scaleTargetRef") } _modify { var view: AutoscalingV1CrossVersionObjectReference = raw.takeView("scaleTargetRef"); defer { raw.put("scaleTargetRef", view) }; yield &view } }
    package var targetCPUUtilizationPercentage: Int? { get { raw.integer("targetCPUUtilizationPercentage") } set { raw.set("targetCPUUtilizationPercentage", newValue) } }
}

package struct AutoscalingV1HorizontalPodAutoscalerStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var currentCPUUtilizationPercentage: Int? { get { raw.integer("currentCPUUtilizationPercentage") } set { raw.set("currentCPUUtilizationPercentage", newValue) } }
    package var currentReplicas: Int { get { raw.integer("currentReplicas") ?? 0 } set { raw.set("currentReplicas", newValue) } }
    package var desiredReplicas: Int { get { raw.integer("desiredReplicas") ?? 0 } set { raw.set("desiredReplicas", newValue) } }
    package var lastScaleTime: String { get { raw.text("lastScaleTime") } set { raw.set("lastScaleTime", newValue, keepsEmpty: false) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
}

package struct Scale: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ScaleSpec { get { raw.view("spec") } _modify { var view: ScaleSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ScaleStatus { get { raw.view("status") } _modify { var view: ScaleStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ScaleSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var replicas: Int? { get { raw.integer("replicas") } set { raw.set("replicas", newValue) } }
}

package struct ScaleStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var replicas: Int { get { raw.integer("replicas") ?? 0 } set { raw.set("replicas", newValue) } }
    package var selector: String { get { raw.text("selector") } set { raw.set("selector", newValue, keepsEmpty: false) } }
}
