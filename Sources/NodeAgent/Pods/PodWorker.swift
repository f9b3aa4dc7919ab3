import Core
import KubernetesAPI
import Linux
import Logging
import Reconcile
import Runtime
import Synchronization

/// Keeps one pod as it shall be: looks, plans, acts, tells, and waits for the next reason to look.
///
/// One task runs it. Others hand in news through `update`, `remove` and `wake`.
final class PodWorker: Sendable {
    struct State {
        /// As it is run: with the resources it was granted.
        var pod: Pod
        /// As the API has it.
        var desired: Pod
        var record: ResourceRecord
        var resize: ResizeStatus
        /// The allocation for which the pod's group was made large enough already.
        var raised: PodAllocation?
        /// Containers (by id) that are started anew whatever the restart policy says.
        var restarting: Set<String> = []
        /// A container has ended so that the whole pod starts anew.
        var isResetting = false
        /// Set when a resize fails: when to try it again, and how often it has failed.
        var resizeRetry: Timestamp?
        var resizeFailures = 0
        /// The object is gone from the API, whatever grace it had.
        var isRemoved = false
        var probes: [String: ProbeResults] = [:]
        /// Containers being stopped, and the grace they were given.
        var stopping: [String: Int64] = [:]
        /// Until when containers that are being stopped may live, however often that has to be asked for.
        var stopDeadlines: [String: Timestamp] = [:]
        /// Containers whose probes run.
        var probed: Set<String> = []
        var backoffs: [String: RestartBackoff] = [:]
        var waiting: [String: PodStatusBuilder.Waiting] = [:]
        /// Termination messages, by container id.
        var messages: [String: String] = [:]
        /// Set when steps for the whole pod fail: when to try again, and how often they have failed.
        var retry: Timestamp?
        var failures = 0
        /// The same of containers that cannot be started, by name: the others go on.
        var startRetries: [String: Timestamp] = [:]
        var startFailures: [String: Int] = [:]

        /// Before when a step is not to be tried again.
        func due(_ action: PodPlanner.Action) -> Timestamp? {
            switch action {
            case .start(let name, _, _): startRetries[name]
            case .prepare, .createSandbox, .stopSandbox, .removeContainer, .tearDown: retry
            case .stop, .restart, .resize: nil
            }
        }
        var failure: (reason: String, message: String)?
        /// The node never took it.
        var isRefused = false
        /// It failed for the node's sake.
        var isEvicted = false
        /// How many seconds its containers have to end then.
        var evictionGrace: Int64 = 1
        var volumes: [String: String]?
        /// Those that are images.
        var images: Set<String> = []
        var volumesCurrentUntil: Timestamp?
        /// Statuses of ended containers, which change no more.
        var ended: [String: CRIContainerStatus] = [:]
        var sandboxStatus: CRIPodSandboxStatus?
    }

    let context: NodeContext
    let state: Mutex<State>
    private let signal = Signal()

    init(_ pod: Pod, _ context: NodeContext) {
        self.context = context
        let record = context.records[pod.metadata.uid].flatMap { ResourceRecord($0) } ?? ResourceRecord(pod)
        var state = State(pod: record.allocated.applied(to: pod), desired: pod, record: record, resize: ResizeStatus(pod.status))
        if pod.status.phase == "Failed", !pod.status.reason.isEmpty {
            // An earlier agent decided so.
            state.failure = (pod.status.reason, pod.status.message)
            state.isRefused = pod.status.containerStatuses.isEmpty
        }
        self.state = Mutex(state)
    }

    /// The pod with the resources it was granted.
    var pod: Pod { state.withLock { $0.pod } }

    /// Takes the pod's new object. New labels or annotations bring its volumes up to date at once: downward API files show them, and
    /// changing an annotation is how people ask for it
    /// (https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically).
    func update(_ pod: Pod) {
        let now = context.clock.now
        context.statuses.compare(pod)
        state.withLock { state in
            let (old, new) = (state.pod.metadata, pod.metadata)
            if state.volumesCurrentUntil != nil, old.labels != new.labels || old.annotations != new.annotations {
                state.volumesCurrentUntil = now
            }
            state.desired = pod
            state.pod = state.record.allocated.applied(to: pod)
            if state.pod.spec == pod.spec { state.resize.pending = nil }
        }
        signal.raise()
    }

    /// The node does not take the pod: it fails without having run.
    func refuse(_ refusal: (reason: String, message: String)) {
        state.withLock { state in
            state.failure = refusal
            state.isRefused = true
        }
        context.recorder.record(pod, .warning, refusal.reason, refusal.message)
    }

    /// The node can do without the pod or not at all: it fails, and its containers end within so many seconds.
    /// `shortage` is what it was that the node is short of, in the kubelet's words.
    func evict(_ message: String, signal shortage: String, grace: Int64 = 1) {
        let isNew = state.withLock { state in
            guard state.failure == nil else { return false }
            state.failure = ("Evicted", message)
            state.isEvicted = true
            state.evictionGrace = grace
            return true
        }
        guard isNew else { return }
        context.counts.evicted(shortage)
        context.recorder.record(pod, .warning, "Evicted", message)
        signal.raise()
    }

