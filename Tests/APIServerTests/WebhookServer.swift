import Core
import HTTPTransport
import Identity
import JSON
import Logging
import Synchronization
import Values

/// A real HTTPS server that answers reviews of admission and conversion by path, and remembers what it was asked.
final class WebhookServer: HTTPHandler {
    /// Makes the `response` of a request.
    typealias Answer = @Sendable (_ request: Value) async -> Value

    let port: Int
    /// Base64 of the authority's PEM: a `caBundle`.
    let caBundle: String
    private let answers: [String: Answer]
    private let server: HTTPServer
    private let log: Mutex<[(path: String, request: Value)]>
    private let callers = Mutex<[(name: String, caller: Caller)]>([])
    /// A client certificate that the server believes.
    let client: Credential

    /// How a question was proved to come from somebody.
    struct Caller: Sendable {
        let fields: HTTPFields
        let showsCertificate: Bool
    }

    private final class Relay: HTTPHandler {
        let target = Mutex<WebhookServer?>(nil)
        func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
            await target.withLock { $0 }?.handle(request, responder)
        }
    }

    init(_ answers: [String: Answer]) async throws {
        let now = SystemClock().now
        let authority = try CertificateAuthority(commonName: "webhooks", now: now)
        let credential = try authority.issue(
            CertificateRequest(
                commonName: "webhook", organizations: [], dnsNames: ["localhost", "hook.default.svc"], addresses: ["127.0.0.1"],
                usages: [.server]),
            now: now)
        client = try authority.issue(
            CertificateRequest(commonName: "api", organizations: [], dnsNames: [], addresses: [], usages: [.client]), now: now)
        self.answers = answers
        log = Mutex([])
        caBundle = Base64.encode(Array(authority.certificatePEM.utf8))
        let relay = Relay()
        server = try HTTPServer(
            handler: relay,
            tls: ServerTLS(
                material: TLSMaterial(
                    certificateChain: Array(credential.certificatePEM.utf8), privateKey: Array(credential.privateKeyPEM.utf8)),
                clientCAs: Array(authority.certificatePEM.utf8)), logger: Logger(label: "webhook"))
        port = try await server.listen(host: "127.0.0.1", port: 0)
        relay.target.withLock { $0 = self }
    }

    func shutdown() async { await server.shutdown(grace: .milliseconds(10)) }

    var lastCaller: Caller? { callers.withLock { $0.last?.caller } }

    /// Who asked about an object of a name.
    func callers(of name: String) -> [Caller] { callers.withLock { $0.filter { $0.name == name }.map(\.caller) } }

    /// The requests of the reviews that came to a path.
    func requests(_ path: String) -> [Value] { log.withLock { $0.filter { $0.path == path }.map(\.request) } }

    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        let path = String(request.path)
        guard let review = try? JSONParser.parse(request.bytes), let asked = review["request"], let answer = answers[path] else {
            responder.respond(.text(404, "no such webhook"))
            return
        }
        log.withLock { $0.append((path, asked)) }
        let caller = Caller(fields: request.headers, showsCertificate: request.peerCertificate != nil)
        callers.withLock { $0.append((asked["name"]?.string ?? "", caller)) }
        var response = await answer(asked)
        if response["uid"] == nil { response["uid"] = asked["uid"] }
        let body: Value = ["kind": review["kind"] ?? "", "apiVersion": review["apiVersion"] ?? "", "response": response]
        responder.respond(
            HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: JSONWriter.encode(body)))
    }

    /// A response that allows and patches.
    static func patch(_ operations: Value) -> Value {
        ["allowed": true, "patchType": "JSONPatch", "patch": .string(Base64.encode(JSONWriter.encode(operations)))]
    }
}
