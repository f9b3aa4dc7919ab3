import Core
import HTTPTransport
import KubernetesAPI
import Logging
import Reconcile
import Synchronization

/// Answers load balancers that ask whether this node has endpoints of a service: an HTTP server on the service's `healthCheckNodePort`
/// (https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy).
package final class HealthCheckServers: Sendable {
    /// What a service is asked for.
    package struct Check: Sendable, Hashable {
        package var port: Int
        package var localEndpoints: Int

        package init(port: Int, localEndpoints: Int) {
            self.port = port
            self.localEndpoints = localEndpoints
        }
    }

    private struct Running: Sendable {
        let port: Int
        let server: HTTPServer
    }

    private struct Handler: HTTPHandler {
        let key: ObjectKey
        let count: @Sendable () -> Int
        let health: ProxyHealth

        func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
            let (count, isHealthy) = (count(), health.isHealthy)
            let text =
                "{\n\t\"service\": {\n\t\t\"namespace\": \"\(key.namespace)\",\n\t\t\"name\": \"\(key.name)\"\n\t},\n"
                + "\t\"localEndpoints\": \(count),\n\t\"serviceProxyHealthy\": \(isHealthy)\n}"
            responder.respond(
                HTTPResponse(
                    status: count > 0 && isHealthy ? 200 : 503,
                    headers: [
                        "Content-Type": "application/json", "X-Content-Type-Options": "nosniff",
                        "X-Load-Balancing-Endpoint-Weight": String(count),
                    ], body: Array(text.utf8)))
        }
    }

    private let health: ProxyHealth
    private let logger: Logger
    private let recorder: EventRecorder?
    private let counts = Mutex<[ObjectKey: Int]>([:])
    private let running = Mutex<[ObjectKey: Running]>([:])

    package init(health: ProxyHealth, recorder: EventRecorder?, logger: Logger) {
        self.health = health
        self.recorder = recorder
        self.logger = logger
    }

    /// The check that a service wants of a node; nil for none. Pure.
    package static func check(_ service: Service, _ slices: [EndpointSlice], nodeName: String) -> Check? {
        guard service.spec.type == "LoadBalancer", service.spec.externalTrafficPolicy == "Local",
            let port = service.spec.healthCheckNodePort, port > 0
        else { return nil }
        var addresses: Set<String> = []
        for slice in slices {
            for endpoint in slice.endpoints where endpoint.nodeName == nodeName && endpoint.conditions?.ready ?? true {
                addresses.formUnion(endpoint.addresses)
            }
        }
        return Check(port: port, localEndpoints: addresses.count)
    }

    /// Makes the servers those of `wanted`. To be called by one task at a time; a port that is taken is tried again at the next call.
    package func update(_ wanted: [ObjectKey: Check]) async {
        counts.withLock { $0 = wanted.mapValues(\.localEndpoints) }
        let gone = running.withLock { running in
            let gone = running.filter { wanted[$0.key]?.port != $0.value.port }
            for key in gone.keys { running[key] = nil }
            return gone
        }
        for entry in gone.values { await entry.server.shutdown(grace: .zero) }
        for (key, check) in wanted where running.withLock({ $0[key] == nil }) {
            do {
                let count = { @Sendable [weak self] in self?.counts.withLock { $0[key] } ?? 0 }
                let server = try HTTPServer(handler: Handler(key: key, count: count, health: health), tls: nil, logger: logger)
                _ = try await server.listen(host: "0.0.0.0", port: check.port)
                running.withLock { $0[key] = Running(port: check.port, server: server) }
            } catch {
                let message = "failed to start healthcheck \"\(key)\" on port \(check.port): \(error)"
                logger.error("\(message)")
                recorder?.record(
                    .init(apiVersion: "v1", kind: "Service", namespace: key.namespace, name: key.name, uid: ""), .warning,
                    "FailedToStartServiceHealthcheck", message)
            }
        }
    }
}
