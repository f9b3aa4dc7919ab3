import Core
import KubernetesAPI
import Runtime
import Values

/// A pod's status as the API shall show it, from what the runtime has. Pure.
struct PodStatusBuilder {
    /// Why a container does not run yet.
    struct Waiting: Sendable, Hashable {
        var reason: String
        var message = ""
    }

    let pod: Pod
    let observation: PodObservation
    let probes: [String: ProbeResults]
    let waiting: [String: Waiting]
    let messages: [String: String]
    /// Reason and message of a failure that the node decided on.
    let failure: (reason: String, message: String)?
    /// The node never took the pod.
    let isRefused: Bool
    let isEvicted: Bool
    let record: ResourceRecord
    let resize: ResizeStatus
    /// The whole pod starts anew.
    let isResetting: Bool
    let hostIPs: [String]
    let runtimeName: String
    let now: Timestamp

    func status() -> PodStatus {
        if isRefused, let failure { return refused(failure) }
        var status = PodStatus()
        let old = pod.status
        status.initContainerStatuses = ViewList(
            pod.spec.initContainers.map { containerStatus($0, old.initContainerStatuses, isInit: true) })
        status.containerStatuses = ViewList(pod.spec.containers.map { containerStatus($0, old.containerStatuses, isInit: false) })
        status.ephemeralContainerStatuses = ViewList(
            pod.spec.ephemeralContainers.map { containerStatus(Container($0.raw), old.ephemeralContainerStatuses, isInit: false) })
        status.qosClass = PodResources.quality(pod).rawValue
        status.hostIP = hostIPs.first ?? ""
        status.hostIPs = ViewList(hostIPs.map { HostIP(["ip": .string($0)]) })
        status.startTime = old.startTime.isEmpty ? now.rfc3339 : old.startTime
        let addresses = pod.spec.hostNetwork == true ? (observation.readySandbox == nil ? [] : hostIPs) : observation.addresses
        let shown = addresses.isEmpty ? old.podIPs.map { $0.raw.text("ip") } : addresses
        status.podIP = shown.first ?? ""
        status.podIPs = ViewList(shown.map { PodIP(["ip": .string($0)]) })
        status.phase = phase(status)
        if let failure {
            status.reason = failure.reason
            status.message = failure.message
        }
        status.allocatedResources = PodResources.shown(PodAdmission.requests(pod))
        let given = record.group.applied(to: pod)
        status.raw["resources"] = .object(Object())
        status.resources?.requests = PodResources.shown(PodAdmission.requests(given))
        status.resources?.limits = PodResources.shown(PodAdmission.limits(given))
        if let generation = pod.metadata.generation { status.observedGeneration = generation }
        status.conditions = conditions(status)
        return status
    }

    /// Nothing is told of containers, so that `kubectl get` shows the reason.
    private func refused(_ failure: (reason: String, message: String)) -> PodStatus {
        var status = PodStatus()
        status.phase = "Failed"
        status.reason = failure.reason
        status.message = failure.message
        status.qosClass = PodResources.quality(pod).rawValue
        status.startTime = pod.status.startTime.isEmpty ? now.rfc3339 : pod.status.startTime
        if let generation = pod.metadata.generation { status.observedGeneration = generation }
        status.conditions = pod.status.conditions
        return status
    }

    // MARK: Containers

