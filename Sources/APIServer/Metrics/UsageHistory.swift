import Core

/// The last two samples of every node, and what follows from them: a rate needs two.
package struct UsageHistory: Sendable {
    /// What something used of late.
    package struct Usage: Sendable, Equatable {
        /// Thousand-millionths of a core, on average over the window.
        package var nanocores: Int64
        package var memoryBytes: Int64
        /// When the window ended.
        package var time: Timestamp
        package var window: Duration
    }

    private struct Entry {
        var earlier: UsageSample?
        var latest: UsageSample
    }

    /// A container younger than this has no rate worth telling.
    package static let shortestWindow = Duration.seconds(2)

    private var nodes: [String: Entry] = [:]

    package init() {}

    /// Takes samples by node. Of nodes that are not to be kept, and gave none now, there are no figures any more.
    package mutating func record(_ samples: [String: UsageSample], keeping kept: Set<String>) {
        for (name, sample) in samples {
            // An agent that answers from the same figures twice has told nothing new.
            if let last = nodes[name], sample.node.time <= last.latest.node.time { continue }
            nodes[name] = Entry(earlier: nodes[name]?.latest, latest: sample)
        }
        nodes = nodes.filter { kept.contains($0.key) || samples[$0.key] != nil }
    }

    /// Whether a node has told its figures less than twice: only the second telling makes them useful.
    package func isIncomplete(_ node: String) -> Bool { nodes[node]?.earlier == nil }

    package func node(_ name: String) -> Usage? {
        nodes[name].flatMap { Self.usage($0.earlier?.node, $0.latest.node) }
    }

    /// What each container of a pod used, by name; nil while one of them has no figures, as metrics-server does it.
    package func containers(of pod: ObjectKey, on node: String) -> [String: Usage]? {
        guard let entry = nodes[node], let points = entry.latest.pods[pod] else { return nil }
        let before = entry.earlier?.pods[pod] ?? [:]
        var result: [String: Usage] = [:]
        for (name, point) in points {
            guard let usage = Self.usage(before[name], point) else { return nil }
            result[name] = usage
        }
        return result
    }

    /// A container that began after the earlier sample, or was not in it, is measured from its start.
    private static func usage(_ earlier: UsageSample.Point?, _ latest: UsageSample.Point) -> Usage? {
        var (begin, seconds) = (earlier?.time, latest.cpuSeconds - (earlier?.cpuSeconds ?? 0))
        let hasRestarted = earlier.map { earlier in
            seconds < 0 || latest.start.map { $0 > earlier.time } ?? false
        }
        if hasRestarted ?? true { (begin, seconds) = (latest.start, latest.cpuSeconds) }
        guard let begin, seconds >= 0, latest.time - begin >= shortestWindow else { return nil }
        let window = latest.time - begin
        let nanocores = seconds / window.seconds * 1e9
        guard nanocores < 1e18 else { return nil }
        return Usage(nanocores: Int64(nanocores), memoryBytes: latest.memoryBytes, time: latest.time, window: window)
    }
}
