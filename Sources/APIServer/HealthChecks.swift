import Core
import HTTPTransport
import Synchronization

/// One named check of `/livez` and `/readyz`.
package struct HealthCheck: Sendable {
    package var name: String
    /// Nil when all is well, else what is wrong. Called on every request of the path: answer from memory.
    package var check: @Sendable () -> String?

    package init(_ name: String, check: @escaping @Sendable () -> String?) {
        self.name = name
        self.check = check
    }
}

/// Answers `/livez`, `/readyz` and `/healthz` in upstream's words.
final class HealthEndpoints: Sendable {
    private struct Series: Hashable {
        var name: String
        var type: String
    }

    private struct Outcomes {
        var successes = 0
        var failures = 0
        var isGood = false
    }

    private static let endpoints = ["healthz", "livez", "readyz"]

    private let live: [HealthCheck]
    private let ready: [HealthCheck]
    private let outcomes = Mutex<[Series: Outcomes]>([:])

    /// `ready` are the checks that `/readyz` has more than the others.
    init(live: [HealthCheck], ready: [HealthCheck]) {
        self.live = live
        self.ready = ready
    }

    private func checks(of endpoint: String) -> [HealthCheck] {
        [HealthCheck("ping") { nil }] + (endpoint == "readyz" ? live + ready : live)
    }

    /// Every path that is answered.
    var paths: [String] { Self.endpoints.flatMap { one in ["/\(one)"] + checks(of: one).map { "/\(one)/\($0.name)" } } }

    private func problem(_ check: HealthCheck, _ endpoint: String) -> String? {
        let problem = check.check()
        outcomes.withLock { outcomes in
            var outcome = outcomes[Series(name: check.name, type: endpoint)] ?? Outcomes()
            if problem == nil { outcome.successes += 1 } else { outcome.failures += 1 }
            outcome.isGood = problem == nil
            outcomes[Series(name: check.name, type: endpoint)] = outcome
        }
        return problem
    }

    /// The answer, or nil when the path is none of theirs.
    func answer(path: Substring, query: QueryParameters) -> HTTPResponse? {
        // Nearly every path is another.
        guard ["/livez", "/readyz", "/healthz"].contains(where: path.hasPrefix) else { return nil }
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        guard let first = parts.first, Self.endpoints.contains(first) else { return nil }
        let checks = checks(of: first)
        if parts.count == 2, !parts[1].isEmpty {
            guard let one = checks.first(where: { $0.name == parts[1] }) else { return nil }
            if let why = problem(one, first) { return .text(500, "internal server error: \(why)\n") }
            return .text(200, "ok")
        }
        let excluded = Set(query.all("exclude"))
        var lines = ""
        var isGood = true
        for check in checks {
            if excluded.contains(check.name) {
                lines += "[+]\(check.name) excluded: ok\n"
            } else if problem(check, first) != nil {
                isGood = false
                // The reason stays in the server: this path is open to everyone.
                lines += "[-]\(check.name) failed: reason withheld\n"
            } else {
                lines += "[+]\(check.name) ok\n"
            }
        }
        let unknown = excluded.subtracting(checks.map(\.name)).sorted()
        if !unknown.isEmpty {
            let names = unknown.map { "\"\($0)\"" }.joined(separator: ",")
            lines += "warn: some health checks cannot be excluded: no matches for \(names)\n"
        }
        if !isGood { return .text(500, lines + "\(first) check failed\n") }
        return .text(200, query["verbose"] != nil ? lines + "\(first) check passed\n" : "ok")
    }

    /// `/metrics/slis`: how the checks of each path went when they were last asked for, and how often they were.
    var metricsText: String {
        let series = outcomes.withLock { $0 }.sorted { ($0.key.name, $0.key.type) < ($1.key.name, $1.key.type) }
        func label(_ one: Series) -> String { "name=\"\(one.name)\"" }
        let gauge = series.map { "kubernetes_healthcheck{\(label($0.key)),type=\"\($0.key.type)\"} \($0.value.isGood ? 1 : 0)\n" }
        let counts = series.flatMap { entry -> [String] in
            let all = [("error", entry.value.failures), ("success", entry.value.successes)]
            return all.filter { $0.1 > 0 }.map {
                "kubernetes_healthchecks_total{\(label(entry.key)),status=\"\($0.0)\",type=\"\(entry.key.type)\"} \($0.1)\n"
            }
        }
        return metricHead("kubernetes_healthcheck", "gauge", "The result of a health check when it was last made.") + gauge.joined()
            + metricHead("kubernetes_healthchecks_total", "counter", "Health checks made, by result.") + counts.joined()
    }
}
