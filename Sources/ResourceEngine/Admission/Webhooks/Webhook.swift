import Core
import Values

/// One webhook of a configuration, ready to be asked.
struct Webhook: Sendable {
    let configuration: String
    let name: String
    let target: WebhookTarget
    let matcher: AdmissionMatcher
    let conditions: MatchConditions
    let failsOpen: Bool
    let timeout: Duration
    /// Whether it may be asked about dry runs.
    let isSafeForDryRuns: Bool
    /// The version of the review that is sent: the first that both sides know.
    let reviewVersion: String?
    let wantsReinvocation: Bool
    /// What tells it from all others while its configuration stays.
    let identity: String

    /// The webhooks of a configuration. Throws `APIError` for what cannot be read.
    static func all(_ configuration: Value) throws -> [Webhook] {
        var counts: [String: Int] = [:]
        return try (configuration["webhooks"]?.array ?? []).map { value in
            let name = value["name"]?.string ?? ""
            let index = counts[name, default: 0]
            counts[name] = index + 1
            return try Webhook(value, configuration: configuration.name, index: index)
        }
    }

    private init(_ value: Value, configuration: String, index: Int) throws {
        self.configuration = configuration
        name = value["name"]?.string ?? ""
        identity = "\(configuration)/\(name)/\(index)"
        target = WebhookTarget(clientConfig: value["clientConfig"] ?? .null)
        matcher = try AdmissionMatcher(webhook: value)
        failsOpen = value["failurePolicy"]?.string == "Ignore"
        conditions = MatchConditions(value["matchConditions"], failsOpen: failsOpen, hasParams: false)
        timeout = .seconds(value["timeoutSeconds"]?.int ?? 10)
        isSafeForDryRuns = ["None", "NoneOnDryRun"].contains(value["sideEffects"]?.string ?? "")
        reviewVersion = (value["admissionReviewVersions"]?.array ?? []).compactMap(\.string).first { ["v1", "v1beta1"].contains($0) }
        wantsReinvocation = value["reinvocationPolicy"]?.string == "IfNeeded"
    }
}
