import Core
import KubernetesAPI
import Values

import Scheduler

/// One cluster's attempts; each leaves its pod where upstream's scheduler put it.
struct RecordedPlay {
    private static let now = Timestamp(seconds: 1_000_000)
    private let configuration: SchedulerConfiguration
    private let number: Int
    private var state: Decisions
    private var keys: [String: ObjectKey] = [:]
    private var starts: [String: String] = [:]

    init(_ configuration: SchedulerConfiguration, _ record: Value, number: Int) {
        self.configuration = configuration
        self.number = number
        state = Decisions(
            profiles: Dictionary(configuration.profiles.map { ($0.schedulerName, $0) }, uniquingKeysWith: { first, _ in first }))
        take(RecordedVerdicts.cluster(record))
    }

    private mutating func take(_ news: Inbox.Contents) {
        for case let (key, pod?) in news.pods {
            keys[pod.metadata.uid] = key
            starts[pod.metadata.uid] = pod.status.startTime
        }
        state.take(news, now: Self.now)
    }

    mutating func attempt(_ attempt: Value, _ tally: inout VerdictTally) throws {
        take(RecordedVerdicts.changes(attempt))
        let pod = PodState(Pod(attempt["pod"] ?? .null))
        guard let profile = configuration.profiles.first(where: { $0.schedulerName == pod.schedulerName }) else { return }
        tally.begin("cluster \(number), \(pod.key)")
        let cycle = state.cluster.cycle(for: pod)
        var selection = profile.select(cycle, nominated: state.nominated)
        let calls = attempt["extenders"]?.array ?? []
        var extra: [String: Int64] = [:]
        for call in calls {
            guard let extender = extender(call) else { continue }
            let asked = Set((call["asked"]?.array ?? []).compactMap(\.string))
            let left = Set(selection.candidates.map { cycle.nodes[$0].name })
            switch call["verb"]?.string {
            case "filter":
                tally.compare("nodes extenders are asked about", left.sorted(), asked.sorted())
                selection.take(try extender.verdict(of: call["answer"] ?? .null, among: asked), of: extender, cycle)
            case "prioritize":
                tally.compare("nodes extenders are asked about", left.sorted(), asked.sorted())
                extra.merge(extender.scores(of: call["answer"] ?? .null), uniquingKeysWith: +)
            default: continue
            }
        }
        let feasible = (attempt["feasible"]?.array ?? []).compactMap(\.string)
        tally.compare("nodes that fit", selection.candidates.map { cycle.nodes[$0].name }.sorted(), feasible)
        if feasible.isEmpty {
            try compareFailure(attempt, profile, cycle, selection, calls, &tally)
        } else {
            // After an extender that is sent whole nodes upstream ranks them as if no pod ran there and they had no images.
            if !calls.contains(where: { $0[path: "answer", "Nodes"] != nil }) {
                compareScores(attempt, profile.points(of: selection.candidates, cycle), extra, feasible, &tally)
            }
        }
        if let promised = attempt["promised"]?.string {
            let asked = calls.last { $0["verb"]?.string == "preempt" }?["asked"]?[promised]?["uids"]?.array ?? []
            let victims = cycle.positions[promised].map { Array(cycle.nodes[$0].pods.values) } ?? []
            _ = state.nominated.promise(
                .init(node: promised, victims: victims.filter { asked.contains(.string($0.uid)) }, violations: 0), to: pod)
            var gone = Inbox.Contents()
            for uid in attempt["gone"]?.array ?? [] {
                if let key = keys[uid.string ?? ""] { gone.pods[key] = .some(nil) }
            }
            take(gone)
        }
        guard let node = attempt["node"]?.string else {
            // It was deleted unless those that must leave take their time.
            if attempt["gone"] != nil { state.nominated.remove(uid: pod.uid) }
            return
        }
        compareDevices(attempt, pod, node, &tally)
        _ = state.assume(pod, on: node)
        var bound = Inbox.Contents()
        bound.bindings = [(pod, nil)]
        var running = Pod(attempt["pod"] ?? .null)
        running.spec.nodeName = node
        running.status.startTime = attempt["started"]?.string ?? ""
        bound.pods[pod.key] = .some(running)
        take(bound)
    }

    private func extender(_ call: Value) -> Extender? {
        configuration.extenders.first { $0.url.hasSuffix("/\(call["extender"]?.string ?? "")") }
    }

