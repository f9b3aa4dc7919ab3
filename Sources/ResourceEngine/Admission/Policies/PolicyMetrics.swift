import Core
import Synchronization

/// Counts what policies decide, and what match conditions of policies and webhooks say, under upstream's names.
package final class PolicyMetrics: Sendable {
    /// Whose match conditions, in upstream's words.
    struct Conditioned: Hashable {
        let name: String
        /// "webhook" or "policy".
        let kind: String
        /// "admit", "validating" or "validate".
        let type: String
    }

    private struct ConditionKey: Hashable {
        let whose: Conditioned
        let operation: AdmissionOperation

        var labels: String { "kind=\"\(whose.kind)\",name=\"\(whose.name)\",operation=\"\(operation.rawValue)\",type=\"\(whose.type)\"" }
    }

    private struct Conditions {
        var errors = 0
        var exclusions = 0
        var times = MetricHistogram([0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25])
    }

    private struct Check: Hashable {
        let policy: String
        let binding: String
        let error: String
        /// "allow", "audit", "deny" or "warn"; nil for mutations.
        let action: String?

        var labels: String {
            (action.map { "enforcement_action=\"\($0)\"," } ?? "")
                + "error_type=\"\(error)\",policy=\"\(policy)\",policy_binding=\"\(binding)\""
        }
    }

    private struct State {
        var conditions: [ConditionKey: Conditions] = [:]
        var validations: [Check: MetricHistogram] = [:]
        var mutations: [Check: MetricHistogram] = [:]
    }

    private static let bounds = [0.000_000_5, 0.001, 0.01, 0.1, 1]
    private let state = Mutex(State())

    package init() {}

    /// Match conditions have been evaluated; `isExcluded`: a webhook is not asked because of them.
    func conditions(of whose: Conditioned, _ operation: AdmissionOperation, _ duration: Duration, errors: Int, isExcluded: Bool) {
        let key = ConditionKey(whose: whose, operation: operation)
        state.withLock { state in
            state.conditions[key, default: Conditions()].times.observe(duration)
            state.conditions[key]?.errors += errors
            if isExcluded { state.conditions[key]?.exclusions += 1 }
        }
    }

    /// A validation did not hold, or failed; `action` is what came of it.
    func validated(_ policy: String, _ binding: String, _ message: String, action: String, _ duration: Duration) {
        let check = Check(policy: policy, binding: binding, error: Self.error(message), action: action)
        state.withLock { $0.validations[check, default: MetricHistogram(Self.bounds)].observe(duration) }
    }

    /// A mutation was made, or failed with a message.
    func mutated(_ policy: String, _ binding: String, _ problem: String?, _ duration: Duration) {
        let check = Check(policy: policy, binding: binding, error: problem.map(Self.error) ?? "no_error", action: nil)
        state.withLock { $0.mutations[check, default: MetricHistogram(Self.bounds)].observe(duration) }
    }

    /// Upstream tells failures apart by their texts, too; what simply does not hold counts as the last.
    private static func error(_ message: String) -> String {
        if message.hasPrefix("compilation") { return "compile_error" }
        return message.hasPrefix("validation failed due to running out of cost budget") ? "out_of_budget" : "invalid_error"
    }

    /// The Prometheus text form.
    package var text: String {
        let state = state.withLock { $0 }
        let conditions = state.conditions.map { (labels: $0.key.labels, counts: $0.value) }.sorted { $0.labels < $1.labels }
        func counts(_ name: String, _ help: String, _ count: (Conditions) -> Int) -> String {
            let present = conditions.filter { count($0.counts) > 0 }
            return metricHead(name, "counter", help) + present.map { "\(name){\($0.labels)} \(count($0.counts))\n" }.joined()
        }
        func checks(_ subsystem: String, _ checks: [Check: MetricHistogram], _ what: String) -> String {
            let sorted = checks.map { (labels: $0.key.labels, times: $0.value) }.sorted { $0.labels < $1.labels }
            let (total, durations) = ("apiserver_\(subsystem)_check_total", "apiserver_\(subsystem)_check_duration_seconds")
            return metricHead(total, "counter", "\(what), by policy and binding.")
                + sorted.map { "\(total){\($0.labels)} \($0.times.total)\n" }.joined()
                + metricHead(durations, "histogram", "How long single expressions take.")
                + sorted.map { $0.times.text(durations, labels: $0.labels) }.joined()
        }
        let times = "apiserver_admission_match_condition_evaluation_seconds"
        return counts("apiserver_admission_match_condition_evaluation_errors_total", "Match conditions that failed.", \.errors)
            + counts("apiserver_admission_match_condition_exclusions_total", "Webhooks not asked for a match condition.", \.exclusions)
            + metricHead(times, "histogram", "How long match conditions take.")
            + conditions.map { $0.counts.times.text(times, labels: $0.labels) }.joined()
            + checks("validating_admission_policy", state.validations, "Validations that did not hold or failed")
            + checks("mutating_admission_policy", state.mutations, "Mutations")
    }
}
