import HTTPTransport

/// The sockets of probes and hooks. Every request has a connection of its own, as upstream's probes do.
struct ProbeWire: Sendable {
    private let plain = try? HTTPClient(tls: nil, idleConnections: 0)
    private let secure = try? HTTPClient(tls: ClientTLS(verification: .none), idleConnections: 0)

    /// The status and the first bytes of the answer. Redirects count as success and are not followed. Throws `HTTPError`.
    func get(
        host: String, port: Int, path: String, isTLS: Bool, headers: [(String, String)], userAgent: String
    ) async throws -> (Int, String) {
        guard let client = isTLS ? secure : plain else { throw HTTPError.closed }
        var fields = HTTPFields()
        for (name, value) in headers { fields.add(name, value) }
        if fields["user-agent"] == nil { fields["user-agent"] = userAgent }
        if fields["accept"] == nil { fields["accept"] = "*/*" }
        fields["connection"] = "close"
        let response = try await client.fetch(
            HTTPClient.Request("GET", .tcp(host: host, port: port), path, headers: fields), limit: 10 << 20)
        return (response.status, String(decoding: response.body.prefix(10 * 1024), as: UTF8.self))
    }

    func connect(host: String, port: Int) async throws {
        guard let plain else { throw HTTPError.closed }
        try await plain.open(.tcp(host: host, port: port)).close()
    }
}