    private func containerStatus(_ container: Container, _ old: ViewList<ContainerStatus>, isInit: Bool) -> ContainerStatus {
        let previous = old[named: container.name]
        let instances = observation.containers[container.name] ?? []
        var result = ContainerStatus()
        result.name = container.name
        result.image = container.image
        result.raw["imageID"] = ""
        result.restartCount = previous?.restartCount ?? 0
        result.ready = false
        result.started = false
        result.volumeMounts = mounts(container)
        if isResetting { return reset(result, previous, instances.first) }
        guard let current = instances.first, current.state != .created || instances.count > 1 else {
            if let previous, previous.state?.terminated != nil || previous.state?.running != nil, instances.isEmpty {
                // The runtime knows nothing of what the API remembers.
                var kept = previous
                kept.ready = false
                if failure != nil || previous.state?.running != nil, waiting[container.name] == nil {
                    kept.state = Self.state("terminated", lost(previous.containerID))
                } else if let waiting = waiting[container.name] {
                    kept.lastState = previous.state
                    kept.state = Self.state("waiting", Self.waitingValue(waiting))
                }
                return kept
            }
            if !isInit, isOver, instances.isEmpty {
                result.state = Self.state("terminated", lost(previous?.containerID ?? ""))
                result.raw["lastState"] = [:]
                return result
            }
            let reason = waiting[container.name] ?? Waiting(reason: isInitialising ? "PodInitializing" : "ContainerCreating")
            result.state = Self.state("waiting", Self.waitingValue(reason))
            result.raw["lastState"] = [:]
            if instances.isEmpty, let previous, !previous.containerID.isEmpty {
                // Removed to be made anew: which one it was, and how it ended, is still told.
                result.containerID = previous.containerID
                result.lastState = previous.lastState
            }
            return result
        }
        let shown = current.state == .created ? instances[1] : current
        result.restartCount = max(Int(shown.metadata.attempt), 0)
        result.containerID = "\(runtimeName)://\(shown.id)"
        if !shown.image.userSpecifiedImage.isEmpty || !shown.image.image.isEmpty {
            result.image = shown.image.image.hasPrefix("sha256:") ? container.image : shown.image.image
        }
        result.imageID = shown.imageRef
        let allocated = record.allocated.containers[container.name] ?? .object(Object())
        result.raw["allocatedResources"] = allocated["requests"]
        result.raw["resources"] = shown.state == .running ? record.containers[container.name]?["own"] ?? allocated : allocated
        result.raw["lastState"] = [:]
        if let last = instances.dropFirst().first(where: { $0.state == .exited && $0.id != shown.id }) {
            result.lastState = Self.state("terminated", terminated(last))
        } else if let previous, previous.restartCount == result.restartCount || isAfterReset(previous), result.restartCount > 0 {
            // The instance before is no longer known to the runtime.
            result.raw["lastState"] = previous.raw["lastState"] ?? [:]
        }
        switch shown.state {
        case .running:
            result.state = Self.state("running", ["startedAt": .string(Timestamp(nanoseconds: shown.startedAt).rfc3339)])
            result.started = probes[shown.id]?.isStarted ?? false
            result.ready = isInit && container.restartPolicy != "Always" ? false : probes[shown.id]?.isReady ?? false
        case .exited:
            let isBackingOff = waiting[container.name]
            if let isBackingOff {
                result.lastState = Self.state("terminated", terminated(shown))
                result.state = Self.state("waiting", Self.waitingValue(isBackingOff))
            } else {
                result.state = Self.state("terminated", terminated(shown))
                // A finished init container is a ready one.
                result.ready = isInit && container.restartPolicy != "Always" && shown.exitCode == 0
            }
        default:
            result.state = Self.state("waiting", Self.waitingValue(waiting[container.name] ?? Waiting(reason: "ContainerStatusUnknown")))
        }
        return result
    }

    /// A container while its whole pod starts anew; how the last one ended is kept, for it is removed.
    private func reset(_ status: ContainerStatus, _ previous: ContainerStatus?, _ current: CRIContainerStatus?) -> ContainerStatus {
        var status = status
        status.containerID = previous?.containerID ?? ""
        status.imageID = previous?.imageID ?? ""
        status.state = Self.state("waiting", ["reason": "RestartingAllContainers"])
        if let current {
            status.containerID = "\(runtimeName)://\(current.id)"
            status.restartCount = Int(current.metadata.attempt)
        }
        if let current, current.state == .exited {
            status.lastState = Self.state("terminated", terminated(current))
        } else {
            status.raw["lastState"] = previous?.raw["lastState"] ?? [:]
        }
        return status
    }

    private func isAfterReset(_ previous: ContainerStatus) -> Bool { previous.state?.waiting != nil && !previous.containerID.isEmpty }

