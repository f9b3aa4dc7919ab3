import SchemaEngine
import Values

/// Horizontal pod autoscalers (`pkg/apis/autoscaling/v2/defaults.go`).
extension BuiltInDefaults {
    static let autoscaling: [String: Defaulter.Function] = [
        "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": view(HorizontalPodAutoscaler.self) { autoscaler in
            if autoscaler.spec.metrics.isEmpty {
                autoscaler.spec.metrics = [
                    MetricSpec([
                        "type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
                    ])
                ]
            }
            autoscaler.spec.behavior = autoscaler.spec.behavior.map(filled)
        },
        // Version 1 sees the metric that version 2 fills in, unless an annotation carries others.
        "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler": view(AutoscalingV1HorizontalPodAutoscaler.self) { autoscaler in
            guard autoscaler.spec.targetCPUUtilizationPercentage == nil,
                autoscaler.metadata.annotations["autoscaling.alpha.kubernetes.io/metrics"] == nil
            else { return }
            autoscaler.spec.targetCPUUtilizationPercentage = 80
        },
    ]

    /// The behaviour of an autoscaler with all that it leaves open.
    package static func filled(_ behavior: HorizontalPodAutoscalerBehavior) -> HorizontalPodAutoscalerBehavior {
        var result = behavior
        result.scaleUp = filled(behavior.scaleUp, from: scaleUp)
        result.scaleDown = filled(behavior.scaleDown, from: scaleDown)
        return result
    }

    /// Four pods or a doubling every 15 seconds, whichever is more, at once.
    private static let scaleUp: Value = [
        "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
        "policies": [["type": "Pods", "value": 4, "periodSeconds": 15], ["type": "Percent", "value": 100, "periodSeconds": 15]],
    ]
    /// Everything within 15 seconds; the window is the controller's.
    private static let scaleDown: Value = [
        "selectPolicy": "Max", "policies": [["type": "Percent", "value": 100, "periodSeconds": 15]],
    ]

    private static func filled(_ rules: HPAScalingRules?, from fallback: Value) -> HPAScalingRules {
        var result = rules?.raw ?? .object(Object())
        for member in fallback.object ?? Object() where result[member.key]?.isNull ?? true { result[member.key] = member.value }
        return HPAScalingRules(result)
    }
}
