import Core
import Identity
import ResourceEngine
import Synchronization
import Values

/// Tokens that a service outside the cluster knows: it is asked with a TokenReview, and its answers, refusals included, are remembered for a
/// while. Questions about one token that come at the same time are asked once. Safe from any thread.
package final class WebhookTokens: TokenAuthenticator {
    private static let capacity = 32_768

    private struct Question: Hashable {
        let token: String
        let audiences: [String]
    }
    /// Nil: the service does not know the token.
    private typealias Answer = (user: UserInfo, audiences: [String])?

    private struct Figures {
        var hits = 0
        var misses = 0
        var fetched = 0
        var failed = 0
        var inFlight = 0
        var blocked = 0
        var durations = ["hit": MetricHistogram(Figures.bounds), "miss": MetricHistogram(Figures.bounds)]

        static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    }

    private let service: ReviewService
    private let version: String
    private let apiAudiences: [String]
    private let remembered: Duration
    private let clock: any Clock
    private let known = ExpiringCache<Question, Answer>(capacity: WebhookTokens.capacity)
    private let asking = Mutex<[Question: Task<Answer, any Error>]>([:])
    private let figures = Mutex(Figures())

    /// `version` is that of authentication.k8s.io which the service speaks; nothing is remembered when `remembered` is zero.
    package init(
        _ service: ReviewService, version: String = "v1", apiAudiences: [String], remembered: Duration = .seconds(120), clock: any Clock
    ) {
        self.service = service
        self.version = version
        self.apiAudiences = apiAudiences
        self.remembered = remembered
        self.clock = clock
    }

    package func authenticate(token: String, audiences: [String]) async throws -> (user: UserInfo, audiences: [String])? {
        let question = Question(token: token, audiences: audiences.isEmpty ? apiAudiences : audiences)
        let started = clock.now
        if let answer = known[question, started] {
            count("hit", since: started)
            return answer
        }
        figures.withLock { $0.blocked += 1 }
        defer {
            figures.withLock { $0.blocked -= 1 }
            count("miss", since: started)
        }
        let task = asking.withLock { asking in
            if let task = asking[question] { return task }
            let task = Task {
                defer { self.asking.withLock { $0[question] = nil } }
                return try await self.ask(question)
            }
            asking[question] = task
            return task
        }
        return try await task.value
    }

    private func ask(_ question: Question) async throws -> Answer {
        figures.withLock { $0.inFlight += 1 }
        defer { figures.withLock { $0.inFlight -= 1 } }
        do {
            let answer = try await review(question)
            figures.withLock { $0.fetched += 1 }
            let now = clock.now
            known.remember(question, answer, until: now + remembered, now: now)
            return answer
        } catch {
            figures.withLock { $0.failed += 1 }
            throw error
        }
    }

    private func review(_ question: Question) async throws -> Answer {
        let review: Value
        do {
            review = try await service.review([
                "kind": "TokenReview", "apiVersion": .string("authentication.k8s.io/\(version)"),
                "metadata": ["creationTimestamp": .null],
                "spec": ["token": .string(question.token), "audiences": .array(question.audiences.map { .string($0) })],
                "status": ["user": [:]],
            ])
        } catch { throw IdentityError.untrusted("the token webhook: \(error)") }
        let status = review["status"] ?? [:]
        // A service that knows nothing of audiences speaks for the API server's own.
        let named = status["audiences"]?.array?.compactMap(\.string) ?? []
        let accepted = question.audiences.filter((named.isEmpty ? apiAudiences : named).contains)
        guard !accepted.isEmpty else { return nil }
        guard status["authenticated"]?.bool == true else {
            if let problem = status["error"]?.string, !problem.isEmpty { throw IdentityError.untrusted(problem) }
            return nil
        }
        let given = status["user"] ?? [:]
        var user = UserInfo(
            name: given["username"]?.string ?? "", groups: given["groups"]?.array?.compactMap(\.string) ?? [],
            uid: given["uid"]?.string ?? "")
        for member in given["extra"]?.object ?? Object() { user.extra[member.key] = member.value.array?.compactMap(\.string) ?? [] }
        return (user, accepted)
    }

    // MARK: Figures

    private func count(_ status: String, since started: Timestamp) {
        let duration = clock.now - started
        figures.withLock { figures in
            if status == "hit" { figures.hits += 1 } else { figures.misses += 1 }
            figures.durations[status]?.observe(duration)
        }
    }

    /// Under upstream's names, in Prometheus' text format.
    package var metricsText: String {
        let figures = figures.withLock { $0 }
        let name = "authentication_token_cache_"
        let durations = figures.durations.sorted { $0.key < $1.key }.map {
            $0.value.text("\(name)request_duration_seconds", labels: "status=\"\($0.key)\"")
        }
        return metricHead("\(name)request_total", "counter", "Requests of tokens that a webhook may know.")
            + "\(name)request_total{status=\"hit\"} \(figures.hits)\n\(name)request_total{status=\"miss\"} \(figures.misses)\n"
            + metricHead("\(name)fetch_total", "counter", "Questions to the token webhook.")
            + "\(name)fetch_total{status=\"ok\"} \(figures.fetched)\n\(name)fetch_total{status=\"error\"} \(figures.failed)\n"
            + metricHead(
                "\(name)active_fetch_count", "gauge", "Questions to the token webhook in progress, and requests that wait for them.")
            + "\(name)active_fetch_count{status=\"in_flight\"} \(figures.inFlight)\n"
            + "\(name)active_fetch_count{status=\"blocked\"} \(figures.blocked)\n"
            + metricHead("\(name)request_duration_seconds", "histogram", "How long tokens that a webhook may know took.")
            + durations.joined()
    }
}