    private func compareScores(
        _ attempt: Value, _ points: [String: [String: Int64]], _ extra: [String: Int64], _ feasible: [String], _ tally: inout VerdictTally
    ) {
        guard feasible.count > 1, let recorded = attempt["scores"]?.object else { return }
        for plugin in Set(recorded.keys).union(points.keys).sorted() {
            for (index, node) in feasible.enumerated() {
                let expected = recorded[plugin]?.int ?? recorded[plugin]?.array?[index].int ?? 0
                tally.compare("scores of \(plugin)", points[plugin]?[node] ?? 0, expected, of: node)
            }
        }
        guard let totals = attempt["totals"]?.array else { return }
        for (node, total) in zip(feasible, totals) {
            let sum = points.values.reduce(extra[node] ?? 0) { $0 + ($1[node] ?? 0) }
            tally.compare("sums with extenders", sum, total.int ?? 0, of: node)
        }
    }

    /// What a pod that fits nowhere is told, and who is to leave for it.
    private func compareFailure(
        _ attempt: Value, _ profile: Profile, _ cycle: SchedulingCycle, _ selection: Profile.Selection, _ calls: [Value],
        _ tally: inout VerdictTally
    ) throws {
        let preemption = Preemption(profile: profile, nominated: state.nominated, budgets: state.disruptionBudgets) { [starts] in
            starts[$0.uid] ?? ""
        }
        let expected = attempt["message"]?.string ?? ""
        let diagnosis = selection.diagnosis
        if diagnosis.plugins.contains(DynamicResources.name), !DynamicResources.idle(cycle).isEmpty {
            return tally.compare("words", diagnosis.message(), expected)
        }
        var candidates: [Preemption.Candidate]
        switch preemption.candidates(cycle, diagnosis, random: { _ in 0 }) {
        case .failure(let nobody):
            return tally.compare("words", profile.message(diagnosis, for: cycle.pod, after: nobody), expected)
        case .success(let found): candidates = found
        }
        for call in calls where call["verb"]?.string == "preempt" {
            tally.compare("victims on every node", Self.described(candidates), Self.described(call["asked"] ?? .null))
            guard let answer = call["answer"], let extender = extender(call) else { continue }
            candidates = try extender.candidates(of: answer) { name in
                cycle.positions[name].map { Array(cycle.nodes[$0].pods.values) } ?? []
            }
        }
        guard let promised = attempt["promised"]?.string else {
            let text = "preemption: no candidate node for preemption"
            return tally.compare(
                "words", candidates.isEmpty ? profile.message(diagnosis, for: cycle.pod, after: .init(message: text)) : diagnosis.message(),
                expected)
        }
        tally.compare("words", diagnosis.message(), expected)
        // Among equals either takes any.
        let chosen = candidates.first { $0.node == promised }
        let better = candidates.filter { one in chosen.map { preemption.isBetter(one, than: $0) } ?? true }
        tally.compare("nodes that victims leave", better.map(\.node).sorted(), [], of: promised)
    }

    private static func described(_ candidates: [Preemption.Candidate]) -> [String] {
        candidates.map { "\($0.node): \($0.victims.map(\.uid).sorted()) \($0.violations)" }.sorted()
    }

    private static func described(_ asked: Value) -> [String] {
        (asked.object ?? [:]).map { member in
            let victims = (member.value["uids"]?.array ?? []).compactMap(\.string).sorted()
            return "\(member.key): \(victims) \(member.value["violations"]?.int ?? 0)"
        }.sorted()
    }

    private mutating func compareDevices(_ attempt: Value, _ pod: PodState, _ node: String, _ tally: inout VerdictTally) {
        let expected = attempt["devices"]?.object ?? [:]
        guard !expected.isEmpty else { return }
        for decision in state.reserveDevices(pod, on: node) {
            guard let allocation = decision.allocation else { continue }
            let given = (allocation.devices?.results ?? []).map { "\($0.request) \($0.pool)/\($0.device)" }
            tally.compare("devices given", given, (expected[decision.claim.name]?.array ?? []).compactMap(\.string), of: node)
        }
    }
}

/// How often both say the same, and where they do not.
struct VerdictTally {
    private(set) var attempts = 0
    private(set) var differences: [String] = []
    private var current = ""
    private var counts: [String: (same: Int, all: Int)] = [:]

    mutating func begin(_ attempt: String) {
        attempts += 1
        current = attempt
    }

    mutating func compare<T: Equatable>(_ what: String, _ ours: T, _ theirs: T, of subject: String = "") {
        counts[what, default: (0, 0)].all += 1
        if ours == theirs {
            counts[what]?.same += 1
        } else {
            differences.append("\(current): \(what) \(subject): \(ours), upstream: \(theirs)")
        }
    }

    var summary: String {
        let lines = counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.same) of \($0.value.all)" }
        return (["attempts: \(attempts)"] + lines).joined(separator: "\n")
    }
}
