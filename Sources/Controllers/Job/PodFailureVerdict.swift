import KubernetesAPI

/// What a job's pod failure policy makes of one failed pod: the first rule that matches decides.
struct PodFailureVerdict: Equatable {
    /// "Ignore", "Count", "FailIndex" or "FailJob"; nil when no rule matches.
    var action: String?
    /// Why the job fails, for "FailJob".
    var message = ""

    /// Whether the failure uses up the job's back-off limit.
    var counts: Bool { action != "Ignore" }

    init(_ policy: PodFailurePolicy?, _ pod: Pod) {
        for (position, rule) in (policy?.rules ?? []).enumerated() {
            let reason: String
            if let requirement = rule.onExitCodes {
                guard let container = Self.container(requirement, pod) else { continue }
                let code = container.state?.terminated?.exitCode ?? 0
                reason =
                    "Container \(container.name) for pod \(pod.metadata.namespace)/\(pod.metadata.name) failed with exit code \(code)"
            } else {
                let condition = pod.status.conditions.first { condition in
                    rule.onPodConditions.contains { $0.type == condition.type && $0.status == condition.status }
                }
                guard let condition else { continue }
                reason = "Pod \(pod.metadata.namespace)/\(pod.metadata.name) has condition \(condition.type)"
            }
            guard ["Ignore", "Count", "FailIndex", "FailJob"].contains(rule.action) else { continue }
            action = rule.action
            if rule.action == "FailJob" { message = "\(reason) matching \(rule.action) rule at index \(position)" }
            return
        }
    }

    /// The first container that ended with a code the rule asks for; a code of zero is no failure.
    private static func container(_ requirement: PodFailurePolicyOnExitCodesRequirement, _ pod: Pod) -> ContainerStatus? {
        for status in Array(pod.status.containerStatuses) + Array(pod.status.initContainerStatuses) {
            guard let code = status.state?.terminated?.exitCode, code != 0 else { continue }
            guard requirement.containerName.isEmpty || requirement.containerName == status.name else { continue }
            let isListed = requirement.values.contains(code)
            switch requirement.operator {
            case "In" where isListed, "NotIn" where !isListed: return status
            default: continue
            }
        }
        return nil
    }
}
