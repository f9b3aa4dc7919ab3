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
            // By patch: who may collect pods may not update their status.
            var status = Object()
            if isLost, !pod.isFinished { status["phase"] = "Failed" }
            if !reason.isEmpty, pod.condition("DisruptionTarget")?.reason != reason {
                status["conditions"] = [
                    [
                        "type": "DisruptionTarget", "status": "True", "reason": .string(reason), "message": .string(message),
                        "lastTransitionTime": .string(context.clock.now.rfc3339),
                    ]
                ]
            }
            if !status.isEmpty {
                let patch: Value = ["metadata": ["uid": .string(pod.metadata.uid)], "status": .object(status)]
                _ = try await context.client.patch(Pod.self, pod.key, .strategicMerge, patch, subresource: "status")
            }
            var options = Client.Options()
            options.preconditionUID = pod.metadata.uid
            options.gracePeriodSeconds = grace
            try await context.client.delete(Pod.self, pod.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }
}