    /// Waits until none of the pod's containers runs, or for so long.
    func waitForEnd(atMost limit: Duration) async {
        let deadline = context.clock.now + limit
        while !Task.isCancelled, context.clock.now < deadline {
            if let observation = try? await observe(), !observation.hasLiveContainers { return }
            try? await context.clock.sleep(for: .milliseconds(500))
        }
    }

    /// Whether the pod takes nothing of the node any more.
    var hasEnded: Bool {
        state.withLock { $0.failure != nil || $0.pod.status.phase == "Failed" || $0.pod.status.phase == "Succeeded" }
    }

    /// The pod's object is gone: what runs of it shall end.
    func remove() {
        state.withLock { $0.isRemoved = true }
        signal.raise()
    }

    func wake() { signal.raise() }

    /// Returns when nothing of the pod is left on the node, or the task is cancelled (then containers go on running).
    func run() async {
        var look = AgentCounts.Look.create
        while !Task.isCancelled {
            let began = ContinuousClock.now
            let outcome = await pass()
            context.counts.looked(isEnding ? .terminated : look, ContinuousClock.now - began)
            look = .sync
            if outcome.isOver { return }
            if outcome.again { continue }
            do { try await pause(until: outcome.wake) } catch { return }
        }
    }

    private struct Outcome {
        var again = false
        var isOver = false
        var wake: Timestamp?
    }

