import Core
import Synchronization

/// What is counted of one authorisation webhook, under upstream's names. Safe from any thread.
package final class WebhookAuthorizerMetrics: Sendable {
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let conditionBounds = [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25]

    private struct Figures {
        var attempts: [String: MetricHistogram] = [:]
        var failedOpen: [String: Int] = [:]
        var conditions = MetricHistogram(WebhookAuthorizerMetrics.conditionBounds)
        var conditionFailures = 0
        var exclusions = 0
    }

    private let name: String
    private let figures = Mutex(Figures())

    init(name: String) { self.name = name }

    func count(_ attempt: ReviewService.Attempt) {
        let result =
            switch attempt.failure {
            case nil: "success"
            case _ where attempt.isCancelled: "canceled"
            case let failure?: Self.result(failure)
            }
        figures.withLock { $0.attempts[result, default: MetricHistogram(Self.bounds)].observe(attempt.duration) }
    }

    func countFailOpen(_ failure: ReviewService.Failure?) {
        let result = failure.map(Self.result) ?? "error"
        figures.withLock { $0.failedOpen[result, default: 0] += 1 }
    }

    func count(_ outcome: AccessConditions.Outcome, _ duration: Duration) {
        figures.withLock { figures in
            figures.conditions.observe(duration)
            switch outcome {
            case .matches: break
            case .differs: figures.exclusions += 1
            case .fails: figures.conditionFailures += 1
            }
        }
    }

    private static func result(_ failure: ReviewService.Failure) -> String { failure.isTimeout ? "timeout" : "error" }

    /// The figures of all webhooks in Prometheus' text format; empty when there are none.
    package static func text(_ webhooks: [WebhookAuthorizerMetrics]) -> String {
        if webhooks.isEmpty { return "" }
        let all = webhooks.map { ($0.name, $0.figures.withLock { $0 }) }
        let prefix = "apiserver_authorization_"
        func lines(_ name: String, _ type: String, _ help: String, _ series: (String, Figures) -> [String]) -> String {
            metricHead(prefix + name, type, help) + all.flatMap { series($0.0, $0.1) }.joined()
        }
        func results<T>(_ figures: [String: T]) -> [(key: String, value: T)] { figures.sorted { $0.key < $1.key } }
        return lines("webhook_evaluations_total", "counter", "Questions to authorization webhooks.") { name, figures in
            results(figures.attempts).map {
                "\(prefix)webhook_evaluations_total{name=\"\(name)\",result=\"\($0.key)\"} \($0.value.total)\n"
            }
        }
            + lines("webhook_duration_seconds", "histogram", "How long questions to authorization webhooks took.") { name, figures in
                results(figures.attempts).map {
                    $0.value.text("\(prefix)webhook_duration_seconds", labels: "name=\"\(name)\",result=\"\($0.key)\"")
                }
            }
            + lines("webhook_evaluations_fail_open_total", "counter", "Requests left to the next authorizer by a failure.") {
                name, figures in
                results(figures.failedOpen).map {
                    "\(prefix)webhook_evaluations_fail_open_total{name=\"\(name)\",result=\"\($0.key)\"} \($0.value)\n"
                }
            }
            + lines("match_condition_evaluation_seconds", "histogram", "How long match conditions took.") { name, figures in
                [figures.conditions.text("\(prefix)match_condition_evaluation_seconds", labels: "name=\"\(name)\",type=\"Webhook\"")]
            }
            + lines("match_condition_evaluation_errors_total", "counter", "Match conditions that failed.") { name, figures in
                [
                    "\(prefix)match_condition_evaluation_errors_total{name=\"\(name)\",type=\"Webhook\"} \(figures.conditionFailures)\n"
                ]
            }
            + lines("match_condition_exclusions_total", "counter", "Requests that match conditions kept from a webhook.") { name, figures in
                ["\(prefix)match_condition_exclusions_total{name=\"\(name)\",type=\"Webhook\"} \(figures.exclusions)\n"]
            }
    }
}
