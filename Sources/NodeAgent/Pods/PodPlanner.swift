import Core
import KubernetesAPI
import Runtime

/// Decides what to do about one pod, from what is wanted and what is there. Pure.
struct PodPlanner {
    /// One step of the applier.
    enum Action: Equatable {
        /// Directories, volumes, control groups.
        case prepare
        case createSandbox(attempt: UInt32)
        /// A sandbox that is no longer the pod's: its containers and network go.
        case stopSandbox(id: String)
        /// `attempt` counts the container's restarts. `replaced` is the instance it takes over from.
        case start(name: String, attempt: Int, replaced: String?)
        /// Stop signal, grace, SIGKILL. `why` is the event's text.
        case stop(name: String, id: String, grace: Int64, why: String)
        /// As `stop`; another instance is started then, whatever the restart policy says.
        case restart(name: String, id: String, grace: Int64, why: String)
        /// The pod's group and running containers get the resources that the pod was granted.
        case resize
        /// An instance that never ran, or whose log nobody can ask for any more.
        case removeContainer(id: String)
        /// Everything has ended: volumes, groups and sandboxes go.
        case tearDown
    }

    struct Plan: Equatable {
        var actions: [Action] = []
        /// When to look again though nothing has happened.
        var wake: Timestamp?
        /// Containers that wait for their back-off, and why.
        var backingOff: [String: String] = [:]
        /// Nothing of the pod runs, and nothing of it shall.
        var isFinished = false
    }

    let pod: Pod
    let observation: PodObservation
    let probes: [String: ProbeResults]
    let backoffs: [String: RestartBackoff]
    /// Containers (by id) that are being stopped already.
    let stopping: Set<String>
    let isPrepared: Bool
    /// Set when the pod is to end: seconds each container gets.
    let gracePeriod: Int64?
    let resize: ResizePlan
    /// The pod's group has room for what was granted already.
    let isGroupRaised: Bool
    /// No resize is tried before this.
    let resizeRetry: Timestamp?
    /// Containers (by id) that were stopped to be started anew.
    let restarting: Set<String>
    /// The whole pod starts anew.
    let isResetting: Bool
    /// Set when its containers get no time to end.
    let isEvicted: Bool
    /// How many seconds its containers have to end then.
    let evictionGrace: Int64
    /// Set when the pod has failed for a reason of the node's (deadline, eviction).
    let hasFailed: Bool
    let now: Timestamp

    func plan() -> Plan {
        if let gracePeriod { return end(gracePeriod) }
        if isResetting, !hasFailed { return reset() }
        if isEvicted { return end(evictionGrace) }
        if hasFailed || isDone { return end(Int64(pod.spec.terminationGracePeriodSeconds ?? 30)) }
        return run()
    }

    /// What becomes of a container that has ended.
    private enum Role { case main, initial, sidecar }

    private func restarts(_ container: Container, _ role: Role, _ status: CRIContainerStatus) -> Bool {
        switch role {
        case .main: RestartRules.restarts(container, of: pod, exitCode: Int(status.exitCode))
        case .initial: status.exitCode != 0 && RestartRules.retries(initial: container, of: pod, exitCode: Int(status.exitCode))
        case .sidecar: true
        }
    }

    private static func isSidecar(_ container: Container) -> Bool { container.restartPolicy == "Always" }

    /// Every main container has ended and stays so, or an init container has failed for good.
    var isDone: Bool {
        for container in pod.spec.initContainers where !Self.isSidecar(container) {
            if let status = observation.current(container.name), status.state == .exited, status.exitCode != 0,
                !restarts(container, .initial, status), !restarting.contains(status.id)
            {
                return true
            }
        }
        return !pod.spec.containers.isEmpty
            && pod.spec.containers.allSatisfy { container in
                guard let status = observation.current(container.name), status.state == .exited else { return false }
                return !restarts(container, .main, status) && !restarting.contains(status.id)
            }
    }

