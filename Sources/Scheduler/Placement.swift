/// Where a pod goes, or why it goes nowhere.
package enum Placement: Equatable {
    case node(String)
    /// The text of the pod's `PodScheduled` condition and of its FailedScheduling event.
    case none(message: String)
}

/// Why no node would do: what the pod is told, and what preemption starts from.
package struct Diagnosis {
    package var nodeCount: Int
    /// How many nodes each reason ruled out.
    package var reasons: [String: Int] = [:]
    /// A plugin ruled everything out at once, in these words.
    package var general: [String]?
    /// Nodes from which taking pods away may help, by position.
    package var resolvable: [Int] = []
    /// The plugins that ruled something out.
    package var plugins: Set<String> = []

    /// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable." with the reasons in the order of their text.
    package func message(after: String = "") -> String {
        guard nodeCount > 0 else { return "no nodes available to schedule pods" }
        var text = "0/\(nodeCount) nodes are available:"
        if let general {
            text += " \(general.joined(separator: ", "))."
        } else if !reasons.isEmpty {
            text += " \(reasons.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", "))."
        }
        return after.isEmpty ? text : "\(text) \(after)"
    }
}

/// The plugins of one scheduling profile, in upstream's order and with its weights.
package struct Profile: Sendable {
    package var schedulerName = "default-scheduler"
    package var filters: [any FilterPlugin]
    package var scores: [(plugin: any ScorePlugin, weight: Int64)]
    /// Whether pods may make others leave (`DefaultPreemption`).
    package var preempts = true
    /// How many nodes preemption looks at: a share of all in percent, and at least so many (`DefaultPreemptionArgs`).
    package var preemptionShare = 10
    package var preemptionMinimum = 100
    /// How long claims may take to be bound and devices to get ready.
    package var volumeTimeout = Duration.seconds(600)
    package var deviceTimeout = Duration.seconds(600)
    /// How many of the nodes that fit are ranked; 0: upstream's rule, which asks for fewer the more there are.
    package var percentageOfNodesToScore = 0

    package static let standard = Profile(
        filters: [
            NodeUnschedulable(), NodeName(), TaintToleration(), NodeAffinity(), NodePorts(), NodeResourcesFit(), VolumeRestrictions(),
            NodeVolumeLimits(), VolumeBinding(), VolumeZone(), PodTopologySpread(), InterPodAffinity(),
            DynamicResources(), NodeDeclaredFeatures(),
        ],
        scores: [
            (TaintToleration(), 3), (NodeAffinity(), 2), (NodeResourcesFit(), 1), (PodTopologySpread(), 2), (InterPodAffinity(), 2),
            (DynamicResources(), 2), (NodeResourcesBalancedAllocation(), 1), (ImageLocality(), 1),
        ])

    /// The outcome of one attempt.
    package struct Outcome {
        package var placement: Placement
        /// How many nodes were looked at: the next pod begins after them.
        package var examined: Int
        /// Set when there is no node.
        package var diagnosis: Diagnosis?
    }

    /// Chooses a node; see `attempt`.
    package func place(_ cycle: SchedulingCycle, tieBreaker: (Int) -> Int) -> Placement { attempt(cycle, tieBreaker: tieBreaker).placement }

    /// Chooses a node: filters in order, then the highest weighted score; among equals the one `tieBreaker` picks.
    /// - Parameter tieBreaker: given a count, a number below it.
    package func attempt(
        _ cycle: SchedulingCycle, nominated: NominatedPods = NominatedPods(), tieBreaker: (Int) -> Int
    ) -> Outcome {
        let selection = select(cycle, nominated: nominated)
        guard !selection.candidates.isEmpty else { return selection.failure }
        let chosen = choose(selection.candidates, cycle, tieBreaker: tieBreaker)
        return Outcome(placement: .node(cycle.nodes[chosen].name), examined: selection.examined)
    }

    /// The nodes that fit, as many as are wanted, by position.
    package struct Selection {
        package var candidates: [Int] = []
        package var examined = 0
        package var diagnosis: Diagnosis

        var failure: Outcome {
            Outcome(placement: .none(message: diagnosis.message()), examined: examined, diagnosis: diagnosis)
        }
    }

    /// Of nodes that fit the one with the highest weighted score, `extra` added; among equals the one `tieBreaker` picks.
    func choose(_ candidates: [Int], _ cycle: SchedulingCycle, extra: [Int64] = [], tieBreaker: (Int) -> Int) -> Int {
        candidates.count == 1 ? candidates[0] : best(of: candidates, cycle, extra, tieBreaker)
    }

    /// Filters in order. A node that was promised to the pod is enough, if it still does.
    package func select(_ cycle: SchedulingCycle, nominated: NominatedPods) -> Selection {
        var diagnosis = Diagnosis(nodeCount: cycle.nodes.count)
        guard !cycle.nodes.isEmpty else { return Selection(diagnosis: diagnosis) }
        let checks: [(name: String, check: NodeCheck)]
        let times = cycle.times
        var begin = ContinuousClock.now
        let preparation = prepare(cycle, times)
        if let times {
            if case .failure(let refusal) = preparation {
                times.add(.preFilter, .init(refusal.rejection), since: begin)
            } else {
                times.add(.preFilter, .success, since: begin)
            }
            begin = .now
        }
        switch preparation {
        case .success(let prepared): checks = prepared
        case .failure(let rejection):
            diagnosis.general = rejection.rejection.reasons
            diagnosis.plugins = [rejection.plugin]
            if !rejection.rejection.isUnresolvable { diagnosis.resolvable = Array(cycle.nodes.indices) }
            return Selection(diagnosis: diagnosis)
        }
        let wanted = Self.wanted(of: cycle.nodes.count, percentage: percentageOfNodesToScore)
        let named = named(cycle, &diagnosis)
        let count = named?.count ?? cycle.nodes.count
        var candidates: [Int] = []
        candidates.reserveCapacity(min(wanted, cycle.nodes.count))
        var examined = 0
        // A node that was promised to this pod comes first: if it still does, there is no need to look further.
        if let position = nominated.position(of: cycle.pod.uid, in: cycle),
            evaluate(position, cycle, checks, nominated) == nil
        {
            times?.add(.filter, .success, since: begin)
            return Selection(candidates: [position], diagnosis: diagnosis)
        }
        var refusals = [Int](repeating: 0, count: checks.count)
        while examined < count, candidates.count < wanted {
            let position = named?[examined] ?? (cycle.start + examined) % count
            examined += 1
            if let times, times.timesPlugins, examined <= AttemptTimes.timedNodes { time(cycle.nodes[position], checks, times) }
            guard let (check, plugin, rejection) = evaluate(position, cycle, checks, nominated) else {
                candidates.append(position)
                continue
            }
            if check < refusals.count { refusals[check] += 1 }
            for reason in rejection.reasons { diagnosis.reasons[reason, default: 0] += 1 }
            diagnosis.plugins.insert(plugin)
            if !rejection.isUnresolvable { diagnosis.resolvable.append(position) }
        }
        if let times {
            // Those after a plugin that objected were not asked.
            var asked = examined
            for (check, refused) in zip(checks, refusals) {
                times.evaluated(check.name, .filter, asked)
                asked -= refused
            }
            times.add(.filter, candidates.isEmpty ? .unschedulable : .success, since: begin)
        }
        return Selection(candidates: candidates, examined: examined, diagnosis: diagnosis)
    }

    /// Asks about a node once more, with an eye on the clock.
    private func time(_ node: NodeState, _ checks: [(name: String, check: NodeCheck)], _ times: AttemptTimes) {
        for (name, check) in checks {
            let begin = ContinuousClock.now
            let rejection = check(node)
            times.add(name, .filter, .init(rejection), since: begin)
            if rejection != nil { return }
        }
    }

    /// The positions of the only nodes to look at, when a plugin names them; the others are ruled out by it. nil: all.
    private func named(_ cycle: SchedulingCycle, _ diagnosis: inout Diagnosis) -> [Int]? {
        var names: Set<String>?
        for plugin in filters {
            guard let own = plugin.named(by: cycle.pod) else { continue }
            names = names?.intersection(own) ?? own
            diagnosis.plugins.insert(type(of: plugin).name)
        }
        guard let names else { return nil }
        let positions = names.compactMap { cycle.positions[$0] }.sorted()
        if positions.count < cycle.nodes.count {
            let list = diagnosis.plugins.sorted().joined(separator: " ")
            diagnosis.reasons["node(s) didn't satisfy plugin(s) [\(list)]"] = cycle.nodes.count - positions.count
        }
        return positions
    }

    /// Why a pod does not fit a node as the cycle has it, nor with what was promised there (for dry runs); nil: it does.
    package func refusal(_ position: Int, _ cycle: SchedulingCycle, _ nominated: NominatedPods) -> Refusal? {
        let others = nominated.pods(on: cycle.nodes[position].name, besides: cycle.pod)
        guard !others.isEmpty else { return refusal(position, cycle) }
        let crowded = cycle.nodes[position].copy()
        for other in others { crowded.add(other) }
        return refusal(position, cycle.replacing(position, by: crowded)) ?? refusal(position, cycle)
    }

    private func refusal(_ position: Int, _ cycle: SchedulingCycle) -> Refusal? {
        switch prepare(cycle) {
        case .failure(let refusal): return refusal
        case .success(let checks):
            return reject(cycle.nodes[position], checks).map { Refusal(plugin: $0.plugin, rejection: $0.rejection) }
        }
    }

    package struct Refusal: Error {
        package let plugin: String
        package let rejection: Rejection
    }

    private func prepare(
        _ cycle: SchedulingCycle, _ times: AttemptTimes? = nil
    ) -> Result<[(name: String, check: NodeCheck)], Refusal> {
        var checks: [(name: String, check: NodeCheck)] = []
        checks.reserveCapacity(filters.count)
        for plugin in filters {
            let name = type(of: plugin).name
            let begin = times?.timesPlugins == true ? ContinuousClock.now : nil
            let work = plugin.prepare(cycle)
            times?.evaluated(name, .preFilter)
            if let times, let begin { times.add(name, .preFilter, .init(work), since: begin) }
            switch work {
            case .none: continue
            case .check(let check): checks.append((name, check))
            case .reject(let rejection): return .failure(Refusal(plugin: name, rejection: rejection))
            }
        }
        return .success(checks)
    }

    private typealias Objection = (check: Int, plugin: String, rejection: Rejection)

    private func reject(_ node: NodeState, _ checks: [(name: String, check: NodeCheck)]) -> Objection? {
        for index in checks.indices {
            if let rejection = checks[index].check(node) { return (index, checks[index].name, rejection) }
        }
        return nil
    }

    /// A node must do as it is, and also with the pods that made others leave it and matter as much as this one.
    private func evaluate(
        _ position: Int, _ cycle: SchedulingCycle, _ checks: [(name: String, check: NodeCheck)], _ nominated: NominatedPods
    ) -> Objection? {
        let node = cycle.nodes[position]
        guard !nominated.isEmpty else { return reject(node, checks) }
        let others = nominated.pods(on: node.name, besides: cycle.pod)
        guard !others.isEmpty else { return reject(node, checks) }
        let crowded = node.copy()
        for other in others { crowded.add(other) }
        let imagined = cycle.replacing(position, by: crowded)
        switch prepare(imagined) {
        case .failure(let refusal): return (checks.count, refusal.plugin, refusal.rejection)
        case .success(let imaginedChecks):
            if let rejection = reject(crowded, imaginedChecks) { return rejection }
            return reject(node, checks)
        }
    }

    private func best(of candidates: [Int], _ cycle: SchedulingCycle, _ extra: [Int64], _ tieBreaker: (Int) -> Int) -> Int {
        var totals = extra.isEmpty ? [Int64](repeating: 0, count: candidates.count) : extra
        let times = cycle.times
        let begin = ContinuousClock.now
        defer { times?.add(.score, .success, since: begin) }
        for (plugin, weight) in scores {
            let moment = times?.timesPlugins == true ? ContinuousClock.now : nil
            let given = plugin.score(cycle, candidates)
            times?.evaluated(type(of: plugin).name, .score, given == nil ? 0 : candidates.count)
            if let times, let moment { times.add(type(of: plugin).name, .score, given == nil ? .skip : .success, since: moment) }
            guard let scores = given else { continue }
            for index in totals.indices { totals[index] += scores[index] * weight }
        }
        let best = totals.max() ?? 0
        let winners = totals.indices.filter { totals[$0] == best }
        return candidates[winners[tieBreaker(winners.count)]]
    }

    /// How many nodes that fit are enough (`numFeasibleNodesToFind`): all of a hundred, a half of few, a twentieth of very many.
    package static func wanted(of nodes: Int, percentage: Int) -> Int {
        guard nodes >= 100, percentage < 100 else { return nodes }
        let share = percentage > 0 ? percentage : max(5, 50 - nodes / 125)
        return max(100, nodes * share / 100)
    }
}
