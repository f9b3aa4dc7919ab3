import Core
import Logging
import ResourceEngine
import Values

/// Asks a service outside the cluster with a SubjectAccessReview whether a request may be made. Its answers are remembered for a while; where
/// match conditions say so it is not asked at all. Safe from any thread.
package final class WebhookAuthorizer: Authorizer {
    /// How the service is asked, and for how long it is believed: upstream's `WebhookConfiguration`.
    package struct Settings: Sendable {
        package var name = "default"
        /// Of authorization.k8s.io.
        package var version = "v1"
        package var allowedFor = Duration.seconds(300)
        package var refusedFor = Duration.seconds(30)
        /// Whether requests are refused, and not left to the next authoriser, when the service cannot be asked.
        package var failureDenies = false
        package var conditions = AccessConditions()

        package init() {}
    }

    private struct Answer: Sendable {
        let isAllowed: Bool
        let isDenied: Bool
        let reason: String

        var decision: AuthorizationDecision {
            switch (isDenied, isAllowed) {
            case (true, true):
                .deny(reason: reason, error: "webhook subject access review returned both allow and deny response")
            case (true, false): .deny(reason: reason)
            case (false, true): .allow(reason: reason)
            case (false, false): .noOpinion(reason: reason)
            }
        }
    }

    private static let capacity = 8192
    /// Longer questions are not remembered: whoever asks chooses their length.
    private static let longest = 10_000

    private let settings: Settings
    private let service: ReviewService
    private let clock: any Clock
    private let logger: Logger
    private let known = ExpiringCache<RequestAttributes, Answer>(capacity: WebhookAuthorizer.capacity)
    private let metrics: WebhookAuthorizerMetrics

    package init(_ service: ReviewService, _ settings: Settings, clock: any Clock, logger: Logger = Logger(label: "authorization")) {
        self.service = service
        self.settings = settings
        self.clock = clock
        self.logger = logger
        metrics = WebhookAuthorizerMetrics(name: settings.name)
    }

    package func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
        if let decision = decisionNow(attributes) { return decision }
        let metrics = metrics
        let review: Value
        do {
            review = try await service.review(
                [
                    "kind": "SubjectAccessReview", "apiVersion": .string("authorization.k8s.io/\(settings.version)"),
                    "metadata": ["creationTimestamp": .null], "spec": question(attributes), "status": ["allowed": false],
                ],
                observe: { metrics.count($0) })
        } catch {
            logger.error("Failed to make webhook authorizer request", metadata: ["webhook": "\(settings.name)", "error": "\(error)"])
            if !settings.failureDenies, !Task.isCancelled { metrics.countFailOpen(error as? ReviewService.Failure) }
            return failed("\(error)")
        }
        let status = review["status"] ?? [:]
        let answer = Answer(
            isAllowed: status["allowed"]?.bool == true, isDenied: status["denied"]?.bool == true, reason: status["reason"]?.string ?? "")
        if Self.length(attributes) < Self.longest {
            let now = clock.now
            known.remember(attributes, answer, until: now + (answer.isAllowed ? settings.allowedFor : settings.refusedFor), now: now)
        }
        return answer.decision
    }

    package func unlistedRules(of user: UserInfo) -> String? { "webhook authorizer does not support user rule resolution" }

    /// What needs no question; nil when the service must be asked.
    private func decisionNow(_ attributes: RequestAttributes) -> AuthorizationDecision? {
        if !settings.conditions.isEmpty {
            let started = clock.now
            let outcome = settings.conditions.match(attributes)
            metrics.count(outcome, clock.now - started)
            switch outcome {
            case .matches: break
            case .differs: return .noOpinion(reason: "")
            case .fails(let why): return failed(why)
            }
        }
        return known[attributes, clock.now]?.decision
    }

    private func failed(_ why: String) -> AuthorizationDecision {
        settings.failureDenies ? .deny(reason: "", error: why) : .noOpinion(reason: "", error: why)
    }

    /// The first version's name of the list of groups is in the singular.
    private func question(_ attributes: RequestAttributes) -> Value {
        var spec = AccessQuestion.spec(attributes)
        if settings.version == "v1beta1", let groups = spec["groups"] {
            spec["group"] = groups
            spec["groups"] = nil
        }
        return spec
    }

    private static func length(_ attributes: RequestAttributes) -> Int {
        [
            attributes.namespace, attributes.verb, attributes.resource.group, attributes.resource.version, attributes.resource.resource,
            attributes.subresource, attributes.name, attributes.nonResourcePath ?? "", attributes.fieldSelector, attributes.labelSelector,
        ].reduce(0) { $0 + $1.utf8.count }
    }

    /// Under upstream's names, in Prometheus' text format, without heads; see `WebhookAuthorizerMetrics.text`.
    package var figures: WebhookAuthorizerMetrics { metrics }
}
