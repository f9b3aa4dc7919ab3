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
    /// Set when the pod has failed for a reason of the node's (deadline, eviction).
    let hasFailed: Bool
    let now: Timestamp

    func plan() -> Plan {
        if let gracePeriod { return end(gracePeriod) }
        if hasFailed || isDone { return end(Int64(pod.spec.terminationGracePeriodSeconds ?? 30)) }
        return run()
    }

    private var policy: String { pod.spec.restartPolicy.isEmpty ? "Always" : pod.spec.restartPolicy }

    private func shouldRestart(_ status: CRIContainerStatus) -> Bool {
        switch policy {
        case "Never": false
        case "OnFailure": status.exitCode != 0 || status.state == .unknown
        default: true
        }
    }

    private static func isSidecar(_ container: Container) -> Bool { container.restartPolicy == "Always" }

    /// Every main container has ended and stays so, or an init container has failed for good.
    var isDone: Bool {
        if policy == "Never" {
            for container in pod.spec.initContainers where !Self.isSidecar(container) {
                if let status = observation.current(container.name), status.state == .exited, status.exitCode != 0 { return true }
            }
        }
        return !pod.spec.containers.isEmpty
            && pod.spec.containers.allSatisfy { container in
                guard let status = observation.current(container.name), status.state == .exited else { return false }
                return !shouldRestart(status)
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
        if initialise(&plan, sandbox) {
            for container in pod.spec.containers { keepRunning(container, policy: policy, sandbox, &plan) }
        }
        for container in pod.spec.ephemeralContainers where observation.current(container.name) == nil {
            plan.actions.append(.start(name: container.name, attempt: 0, replaced: nil))
        }
        return plan
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
                keepRunning(container, policy: "Always", sandbox, &plan)
                if isInitialised { continue }
                guard let status, status.state == .running, probes[status.id]?.isStarted == true else { return false }
            } else if !isInitialised {
                guard let status, status.state == .exited, status.exitCode == 0 else {
                    keepRunning(container, policy: policy == "Never" ? "Never" : "OnFailure", sandbox, &plan)
                    return false
                }
            }
        }
        return true
    }

    private func keepRunning(_ container: Container, policy: String, _ sandbox: CRIPodSandbox, _ plan: inout Plan) {
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
            if let failure = probes[status.id]?.failure {
                let grace = container.livenessProbe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
                plan.actions.append(.stop(name: name, id: status.id, grace: Int64(grace), why: failure))
            } else if let hash, hash != PodConfiguration.hash(container) {
                plan.actions.append(
                    .stop(
                        name: name, id: status.id, grace: Int64(pod.spec.terminationGracePeriodSeconds ?? 30),
                        why: "Container \(name) definition changed, will be restarted"))
            }
        case .unknown:
            plan.actions.append(
                .stop(name: name, id: status.id, grace: 2, why: "Container \(name) is in an unknown state, try killing it before restart"))
        default:
            let isOfThisSandbox = status.createdAt >= sandbox.createdAt
            if isOfThisSandbox {
                switch policy {
                case "Never": return
                case "OnFailure": if status.exitCode == 0 { return }
                default: break
                }
            } else if !shouldRestart(status), policy != "Always" {
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
