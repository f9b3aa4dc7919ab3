import Core
import Values

/// What extenders say, read whatever the case of the names. Pure.
extension Extender {
    /// What an extender says of a pod's nodes.
    package struct Verdict: Sendable {
        /// Nodes that will do.
        package let nodes: [String]
        /// Why others will not, by their name.
        package let failed: [String: String]
        /// Those among them where taking pods away would not help.
        package let unresolvable: Set<String>
    }

    /// What extenders give at most (`MaxExtenderPriority`).
    private static let highestScore: Int64 = 10

    /// Which of the nodes it was asked about will do. Throws `Failure`.
    package func verdict(of answer: Value, among known: Set<String>) throws -> Verdict {
        let error = answer.member("Error")?.string ?? ""
        guard error.isEmpty else { throw Failure(description: error) }
        var names: [String] = []
        if knowsNodes, let list = answer.member("NodeNames")?.array {
            names = list.compactMap(\.string)
        } else if let items = answer.member("Nodes")?.member("items")?.array {
            names = items.compactMap { $0[path: "metadata", "name"]?.string }
        }
        for name in names where !known.contains(name) {
            throw Failure(
                description: "extender \"\(url)\" claims a filtered node \"\(name)\" which is not found in the input node list")
        }
        let failed = Self.texts(answer.member("FailedNodes"))
        let hopeless = Self.texts(answer.member("FailedAndUnresolvableNodes"))
        return Verdict(nodes: names, failed: failed.merging(hopeless) { $1 }, unresolvable: Set(hopeless.keys))
    }

    /// Scores to add to those of the plugins, by node.
    package func scores(of answer: Value) -> [String: Int64] {
        var scores: [String: Int64] = [:]
        for entry in answer.array ?? [] {
            guard let host = entry.member("Host")?.string, let score = entry.member("Score")?.int else { continue }
            scores[host, default: 0] += score * weight * (maximumScore / Self.highestScore)
        }
        return scores
    }

    /// The candidates that it leaves; `victims` are the pods on a node. Throws `Failure`.
    package func candidates(of answer: Value, victims: (String) -> [PodState]) throws -> [Preemption.Candidate] {
        try (answer.member("NodeNameToMetaVictims")?.object ?? Object()).map { member in
            let here = Dictionary(victims(member.key).map { ($0.uid, $0) }, uniquingKeysWith: { first, _ in first })
            let chosen = try (member.value.member("Pods")?.array ?? []).map { item -> PodState in
                let uid = item.member("UID")?.string ?? ""
                guard let found = here[uid] else {
                    throw Failure(
                        description:
                            "extender: \(url) claims to preempt pod (UID: \(uid)) on node: \(member.key), but the pod is not found on that node"
                    )
                }
                return found
            }
            return Preemption.Candidate(
                node: member.key, victims: chosen, violations: Int(member.value.member("NumPDBViolations")?.int ?? 0))
        }
    }

    private static func texts(_ value: Value?) -> [String: String] {
        var result: [String: String] = [:]
        for member in value?.object ?? Object() { result[member.key] = member.value.string ?? "" }
        return result
    }
}

extension Profile.Selection {
    /// Leaves the nodes that an extender leaves.
    package mutating func take(_ verdict: Extender.Verdict, of extender: Extender, _ cycle: SchedulingCycle) {
        let left = Set(verdict.nodes)
        for position in candidates {
            let name = cycle.nodes[position].name
            guard !left.contains(name) else { continue }
            diagnosis.plugins.insert(extender.url)
            // Of a node that is left out without a word upstream says nothing either, nor does it take pods away there.
            guard let reason = verdict.failed[name] else { continue }
            diagnosis.reasons[reason, default: 0] += 1
            if !verdict.unresolvable.contains(name) { diagnosis.resolvable.append(position) }
        }
        candidates.removeAll { !left.contains(cycle.nodes[$0].name) }
    }
}

extension Value {
    /// The member of that name, or of one that differs in case only.
    func member(_ name: String) -> Value? {
        if let found = self[name] { return found }
        let wanted = name.lowercased()
        return (object ?? Object()).first { $0.key.lowercased() == wanted }?.value
    }
}
