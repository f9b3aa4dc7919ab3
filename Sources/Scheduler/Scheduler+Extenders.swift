import Core
import KubernetesAPI
import Values

/// Asks extenders, in their order, about what the plugins found.
extension Scheduler {
    /// As `Profile.attempt`, with the extenders' say. Throws what one that may not be ignored answered.
    func attempt(
        _ cycle: SchedulingCycle, _ profile: Profile, _ nominated: NominatedPods, asking extenders: [Extender]
    ) async throws -> Profile.Outcome {
        var selection = profile.select(cycle, nominated: nominated)
        guard let pod = pods.get(cycle.pod.key) else { return selection.failure }
        try await filter(&selection, cycle, pod, extenders)
        if selection.candidates.isEmpty, nominated.position(of: cycle.pod.uid, in: cycle) != nil {
            // The node that was promised will not do: then any other.
            selection = profile.select(cycle, nominated: NominatedPods())
            try await filter(&selection, cycle, pod, extenders)
        }
        guard !selection.candidates.isEmpty else { return selection.failure }
        var extra: [Int64] = []
        if selection.candidates.count > 1 { extra = await scores(selection.candidates.map { cycle.nodes[$0].name }, pod, extenders) }
        let chosen = profile.choose(selection.candidates, cycle, extra: extra, tieBreaker: random)
        return Profile.Outcome(placement: .node(cycle.nodes[chosen].name), examined: selection.examined)
    }

    private func filter(
        _ selection: inout Profile.Selection, _ cycle: SchedulingCycle, _ pod: Pod, _ extenders: [Extender]
    ) async throws {
        for extender in extenders where !extender.filterVerb.isEmpty && !selection.candidates.isEmpty {
            let names = selection.candidates.map { cycle.nodes[$0].name }
            let verdict: Extender.Verdict
            do {
                verdict = try await extender.filter(pod, names.compactMap { nodes.get(ObjectKey(name: $0)) })
            } catch {
                guard extender.isIgnorable, !(error is CancellationError) else { throw error }
                logger.warning("skipping extender \(extender.url): \(error)")
                continue
            }
            let left = Set(verdict.nodes)
            for position in selection.candidates where !left.contains(cycle.nodes[position].name) {
                let name = cycle.nodes[position].name
                selection.diagnosis.reasons[verdict.failed[name] ?? "node(s) were refused by extender \(extender.url)", default: 0] += 1
                selection.diagnosis.plugins.insert(extender.url)
                if !verdict.unresolvable.contains(name) { selection.diagnosis.resolvable.append(position) }
            }
            selection.candidates.removeAll { !left.contains(cycle.nodes[$0].name) }
        }
    }

    /// What the extenders add to the scores of nodes, in their order. Those that cannot be asked have nothing to add.
    private func scores(_ names: [String], _ pod: Pod, _ extenders: [Extender]) async -> [Int64] {
        let objects = names.compactMap { nodes.get(ObjectKey(name: $0)) }
        var total: [String: Int64] = [:]
        await withTaskGroup(of: [String: Int64].self) { group in
            for extender in extenders where !extender.prioritizeVerb.isEmpty {
                group.addTask {
                    do { return try await extender.prioritize(pod, objects) } catch {
                        self.logger.warning("extender \(extender.url) does not rank nodes for pod \(pod.key): \(error)")
                        return [:]
                    }
                }
            }
            for await scores in group { total.merge(scores, uniquingKeysWith: +) }
        }
        return names.map { total[$0] ?? 0 }
    }

    /// As `Preemption.find`, with the extenders' say about the candidates.
    func find(
        _ preemption: Preemption, _ cycle: SchedulingCycle, _ diagnosis: Diagnosis, asking extenders: [Extender]
    ) async -> Preemption.Outcome {
        var candidates: [Preemption.Candidate]
        switch preemption.candidates(cycle, diagnosis, random: random) {
        case .failure(let nobody): return .nobody(message: nobody.message)
        case .success(let found): candidates = found
        }
        guard let pod = pods.get(cycle.pod.key) else { return .nobody(message: "preemption: the pod is gone.") }
        let positions = Dictionary(cycle.nodes.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        for extender in extenders where !candidates.isEmpty {
            do {
                candidates = try await extender.preempt(
                    pod, candidates, victims: { name in positions[name].map { Array(cycle.nodes[$0].pods.values) } ?? [] },
                    object: { self.pods.get($0.key) })
            } catch {
                guard extender.isIgnorable else { return .nobody(message: "preemption: \(error).") }
                logger.warning("skipping extender \(extender.url): \(error)")
            }
        }
        guard let best = Preemption.best(of: candidates.filter { !$0.victims.isEmpty }) else {
            return .nobody(message: "preemption: the extenders leave no candidate.")
        }
        return .candidate(best)
    }
}