    // MARK: Ending

    private func end(_ grace: Int64) -> Plan {
        var plan = Plan()
        let mains = (pod.spec.containers.map(\.name) + pod.spec.ephemeralContainers.map(\.name))
        let sidecars = pod.spec.initContainers.map(\.name)
        func live(_ names: [String]) -> [(String, CRIContainerStatus)] {
            names.flatMap { name in
                (observation.containers[name] ?? []).filter { $0.state == .running || $0.state == .unknown }.map { (name, $0) }
            }
        }
        let liveMains = live(mains)
        // Sidecars outlive the main containers and then end in the reverse of the order in which they were started (KEP-753).
        let targets = liveMains.isEmpty ? live(sidecars).suffix(1) : liveMains[...]
        let known = Set(mains + sidecars)
        let strays = observation.all.filter { ($0.state == .running || $0.state == .unknown) && !known.contains($0.metadata.name) }
            .map { ($0.metadata.name, $0) }
        for (name, status) in Array(targets) + strays where !stopping.contains(status.id) {
            plan.actions.append(.stop(name: name, id: status.id, grace: grace, why: "Stopping container \(name)"))
        }
        if !observation.hasLiveContainers {
            if let sandbox = observation.readySandbox {
                plan.actions.append(.stopSandbox(id: sandbox.id))
            } else {
                plan.isFinished = true
                if gracePeriod != nil { plan.actions.append(.tearDown) }
            }
        }
        return plan
    }

    /// Everything ends and is forgotten, so that all containers start again in their order.
    private func reset() -> Plan {
        var plan = Plan()
        let grace = Int64(pod.spec.terminationGracePeriodSeconds ?? 30)
        let live = observation.all.filter { $0.state == .running || $0.state == .unknown }
        for status in live where !stopping.contains(status.id) {
            plan.actions.append(
                .stop(name: status.metadata.name, id: status.id, grace: grace, why: "Stopping container \(status.metadata.name)"))
        }
        if live.isEmpty { plan.actions += observation.all.map { .removeContainer(id: $0.id) } }
        return plan
    }

    // MARK: Running

    private func run() -> Plan {
        var plan = Plan()
        guard isPrepared else {
            plan.actions = [.prepare]
            return plan
        }
        let newest = observation.sandboxes.first
        guard let sandbox = observation.readySandbox, sandbox.id == newest?.id else {
            // Without its sandbox a container has no network: those that are left go with it, and all start anew.
            for old in observation.sandboxes where old.state == .ready { plan.actions.append(.stopSandbox(id: old.id)) }
            if plan.actions.isEmpty { plan.actions = [.createSandbox(attempt: newest.map { $0.metadata.attempt + 1 } ?? 0)] }
            return plan
        }
        for old in observation.sandboxes.dropFirst() where old.state == .ready { plan.actions.append(.stopSandbox(id: old.id)) }
        planResize(&plan)
        if initialise(&plan, sandbox) {
            for container in pod.spec.containers { keepRunning(container, .main, sandbox, &plan) }
        }
        for container in pod.spec.ephemeralContainers where observation.current(container.name) == nil {
            plan.actions.append(.start(name: container.name, attempt: 0, replaced: nil))
        }
        return plan
    }

    private func planResize(_ plan: inout Plan) {
        let isGroupDue = resize.isGroupStale && (!isGroupRaised || (resize.restarts.isEmpty && restarting.isEmpty))
        guard !resize.updates.isEmpty || isGroupDue else { return }
        if let resizeRetry, resizeRetry > now {
            plan.wake = min(plan.wake ?? resizeRetry, resizeRetry)
        } else {
            plan.actions.append(.resize)
        }
    }

