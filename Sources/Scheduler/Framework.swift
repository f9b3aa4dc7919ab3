import KubernetesAPI

/// Everything a plugin may look at while one pod is being placed. Nodes are addressed by their position in `nodes`.
package struct SchedulingCycle {
    package let pod: PodState
    package let nodes: [NodeState]
    package let namespaceLabels: [String: [String: String]]
    /// How many nodes hold each image, for image locality.
    package let imageHolders: [String: Int]
}

/// Which nodes are still in the running, and why the others are not.
package struct Feasibility {
    package private(set) var candidates: [Int]
    /// How many nodes each reason ruled out.
    package private(set) var reasons: [String: Int] = [:]

    package init(nodeCount: Int) { candidates = Array(0..<nodeCount) }
    package init(candidates: [Int]) { self.candidates = candidates }

    /// Keeps the candidates for which `rejection` gives no reason.
    package mutating func filter(_ rejection: (Int) -> String?) {
        candidates.removeAll { position in
            guard let reason = rejection(position) else { return false }
            reasons[reason, default: 0] += 1
            return true
        }
    }

    /// Like `filter`, for plugins that can name several reasons for one node.
    package mutating func filterNaming(_ rejections: (Int) -> [String]) {
        candidates.removeAll { position in
            let found = rejections(position)
            for reason in found { reasons[reason, default: 0] += 1 }
            return !found.isEmpty
        }
    }
}

/// Rules nodes out. Works on all candidates at once, so that what does not depend on the node is computed once a pod.
package protocol FilterPlugin: Sendable {
    /// The plugin's name in KubeSchedulerConfiguration.
    static var name: String { get }
    func filter(_ cycle: SchedulingCycle, _ feasibility: inout Feasibility)
}

/// Ranks the nodes that are left.
package protocol ScorePlugin: Sendable {
    static var name: String { get }
    /// Scores from 0 to 100, one for each of `candidates`, in their order; nil when the plugin has no say about this pod.
    func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]?
}

/// The highest score a plugin gives (`MaxNodeScore`).
package let maximumScore: Int64 = 100

extension [Int64] {
    /// Scales scores so that the largest becomes 100; `reversed` makes the largest 0 (`DefaultNormalizeScore`).
    package func normalized(reversed: Bool = false) -> [Int64] {
        let largest = self.max() ?? 0
        guard largest > 0 else { return reversed ? map { _ in maximumScore } : self }
        return map { reversed ? maximumScore - maximumScore * $0 / largest : maximumScore * $0 / largest }
    }
}
