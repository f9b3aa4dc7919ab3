import Core
import Values

/// The status that a simulated node writes of a pod, as a strategic merge patch: what a kubelet would write in its place.
package enum HollowPodStatus {
    /// Nil for an action that writes no status.
    package static func patch(_ due: HollowPods.Due, hostAddress: String, address: String, now: Timestamp) -> Value? {
        let (pod, stage) = (due.pod, due.stage)
        let time = now.rfc3339
        let start = pod.startTime.isEmpty ? time : pod.startTime
        let phase: String
        let isReady: Bool
        switch stage.action {
        case .delete: return nil
        case .run, .restart: (phase, isReady) = ("Running", true)
        case .unready: (phase, isReady) = ("Running", false)
        case .succeed: (phase, isReady) = ("Succeeded", false)
        case .fail: (phase, isReady) = ("Failed", false)
        }
        let isOver = phase != "Running"
        let why = phase == "Succeeded" ? "PodCompleted" : phase == "Failed" ? "PodFailed" : isReady ? "" : "ContainersNotReady"
        func condition(_ type: String, _ isTrue: Bool, _ reason: String = "") -> Value {
            var condition: Object = [
                "type": .string(type), "status": .string(isTrue ? "True" : "False"), "lastProbeTime": .null,
                "lastTransitionTime": .string(time),
            ]
            if !reason.isEmpty { condition["reason"] = .string(reason) }
            return .object(condition)
        }
        var status: Object = [
            "phase": .string(phase), "startTime": .string(start), "hostIP": .string(hostAddress), "hostIPs": [["ip": .string(hostAddress)]],
            "podIP": .string(address), "podIPs": [["ip": .string(address)]],
            "conditions": [
                condition("PodReadyToStartContainers", !isOver), condition("Initialized", true, phase == "Succeeded" ? why : ""),
                condition("Ready", isReady, why), condition("ContainersReady", isReady, why), condition("PodScheduled", true),
            ],
            "containerStatuses": .array(pod.containers.map { container(due, $0, isReady: isReady, start: start, now: time) }),
        ]
        if !pod.initContainers.isEmpty {
            status["initContainerStatuses"] = .array(
                pod.initContainers.map { container in
                    let state: Value = ["terminated": end(0, "Completed", start: start, now: start, identity(pod, container))]
                    return describe(pod, container, state: state, isReady: true, isStarted: false, restarts: 0)
                })
        }
        if stage.action == .fail || !stage.reason.isEmpty {
            if !stage.reason.isEmpty { status["reason"] = .string(stage.reason) }
            if !stage.message.isEmpty { status["message"] = .string(stage.message) }
        }
        // The uid keeps the patch from a pod of the same name that took this one's place.
        return ["metadata": ["uid": .string(pod.uid)], "status": .object(status)]
    }

    /// What is written of a pod that is deleted before it goes, for whoever holds it to read: its containers were stopped. Nil when nobody
    /// holds it, or it has ended before.
    package static func lastPatch(_ due: HollowPods.Due, hostAddress: String, address: String, now: Timestamp) -> Value? {
        guard due.pod.isHeld, due.pod.phase != "Succeeded", due.pod.phase != "Failed" else { return nil }
        var stop = HollowStage(name: due.stage.name, action: .fail)
        stop.exitCode = 137
        return patch(HollowPods.Due(pod: due.pod, stage: stop), hostAddress: hostAddress, address: address, now: now)
    }

    private static func container(
        _ due: HollowPods.Due, _ container: HollowPod.Container, isReady: Bool, start: String, now: String
    ) -> Value {
        let (pod, stage) = (due.pod, due.stage)
        let id = identity(pod, container)
        let running: Value = ["running": ["startedAt": .string(stage.action == .restart ? now : start)]]
        switch stage.action {
        case .succeed:
            return describe(
                pod, container, state: ["terminated": end(0, "Completed", start: start, now: now, id)], isReady: false, isStarted: false,
                restarts: pod.restarts)
        case .fail:
            return describe(
                pod, container, state: ["terminated": end(stage.exitCode, "Error", start: start, now: now, id)], isReady: false,
                isStarted: false, restarts: pod.restarts)
        case .restart:
            var result = describe(pod, container, state: running, isReady: isReady, isStarted: true, restarts: pod.restarts + 1)
            result["lastState"] = ["terminated": end(stage.exitCode, "Error", start: start, now: now, id)]
            return result
        case .run, .unready, .delete:
            return describe(pod, container, state: running, isReady: isReady, isStarted: true, restarts: pod.restarts)
        }
    }

    private static func describe(
        _ pod: HollowPod, _ container: HollowPod.Container, state: Value, isReady: Bool, isStarted: Bool, restarts: Int
    ) -> Value {
        [
            "name": .string(container.name), "image": .string(container.image), "imageID": .string(container.image),
            "containerID": .string(identity(pod, container)), "ready": .bool(isReady), "started": .bool(isStarted),
            "restartCount": .int(Int64(restarts)), "state": state,
        ]
    }

    private static func end(_ code: Int64, _ reason: String, start: String, now: String, _ id: String) -> Value {
        [
            "exitCode": .int(code), "reason": .string(reason), "startedAt": .string(start), "finishedAt": .string(now),
            "containerID": .string(id),
        ]
    }

    private static func identity(_ pod: HollowPod, _ container: HollowPod.Container) -> String { "hollow://\(pod.uid)/\(container.name)" }
}
