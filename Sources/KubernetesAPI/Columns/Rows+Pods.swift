import Core
import Values

/// Pods: what STATUS says follows from phase, conditions and every container's state, in upstream's order of precedence.
extension BuiltInRows {
    static let pods: [String: RowPlan] = [
        "io.k8s.api.core.v1.Pod": RowPlan(
            "metadata.deletionTimestamp spec(nodeName,containers(),initContainers(name,restartPolicy),readinessGates.conditionType) "
                + "status(phase,reason,nominatedNodeName,podIPs.ip,conditions(type,status,reason)) "
                + "status(initContainerStatuses(\(containerStatus)),containerStatuses(\(containerStatus)))"
        ) { value, ages in PodRow(Pod(value)).row(ages) },
        "io.k8s.api.core.v1.PodTemplate": row(PodTemplate.self, "template(metadata.labels,spec.containers(name,image))") { template, _ in
            [text(template.metadata.name)] + names(template.template.spec.containers) + [labels(template.template.metadata.labels)]
        },
    ]

    private static let containerStatus =
        "name,ready,started,restartCount,lastState.terminated.finishedAt,"
        + "state(running(),waiting.reason,terminated(reason,exitCode,signal))"
}

private struct PodRow {
    let pod: Pod
    var reason: String
    var restarts = 0
    var lastRestart: Timestamp?
    var ready = 0
    var total: Int

    init(_ pod: Pod) {
        self.pod = pod
        reason = pod.status.reason.isEmpty ? pod.status.phase : pod.status.reason
        if pod.status.conditions.contains(where: { $0.type == "PodScheduled" && $0.reason == "SchedulingGated" }) {
            reason = "SchedulingGated"
        }
        let sidecars = Set(pod.spec.initContainers.filter { $0.restartPolicy == "Always" }.map(\.name))
        total = pod.spec.containers.count + sidecars.count
        let isInitializing = readInitContainers(sidecars)
        let isInitialized = pod.status.conditions.contains { $0.type == "Initialized" && $0.status == "True" }
        if !isInitializing || isInitialized { readContainers() }
        guard !pod.metadata.deletionTimestamp.isEmpty else { return }
        if pod.status.reason == "NodeLost" {
            reason = "Unknown"
        } else if pod.status.phase != "Succeeded", pod.status.phase != "Failed" {
            reason = "Terminating"
        }
    }

    private static func later(_ time: Timestamp?, _ status: ContainerStatus) -> Timestamp? {
        guard let end = Timestamp(rfc3339: status.lastState?.terminated?.finishedAt ?? "") else { return time }
        return max(time ?? end, end)
    }

    /// Counts all restarts, then, once initialisation is over, only those of sidecars. Says whether it goes on.
    private mutating func readInitContainers(_ sidecars: Set<String>) -> Bool {
        var sidecarRestarts = 0
        var lastSidecarRestart: Timestamp?
        for (position, status) in pod.status.initContainerStatuses.enumerated() {
            let isSidecar = sidecars.contains(status.name)
            restarts += status.restartCount
            lastRestart = Self.later(lastRestart, status)
            if isSidecar {
                sidecarRestarts += status.restartCount
                lastSidecarRestart = Self.later(lastSidecarRestart, status)
            }
            if let end = status.state?.terminated, end.exitCode == 0 { continue }
            if isSidecar, status.started == true {
                if status.ready { ready += 1 }
                continue
            }
            if let end = status.state?.terminated {
                reason = "Init:" + Self.reason(end)
            } else if let why = status.state?.waiting?.reason, !why.isEmpty, why != "PodInitializing" {
                reason = "Init:" + why
            } else {
                reason = "Init:\(position)/\(pod.spec.initContainers.count)"
            }
            sidecarState = (sidecarRestarts, lastSidecarRestart)
            return true
        }
        sidecarState = (sidecarRestarts, lastSidecarRestart)
        return false
    }

    private var sidecarState: (restarts: Int, last: Timestamp?) = (0, nil)

    private static func reason(_ end: ContainerStateTerminated) -> String {
        if !end.reason.isEmpty { return end.reason }
        return (end.signal ?? 0) != 0 ? "Signal:\(end.signal ?? 0)" : "ExitCode:\(end.exitCode)"
    }

    private mutating func readContainers() {
        (restarts, lastRestart) = sidecarState
        var isRunning = false
        var failure = ""
        for status in pod.status.containerStatuses.reversed() {
            restarts += status.restartCount
            lastRestart = Self.later(lastRestart, status)
            if let why = status.state?.waiting?.reason, !why.isEmpty {
                reason = why
            } else if let end = status.state?.terminated {
                reason = Self.reason(end)
                if end.exitCode != 0 { failure = reason }
            } else if status.ready, status.state?.running != nil {
                isRunning = true
                ready += 1
            }
        }
        guard reason == "Completed" else { return }
        let isReady = pod.status.conditions.contains { $0.type == "Ready" && $0.status == "True" }
        if isRunning, isReady {
            reason = "Running"
        } else if !failure.isEmpty {
            reason = failure
        } else if isRunning {
            reason = "NotReady"
        }
    }

    func row(_ ages: Ages) -> PrintedRow {
        var count = "\(restarts)"
        if restarts != 0, let lastRestart { count += " (\(ages.since(lastRestart)) ago)" }
        let gates = pod.spec.readinessGates
        let open = gates.count { gate in pod.status.conditions.first { $0.type == gate.conditionType }?.status == "True" }
        var row = PrintedRow([
            .string(pod.metadata.name), .string("\(ready)/\(total)"), .string(reason), .string(count), ages.of(pod.metadata),
            BuiltInRows.text(pod.status.podIPs.first?.ip ?? "", or: "<none>"), BuiltInRows.text(pod.spec.nodeName, or: "<none>"),
            BuiltInRows.text(pod.status.nominatedNodeName, or: "<none>"), .string(gates.isEmpty ? "<none>" : "\(open)/\(gates.count)"),
        ])
        switch pod.status.phase {
        case "Succeeded": row.conditions = [Self.completed("Succeeded", "The pod has completed successfully.")]
        case "Failed": row.conditions = [Self.completed("Failed", "The pod failed.")]
        default: break
        }
        return row
    }

    private static func completed(_ reason: String, _ message: String) -> Value {
        ["type": "Completed", "status": "True", "reason": .string(reason), "message": .string(message)]
    }
}
