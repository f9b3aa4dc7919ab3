import Core
import KubernetesAPI
import Values

/// Places the pods of a group together (KEP 4671, upstream's pod group scheduling cycle).
extension Scheduler {
    /// Upstream's words.
    private static let unschedulable = "pod group is unschedulable"
    private static let tooFew = "pod group is unschedulable, waiting for minCount pods from a gang to be scheduled"
    private static let waiting = "pod group is unschedulable, pod group is waiting for preemption to complete"

    /// Tries all waiting pods of a group of which one has come up; `perform` runs what must be written of the outcome.
    func attempt(
        _ group: ObjectKey, beginningWith first: (pod: PodState, attempts: Int), _ state: inout Decisions, _ start: inout Int,
        perform: (@escaping @Sendable () async -> Void) -> Void
    ) async {
        guard let policy = state.groups?.policy(of: group), state.groups?.isReady(group) == true else { return state.hold(first.pod) }
        var pods = [first] + state.takeOthers(of: group, besides: first.pod)
        let since = Dictionary(pods.map { ($0.pod.uid, state.queue.firstSeen(uid: $0.pod.uid)) }, uniquingKeysWith: { one, _ in one })
        pods.sort { left, right in
            if left.pod.priority != right.pod.priority { return left.pod.priority > right.pod.priority }
            let (one, two) = (since[left.pod.uid] ?? nil, since[right.pod.uid] ?? nil)
            if let one, let two, one != two { return one < two }
            return left.pod.key < right.pod.key
        }
        let begin = tick
        // Those that are being bound count, though the group may not say so yet.
        let isSettled = state.placedCount(of: group) >= max(1, policy.minimum)
        let name = pods[0].pod.schedulerName
        var trial = GroupTrial()
        var fault = profiles[name] == nil ? "profile not found for scheduler name \"\(name)\"" : nil
        if let other = pods.first(where: { $0.pod.schedulerName != name }) {
            fault =
                "all pods in a single pod group should have the same .spec.schedulerName set, got: \"\(name)\" and "
                + "\"\(other.pod.schedulerName)\""
        }
        guard let profile = profiles[name], fault == nil else {
            for (pod, attempts) in pods { trial.add(pod, attempts: attempts, .broken(message: fault ?? ""), promise: nil, to: &state) }
            return conclude(group, isSettled, trial, .broken(fault ?? ""), profiles[name] ?? .standard, &state, since: begin, perform)
        }
        for (pod, attempts) in pods {
            let promise = state.nominated.node(of: pod.uid)
            let fate = await fate(of: pod, profile, &state, &start)
            trial.add(pod, attempts: attempts, fate, promise: promise, to: &state)
            if case .broken = fate { break }
        }
        // Those that were not reached when something broke fail with the others.
        for (pod, attempts) in pods.dropFirst(trial.members.count) {
            trial.add(pod, attempts: attempts, .failed(message: "", plugins: []), promise: nil, to: &state)
        }
        let verdict = trial.verdict(policy, placed: state.placedCount(of: group))
        if verdict != .bind { trial.takeBack(from: &state) }
        conclude(group, isSettled, trial, verdict, profile, &state, since: begin, perform)
    }

    /// What becomes of one pod, and counts it where it would be.
    private func fate(of pod: PodState, _ profile: Profile, _ state: inout Decisions, _ start: inout Int) async -> GroupTrial.Fate {
        if !pod.resourceClaims.isEmpty, profile.usesDevices, let obstacle = DynamicResources.obstacle(pod, state.cluster.devices) {
            return .failed(message: obstacle, plugins: [DynamicResources.name])
        }
        let cycle = state.cluster.cycle(for: pod, start: start)
        let asked = interested(in: pod)
        let outcome: Profile.Outcome
        do {
            outcome = try await examine(cycle, profile, state.nominated, asking: asked)
        } catch { return .broken(message: "running extender: \(error)") }
        if !cycle.nodes.isEmpty { start = (start + outcome.examined) % cycle.nodes.count }
        switch outcome.placement {
        case .node(let node):
            let devices = pod.mayNeedDevices && profile.usesDevices ? state.reserveDevices(pod, on: node) : []
            let volumes = state.assume(pod, on: node)
            return .placed(node: node, devices: devices, volumes: volumes)
        case .none(let message):
            guard let diagnosis = outcome.diagnosis else { return .failed(message: message, plugins: []) }
            guard profile.preempts, !cycle.nodes.isEmpty else { return .failed(message: message, plugins: diagnosis.plugins) }
            switch await victims(cycle, profile, diagnosis, state, asking: asked) {
            case .nobody(let nobody):
                let why = nobody.message
                if why.contains("terminating pod"), let node = cycle.nodes.first(where: { $0.name == pod.nominatedNode }) {
                    // Those that leave for it have not left yet.
                    let leaving = node.pods.values.filter { $0.isPreempted && $0.priority < pod.priority }
                    return .promised(Preemption.Candidate(node: node.name, victims: leaving, violations: 0), diagnosis)
                }
                return .failed(message: diagnosis.message(after: why), plugins: diagnosis.plugins)
            case .candidate(let candidate): return .promised(candidate, diagnosis)
            }
        }
    }

