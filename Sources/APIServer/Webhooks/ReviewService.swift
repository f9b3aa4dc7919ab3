import Client
import Core
import HTTPTransport
import JSON
import ResourceEngine
import Values

/// A service outside the cluster, found by a kubeconfig, that reviews tokens, requests or images. Connections are kept; questions that
/// failed for the moment are asked again, up to five times, ever more slowly, as upstream does. Safe from any thread.
package final class ReviewService: ReviewCaller {
    /// Why there is no answer.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
        /// Of the answer; nil when there was none.
        package let status: Int?
        package let isTimeout: Bool
        /// A fault of the moment.
        let isPassing: Bool
    }

    /// How one question went, for metrics.
    package struct Attempt: Sendable {
        /// Nil: an answer that could be read.
        package let failure: Failure?
        package let isCancelled: Bool
        package let duration: Duration
    }

    private static let answerLimit = 1 << 20
    package static let attempts = 5

    private let access: ClusterAccess
    private let client: HTTPClient
    private let clock: any Clock
    private let timeout: Duration
    private let pause: Duration

    /// `timeout` is for each attempt, `pause` is before the second. Throws `HTTPError` when certificates or keys are none.
    package init(
        _ access: ClusterAccess, timeout: Duration = .seconds(30), pause: Duration = .milliseconds(500), clock: any Clock
    ) throws {
        self.access = access
        client = try HTTPClient(tls: access.tls)
        self.clock = clock
        self.timeout = timeout
        self.pause = pause
    }

    package func review(_ object: Value) async throws -> Value { try await review(object, observe: { _ in }) }

    /// The object with its status; `observe` is told of each attempt. Throws `Failure`, or `CancellationError`.
    package func review(_ object: Value, observe: @Sendable (Attempt) -> Void) async throws -> Value {
        let body = JSONWriter.encode(object)
        var pause = pause
        var left = Self.attempts
        while true {
            left -= 1
            let started = clock.now
            let outcome = await ask(body, like: object)
            let duration = clock.now - started
            switch outcome {
            case .success(let answer):
                observe(Attempt(failure: nil, isCancelled: false, duration: duration))
                return answer
            case .failure(let failure):
                observe(Attempt(failure: failure, isCancelled: Task.isCancelled, duration: duration))
                guard failure.isPassing, left > 0 else { throw failure }
            }
            try await clock.sleep(for: pause)
            pause = pause * 3 / 2
        }
    }

    /// Posts what wants no answer but that it was taken. Every failure is followed by another attempt, as upstream has it for audit events. Throws
    /// `Failure`, or `CancellationError`.
    package func deliver(_ body: [UInt8], attempts: Int = ReviewService.attempts) async throws {
        var pause = pause
        var left = attempts
        while true {
            left -= 1
            switch await post(body) {
            case .success: return
            case .failure(let failure): guard left > 0 else { throw failure }
            }
            try await clock.sleep(for: pause)
            pause = pause * 3 / 2
        }
    }

    private var url: String { "https://\(access.host):\(access.port)\(access.pathPrefix)" }

    private func failure<T>(_ text: String, status: Int? = nil, isTimeout: Bool = false, isPassing: Bool = false) -> Result<T, Failure> {
        .failure(Failure(description: text, status: status, isTimeout: isTimeout, isPassing: isPassing))
    }

    private func ask(_ body: [UInt8], like object: Value) async -> Result<Value, Failure> {
        let response: HTTPResponse
        switch await post(body) {
        case .success(let given): response = given
        case .failure(let failure): return .failure(failure)
        }
        guard let answer = try? JSONParser.parse(response.body, limits: .outside), answer.object != nil else {
            return failure("the answer of \(url) is not a JSON object", status: response.status)
        }
        for field in ["apiVersion", "kind"] {
            // What is missing is as it was asked.
            if let given = answer[field]?.string, !given.isEmpty, given != object[field]?.string {
                return failure("the answer of \(url) has \(field) \(given) and not \(object[field]?.string ?? "")", status: response.status)
            }
        }
        return .success(answer)
    }

    /// One attempt: the answer when it is a success.
    private func post(_ body: [UInt8]) async -> Result<HTTPResponse, Failure> {
        var request = HTTPClient.Request(
            "POST", .tcp(host: access.host, port: access.port), access.pathPrefix.isEmpty ? "/" : access.pathPrefix,
            headers: ["Content-Type": "application/json", "Accept": "application/json, */*", "User-Agent": "kube-apiserver"], body: body)
        request.timeouts = HTTPClient.Timeouts(connect: timeout, head: timeout)
        do {
            if let token = access.token { request.headers["Authorization"] = try token.field() }
        } catch { return failure("\(error)") }
        let response: HTTPResponse
        do {
            response = try await client.fetch(request, limit: Self.answerLimit, within: timeout)
        } catch {
            let why = HTTPError.explained(error, host: access.host, port: access.port)
            if case HTTPError.timeout = error { return failure("Post \"\(url)\": \(why)", isTimeout: true) }
            let isPassing = error as? HTTPError == .closed
            return failure("Post \"\(url)\": \(why)", isPassing: isPassing)
        }
        guard (200..<300).contains(response.status) else {
            let isPassing = [429, 500, 504].contains(response.status) || response.headers["Retry-After"] != nil
            return failure(response.explained, status: response.status, isTimeout: response.status == 504, isPassing: isPassing)
        }
        return .success(response)
    }
}
