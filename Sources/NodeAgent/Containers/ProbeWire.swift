import HTTPTransport

/// The sockets of probes and hooks. Every request has a connection of its own, as upstream's probes do.
struct ProbeWire: Sendable {
    private let plain = try? HTTPClient(tls: nil, idleConnections: 0)
    private let secure = try? HTTPClient(tls: ClientTLS(verification: .none), idleConnections: 0)

    private static let maximumRedirects = 10

    /// The status and the first bytes of the answer. Redirects to the same host are followed, ten at most; one to elsewhere is the
    /// answer. Throws `HTTPError`.
    func get(
        host: String, port: Int, path: String, isTLS: Bool, headers: [(String, String)], userAgent: String
    ) async throws -> (Int, String) {
        var target = (port: port, path: path, isTLS: isTLS)
        var response = try await once(host, target.port, target.path, target.isTLS, headers, userAgent)
        for _ in 0..<Self.maximumRedirects {
            guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"],
                let next = Self.follow(location, host: host, from: target)
            else { return (response.status, String(decoding: response.body.prefix(10 * 1024), as: UTF8.self)) }
            target = next
            response = try await once(host, target.port, target.path, target.isTLS, headers, userAgent)
        }
        throw ProbeFailure(description: "stopped after \(Self.maximumRedirects) redirects")
    }

    private struct ProbeFailure: Error, CustomStringConvertible { let description: String }

    /// Where a redirect leads to, or nil when that is another host.
    static func follow(
        _ location: String, host: String, from current: (port: Int, path: String, isTLS: Bool)
    ) -> (port: Int, path: String, isTLS: Bool)? {
        for (scheme, isTLS) in [("http://", false), ("https://", true)] where location.lowercased().hasPrefix(scheme) {
            let rest = location.dropFirst(scheme.count)
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let authority = rest[..<slash].split(separator: ":")
            guard let name = authority.first, String(name) == host else { return nil }
            let port = authority.count > 1 ? Int(authority[1]) : isTLS ? 443 : 80
            return port.map { ($0, slash == rest.endIndex ? "/" : String(rest[slash...]), isTLS) }
        }
        if location.hasPrefix("//") { return nil }
        if location.hasPrefix("/") { return (current.port, location, current.isTLS) }
        let directory = current.path.prefix { $0 != "?" }.lastIndex(of: "/").map { current.path[...$0] } ?? "/"
        return (current.port, directory + location, current.isTLS)
    }

    private func once(
        _ host: String, _ port: Int, _ path: String, _ isTLS: Bool, _ headers: [(String, String)], _ userAgent: String
    ) async throws -> (status: Int, headers: HTTPFields, body: [UInt8]) {
        guard let client = isTLS ? secure : plain else { throw HTTPError.closed }
        var fields = HTTPFields()
        for (name, value) in headers { fields.add(name, value) }
        if fields["user-agent"] == nil { fields["user-agent"] = userAgent }
        if fields["accept"] == nil { fields["accept"] = "*/*" }
        fields["connection"] = "close"
        let response = try await client.fetch(
            HTTPClient.Request("GET", .tcp(host: host, port: port), path, headers: fields), limit: 10 << 20)
        return (response.status, response.headers, Array(response.body))
    }

    func connect(host: String, port: Int) async throws {
        guard let plain else { throw HTTPError.closed }
        try await plain.open(.tcp(host: host, port: port)).close()
    }
}
