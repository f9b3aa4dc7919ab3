import HTTPTransport

extension HTTPClient {
    /// The whole answer, or `HTTPError.timeout` when it has not come in time. For requests that may be made twice: one that met a kept connection
    /// which the server closed as it was chosen is made once more.
    func fetch(_ request: Request, limit: Int, within timeout: Duration) async throws -> HTTPResponse {
        try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            group.addTask {
                do { return try await self.fetch(request, limit: limit) } catch HTTPError.closed {
                    return try await self.fetch(request, limit: limit)
                }
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw HTTPError.timeout("no answer within \(timeout)")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw HTTPError.closed }
            return first
        }
    }
}

extension HTTPError {
    /// In the words of Go's client.
    static func explained(_ error: any Error, host: String, port: Int) -> String {
        switch error {
        case HTTPError.timeout: return "context deadline exceeded"
        case HTTPError.closed: return "EOF"
        case HTTPError.cannotConnect(let why):
            if why.contains("onnection refused") { return "dial tcp \(host):\(port): connect: connection refused" }
            if why.contains("CERTIFICATE_VERIFY_FAILED") || why.contains("unableToValidateCertificate") {
                return "tls: failed to verify certificate: x509: certificate signed by unknown authority"
            }
            return "dial tcp \(host):\(port): \(why)"
        default: return "\(error)"
        }
    }
}

extension HTTPResponse {
    /// What client-go makes of an answer that is no success.
    var explained: String {
        let text = String(decoding: body.prefix(2048), as: UTF8.self).split(separator: "\n").joined(separator: " ")
        switch status {
        case 400: return "the server rejected our request for an unknown reason"
        case 401: return "the server has asked for the client to provide credentials"
        case 403: return text.isEmpty ? "forbidden" : text
        case 404: return "the server could not find the requested resource"
        case 405: return "the server does not allow this method on the requested resource"
        case 503: return "the server is currently unable to handle the request"
        default: return "an error on the server (\"\(text.isEmpty ? "unknown" : text)\") has prevented the request from succeeding"
        }
    }
}