    /// Where the container's volumes are, and whether they can be written to.
    private func mounts(_ container: Container) -> ViewList<VolumeMountStatus> {
        ViewList(
            container.volumeMounts.map { mount in
                var status: Object = ["name": .string(mount.name), "mountPath": .string(mount.mountPath)]
                if mount.readOnly == true {
                    status["readOnly"] = true
                    status["recursiveReadOnly"] = .string(ContainerMounts.isRecursivelyReadOnly(mount) ? "Enabled" : "Disabled")
                }
                return VolumeMountStatus(.object(status))
            })
    }

    private var isInitialising: Bool { !pod.spec.initContainers.isEmpty }

    private func lost(_ id: String) -> Value {
        var value: Object = [
            "exitCode": 137, "reason": "ContainerStatusUnknown",
            "message": "The container could not be located when the pod was terminated", "startedAt": .null, "finishedAt": .null,
        ]
        if !id.isEmpty { value["containerID"] = .string(id) }
        return .object(value)
    }

    /// The pod has failed and ended, and its init containers were done: then its containers have ended too, whatever is known of them.
    private var isOver: Bool {
        failure != nil && !observation.hasLiveContainers
            && (pod.spec.initContainers.isEmpty || pod.status.conditions.first { $0.type == "Initialized" }?.status == "True")
    }

    private func terminated(_ status: CRIContainerStatus) -> Value {
        var reason = status.reason
        if reason.isEmpty { reason = status.exitCode == 0 ? "Completed" : "Error" }
        var value: Object = ["exitCode": .int(Int64(status.exitCode)), "reason": .string(reason)]
        let message = messages[status.id] ?? status.message
        if !message.isEmpty { value["message"] = .string(message) }
        // One that never started did so in 1970, as upstream has it.
        value["startedAt"] = .string(Timestamp(nanoseconds: max(0, status.startedAt)).rfc3339)
        value["finishedAt"] = status.finishedAt > 0 ? .string(Timestamp(nanoseconds: status.finishedAt).rfc3339) : .null
        value["containerID"] = .string("\(runtimeName)://\(status.id)")
        return .object(value)
    }

    private static func state(_ name: String, _ value: Value) -> ContainerState { ContainerState(.object([name: value])) }

    private static func waitingValue(_ waiting: Waiting) -> Value {
        var value: Object = ["reason": .string(waiting.reason)]
        if !waiting.message.isEmpty { value["message"] = .string(waiting.message) }
        return .object(value)
    }

    // MARK: Phase

    /// https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
    private func phase(_ status: PodStatus) -> String {
        if failure != nil { return "Failed" }
        let old = pod.status.phase
        if old == "Succeeded" || old == "Failed" { return old }
        for (container, status) in zip(pod.spec.initContainers, status.initContainerStatuses) where container.restartPolicy != "Always" {
            if let end = status.state?.terminated, end.exitCode != 0,
                !RestartRules.retries(initial: container, of: pod, exitCode: end.exitCode)
            {
                return "Failed"
            }
        }
        var isRestarting = false
        let isTerminating = !pod.metadata.deletionTimestamp.isEmpty
        var running = 0
        var waitingCount = 0
        var failed = 0
        var succeeded = 0
        for (container, status) in zip(pod.spec.containers, status.containerStatuses) {
            if status.state?.running != nil {
                running += 1
            } else if let end = status.state?.terminated {
                if RestartRules.restarts(container, of: pod, exitCode: end.exitCode) { isRestarting = true }
                if end.exitCode == 0 { succeeded += 1 } else { failed += 1 }
            } else if status.lastState?.terminated != nil {
                // Ended and to be started again: on the way, not pending.
                running += 1
            } else {
                waitingCount += 1
            }
        }
        if waitingCount > 0 { return "Pending" }
        if running > 0 { return "Running" }
        if !isTerminating || observation.hasLiveContainers {
            if isRestarting { return "Running" }
        }
        return failed > 0 ? "Failed" : "Succeeded"
    }

    // MARK: Conditions

