import Client
import Core
import HTTPTransport
import ResourceEngine
import Synchronization

/// Reaches webhooks over HTTPS: by URL, or at a ready endpoint of their service. Connections are kept. Safe from any thread.
package final class WebhookClient: WebhookCaller {
    /// What connections of one kind have in common.
    private struct Trust: Hashable {
        let authorities: [UInt8]
        let serverName: String?
        /// The user of the kubeconfig; nil: nobody.
        let user: String?
    }

    /// Webhooks come and go; forgotten clients cost a handshake.
    private static let clientLimit = 64
    /// Reviews hold an object twice and its patch.
    private static let answerLimit = 16 << 20

    private let services: ServiceResolver
    private let credentials: UserCredentials?
    private let clients = Mutex<[Trust: HTTPClient]>([:])

    package convenience init(services: ServiceResolver) { self.init(services, nil) }

    private init(_ services: ServiceResolver, _ credentials: UserCredentials?) {
        self.services = services
        self.credentials = credentials
    }

    /// One that shows itself to webhooks as the user that a kubeconfig has for them. Throws `HTTPError` for certificates that are none.
    package func authenticating(_ credentials: UserCredentials) throws -> WebhookClient {
        for user in credentials.users.values {
            _ = try HTTPClient(tls: ClientTLS(certificateChain: user.certificateChain, privateKey: user.privateKey))
        }
        return WebhookClient(services, credentials)
    }

    package func post(_ body: [UInt8], to target: WebhookTarget, timeout: Duration) async throws(WebhookCallError) -> [UInt8] {
        let seconds = max(1, timeout.components.seconds + (timeout.components.attoseconds > 0 ? 1 : 0))
        let place = try place(target, query: "timeout=\(seconds)s")
        let outcome: Result<HTTPResponse, any Error>
        do {
            let user = credentials?.name(host: place.serverName ?? place.host, port: place.named)
            let client = try client(Trust(authorities: target.authorities, serverName: place.serverName, user: user))
            var request = HTTPClient.Request(
                "POST", .tcp(host: place.host, port: place.port), place.path,
                headers: [
                    "Host": place.authority, "Content-Type": "application/json", "Accept": "application/json, */*",
                    "User-Agent": "kube-apiserver-admission",
                ], body: body)
            if let credential = user.flatMap({ credentials?.users[$0] }) {
                if let token = credential.token { request.headers["Authorization"] = try token.field() }
                for field in credential.impersonation.fields { request.headers.add(field.name, field.value) }
            }
            request.timeouts = HTTPClient.Timeouts(connect: timeout, head: timeout)
            // Reviews have an identity, so that asking twice does no harm.
            outcome = .success(try await client.fetch(request, limit: Self.answerLimit, within: timeout))
        } catch {
            outcome = .failure(error)
        }
        let response: HTTPResponse
        switch outcome {
        case .success(let found): response = found
        case .failure(let error):
            throw WebhookCallError("Post \"\(place.url)\": \(HTTPError.explained(error, host: place.host, port: place.port))")
        }
        guard (200..<300).contains(response.status), case let bytes = response.body else {
            throw WebhookCallError(response.explained)
        }
        return bytes
    }

    // MARK: Where

    private struct Place {
        var host: String
        var port: Int
        var path: String
        /// The `Host` field.
        var authority: String
        /// The port that the configuration names.
        var named: Int
        /// The name on the certificate, where it is not the host that is dialled.
        var serverName: String?
        /// As messages show it.
        var url: String
    }

    private func place(_ target: WebhookTarget, query: String) throws(WebhookCallError) -> Place {
        switch target.address {
        case .service(let namespace, let name, let given, let port):
            let path = given.hasPrefix("/") ? given : "/" + given
            let serverName = "\(name).\(namespace).svc"
            let url = "https://\(serverName):\(port)\(path)?\(query)"
            do {
                let endpoint = try services.endpoint(namespace: namespace, name: name, port: .number(port))
                return Place(
                    host: endpoint.host, port: endpoint.port, path: "\(path)?\(query)", authority: "\(serverName):\(port)", named: port,
                    serverName: serverName, url: url)
            } catch {
                let why = (error as? APIError).map { $0.reason == .notFound ? "service \"\(name)\" not found" : $0.message } ?? "\(error)"
                throw WebhookCallError("Post \"\(url)\": \(why)")
            }
        case .url(let text):
            guard let url = HTTPSLocation(text) else { throw WebhookCallError("Unparsable URL: \(text)") }
            return Place(
                host: url.host, port: url.port, path: "\(url.path)?\(query)", authority: url.authority, named: url.port, serverName: nil,
                url: "https://\(url.authority)\(url.path)?\(query)")
        }
    }

    private func client(_ trust: Trust) throws -> HTTPClient {
        if let known = clients.withLock({ $0[trust] }) { return known }
        let credential = trust.user.flatMap { credentials?.users[$0] }
        let made = try HTTPClient(
            tls: ClientTLS(
                authorities: trust.authorities.isEmpty ? nil : trust.authorities, certificateChain: credential?.certificateChain,
                privateKey: credential?.privateKey, serverName: trust.serverName))
        clients.withLock { clients in
            if clients.count >= Self.clientLimit { clients.removeAll() }
            clients[trust] = made
        }
        return made
    }
}

extension UserCredentials {
    /// The user to be towards a server: one named after its host and port, `*.` and the end of it, for port 443 the same without the port, `*`, or the one
    /// of the current context. Nil: nobody.
    package func name(host: String, port: Int) -> String? {
        let address = host.contains(":") ? "[\(host)]" : host
        for target in ["\(address):\(port)"] + (port == 443 ? [host] : []) {
            if users[target] != nil { return target }
            var rest = Substring(target)
            while let dot = rest.firstIndex(of: ".") {
                rest = rest[rest.index(after: dot)...]
                if users["*.\(rest)"] != nil { return "*.\(rest)" }
            }
        }
        if users["*"] != nil { return "*" }
        return users[current] == nil ? nil : current
    }
}

/// The parts of `https://host[:port][/path][?query]`.
struct HTTPSLocation {
    let host: String
    let port: Int
    let path: String
    /// With its question mark; empty when there is none.
    let query: String
    /// Host and port as they were written.
    let authority: String

    /// Nil when it is none.
    init?(_ text: String) {
        guard text.hasPrefix("https://") else { return nil }
        let rest = text.dropFirst("https://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" }
        self.authority = String(authority)
        self.path = path.isEmpty ? "/" : String(path)
        query = String(rest.dropFirst(authority.count + path.count).prefix { $0 != "#" })
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":"), let number = after.isEmpty ? 443 : Int(after.dropFirst()) else { return nil }
            port = number
        } else if let colon = authority.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]) else { return nil }
            host = String(authority[..<colon])
            port = number
        } else {
            host = String(authority)
            port = 443
        }
        guard !host.isEmpty, (1...65535).contains(port) else { return nil }
    }
}
