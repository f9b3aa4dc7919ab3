import JSON
import Values

/// `autoscaling/v1` shows of an autoscaler its CPU target as a field of its own and everything else of `autoscaling/v2`, which is stored,
/// as JSON in annotations.
enum HorizontalPodAutoscalerConversion {
    static let conversion = Conversion(toStorage: toV2, fromStorage: fromV2)
    private static let metricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics"
    private static let currentAnnotation = "autoscaling.alpha.kubernetes.io/current-metrics"
    private static let conditionsAnnotation = "autoscaling.alpha.kubernetes.io/conditions"
    private static let behaviorAnnotation = "autoscaling.alpha.kubernetes.io/behavior"

    @Sendable private static func fromV2(_ stored: Value) -> Value {
        var result = stored
        result["apiVersion"] = "autoscaling/v1"
        var annotations = stored.meta("annotations")?.object ?? Object()
        var others: [Value] = []
        for metric in stored[path: "spec", "metrics"]?.array ?? [] {
            if metric["type"] == "Resource", metric[path: "resource", "name"] == "cpu",
                let target = metric[path: "resource", "target"]?["averageUtilization"]
            {
                result["spec"]?["targetCPUUtilizationPercentage"] = target
            } else {
                others.append(metric)
            }
        }
        result["spec"]?["metrics"] = nil
        if !others.isEmpty { annotations[metricsAnnotation] = .string(JSONWriter.string(.array(others))) }
        if let behavior = stored[path: "spec", "behavior"], !behavior.isNull {
            annotations[behaviorAnnotation] = .string(JSONWriter.string(behavior))
            result["spec"]?["behavior"] = nil
        }
        var current: [Value] = []
        for metric in stored[path: "status", "currentMetrics"]?.array ?? [] {
            if metric["type"] == "Resource", metric[path: "resource", "name"] == "cpu",
                let value = metric[path: "resource", "current"]?["averageUtilization"]
            {
                result["status"]?["currentCPUUtilizationPercentage"] = value
            }
            current.append(metric)
        }
        result["status"]?["currentMetrics"] = nil
        if !current.isEmpty { annotations[currentAnnotation] = .string(JSONWriter.string(.array(current))) }
        if let conditions = stored[path: "status", "conditions"]?.array, !conditions.isEmpty {
            annotations[conditionsAnnotation] = .string(JSONWriter.string(.array(conditions)))
        }
        result["status"]?["conditions"] = nil
        if result["status"]?.object != nil, result[path: "status", "currentReplicas"] == nil { result["status"]?["currentReplicas"] = 0 }
        if !annotations.isEmpty { result.setMeta("annotations", .object(annotations)) }
        return result
    }

    @Sendable private static func toV2(_ given: Value) throws -> Value {
        var result = given
        result["apiVersion"] = "autoscaling/v2"
        var annotations = given.meta("annotations")?.object ?? Object()
        func taken(_ key: String) throws -> Value? {
            guard let text = annotations[key]?.string else { return nil }
            annotations[key] = nil
            return try JSONParser.parse(text)
        }
        var metrics = try taken(metricsAnnotation)?.array ?? []
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
        if let behavior = try taken(behaviorAnnotation) { result["spec"]?["behavior"] = behavior }
        let current = try taken(currentAnnotation)
        let conditions = try taken(conditionsAnnotation)
        if result["status"]?.object != nil {
            result["status"]?["currentCPUUtilizationPercentage"] = nil
            if let current { result["status"]?["currentMetrics"] = current }
            if let conditions { result["status"]?["conditions"] = conditions }
        }
        result.setMeta("annotations", annotations.isEmpty ? nil : .object(annotations))
        return result
    }
}
