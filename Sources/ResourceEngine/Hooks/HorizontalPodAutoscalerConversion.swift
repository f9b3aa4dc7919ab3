import JSON
import KubernetesAPI
import Values

/// `autoscaling/v1` shows of an autoscaler its CPU target as a field of its own and everything else of `autoscaling/v2`, which is stored,
/// as JSON in annotations.
enum HorizontalPodAutoscalerConversion {
    static let conversion = Conversion(toStorage: toV2, fromStorage: fromV2)
    private static let metricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics"
    private static let currentAnnotation = "autoscaling.alpha.kubernetes.io/current-metrics"
    private static let conditionsAnnotation = "autoscaling.alpha.kubernetes.io/conditions"
    private static let behaviorAnnotation = "autoscaling.alpha.kubernetes.io/behavior"
    private static let all = [metricsAnnotation, currentAnnotation, conditionsAnnotation, behaviorAnnotation]

    @Sendable private static func fromV2(_ stored: Value) -> Value {
        var result = stored
        result["apiVersion"] = "autoscaling/v1"
        var annotations = stored.meta("annotations")?.object ?? Object()
        for name in all { annotations[name] = nil }
        var others: [Value] = []
        for metric in stored[path: "spec", "metrics"]?.array ?? [] {
            if metric["type"] == "Resource", metric[path: "resource", "name"] == "cpu",
                let target = metric[path: "resource", "target"]?["averageUtilization"]
            {
                // Of several the first.
                if result[path: "spec", "targetCPUUtilizationPercentage"] == nil {
                    result["spec"]?["targetCPUUtilizationPercentage"] = target
                }
            } else {
                others.append(AutoscalerAnnotations.metric(fromV2: metric, isStatus: false))
            }
        }
        result["spec"]?["metrics"] = nil
        if !others.isEmpty { annotations[metricsAnnotation] = .string(JSONWriter.string(.array(others))) }
        if let behavior = stored[path: "spec", "behavior"], !behavior.isNull {
            annotations[behaviorAnnotation] = .string(JSONWriter.string(AutoscalerAnnotations.behavior(fromV2: behavior)))
            result["spec"]?["behavior"] = nil
        }
        var current: [Value] = []
        for metric in stored[path: "status", "currentMetrics"]?.array ?? [] {
            if metric["type"] == "Resource", metric[path: "resource", "name"] == "cpu",
                let value = metric[path: "resource", "current"]?["averageUtilization"]
            {
                result["status"]?["currentCPUUtilizationPercentage"] = value
            }
            current.append(AutoscalerAnnotations.metric(fromV2: metric, isStatus: true))
        }
        result["status"]?["currentMetrics"] = nil
        if !current.isEmpty { annotations[currentAnnotation] = .string(JSONWriter.string(.array(current))) }
        if let conditions = stored[path: "status", "conditions"]?.array, !conditions.isEmpty {
            annotations[conditionsAnnotation] = .string(JSONWriter.string(.array(conditions)))
        }
        result["status"]?["conditions"] = nil
        if result["status"]?.object != nil, result[path: "status", "currentReplicas"] == nil { result["status"]?["currentReplicas"] = 0 }
        result.setMeta("annotations", annotations.isEmpty ? nil : .object(annotations))
        return result
    }

    @Sendable private static func toV2(_ given: Value) throws -> Value {
        var result = given
        result["apiVersion"] = "autoscaling/v2"
        var annotations = given.meta("annotations")?.object ?? Object()
        // What cannot be read is dropped, as upstream does.
        func taken(_ key: String) -> Value? {
            guard let text = annotations[key]?.string else { return nil }
            annotations[key] = nil
            return try? JSONParser.parse(text)
        }
        var metrics = (taken(metricsAnnotation)?.array ?? []).map { AutoscalerAnnotations.metric(fromV1: $0, isStatus: false) }
        if let target = given[path: "spec", "targetCPUUtilizationPercentage"], !target.isNull {
            metrics.append([
                "type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": target]],
            ])
        }
        result["spec"]?["targetCPUUtilizationPercentage"] = nil
        if metrics.isEmpty {
            // What `autoscaling/v2` defaults to.
            metrics = [["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]]]]
        }
        result["spec"]?["metrics"] = .array(metrics)
        let behavior = taken(behaviorAnnotation).flatMap(AutoscalerAnnotations.behavior(fromV1:))
        // Version 1 cannot fill in what it does not see.
        if let behavior { result["spec"]?["behavior"] = BuiltInDefaults.filled(HorizontalPodAutoscalerBehavior(behavior)).raw }
        let current = taken(currentAnnotation)?.array?.map { AutoscalerAnnotations.metric(fromV1: $0, isStatus: true) }
        let conditions = taken(conditionsAnnotation)?.array
        if result["status"]?.object != nil {
            result["status"]?["currentCPUUtilizationPercentage"] = nil
            if let current { result["status"]?["currentMetrics"] = .array(current) }
            if let conditions { result["status"]?["conditions"] = .array(conditions) }
        }
        result.setMeta("annotations", annotations.isEmpty ? nil : .object(annotations))
        return result
    }
}
