import Core
import HTTPTransport
import Identity
import JSON
import Logging
import Synchronization
import Values

/// A real HTTPS server that answers reviews, and remembers what it was asked.
final class ReviewServer: HTTPHandler {
    /// The status code of the next answer and, for 200, the review's `status`.
    typealias Answer = @Sendable (_ review: Value) async -> (code: Int, status: Value)

    let port = Mutex(0)
    private let authority: CertificateAuthority
    private let credential: Credential
    private let client: Credential
    private let answer = Mutex<Answer>({ _ in (404, .null) })
    private let log = Mutex<[(review: Value, authorization: String, showsCertificate: Bool)]>([])
    private let server = Mutex<HTTPServer?>(nil)

    init() async throws {
        let now = SystemClock().now
        authority = try CertificateAuthority(commonName: "reviewers", now: now)
        credential = try authority.issue(
            CertificateRequest(
                commonName: "reviews", organizations: [], dnsNames: ["localhost"], addresses: ["127.0.0.1"], usages: [.server]), now: now)
        client = try authority.issue(
            CertificateRequest(commonName: "api", organizations: [], dnsNames: [], addresses: [], usages: [.client]), now: now)
        try await listen()
    }

    /// Listens, on another port when it has listened before.
    func listen() async throws {
        let made = try HTTPServer(
            handler: self,
            tls: ServerTLS(
                material: TLSMaterial(
                    certificateChain: Array(credential.certificatePEM.utf8), privateKey: Array(credential.privateKeyPEM.utf8)),
                clientCAs: Array(authority.certificatePEM.utf8)), logger: Logger(label: "reviews"))
        let number = try await made.listen(host: "127.0.0.1", port: 0)
        port.withLock { $0 = number }
        server.withLock { $0 = made }
    }

    func shutdown() async { await server.withLock { $0 }?.shutdown(grace: .milliseconds(10)) }

    func answer(_ answer: @escaping Answer) { self.answer.withLock { $0 = answer } }

    var asked: [Value] { log.withLock { $0.map(\.review) } }
    var lastAuthorization: String? { log.withLock { $0.last?.authorization } }
    var showedCertificate: Bool { log.withLock { $0.last?.showsCertificate == true } }

    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        guard request.path == "/reviews", request.method == "POST", var review = try? JSONParser.parse(request.bytes) else {
            responder.respond(.text(404, "no such review"))
            return
        }
        log.withLock { $0.append((review, request.headers["Authorization"] ?? "", request.peerCertificate != nil)) }
        let (code, status) = await answer.withLock { $0 }(review)
        guard code == 200 else {
            responder.respond(.text(code, "refused"))
            return
        }
        review["status"] = status
        review["spec"] = [:]
        responder.respond(HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: JSONWriter.encode(review)))
    }

    /// A kubeconfig for it, with a client certificate, or a token when one is given. `authority` nil: its own.
    func kubeconfig(token: String? = nil, authority other: String? = nil, path: String = "/reviews") -> Value {
        let user: Value =
            token.map { ["token": .string($0)] } ?? [
                "client-certificate-data": .string(Base64.encode(client.certificatePEM.utf8)),
                "client-key-data": .string(Base64.encode(client.privateKeyPEM.utf8)),
            ]
        return [
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [
                [
                    "name": "s",
                    "cluster": [
                        "server": .string("https://127.0.0.1:\(port.withLock { $0 })\(path)"),
                        "certificate-authority-data": .string(Base64.encode((other ?? authority.certificatePEM).utf8)),
                    ],
                ]
            ],
            "users": [["name": "u", "user": user]], "contexts": [["name": "c", "context": ["cluster": "s", "user": "u"]]],
        ]
    }
}
