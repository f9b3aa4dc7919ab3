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

    private func checks(of endpoint: String) -> [HealthCheck] {
        [HealthCheck("ping") { nil }] + (endpoint == "readyz" ? live + ready : live)
    }

    /// Every path that is answered.
    var paths: [String] { ["healthz", "livez", "readyz"].flatMap { one in ["/\(one)"] + checks(of: one).map { "/\(one)/\($0.name)" } } }

    /// The answer, or nil when the path is none of theirs.
    func answer(path: Substring, query: QueryParameters) -> HTTPResponse? {
        // Nearly every path is another.
        guard ["/livez", "/readyz", "/healthz"].contains(where: path.hasPrefix) else { return nil }
        let parts = path.split(separator: "/").map(String.init)
        guard let first = parts.first, ["livez", "readyz", "healthz"].contains(first), parts.count <= 2 else { return nil }
        let checks = checks(of: first)
        if parts.count == 2 {
            guard let one = checks.first(where: { $0.name == parts[1] }) else { return nil }
            if let why = one.check() { return .text(500, "internal server error: \(why)\n") }
            return .text(200, "ok")
        }
        let excluded = Set(query.all("exclude"))
        var lines = ""
        var isGood = true
        for check in checks {
            if excluded.contains(check.name) {
                lines += "[+]\(check.name) excluded: ok\n"
            } else if check.check() != nil {
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
