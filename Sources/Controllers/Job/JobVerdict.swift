import Core
import KubernetesAPI

/// How a job ends, and why. It is first said as an interim condition, which stands while its pods go, and then for good.
struct JobVerdict: Equatable {
    enum Outcome: Equatable {
        case success
        case failure
    }

    let outcome: Outcome
    let reason: String
    let message: String

    var interimType: String { outcome == .success ? "SuccessCriteriaMet" : "FailureTarget" }
    var finalType: String { outcome == .success ? "Complete" : "Failed" }

    static let completions = JobVerdict(
        outcome: .success, reason: "CompletionsReached", message: "Reached expected number of succeeded pods")

    /// The verdict that a job carries from an earlier look.
    init?(passed job: Job) {
        if let met = job.condition("SuccessCriteriaMet"), met.status == "True" {
            self.init(outcome: .success, reason: met.reason, message: met.message)
        } else if let target = job.condition("FailureTarget"), target.status == "True" {
            self.init(outcome: .failure, reason: target.reason, message: target.message)
        } else {
            return nil
        }
    }

    init(outcome: Outcome, reason: String, message: String) {
        self.outcome = outcome
        self.reason = reason
        self.message = message
    }

    static func failed(_ reason: String, _ message: String) -> JobVerdict {
        JobVerdict(outcome: .failure, reason: reason, message: message)
    }
}

extension JobStatus {
    /// Sets a condition; one that is false is not added. Answers whether that changed anything.
    @discardableResult
    mutating func set(_ type: String, _ value: Bool, _ reason: String, _ message: String, now: Timestamp) -> Bool {
        let position = conditions.firstIndex { $0.type == type }
        var condition = JobCondition()
        condition.type = type
        condition.status = value ? "True" : "False"
        condition.reason = reason
        condition.message = message
        condition.lastProbeTime = now.rfc3339
        condition.lastTransitionTime = now.rfc3339
        guard let position else {
            if value { conditions.append(condition) }
            return value
        }
        let present = conditions[position]
        if present.status == condition.status, present.reason == reason, present.message == message { return false }
        conditions[position] = condition
        return true
    }
}
