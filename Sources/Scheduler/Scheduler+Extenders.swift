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
            selection.take(verdict, of: extender, cycle)
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
        case .failure(let nobody): return .nobody(nobody)
        case .success(let found): candidates = found
        }
        guard let pod = pods.get(cycle.pod.key) else { return .nobody(.init(message: "preemption: the pod is gone.")) }
        for extender in extenders where !candidates.isEmpty {
            do {
                candidates = try await extender.preempt(
                    pod, candidates, victims: { name in cycle.positions[name].map { Array(cycle.nodes[$0].pods.values) } ?? [] },
                    object: { self.pods.get($0.key) })
                guard extender.isIgnorable || candidates.allSatisfy({ !$0.victims.isEmpty }) else {
                    return .nobody(
                        .init(message: "preemption: extender \(extender.url) names nodes without a victim", isError: true))
                }
                candidates.removeAll { $0.victims.isEmpty }
            } catch {
                guard extender.isIgnorable else { return .nobody(.init(message: "preemption: \(error)", isError: true)) }
                logger.warning("skipping extender \(extender.url): \(error)")
            }
        }
        // The words are upstream's, for extenders that leave nothing.
        guard let best = preemption.best(of: candidates) else {
            return .nobody(.init(message: "preemption: no candidate node for preemption"))
        }
        return .candidate(best)
    }
}
