import NIOHTTP1

/// Headers that belong to one connection and are not passed on (RFC 9110, 7.6.1). Transfer-Encoding stays: the body is streamed as it is.
private let hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"]

extension HTTPHeaders {
    /// Removes what belongs to the connection only, also what `Connection` names.
    mutating func removeHopByHop() {
        for name in self[canonicalForm: "connection"] where name != "transfer-encoding" && name != "content-length" {
            remove(name: String(name))
        }
        for name in hopByHop { remove(name: name) }
    }
}

extension HTTPRequestHead {
    /// The protocol that the client wants to change to, when it is one that a backend can be asked for. An upgrade to HTTP/2 is between
    /// client and proxy, and is declined by ignoring it.
    var upgrade: String? {
        guard headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }),
            let name = headers.first(name: "upgrade"),
            name.lowercased() != "h2c"
        else { return nil }
        return name
    }

    /// The head for the backend: without what belongs to the client's connection, and telling who asked.
    func forwarded(client: String, port: Int, isTLS: Bool) -> HTTPRequestHead {
        var result = self
        result.version = .http1_1
        let upgrade = upgrade
        result.headers.removeHopByHop()
        if let upgrade {
            result.headers.add(name: "Connection", value: "Upgrade")
            result.headers.add(name: "Upgrade", value: upgrade)
        }
        let host = headers.first(name: "host") ?? ""
        if host.isEmpty { result.headers.replaceOrAdd(name: "Host", value: "localhost") }
        let chain = headers[canonicalForm: "x-forwarded-for"].map(String.init) + [client]
        result.headers.replaceOrAdd(name: "X-Forwarded-For", value: chain.joined(separator: ", "))
        result.headers.replaceOrAdd(name: "X-Forwarded-Host", value: host)
        result.headers.replaceOrAdd(name: "X-Forwarded-Port", value: String(port))
        result.headers.replaceOrAdd(name: "X-Forwarded-Proto", value: isTLS ? "https" : "http")
        result.headers.replaceOrAdd(name: "X-Real-IP", value: client)
        return result
    }

    /// The bytes of the head.
    var serialized: String {
        "\(method.rawValue) \(uri) HTTP/1.1\r\n" + headers.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
    }
}
