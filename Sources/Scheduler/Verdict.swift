/// All that a profile says of one pod: which nodes fit, and what every plugin gives them. For comparisons and explanations; placing a
/// pod does not need it.
package struct Verdict {
    /// The nodes that fit, by name.
    package let feasible: Set<String>
    /// Weighted points by plugin and node. A plugin that has no say is missing.
    package let points: [String: [String: Int64]]
    /// Set when no node fits.
    package let diagnosis: Diagnosis?
}

extension Profile {
    /// What the profile says of the cycle's pod.
    package func verdict(_ cycle: SchedulingCycle) -> Verdict {
        let selection = select(cycle, nominated: NominatedPods())
        var points: [String: [String: Int64]] = [:]
        for (plugin, weight) in scores {
            guard let scores = plugin.score(cycle, selection.candidates) else { continue }
            let names = selection.candidates.map { cycle.nodes[$0].name }
            points[type(of: plugin).name] = Dictionary(uniqueKeysWithValues: zip(names, scores.map { $0 * weight }))
        }
        return Verdict(
            feasible: Set(selection.candidates.map { cycle.nodes[$0].name }), points: points,
            diagnosis: selection.candidates.isEmpty ? selection.diagnosis : nil)
    }
}
