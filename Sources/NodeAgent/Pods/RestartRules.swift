import KubernetesAPI
import Runtime

/// Whether a container that has ended runs again: by its own rules and policy (KEP-5307), else by its pod's. Pure.
enum RestartRules {
    private static let restartAll = "RestartAllContainers"

    /// The action of the first rule that an exit code meets.
    private static func action(_ container: Container, _ exitCode: Int) -> String? {
        for rule in container.restartPolicyRules {
            guard let codes = rule.exitCodes else { continue }
            let isListed = (codes.raw["values"]?.array ?? []).contains { $0.int == Int64(exitCode) }
            if codes.operator == "In" ? isListed : codes.operator == "NotIn" && !isListed { return rule.action }
        }
        return nil
    }

    /// Whether a main container runs again after `exitCode`.
    static func restarts(_ container: Container, of pod: Pod, exitCode: Int) -> Bool {
        if let decided = ownDecision(container, exitCode) { return decided }
        return decision(pod.spec.restartPolicy, exitCode) ?? true
    }

    /// Whether an initial container that failed with `exitCode` is tried again.
    static func retries(initial container: Container, of pod: Pod, exitCode: Int) -> Bool {
        ownDecision(container, exitCode) ?? (pod.spec.restartPolicy != "Never")
    }

    private static func ownDecision(_ container: Container, _ exitCode: Int) -> Bool? {
        guard !container.restartPolicy.isEmpty else { return nil }
        if let action = action(container, exitCode), action == "Restart" || action == restartAll { return true }
        return decision(container.restartPolicy, exitCode)
    }

    private static func decision(_ policy: String, _ exitCode: Int) -> Bool? {
        switch policy {
        case "Never": false
        case "OnFailure": exitCode != 0
        case "Always": true
        default: nil
        }
    }

    /// Whether a container's end can start its whole pod anew.
    static func canRestartAll(_ pod: Pod) -> Bool {
        (Array(pod.spec.containers) + Array(pod.spec.initContainers)).contains { container in
            container.restartPolicyRules.contains { $0.action == restartAll }
        }
    }

    /// Whether a container has ended so that its whole pod starts anew (KEP-5532).
    static func restartsAll(_ pod: Pod, _ observation: PodObservation) -> Bool {
        (Array(pod.spec.containers) + Array(pod.spec.initContainers)).contains { container in
            guard !container.restartPolicyRules.isEmpty, let status = observation.current(container.name), status.state == .exited else {
                return false
            }
            return action(container, Int(status.exitCode)) == restartAll
        }
    }
}
