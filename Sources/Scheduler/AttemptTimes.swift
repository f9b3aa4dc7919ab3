import Core

/// What attempts took, part by part, under the names of upstream's extension points. Owned by the scheduler's task.
///
/// Single plugins are timed in one attempt of ten, as upstream does, and there on the first nodes only: looking at the clock takes as long as
/// many a plugin.
package final class AttemptTimes {
    package enum Point: String, Sendable {
        case preFilter = "PreFilter"
        case filter = "Filter"
        case postFilter = "PostFilter"
        case score = "Score"
        case preBind = "PreBind"
        case bind = "Bind"
    }

    package enum Status: String, Sendable {
        case success = "Success"
        case skip = "Skip"
        case error = "Error"
        case unschedulable = "Unschedulable"
        case unresolvable = "UnschedulableAndUnresolvable"

        init(_ work: FilterWork) {
            switch work {
            case .none: self = .skip
            case .check: self = .success
            case .reject(let rejection): self.init(rejection)
            }
        }

        init(_ rejection: Rejection?) { self = rejection.map { $0.isUnresolvable ? .unresolvable : .unschedulable } ?? .success }
    }

    /// What a metric tells apart; `plugin` is empty for all of a point together, `profile` where profiles are not told apart.
    struct Key: Hashable, Sendable {
        let profile: String
        let plugin: String
        let point: Point
        let status: Status
    }

    /// The figures as they are now.
    package struct Figures: Sendable {
        var points: [Key: MetricHistogram] = [:]
        var plugins: [Key: MetricHistogram] = [:]
        /// How often each plugin was asked; the status says nothing here.
        var evaluations: [Key: Int] = [:]

        mutating func add(_ point: Point, _ status: Status, _ duration: Duration, _ profile: String) {
            let key = Key(profile: profile, plugin: "", point: point, status: status)
            points[key, default: MetricHistogram(AttemptTimes.pointBounds)].observe(duration)
        }
    }

    fileprivate static let pointBounds = MetricHistogram.exponential(from: 0.0001, by: 2, count: 12)
    private static let pluginBounds = MetricHistogram.exponential(from: 0.00001, by: 1.5, count: 20)
    /// On how many nodes plugins are timed in an attempt.
    static let timedNodes = 32
    private static let share = 10

    package private(set) var figures = Figures()
    /// Whether single plugins are timed in the attempt at hand.
    private(set) var timesPlugins = false
    private var profile = ""

    package init() {}

    /// A new attempt. `random` answers a number below the one it is given.
    package func begin(_ profile: String, random: (Int) -> Int) {
        self.profile = profile
        timesPlugins = random(Self.share) == 0
    }

    func add(_ point: Point, _ status: Status, since begin: ContinuousClock.Instant) { figures.add(point, status, .now - begin, profile) }

    func add(_ plugin: String, _ point: Point, _ status: Status, since begin: ContinuousClock.Instant) {
        let key = Key(profile: "", plugin: plugin, point: point, status: status)
        figures.plugins[key, default: MetricHistogram(Self.pluginBounds)].observe(.now - begin)
    }

    func evaluated(_ plugin: String, _ point: Point, _ count: Int = 1) {
        if count > 0 { figures.evaluations[Key(profile: profile, plugin: plugin, point: point, status: .success), default: 0] += count }
    }
}

extension AttemptTimes.Figures {
    /// The figures in Prometheus' text format.
    package var text: String {
        var text = metricHead(
            "scheduler_framework_extension_point_duration_seconds", "histogram", "How long all plugins of an extension point took.")
        text += points.map { key, histogram in
            histogram.text(
                "scheduler_framework_extension_point_duration_seconds",
                labels: "extension_point=\"\(key.point.rawValue)\",profile=\"\(key.profile)\",status=\"\(key.status.rawValue)\"")
        }.sorted().joined()
        text += metricHead(
            "scheduler_plugin_execution_duration_seconds", "histogram", "How long single plugins took, of one attempt in ten.")
        text += plugins.map { key, histogram in
            histogram.text(
                "scheduler_plugin_execution_duration_seconds",
                labels: "extension_point=\"\(key.point.rawValue)\",plugin=\"\(key.plugin)\",status=\"\(key.status.rawValue)\"")
        }.sorted().joined()
        text += metricHead("scheduler_plugin_evaluation_total", "counter", "How often plugins were asked.")
        text += evaluations.map { key, count in
            let labels = "extension_point=\"\(key.point.rawValue)\",plugin=\"\(key.plugin)\",profile=\"\(key.profile)\""
            return "scheduler_plugin_evaluation_total{\(labels)} \(count)\n"
        }.sorted().joined()
        return text
    }
}
