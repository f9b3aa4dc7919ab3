import Core
import JSON
import Values

/// What a measurement found: figures in order, and under which settings.
package struct BenchResult: Sendable {
    package struct Figure: Sendable {
        package let name: String
        package let value: Double
        package let unit: String
    }

    package let bench: String
    package private(set) var settings: [(name: String, value: String)] = []
    package private(set) var figures: [Figure] = []
    /// What a picture shows beside the figures: something that changes with time, and how latencies are distributed.
    package private(set) var series: [(name: String, unit: String, points: [(x: Double, y: Double)])] = []
    package private(set) var distributions: [(name: String, latencies: Latencies)] = []

    package init(_ bench: String) { self.bench = bench }

    package mutating func set(_ name: String, _ value: some CustomStringConvertible) { settings.append((name, value.description)) }

    package mutating func add(_ name: String, _ value: Double, _ unit: String = "") {
        figures.append(Figure(name: name, value: (value * 1000).rounded() / 1000, unit: unit))
    }

    /// The median and the 99th percentile, in milliseconds, as `NAMEP50` and `NAMEP99`.
    package mutating func add(_ name: String, _ latencies: Latencies) {
        guard latencies.count > 0 else { return }
        add("\(name)P50", latencies.percentile(0.5).seconds * 1000, "ms")
        add("\(name)P99", latencies.percentile(0.99).seconds * 1000, "ms")
        distributions.append((name, latencies))
    }

    /// Something that was looked at from time to time, in seconds since the beginning.
    package mutating func plot(_ name: String, _ unit: String, _ points: [(x: Double, y: Double)]) { series.append((name, unit, points)) }

    /// How often something happened in each second since the beginning.
    package mutating func plot(_ name: String, _ unit: String, _ moments: [ContinuousClock.Instant], since begin: ContinuousClock.Instant) {
        let seconds = moments.map { Int(max(0, ($0 - begin).seconds)) }
        guard let last = seconds.max() else { return }
        var counts = [Int](repeating: 0, count: last + 1)
        for second in seconds { counts[second] += 1 }
        plot(name, unit, counts.enumerated().map { (Double($0.offset) + 0.5, Double($0.element)) })
    }

    /// Takes in the figures of the same measurement of something else, called `name`, and how many times as fast this is: by its pods a
    /// second where it has such a figure, else by each of its times.
    package mutating func compare(with other: BenchResult, called name: String) {
        let own = figures
        for item in other.figures {
            add("\(name)\(item.name.prefix(1).uppercased())\(item.name.dropFirst())", item.value, item.unit)
        }
        func theirs(_ figure: Figure) -> Double { other.figures.first { $0.name == figure.name }?.value ?? 0 }
        if let rate = own.first(where: { $0.name == "podsPerSecond" }) {
            if theirs(rate) > 0 { add("ratio", rate.value / theirs(rate)) }
            return
        }
        for time in own where time.unit == "s" && time.value > 0 && theirs(time) > 0 { add("\(time.name)Ratio", theirs(time) / time.value) }
    }

    package var json: Value {
        [
            "bench": .string(bench), "settings": .object(Object(settings.map { ($0.name, .string($0.value)) })),
            "figures": .object(Object(figures.map { ($0.name, .double($0.value)) })),
        ]
    }

    package var table: String {
        let width = figures.map(\.name.count).max() ?? 0
        let head = settings.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        let lines = figures.map { figure in
            let pad = String(repeating: " ", count: width - figure.name.count)
            let number = figure.value == figure.value.rounded() ? "\(Int64(figure.value))" : "\(figure.value)"
            return "\(figure.name)\(pad)  \(number)\(figure.unit.isEmpty ? "" : " \(figure.unit)")"
        }
        return (["\(bench): \(head)"] + lines).joined(separator: "\n")
    }
}

/// Durations of one kind of step.
package struct Latencies: Sendable {
    private var values: [Duration] = []

    package init() {}
    package var count: Int { values.count }
    package mutating func add(_ duration: Duration) { values.append(duration) }
    package mutating func add(_ other: Latencies) { values += other.values }

    /// The duration that a share of all does not exceed (nearest rank); zero of none.
    package func percentile(_ share: Double) -> Duration {
        guard !values.isEmpty else { return .zero }
        let rank = Int((share * Double(values.count)).rounded(.up))
        return values.sorted()[min(max(rank, 1), values.count) - 1]
    }
}
