import Core
import JSON
import KubernetesAPI
import Linux
import Reconcile
import Runtime

/// Changing what a pod has while it runs: https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/
extension PodWorker {
    /// The pod as it is wanted, where that differs from what it was granted; nil when there is nothing to decide.
    var wish: (pod: Pod, rank: ResizeRank)? {
        guard !hasEnded else { return nil }
        return state.withLock { state in
            guard !state.isRemoved, state.desired.metadata.deletionTimestamp.isEmpty,
                PodAllocation(state.desired) != state.record.allocated
            else { return nil }
            let since = state.resize.pending?.since ?? context.clock.now
            return (state.desired, ResizeRank(state.desired, allocated: state.pod, since: since))
        }
    }

    /// The node has room for what is wanted: the worker's next pass begins to bring it about.
    func grant() {
        let now = context.clock.now
        let pod = state.withLock { state in
            state.record.allocated = PodAllocation(state.desired)
            state.pod = state.desired
            state.resize.pending = nil
            state.resize.progress = ResizeStatus.Entry(generation: Int64(state.desired.metadata.generation ?? 0), since: now)
            state.resizeRetry = nil
            state.resizeFailures = 0
            return state.pod
        }
        let text = ResizeStatus.text("Pod resize started", pod, generation: Int64(pod.metadata.generation ?? 0))
        context.recorder.record(pod, .normal, "ResizeStarted", text)
        wake()
    }

    /// The node has no room now; the pod keeps what it has, and is asked again when something changes.
    func postpone(_ reason: String, _ message: String) {
        let now = context.clock.now
        let (isNew, pod, generation) = state.withLock { state in
            let generation = Int64(state.desired.metadata.generation ?? 0)
            let known = state.resize.pending
            state.resize.pending = ResizeStatus.Entry(
                reason: "Deferred", message: message, generation: generation, since: known?.since ?? now)
            return (known?.reason != "Deferred" || known?.generation != generation, state.desired, generation)
        }
        if isNew {
            let text = ResizeStatus.text("Pod resize \(reason)", pod, generation: generation, error: message)
            context.recorder.record(pod, .warning, "ResizeDeferred", text)
        }
        wake()
    }

    /// What the planner has to know of a resize.
    static func resizePlan(_ state: State, _ observation: PodObservation) -> ResizePlan {
        let running = observation.containers.compactMap { name, instances in instances.first?.state == .running ? name : nil }
        return ResizePlan(state.pod, state.record, running: Set(running))
    }

    /// Brings the pod's control group and its running containers to what was granted; containers that must start anew are left out.
    ///
    /// The group grows before its containers and shrinks after them: the kernel holds no child to more than its parent.
    func resize(_ observation: PodObservation) async throws {
        let (pod, record, plan) = state.withLock { ($0.pod, $0.record, Self.resizePlan($0, observation)) }
        try await save(record)
        guard let cgroups = context.cgroups else {
            try await update(plan.updates, pod, record.allocated, observation)
            return try await settle(record, observation)
        }
        let group = PodResources.cgroup(pod, root: context.agent.cgroupRoot)
        let updated = plan.updates.compactMap { name in observation.current(name).map { (name, $0.id) } }
        let usage = try await BlockingPool.files.run {
            var usage: [String: Int] = [:]
            usage[""] = cgroups.usage(group)?.memoryBytes
            for (name, id) in updated { usage[name] = cgroups.usage("\(group)/\(id)")?.memoryBytes }
            return usage
        }
        if let refusal = ResizePlan.refusal(pod, record, updates: plan.updates, usage: usage) {
            throw ResizeFailure(description: refusal)
        }
        let was = PodResources.podLimits(record.group.applied(to: pod))
        let wanted = PodResources.podLimits(pod)
        if plan.isGroupStale {
            try await BlockingPool.files.run { try cgroups.apply(was.raised(to: wanted), to: group) }
            state.withLock { $0.raised = record.allocated }
        }
        try await update(plan.updates, pod, record.allocated, observation)
        if plan.isGroupStale, plan.restarts.isEmpty, state.withLock({ $0.restarting.isEmpty }) {
            try await BlockingPool.files.run { try cgroups.apply(wanted, to: group) }
        }
        try await settle(record, observation)
    }

    private func update(_ names: [String], _ pod: Pod, _ allocated: PodAllocation, _ observation: PodObservation) async throws {
        for name in names {
            guard let container = pod.container(named: name), let id = observation.current(name)?.id else { continue }
            try await context.runtime.updateResources(
                id, PodResources.container(container, pod, capacity: context.machine.memoryBytes))
            try await noteStarted(name, with: allocated)
        }
    }

    /// Notes that the group is as it shall be, unless containers are still to start anew.
    private func settle(_ record: ResourceRecord, _ observation: PodObservation) async throws {
        let saved = state.withLock { state -> ResourceRecord in
            if Self.resizePlan(state, observation).restarts.isEmpty, state.restarting.isEmpty { state.record.group = record.allocated }
            return state.record
        }
        try await save(saved)
    }

    /// A step of a resize that cannot be done now: the text of the pod's condition.
    struct ResizeFailure: Error, CustomStringConvertible { let description: String }

    func noteResizeFailure(_ error: any Error) {
        let now = context.clock.now
        let (isNew, pod, generation) = state.withLock { state in
            state.resizeFailures += 1
            state.resizeRetry = now + Backoff(base: .seconds(1), limit: .seconds(60)).delay(failures: state.resizeFailures)
            let known = state.resize.progress
            let generation = known?.generation ?? Int64(state.pod.metadata.generation ?? 0)
            state.resize.progress = ResizeStatus.Entry(
                reason: "Error", message: "\(error)", generation: generation, since: known?.since ?? now)
            return (known?.reason != "Error", state.pod, generation)
        }
        guard isNew else { return }
        let text = ResizeStatus.text("Pod resize error", pod, generation: generation, error: "\(error)")
        context.recorder.record(pod, .warning, "ResizeError", text)
    }

    /// Ends the condition of a resize once everything that runs has what was granted.
    func noteResizeEnd(_ observation: PodObservation) {
        let ended = state.withLock { state -> (Pod, Int64)? in
            guard let progress = state.resize.progress, state.restarting.isEmpty, Self.resizePlan(state, observation).isEmpty else {
                return nil
            }
            state.resize.progress = nil
            state.resizeFailures = 0
            return (state.pod, progress.generation)
        }
        guard let (pod, generation) = ended else { return }
        context.recorder.record(pod, .normal, "ResizeCompleted", ResizeStatus.text("Pod resize completed", pod, generation: generation))
    }

    /// Notes what a container was started with.
    func noteStarted(_ name: String, with allocated: PodAllocation) async throws {
        let (record, isNew) = state.withLock { state in
            let old = state.record
            var given = state.record
            given.allocated = allocated
            given.setActuated(name)
            state.record.containers[name] = given.containers[name]
            return (state.record, state.record != old)
        }
        if isNew { try await save(record) }
    }

    /// Keeps the record where the next agent finds it.
    func save(_ record: ResourceRecord) async throws {
        let path = Self.recordPath(context.agent, pod.metadata.uid)
        let text = JSONWriter.string(record.stored)
        try await BlockingPool.files.run {
            try Files.write(text, to: path + ".new")
            try Files.move(path + ".new", to: path)
        }
    }

    static func recordPath(_ agent: NodeAgentConfiguration, _ uid: String) -> String { "\(agent.podsDirectory)/\(uid)/resources.json" }
}
