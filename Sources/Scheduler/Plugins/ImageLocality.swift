/// Prefers nodes that hold the pod's images already, the more so the more nodes hold them (so that one node does not
/// attract everything).
package struct ImageLocality: ScorePlugin {
    package static let name = "ImageLocality"
    /// Below this many bytes an image does not count.
    private static let lowest: Int64 = 23 << 20
    /// Above this many bytes a container an image counts no more.
    private static let highest: Int64 = 1000 << 20

    package init() {}

    package func score(_ cycle: SchedulingCycle, _ candidates: [Int]) -> [Int64]? {
        guard !cycle.imageHolders.isEmpty, !cycle.pod.images.isEmpty else { return nil }
        let ceiling = Self.highest * Int64(cycle.pod.containerCount)
        return candidates.map { position in
            let sum = cycle.pod.images.reduce(Int64(0)) { sum, image in
                guard let size = cycle.nodes[position].images[image], let holders = cycle.imageHolders[image] else { return sum }
                return sum + Int64(Double(size) * Double(holders) / Double(cycle.nodes.count))
            }
            let bounded = min(max(sum, Self.lowest), ceiling)
            return maximumScore * (bounded - Self.lowest) / (ceiling - Self.lowest)
        }
    }

    /// A pod's image name with its tag: "redis" is "redis:latest". Nodes tell full names.
    package static func normalized(_ image: String) -> String {
        let lastPart = image.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return lastPart.contains(":") ? image : image + ":latest"
    }
}