    private func conditions(_ status: PodStatus) -> ViewList<PodCondition> {
        let isEnded = status.phase == "Succeeded" || status.phase == "Failed"
        var fresh: [(type: String, isTrue: Bool, reason: String, message: String)] = []
        fresh.append(("PodReadyToStartContainers", observation.readySandbox != nil && !status.podIP.isEmpty, "", ""))
        let uninitialised = zip(pod.spec.initContainers, status.initContainerStatuses).filter { container, status in
            container.restartPolicy == "Always" ? status.started != true : status.state?.terminated?.exitCode != 0
        }.map(\.0.name)
        let mainsStarted = status.containerStatuses.contains {
            $0.state?.running != nil || $0.state?.terminated != nil || $0.restartCount > 0
        }
        if status.phase == "Succeeded" {
            fresh.append(("Initialized", true, "PodCompleted", ""))
        } else if uninitialised.isEmpty || mainsStarted {
            fresh.append(("Initialized", true, "", ""))
        } else {
            fresh.append(
                (
                    "Initialized", false, "ContainersNotInitialized",
                    "containers with incomplete status: [\(uninitialised.joined(separator: " "))]"
                ))
        }
        let sidecars = zip(pod.spec.initContainers, status.initContainerStatuses).filter { $0.0.restartPolicy == "Always" }.map(\.1)
        let unready = (sidecars + status.containerStatuses).filter { !$0.ready }.map(\.name)
        let unreadyText = unready.isEmpty ? "" : "containers with unready status: [\(unready.joined(separator: " "))]"
        let reason =
            status.phase == "Succeeded"
            ? "PodCompleted" : status.phase == "Failed" ? "PodFailed" : unready.isEmpty ? "" : "ContainersNotReady"
        let areReady = unready.isEmpty && !isEnded
        let missingGates = pod.spec.readinessGates.map { $0.raw.text("conditionType") }.filter { type in
            pod.status.conditions.first { $0.type == type }?.status != "True"
        }
        if areReady, !missingGates.isEmpty {
            let text = missingGates.map { type in
                let known = pod.status.conditions.first { $0.type == type }
                return known == nil
                    ? "corresponding condition of pod readiness gate \"\(type)\" does not exist."
                    : "the status of pod readiness gate \"\(type)\" is not \"True\", but \(known?.status ?? "")"
            }
            fresh.append(("Ready", false, "ReadinessGatesNotReady", text.joined(separator: ", ")))
        } else {
            fresh.append(("Ready", areReady, reason, isEnded ? "" : unreadyText))
        }
        fresh.append(("ContainersReady", areReady, reason, isEnded ? "" : unreadyText))
        fresh.append(("PodScheduled", true, "", ""))
        if isEvicted, let failure { fresh.append(("DisruptionTarget", true, "TerminationByKubelet", failure.message)) }
        if RestartRules.canRestartAll(pod) {
            fresh.append(
                isResetting && !isEnded
                    ? ("AllContainersRestarting", true, "RestartAllContainersStarted", "container exited with restart policy rule")
                    : ("AllContainersRestarting", false, isEnded ? reason : "", ""))
        }

        let own = Set(fresh.map(\.type) + [ResizeStatus.pendingType, ResizeStatus.progressType])
        var result = ViewList<PodCondition>()
        if !isEnded { for condition in resize.conditions { result.append(condition) } }
        for entry in fresh {
            var condition = PodCondition()
            let old = pod.status.conditions.first { $0.type == entry.type }
            condition.type = entry.type
            if let generation = pod.metadata.generation { condition.observedGeneration = generation }
            condition.status = entry.isTrue ? "True" : "False"
            condition.raw["lastProbeTime"] = .null
            condition.lastTransitionTime =
                old?.status == condition.status && old?.lastTransitionTime.isEmpty == false ? old!.lastTransitionTime : now.rfc3339
            condition.reason = entry.reason
            condition.message = entry.message
            result.append(condition)
        }
        // What others say about the pod (readiness gates, DisruptionTarget) stays.
        for other in pod.status.conditions where !own.contains(other.type) { result.append(other) }
        return result
    }
}
