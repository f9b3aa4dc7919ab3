import Client
import Core
import KubernetesAPI
import Values

/// How the cluster ends a pod that did nothing wrong: the pod says why (condition DisruptionTarget), then it is deleted.
enum PodDisruption {
    /// `grace` is the grace period in seconds, nil the pod's own. `isLost` marks a pod that cannot be running any more as failed.
    static func delete(
        _ pod: Pod, reason: String, message: String, grace: Int64?, isLost: Bool = false, context: ControllerContext
    ) async throws {
        do {
            var marked = pod
            var condition = PodCondition()
            condition.type = "DisruptionTarget"
            condition.status = "True"
            condition.reason = reason
            condition.message = message
            condition.lastTransitionTime = context.clock.now.rfc3339
            if !reason.isEmpty, pod.condition("DisruptionTarget")?.reason != reason {
                marked.status.conditions.removeAll { $0.type == "DisruptionTarget" }
                marked.status.conditions.append(condition)
            }
            if isLost, !pod.isFinished { marked.status.phase = "Failed" }
            if marked != pod { _ = try await context.client.updateStatus(marked) }
            var options = Client.Options()
            options.preconditionUID = pod.metadata.uid
            options.gracePeriodSeconds = grace
            try await context.client.delete(Pod.self, pod.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
