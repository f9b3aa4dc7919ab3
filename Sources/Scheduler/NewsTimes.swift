import Core

/// How long it took to take news in, and to ask plugins whether it helps pods that wait, under the names of upstream's events. Owned by the
/// scheduler's task. Of the questions to plugins one in ten is timed: most take no longer than a look at the clock.
package final class NewsTimes {
    package enum Event: String, Sendable {
        case nodeAdd = "NodeAdd"
        case nodeUpdate = "NodeUpdate"
        case nodeDelete = "NodeDelete"
        case waitingPodAdd = "UnschedulablePodAdd"
        case waitingPodUpdate = "UnschedulablePodUpdate"
        case waitingPodDelete = "UnschedulablePodDelete"
        case placedPodAdd = "AssignedPodAdd"
        case placedPodUpdate = "AssignedPodUpdate"
        case placedPodDelete = "AssignedPodDelete"
        /// Other news, or several kinds together.
        case any = "*All"

        /// What a plugin is asked about.
        init(_ changes: ClusterChange) {
            switch changes {
            case .nodeAdded: self = .nodeAdd
            case .nodeChanged: self = .nodeUpdate
            case .podPlaced: self = .placedPodAdd
            case .podGone: self = .placedPodDelete
            default: self = .any
            }
        }
    }

    struct Question: Hashable, Sendable {
        let plugin: String
        let event: Event
        let mayHelp: Bool
    }

    /// The figures as they are now.
    package struct Figures: Sendable {
        var events: [Event: MetricHistogram] = [:]
        var questions: [Question: MetricHistogram] = [:]
    }

    private static let eventBounds = MetricHistogram.exponential(from: 0.0001, by: 2, count: 12)
    private static let questionBounds = MetricHistogram.exponential(from: 0.00001, by: 1.5, count: 20)
    private static let share = 10

    package private(set) var figures = Figures()
    private var asked = 0

    package init() {}

    func add(_ event: Event, since begin: ContinuousClock.Instant) {
        figures.events[event, default: MetricHistogram(Self.eventBounds)].observe(.now - begin)
    }

    /// Answers what a plugin does.
    func asking(_ plugin: String, _ changes: ClusterChange, _ ask: () -> Bool) -> Bool {
        asked += 1
        guard asked % Self.share == 0 else { return ask() }
        let begin = ContinuousClock.now
        let mayHelp = ask()
        let question = Question(plugin: plugin, event: Event(changes), mayHelp: mayHelp)
        figures.questions[question, default: MetricHistogram(Self.questionBounds)].observe(.now - begin)
        return mayHelp
    }
}

extension NewsTimes.Figures {
    /// The figures in Prometheus' text format.
    package var text: String {
        let (handling, hints) = ("scheduler_event_handling_duration_seconds", "scheduler_queueing_hint_execution_duration_seconds")
        return metricHead(handling, "histogram", "How long taking in news took, without moving pods that wait.")
            + events.map { $1.text(handling, labels: "event=\"\($0.rawValue)\"") }.sorted().joined()
            + metricHead(hints, "histogram", "How long asking a plugin took whether news helps a pod, of one question in ten.")
            + questions.map { question, histogram in
                let hint = question.mayHelp ? "Queue" : "QueueSkip"
                return histogram.text(
                    hints, labels: "event=\"\(question.event.rawValue)\",hint=\"\(hint)\",plugin=\"\(question.plugin)\"")
            }.sorted().joined()
    }
}
