import APIServer
import Synchronization

/// How far the life of a control plane has come: what its health checks tell.
final class ServerPhase: Sendable {
    enum Step: Sendable { case starting, serving, closing }

    private let step = Mutex(Step.starting)

    func set(_ step: Step) { self.step.withLock { $0 = step } }

    /// What of upstream's hooks is done by the time that the cluster has what every cluster has.
    private static let hooks = [
        "start-system-namespaces-controller", "rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes",
        "priority-and-fairness-config-producer", "bootstrap-controller",
    ]

    var startChecks: [HealthCheck] {
        Self.hooks.map { hook in HealthCheck("poststarthook/\(hook)") { self.step.withLock { $0 } == .starting ? "not finished" : nil } }
    }

    var closeCheck: HealthCheck {
        HealthCheck("shutdown") { self.step.withLock { $0 } == .closing ? "process is shutting down" : nil }
    }
}
