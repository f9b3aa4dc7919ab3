import Core
import KubernetesAPI

/// Who must leave so that a more important pod finds a place (`DefaultPreemption`): pure.
package struct Preemption {
    /// What a PodDisruptionBudget still allows.
    package struct Budget: Sendable {
        package let namespace: String
        package let selector: CompiledSelector
        package let allowed: Int
        /// Pods whose disruption is counted already.
        package let disrupted: Set<String>

        package init(_ budget: PodDisruptionBudget) {
            namespace = budget.metadata.namespace
            // To the scheduler a budget with an empty selector is for no pod, other than to evictions.
            let compiled = CompiledSelector(budget.spec.selector)
            selector = compiled.requirements.isEmpty ? CompiledSelector(nil) : compiled
            allowed = budget.status.disruptionsAllowed ?? 0
            disrupted = Set(budget.status.disruptedPods.keys)
        }
    }

    /// A node and the pods that must leave it, the most important first.
    package struct Candidate {
        package let node: String
        package let victims: [PodState]
        package let violations: Int

        package init(node: String, victims: [PodState], violations: Int) {
            self.node = node
            self.victims = victims
            self.violations = violations
        }

        /// Whether all who have to leave are leaving already: nobody needs to be told.
        package var isUnderWay: Bool { victims.allSatisfy(\.isTerminating) }
    }

    package enum Outcome {
        case candidate(Candidate)
        case nobody(Nobody)
    }

    private let profile: Profile
    private let nominated: NominatedPods
    private let budgets: [Budget]
    private let startTime: (PodState) -> String

    /// - Parameter startTime: when a pod was started, as its status has it; empty: it was not yet.
    package init(
        profile: Profile, nominated: NominatedPods, budgets: [Budget], startTime: @escaping (PodState) -> String = { $0.startTime }
    ) {
        self.profile = profile
        self.nominated = nominated
        self.budgets = budgets
        self.startTime = startTime
    }

    /// The pods in the order of their importance: by priority, then by age. Those that were not started yet are the youngest.
    private func ordered(_ pods: some Sequence<PodState>) -> [PodState] {
        let timed = pods.map { (pod: $0, start: start(of: $0)) }
        return timed.sorted { left, right in
            left.pod.priority == right.pod.priority ? left.start < right.start : left.pod.priority > right.pod.priority
        }.map(\.pod)
    }

    private func start(of pod: PodState) -> String {
        let time = startTime(pod)
        return time.isEmpty ? "~" : time  // Beyond every digit.
    }

    /// - Parameter random: given a count, a number below it: where to begin, so that the same nodes are not always robbed.
    package func find(_ cycle: SchedulingCycle, _ diagnosis: Diagnosis, random: (Int) -> Int) -> Outcome {
        switch candidates(cycle, diagnosis, random: random) {
        case .failure(let nobody): return .nobody(nobody)
        case .success(let candidates):
            guard let best = best(of: candidates) else { return .nobody(Nobody(message: "preemption: no candidate is left.")) }
            return .candidate(best)
        }
    }

    /// Nobody's leaving would help, in upstream's words.
    package struct Nobody: Error {
        package let message: String
        /// The words of other plugins are not told beside it.
        package let isError: Bool

        package init(message: String, isError: Bool = false) {
            self.message = message
            self.isError = isError
        }
    }

    /// The nodes where somebody's leaving would help, each with who it is; at least one.
    package func candidates(
        _ cycle: SchedulingCycle, _ diagnosis: Diagnosis, random: (Int) -> Int
    ) -> Result<[Candidate], Nobody> {
        let pod = cycle.pod
        func nobody(_ message: String, isError: Bool = false) -> Result<[Candidate], Nobody> {
            .failure(Nobody(message: message, isError: isError))
        }
        guard pod.mayPreempt else { return nobody("preemption: not eligible due to preemptionPolicy=Never.") }
        if !pod.nominatedNode.isEmpty, let position = cycle.positions[pod.nominatedNode],
            diagnosis.resolvable.contains(position)
        {
            let waits = cycle.nodes[position].pods.values.contains { $0.isPreempted && $0.priority < pod.priority }
            if waits { return nobody("preemption: not eligible due to a terminating pod on the nominated node.") }
        }
        let count = cycle.nodes.count
        var reasons: [String: Int] = [:]
        /// Nodes that would do as they are: only an extender is against them.
        var willing: [String] = []
        let hopeless = count - diagnosis.resolvable.count
        if hopeless > 0 { reasons["Preemption is not helpful for scheduling"] = hopeless }
        var candidates: [Candidate] = []
        if !diagnosis.resolvable.isEmpty {
            // Some of the nodes are choice enough.
            let enough = min(diagnosis.resolvable.count, max(profile.preemptionMinimum, count * profile.preemptionShare / 100))
            let start = random(diagnosis.resolvable.count)
            for index in diagnosis.resolvable.indices {
                let position = diagnosis.resolvable[(start + index) % diagnosis.resolvable.count]
                switch victims(on: position, cycle) {
                case .success(let candidate): candidates.append(candidate)
                case .failure(let refusal):
                    if refusal.rejection.reasons.isEmpty { willing.append(cycle.nodes[position].name) }
                    for reason in refusal.rejection.reasons { reasons[reason, default: 0] += 1 }
                }
                if candidates.count >= enough, candidates.contains(where: { $0.violations == 0 }) { break }
            }
        }
        guard !candidates.isEmpty else {
            guard willing.isEmpty else {
                let texts = willing.sorted().map { "expected at least one victim pod on node \"\($0)\"" }
                return nobody("preemption: \(texts.count > 1 ? "[\(texts.joined(separator: ", "))]" : texts[0])", isError: true)
            }
            let list = reasons.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
            return nobody("preemption: 0/\(count) nodes are available: \(list).")
        }
        return .success(candidates)
    }

    private func victims(on position: Int, _ original: SchedulingCycle) -> Result<Candidate, Profile.Refusal> {
        let pod = original.pod
        func refused(_ reason: String) -> Result<Candidate, Profile.Refusal> {
            .failure(Profile.Refusal(plugin: "DefaultPreemption", rejection: .final(reason)))
        }
        let node = original.nodes[position].copy()
        let removable = ordered(node.pods.values.filter { $0.priority < pod.priority })
        guard !removable.isEmpty else { return refused("No preemption victims found for incoming pod") }
        for victim in removable { node.remove(victim) }
        let cycle = original.replacing(position, by: node)
        if let refusal = profile.refusal(position, cycle, nominated) { return .failure(refusal) }
        let (protected, others) = split(removable)
        var leaving: [PodState] = []
        var violations = 0
        for victim in protected + others {
            node.add(victim)
            // `cycle` holds the same node: what the plugins prepare is computed anew.
            guard profile.refusal(position, cycle, nominated) != nil else { continue }
            node.remove(victim)
            leaving.append(victim)
        }
        violations = leaving.count { victim in protected.contains { $0.uid == victim.uid } }
        guard !leaving.isEmpty else { return .failure(Profile.Refusal(plugin: "DefaultPreemption", rejection: .final())) }
        return .success(Candidate(node: node.name, victims: ordered(leaving), violations: violations))
    }

    /// Those whose leaving a budget forbids, and the others; each in the order of importance.
    private func split(_ pods: [PodState]) -> (protected: [PodState], others: [PodState]) {
        guard !budgets.isEmpty else { return ([], pods) }
        var left = budgets.map(\.allowed)
        var protected: [PodState] = []
        var others: [PodState] = []
        for pod in pods {
            var isProtected = false
            for (index, budget) in budgets.enumerated()
            where budget.namespace == pod.key.namespace && !pod.labels.isEmpty && budget.selector.matches(pod.labels) {
                if budget.disrupted.contains(pod.key.name) { continue }
                left[index] -= 1
                if left[index] < 0 { isProtected = true }
            }
            if isProtected { protected.append(pod) } else { others.append(pod) }
        }
        return (protected, others)
    }

    /// Fewest broken budgets; then the least important most important victim, the least sum of priorities, the fewest victims, and
    /// the latest start among the most important.
    package func best(of candidates: [Candidate]) -> Candidate? { candidates.min { isBetter($0, than: $1) } }

    package func isBetter(_ left: Candidate, than right: Candidate) -> Bool {
        func key(_ candidate: Candidate) -> (Int, Int, Int, Int) {
            (
                candidate.violations, candidate.victims[0].priority,
                // Priorities may be negative: shifted, so that more victims never weigh less.
                candidate.victims.reduce(0) { $0 + $1.priority + Int(Int32.max) + 1 }, candidate.victims.count
            )
        }
        func earliest(_ candidate: Candidate) -> String {
            candidate.victims.filter { $0.priority == candidate.victims[0].priority }.map(start).min() ?? ""
        }
        let (one, two) = (key(left), key(right))
        return one == two ? earliest(left) > earliest(right) : one < two
    }
}