    private func pause(until wake: Timestamp?) async throws {
        guard let wake else { return try await signal.wait() }
        let duration = wake - context.clock.now
        guard duration > .zero else { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.context.clock.sleep(for: duration) }
            group.addTask { try await self.signal.wait() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // MARK: One pass

    private func pass() async -> Outcome {
        let observation: PodObservation
        do {
            observation = try await observe()
        } catch {
            if Task.isCancelled { return Outcome() }
            context.logger.warning("the runtime cannot be asked", metadata: ["pod": "\(pod.key)", "error": "\(error)"])
            return Outcome(wake: context.clock.now + .seconds(1))
        }
        noteDeadline()
        noteResizeEnd(observation)
        noteReset(observation)
        startProbes(observation)
        var plan = plan(observation)
        noteBackOff(plan)
        publish(observation, isRemoved: false)
        let now = context.clock.now
        if !isEnding {
            let held = state.withLock { state in plan.actions.filter { action in state.due(action).map { $0 > now } ?? false } }
            plan.actions.removeAll { held.contains($0) }
            for due in state.withLock({ state in held.compactMap { state.due($0) } }) { plan.wake = min(plan.wake ?? due, due) }
        }
        var outcome = Outcome(wake: plan.wake)
        for action in plan.actions {
            do {
                if action == .tearDown {
                    try await tearDown(observation)
                    publish(observation, isRemoved: true)
                    return Outcome(isOver: true)
                }
                let isDone = try await apply(action, observation)
                outcome.again = outcome.again || isDone
                state.withLock { state in
                    if case .start(let name, _, _) = action { state.startFailures[name] = nil } else { state.failures = 0 }
                }
            } catch {
                if Task.isCancelled { return outcome }
                if action == .resize { noteResizeFailure(error) } else { noteFailure(action, error) }
                outcome.again = outcome.again || action == .resize
            }
        }
        if let due = state.withLock({ $0.volumesCurrentUntil }), due <= now, !isEnding, !plan.isFinished { await refreshVolumes() }
        let state = state.withLock { $0 }
        let times = Array(state.startRetries.values) + [state.retry, isEnding ? nil : state.volumesCurrentUntil, deadline(state.pod)]
        // What is due already has just been tried: to wake for it would be to spin.
        for due in times.compactMap({ $0 }) where due > now && (!plan.isFinished || isEnding) {
            outcome.wake = min(outcome.wake ?? due, due)
        }
        if !plan.isFinished {
            // Should an event be lost, this finds what it would have told.
            let look = now + .seconds(60)
            outcome.wake = min(outcome.wake ?? look, look)
        }
        return outcome
    }

    /// Whether the pod is to end, by its object's deletion.
    private var isEnding: Bool { gracePeriod != nil }

    private var gracePeriod: Int64? {
        let (pod, isRemoved) = state.withLock { ($0.pod, $0.isRemoved) }
        guard isRemoved || !pod.metadata.deletionTimestamp.isEmpty else { return nil }
        // A grace of nothing still lets the stop signal be seen: one second, as upstream has it.
        return Int64(max(1, pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30))
    }

    private func plan(_ observation: PodObservation) -> PodPlanner.Plan {
        let grace = gracePeriod
        let now = context.clock.now
        return state.withLock { state in
            PodPlanner(
                pod: Self.current(state.pod, context.statuses.latest(state.pod.metadata.uid)), observation: observation,
                probes: state.probes, backoffs: state.backoffs,
                // One that is being stopped gently is stopped again when there is less time than it was given.
                stopping: Set(state.stopping.filter { $0.value <= grace ?? .max }.keys), isPrepared: state.volumes != nil,
                gracePeriod: grace, resize: Self.resizePlan(state, observation), isGroupRaised: state.raised == state.record.allocated,
                resizeRetry: state.resizeRetry, restarting: state.restarting, isResetting: state.isResetting,
                isEvicted: state.isEvicted, evictionGrace: state.evictionGrace,
                hasFailed: state.failure != nil || state.pod.status.phase == "Failed" || state.pod.status.phase == "Succeeded", now: now
            ).plan()
        }
    }

    func observe() async throws -> PodObservation {
        let uid = pod.metadata.uid
        let selector = [PodConfiguration.Label.podUID: uid]
        var result = PodObservation()
        result.sandboxes = try await context.runtime.sandboxes(.with { $0.labelSelector = selector }).sorted { $0.createdAt > $1.createdAt }
        let list = try await context.runtime.containers(.with { $0.labelSelector = selector })
        let known = state.withLock { $0.ended }
        for entry in list {
            let status: CRIContainerStatus
            if let ended = known[entry.id] {
                status = ended
            } else {
                do {
                    status = try await context.runtime.containerStatus(entry.id)
                } catch let error as RuntimeError where error.code == .notFound {
                    continue
                }
                if status.state == .exited { await noteEnd(status) }
            }
            result.containers[status.metadata.name, default: []].append(status)
        }
        for name in result.containers.keys { result.containers[name]?.sort { $0.createdAt > $1.createdAt } }
        if let sandbox = result.readySandbox {
            if let known = state.withLock({ $0.sandboxStatus }), known.id == sandbox.id {
                result.sandboxStatus = known
            } else {
                let status = try await context.runtime.sandboxStatus(sandbox.id)
                state.withLock { $0.sandboxStatus = status }
                result.sandboxStatus = status
            }
        }
        let live = Set(list.map(\.id))
        state.withLock { state in
            state.ended = state.ended.filter { live.contains($0.key) }
            state.messages = state.messages.filter { live.contains($0.key) }
            state.probes = state.probes.filter { live.contains($0.key) }
            state.restarting = state.restarting.filter { live.contains($0) }
        }
        return result
    }

    func record(_ container: String, _ type: EventRecorder.EventType, _ reason: String, _ message: String) {
        let pod = pod
        let list =
            pod.spec.initContainers[named: container] != nil
            ? "initContainers" : pod.spec.containers[named: container] != nil ? "containers" : "ephemeralContainers"
        context.recorder.record(pod, type, reason, message, fieldPath: "spec.\(list){\(container)}")
    }

    func publish(_ observation: PodObservation, isRemoved: Bool) {
        let now = context.clock.now
        let (pod, status, gone) = state.withLock { state in
            let builder = PodStatusBuilder(
                pod: Self.current(state.pod, context.statuses.latest(state.pod.metadata.uid)), observation: observation,
                probes: state.probes,
                waiting: state.waiting, messages: state.messages, failure: state.failure, isRefused: state.isRefused,
                isEvicted: state.isEvicted, record: state.record,
                resize: state.resize, isResetting: state.isResetting, hostIPs: context.agent.addresses,
                runtimeName: context.runtimeName, now: now)
            return (state.pod, builder.status(), state.isRemoved)
        }
        if !gone { context.statuses.set(pod, status, isRemoved: isRemoved) }
    }

    /// The pod with the newest status of our own: the API's may lag behind what was just written.
    private static func current(_ pod: Pod, _ status: PodStatus?) -> Pod {
        guard let status else { return pod }
        var pod = pod
        let foreign = pod.status.conditions.filter { condition in
            !ownConditions.contains(condition.type) && !status.conditions.contains { $0.type == condition.type }
        }
        var merged = status
        for condition in pod.status.conditions {
            // Conditions that are not the agent's are always the API's.
            if !Self.ownConditions.contains(condition.type), let index = merged.conditions.firstIndex(where: { $0.type == condition.type })
            {
                merged.conditions[index] = condition
            }
        }
        merged.conditions.append(contentsOf: foreign)
        pod.status = merged
        return pod
    }

    private static let ownConditions: Set<String> = [
        "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready", "PodScheduled",
        ResizeStatus.pendingType, ResizeStatus.progressType, "AllContainersRestarting",
    ]

    var configuration: PodConfiguration { configuration(of: pod) }

    func configuration(of pod: Pod) -> PodConfiguration {
        PodConfiguration(
            pod: pod, agent: context.agent, memoryCapacity: context.machine.memoryBytes, hostDNS: context.hostDNS,
            swapCapacity: context.cgroups?.limitsSwap == true ? context.machine.swapBytes : nil)
    }
}
