extension Profile {
    /// The weighted points that each plugin gives nodes, by plugin and node; a plugin that has no say is missing. For comparisons and
    /// explanations; placing a pod does not need it.
    package func points(of candidates: [Int], _ cycle: SchedulingCycle) -> [String: [String: Int64]] {
        var points: [String: [String: Int64]] = [:]
        for (plugin, weight) in scores {
            guard let scores = plugin.score(cycle, candidates) else { continue }
            let names = candidates.map { cycle.nodes[$0].name }
            points[type(of: plugin).name] = Dictionary(uniqueKeysWithValues: zip(names, scores.map { $0 * weight }))
        }
        return points
    }
}