    /// True when the main containers may run.
    private func initialise(_ plan: inout Plan, _ sandbox: CRIPodSandbox) -> Bool {
        // Once a main container has been made in this sandbox, init containers are over; only sidecars are kept up.
        let isInitialised = pod.spec.containers.contains { container in
            (observation.containers[container.name] ?? []).contains { $0.createdAt >= sandbox.createdAt }
        }
        for container in pod.spec.initContainers {
            let status = observation.current(container.name).flatMap { $0.createdAt >= sandbox.createdAt ? $0 : nil }
            if Self.isSidecar(container) {
                keepRunning(container, .sidecar, sandbox, &plan)
                if isInitialised { continue }
                guard let status, status.state == .running, probes[status.id]?.isStarted == true else { return false }
            } else if !isInitialised {
                guard let status, status.state == .exited, status.exitCode == 0 else {
                    keepRunning(container, .initial, sandbox, &plan)
                    return false
                }
            }
        }
        return true
    }

    private func keepRunning(_ container: Container, _ role: Role, _ sandbox: CRIPodSandbox, _ plan: inout Plan) {
        let name = container.name
        guard let status = observation.current(name) else {
            let known = pod.status.containerStatuses[named: name] ?? pod.status.initContainerStatuses[named: name]
            // The runtime has forgotten (a machine's first start after a loss): restarts are counted on from what the API knows.
            let attempt = known.flatMap { $0.containerID.isEmpty ? nil : $0.restartCount + 1 } ?? 0
            plan.actions.append(.start(name: name, attempt: attempt, replaced: nil))
            return
        }
        let next = Int(status.metadata.attempt) + 1
        switch status.state {
        case .created:
            // A start that was cut short; one that just runs is done by the applier in one go.
            plan.actions += [.removeContainer(id: status.id), .start(name: name, attempt: Int(status.metadata.attempt), replaced: nil)]
        case .running:
            guard !stopping.contains(status.id) else { return }
            let hash = status.annotations[PodConfiguration.Label.hash]
            if let probe = probes[status.id], let failure = probe.failure {
                let grace = Int64(probe.gracePeriod ?? pod.spec.terminationGracePeriodSeconds ?? 30)
                let stopsForGood = role == .main && container.restartPolicy.isEmpty && pod.spec.restartPolicy == "Never"
                plan.actions.append(
                    stopsForGood
                        ? .stop(name: name, id: status.id, grace: grace, why: failure)
                        : .restart(name: name, id: status.id, grace: grace, why: failure))
            } else if let hash, hash != PodConfiguration.hash(container) {
                plan.actions.append(
                    .restart(
                        name: name, id: status.id, grace: Int64(pod.spec.terminationGracePeriodSeconds ?? 30),
                        why: "Container \(name) definition changed, will be restarted"))
            } else if resize.restarts.contains(name) {
                plan.actions.append(
                    .restart(
                        name: name, id: status.id, grace: Int64(pod.spec.terminationGracePeriodSeconds ?? 30),
                        why: "Container \(name) resize requires restart"))
            }
        case .unknown:
            plan.actions.append(
                .stop(name: name, id: status.id, grace: 2, why: "Container \(name) is in an unknown state, try killing it before restart"))
        default:
            let isOfThisSandbox = status.createdAt >= sandbox.createdAt
            if restarting.contains(status.id) {
                // Ended to be started anew.
            } else if isOfThisSandbox || role != .sidecar, !restarts(container, role, status) {
                return
            }
            let delay = backoffs[name]?.delay ?? 0
            let due = Timestamp(nanoseconds: status.finishedAt) + .seconds(delay)
            if due > now {
                plan.wake = min(plan.wake ?? due, due)
                plan.backingOff[name] =
                    "back-off \(Self.text(seconds: delay)) restarting failed container=\(name) "
                    + "pod=\(pod.metadata.name)_\(pod.metadata.namespace)(\(pod.metadata.uid))"
            } else {
                plan.actions.append(.start(name: name, attempt: next, replaced: status.id))
            }
        }
    }

    /// Go's form of a duration: "10s", "1m20s", "5m0s".
    static func text(seconds: Int64) -> String { seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s" }
}
