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
struct HealthEndpoints: Sendable {
    var live: [HealthCheck]
    var ready: [HealthCheck]
    let counts = HealthCounts()

    private func checks(of endpoint: String) -> [HealthCheck] {
        [HealthCheck("ping") { nil }] + (endpoint == "readyz" ? live + ready : live)
    }

    /// Every path that is answered.
    var paths: [String] { ["healthz", "livez", "readyz"].flatMap { one in ["/\(one)"] + checks(of: one).map { "/\(one)/\($0.name)" } } }

    /// What is wrong, counted.
    private func outcome(_ check: HealthCheck, _ endpoint: String) -> String? {
        let problem = check.check()
        counts.observe(check.name, endpoint, isGood: problem == nil)
        return problem
    }

    /// The answer, or nil when the path is none of theirs.
    func answer(path: Substring, query: QueryParameters) -> HTTPResponse? {
        // Nearly every path is another.
        guard ["/livez", "/readyz", "/healthz"].contains(where: path.hasPrefix) else { return nil }
        let parts = path.split(separator: "/").map(String.init)
        guard let first = parts.first, ["livez", "readyz", "healthz"].contains(first), parts.count <= 2 else { return nil }
        let checks = checks(of: first)
        if parts.count == 2 {
            guard let one = checks.first(where: { $0.name == parts[1] }) else { return nil }
            if let why = outcome(one, first) { return .text(500, "internal server error: \(why)\n") }
            return .text(200, "ok")
        }
        let excluded = Set(query.all("exclude"))
        var lines = ""
        var isGood = true
        for check in checks {
            if excluded.contains(check.name) {
                lines += "[+]\(check.name) excluded: ok\n"
            } else if outcome(check, first) != nil {
                isGood = false
                // The reason stays in the server: this path is open to everyone.
                lines += "[-]\(check.name) failed: reason withheld\n"
            } else {
                lines += "[+]\(check.name) ok\n"
            }
        }
        if !isGood { return .text(500, lines + "\(first) check failed\n") }
        return .text(200, query["verbose"] != nil ? lines + "\(first) check passed\n" : "ok")
    }
}

/// What the checks of health came to, under upstream's names: the page `/metrics/slis`.
final class HealthCounts: Sendable {
    private struct Key: Hashable {
        let name: String
        let type: String

        var labels: String { "name=\"\(name)\",type=\"\(type)\"" }
    }

    private struct Count {
        var isGood = true
        var successes = 0
        var errors = 0
    }

    private let counts = Mutex<[Key: Count]>([:])

    func observe(_ name: String, _ type: String, isGood: Bool) {
        counts.withLock { counts in
            var count = counts[Key(name: name, type: type)] ?? Count()
            count.isGood = isGood
            if isGood { count.successes += 1 } else { count.errors += 1 }
            counts[Key(name: name, type: type)] = count
        }
    }

    /// In Prometheus' text format.
    var text: String {
        let all = counts.withLock { $0 }.map { (labels: $0.key.labels, count: $0.value) }.sorted { $0.labels < $1.labels }
        let (last, total) = ("kubernetes_healthcheck", "kubernetes_healthchecks_total")
        return metricHead(last, "gauge", "Whether a check of health was good when it was last made.")
            + all.map { "\(last){\($0.labels)} \($0.count.isGood ? 1 : 0)\n" }.joined()
            + metricHead(total, "counter", "Checks of health.")
            + all.flatMap { labels, count in
                [("error", count.errors), ("success", count.successes)].filter { $0.1 > 0 }.map { status, number in
                    "\(total){\(labels),status=\"\(status)\"} \(number)\n"
                }
            }.joined()
    }
}
