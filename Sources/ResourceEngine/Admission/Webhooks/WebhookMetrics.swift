import Core
import Synchronization

/// Counts what webhooks are asked and what they answer, under upstream's names.
package final class WebhookMetrics: Sendable {
    private struct Question: Hashable {
        let webhook: String
        let operation: AdmissionOperation
        let isMutating: Bool

        var labels: String { "name=\"\(webhook)\",operation=\"\(operation.rawValue)\"" }
        var type: String { "type=\"\(isMutating ? "admit" : "validating")\"" }
    }

    private struct Answers {
        var accepted = MetricHistogram(WebhookMetrics.bounds)
        var rejected = MetricHistogram(WebhookMetrics.bounds)
        /// By status code; 0 where nobody answered.
        var acceptedCodes: [Int: Int] = [:]
        var rejectedCodes: [Int: Int] = [:]
        var ignoredFailures = 0
    }

    private static let bounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25]
    /// Codes above it are counted as this one.
    private static let highestCode = 600
    private let answers = Mutex<[Question: Answers]>([:])

    /// What became of a call.
    enum Outcome {
        case allowed
        case refused(code: Int)
        /// Nobody answered, or nonsense; `isIgnored`: and the request goes on.
        case failed(isIgnored: Bool)
    }

    package init() {}

    func called(_ webhook: String, _ operation: AdmissionOperation, isMutating: Bool, _ duration: Duration, _ outcome: Outcome) {
        let question = Question(webhook: webhook, operation: operation, isMutating: isMutating)
        answers.withLock { answers in
            switch outcome {
            case .allowed:
                answers[question, default: Answers()].accepted.observe(duration)
                answers[question]?.acceptedCodes[200, default: 0] += 1
            case .refused(let code):
                answers[question, default: Answers()].rejected.observe(duration)
                answers[question]?.rejectedCodes[min(code, Self.highestCode), default: 0] += 1
            case .failed(isIgnored: true):
                answers[question, default: Answers()].accepted.observe(duration)
                answers[question]?.acceptedCodes[0, default: 0] += 1
                answers[question]?.ignoredFailures += 1
            case .failed(isIgnored: false):
                answers[question, default: Answers()].rejected.observe(duration)
                answers[question]?.rejectedCodes[0, default: 0] += 1
            }
        }
    }

    /// The Prometheus text form; nothing before a webhook was asked.
    package var text: String {
        let all = answers.withLock { $0 }.map { (question: $0.key, answers: $0.value) }.sorted {
            ($0.question.labels, $0.question.type) < ($1.question.labels, $1.question.type)
        }
        guard !all.isEmpty else { return "" }
        var durations = "", requests = "", rejections = "", ignored = ""
        for (question, answers) in all {
            let labels = question.labels, type = question.type
            for (isRejected, histogram, codes) in [
                (false, answers.accepted, answers.acceptedCodes), (true, answers.rejected, answers.rejectedCodes),
            ] where histogram.total > 0 {
                durations += histogram.text(
                    "apiserver_admission_webhook_admission_duration_seconds", labels: "\(labels),rejected=\"\(isRejected)\",\(type)")
                for (code, count) in codes.sorted(by: { $0.key < $1.key }) {
                    requests +=
                        "apiserver_admission_webhook_request_total{code=\"\(code)\",\(labels),rejected=\"\(isRejected)\",\(type)} \(count)\n"
                }
            }
            for (code, count) in answers.rejectedCodes.sorted(by: { $0.key < $1.key }) {
                let error = code == 0 ? "calling_webhook_error" : "no_error"
                rejections +=
                    "apiserver_admission_webhook_rejection_count{error_type=\"\(error)\",\(labels),rejection_code=\"\(code)\",\(type)} \(count)\n"
            }
            if answers.ignoredFailures > 0 {
                ignored += "apiserver_admission_webhook_fail_open_count{name=\"\(question.webhook)\",\(type)} \(answers.ignoredFailures)\n"
            }
        }
        return metricHead("apiserver_admission_webhook_admission_duration_seconds", "histogram", "How long webhooks take.") + durations
            + metricHead("apiserver_admission_webhook_request_total", "counter", "Questions to webhooks.") + requests
            + metricHead("apiserver_admission_webhook_rejection_count", "counter", "Requests refused because of webhooks.") + rejections
            + metricHead("apiserver_admission_webhook_fail_open_count", "counter", "Failures of webhooks that were ignored.") + ignored
    }
}
