import Core
import HTTPTransport
import Identity
import JSON
import Logging
import ResourceEngine
import Store
import Synchronization
import Values

/// Knows which versions of which API groups other servers answer for, and passes requests on to them in the name of who asked
/// (upstream's kube-aggregator). Safe from any thread.
package final class Aggregator: Sendable {
    static let bucket = "apiregistration.k8s.io/apiservices"
    /// Who asks when this server itself wants to know something.
    static let user = UserInfo(name: "system:kube-aggregator", groups: ["system:masters"])
    private static let documentLimit = 64 << 20

    private struct State {
        var services: [GroupVersion: AggregatedService] = [:]
        var clients: [AggregatedService.Backend: (certificate: String, client: HTTPClient)] = [:]
    }

    let cluster: ClusterState
    private let resolver: ServiceResolver
    private let credential: RenewingCredential
    private let state = Mutex(State())
    let documents = RemoteDocuments()
    let logger: Logger

    /// `credential` is the front proxy's client certificate.
    package init(cluster: ClusterState, credential: RenewingCredential, logger: Logger) {
        self.cluster = cluster
        self.credential = credential
        self.logger = logger
        resolver = ServiceResolver(cluster)
    }

    // MARK: What there is

    /// Reads what is stored: before the first request of a server that starts again.
    package func load() throws {
        let services = try cluster.list(Self.bucket).map { AggregatedService($0) }
        state.withLock { state in
            state.services = Dictionary(services.map { (GroupVersion($0.group, $0.version), $0) }) { $1 }
        }
    }

    /// Takes a change of an APIService.
    func take(_ service: AggregatedService, isGone: Bool) {
        let key = GroupVersion(service.group, service.version)
        state.withLock { state in
            if isGone {
                if state.services[key]?.name == service.name { state.services[key] = nil }
            } else {
                state.services[key] = service
            }
            let used = Set(state.services.values.compactMap(\.backend))
            state.clients = state.clients.filter { used.contains($0.key) }
        }
        if isGone || service.backend == nil { documents.forget(key) }
    }

    /// Says ahead of the stored condition whether requests are passed on: who has seen the condition finds it true.
    func mark(_ service: AggregatedService, isAvailable: Bool) {
        state.withLock { $0.services[GroupVersion(service.group, service.version)]?.isAvailable = isAvailable }
    }

    /// The service that answers for a version, when it is another server's.
    package func remote(group: String, version: String) -> AggregatedService? {
        let service = state.withLock { $0.services[GroupVersion(group, version)] }
        return service?.backend == nil ? nil : service
    }

    /// All APIServices there are.
    var services: [AggregatedService] { state.withLock { Array($0.services.values) } }

    /// A resource that another server answers for.
    package struct RemoteResource: Sendable {
        package var resource: GroupVersionResource
        package var kind: String
        package var isNamespaced: Bool
        package var verbs: Set<String>
    }

    /// The resources of all servers that are available, but for watches, which clients in this process do not make of them.
    package var remoteResources: [RemoteResource] {
        services.filter { $0.backend != nil && $0.isAvailable }.flatMap { service in
            let discovery = documents.entry(GroupVersion(service.group, service.version))?.discovery
            return (discovery?["resources"]?.array ?? []).map { entry in
                RemoteResource(
                    resource: GroupVersionResource(
                        group: service.group, version: service.version, resource: entry["resource"]?.string ?? ""),
                    kind: entry[path: "responseKind", "kind"]?.string ?? "", isNamespaced: entry["scope"]?.string == "Namespaced",
                    verbs: Set((entry["verbs"]?.array ?? []).compactMap(\.string)).subtracting(["watch"]))
            }
        }
    }

    /// Which APIServices cannot be reached, under upstream's name.
    package func metricsText() -> String {
        let lines = services.filter { $0.backend != nil }.sorted { $0.name < $1.name }.map {
            "aggregator_unavailable_apiservice{name=\"\($0.name)\"} \($0.isAvailable ? 0 : 1)\n"
        }
        return lines.isEmpty ? "" : "# TYPE aggregator_unavailable_apiservice gauge\n" + lines.joined()
    }

    // MARK: Asking

    private func client(_ backend: AggregatedService.Backend) throws -> HTTPClient {
        let certificate = credential.current
        if let kept = state.withLock({ $0.clients[backend] }), kept.certificate == certificate.certificatePEM { return kept.client }
        let client = try HTTPClient(
            tls: ClientTLS(
                authorities: backend.authorities.isEmpty ? nil : backend.authorities,
                certificateChain: Array(certificate.certificatePEM.utf8),
                privateKey: Array(certificate.privateKeyPEM.utf8), verification: backend.skipsVerification ? .none : .full,
                serverName: backend.serverName))
        state.withLock { $0.clients[backend] = (certificate.certificatePEM, client) }
        return client
    }

    private func target(_ backend: AggregatedService.Backend) throws -> HTTPClient.Target {
        let endpoint = try resolver.endpoint(namespace: backend.namespace, name: backend.name, port: .number(backend.port))
        return .tcp(host: endpoint.host, port: endpoint.port)
    }

    /// Asks the server behind a service and reads its whole answer. Throws `APIError` when nobody is there and `HTTPError` when it fails.
    func ask(
        _ service: AggregatedService, _ method: String, _ path: String, headers: HTTPFields = HTTPFields(), body: [UInt8] = [],
        as user: UserInfo = Aggregator.user, timeout: Duration = .seconds(5)
    ) async throws -> HTTPResponse {
        guard let backend = service.backend else { throw APIError.internalError("APIService \"\(service.name)\" is this server's own") }
        var fields = RemoteUserHeaders.fields(user)
        for field in headers.fields { fields.add(field.name, field.value) }
        var request = HTTPClient.Request(method, try target(backend), path, headers: fields, body: body)
        request.timeouts = .init(connect: timeout, head: timeout)
        return try await client(backend).fetch(request, limit: Self.documentLimit)
    }

    /// Where the server behind a service is dialled, for messages.
    func address(_ service: AggregatedService) throws -> String {
        guard let backend = service.backend else { return "" }
        let endpoint = try resolver.endpoint(namespace: backend.namespace, name: backend.name, port: .number(backend.port))
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        return "https://\(host):\(endpoint.port)\(service.path)"
    }

    /// Passes a request on; its user has been authorised. Returns the status.
    func forward(_ call: Call, to service: AggregatedService, user: UserInfo) async throws -> Int {
        guard service.isAvailable, let backend = service.backend else { return unavailable(call) }
        let target: HTTPClient.Target
        do { target = try self.target(backend) } catch let error as APIError {
            logger.info("nobody to forward to", metadata: ["apiservice": "\(service.name)", "error": "\(error.message)"])
            return unavailable(call)
        }
        let client: HTTPClient
        do { client = try self.client(backend) } catch { throw APIError.internalError("\(error)") }
        var forwarding = Forwarding(client: client, target: target, path: call.request.target)
        forwarding.added = RemoteUserHeaders.fields(user)
        return try await forwarding.run(call.request, call.responder)
    }

    private func unavailable(_ call: Call) -> Int {
        var headers = call.headers
        headers.add("Content-Type", "text/plain; charset=utf-8")
        headers.add("X-Content-Type-Options", "nosniff")
        call.responder.respond(HTTPResponse(status: 503, headers: headers, body: Array("service unavailable\n".utf8)))
        return 503
    }
}