    /// Does to the pods and the group what the verdict says. One that had its place (`isSettled`) keeps that, whatever becomes of pods that
    /// come later.
    private func conclude(
        _ group: ObjectKey, _ isSettled: Bool, _ trial: GroupTrial, _ verdict: GroupTrial.Verdict, _ profile: Profile,
        _ state: inout Decisions,
        since begin: Timestamp, _ perform: (@escaping @Sendable () async -> Void) -> Void
    ) {
        // Whatever helps one pod helps all: they are tried together.
        var hints = trial.members.reduce(into: ClusterChange()) { hints, member in
            if !member.fate.plugins.isEmpty { hints.formUnion(profile.hints(of: member.fate.plugins)) }
        }
        if verdict == .wait { hints.insert(.podGone) }
        if case .broken = verdict { hints = .all }
        for member in trial.members {
            let pod = member.pod
            if verdict == .bind, case .placed(let node, let devices, let volumes) = member.fate {
                metrics.attempt("scheduled", profile.schedulerName, tick - begin)
                let since = state.queue.firstSeen(uid: pod.uid) ?? begin
                let binder = interested(in: pod).first { !$0.bindVerb.isEmpty }
                let attempts = member.attempts
                perform { await self.bind(pod, to: node, volumes, devices, profile, by: binder, attempts: attempts, since: since) }
                continue
            }
            let (message, nominated) = explanation(of: member, verdict)
            var isBroken = false
            if case .broken = verdict { isBroken = true }
            metrics.attempt(isBroken ? "error" : "unschedulable", profile.schedulerName, tick - begin)
            if verdict == .wait, let node = nominated, !node.isEmpty {
                if case .promised(let candidate, _) = member.fate {
                    let displaced = state.nominated.promise(candidate, to: pod)
                    let name = profile.schedulerName
                    if !candidate.isUnderWay { perform { await self.preempt(pod, candidate, displaced, schedulerName: name) } }
                } else {
                    for other in state.nominated.lessImportant(on: node, than: pod) { state.nominated.remove(uid: other.uid) }
                    state.nominated.set(pod, node: node)
                }
            } else if nominated == "" {
                state.nominated.remove(uid: pod.uid)
            }
            state.queue.failed(pod, hints: hints, plugins: member.fate.plugins, now: tick)
            perform { await self.report(pod, message, nominated: nominated) }
        }
        guard !isSettled || verdict == .bind else { return }
        switch verdict {
        case .bind: perform { await self.report(group, isScheduled: true, reason: "Scheduled", message: "") }
        case .wait: perform { await self.report(group, isScheduled: false, reason: "Unschedulable", message: Self.waiting) }
        case .giveUp: perform { await self.report(group, isScheduled: false, reason: "Unschedulable", message: Self.unschedulable) }
        case .broken(let text): perform { await self.report(group, isScheduled: false, reason: "SchedulerError", message: text) }
        }
    }

    /// What a pod is told that is not bound, and where it is promised a place (nil: nothing new, "": nowhere any more).
    private func explanation(of member: GroupTrial.Member, _ verdict: GroupTrial.Verdict) -> (message: String, nominated: String?) {
        let withdrawn = member.pod.nominatedNode.isEmpty ? nil : ""
        if case .broken(let text) = verdict { return (text, withdrawn) }
        switch member.fate {
        case .failed(let message, _): return (message, withdrawn)
        case .broken(let message): return (message, withdrawn)
        case .placed(let node, _, _): return verdict == .wait ? (Self.waiting, node) : (Self.tooFew, withdrawn)
        case .promised(let candidate, let diagnosis):
            return verdict == .wait ? (diagnosis.message(), candidate.node) : (Self.tooFew, withdrawn)
        }
    }

    /// Says on the group how it fared.
    private func report(_ key: ObjectKey, isScheduled: Bool, reason: String, message: String) async {
        guard let group = podGroups?.get(key) else { return }
        let type = "PodGroupScheduled"
        let status = isScheduled ? "True" : "False"
        let current = group.status.conditions.first { $0.type == type }
        if current?.status == "True", !isScheduled { return }
        guard current?.status != status || current?.reason != reason || current?.message != message else { return }
        let transition = current?.status == status ? current?.lastTransitionTime ?? clock.now.rfc3339 : clock.now.rfc3339
        let condition: Value = [
            "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": .string(transition), "observedGeneration": .int(Int64(group.metadata.generation ?? 0)),
        ]
        let patch: Value = ["metadata": ["uid": .string(group.metadata.uid)], "status": ["conditions": [condition]]]
        do {
            _ = try await client.patch(PodGroup.self, key, .strategicMerge, patch, subresource: "status")
        } catch {
            guard (error as? APIError)?.reason != .notFound, !Task.isCancelled else { return }
            logger.warning("cannot write how pod group \(key) fared: \(error)")
        }
    }
}
