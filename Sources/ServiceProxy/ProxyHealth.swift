import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Synchronization
import Values

/// Whether the service network of this node keeps up with what is wanted of it, and whether the node may have traffic: `/livez` tells the one and
/// `/healthz` both, as kube-proxy's. Safe from any thread.
package final class ProxyHealth: HTTPHandler {
    private struct State {
        var updated: Timestamp?
        /// Since when something is wanted that is not done.
        var waiting: Timestamp?
        var isEligible = false
    }

    /// For how long what is wanted may wait.
    package static let patience = Duration.seconds(60)
    /// The taint of nodes that an autoscaler is about to take away.
    private static let leaving = "ToBeDeletedByClusterAutoscaler"

    private let clock: any Clock
    private let state = Mutex(State())

    package init(clock: any Clock) { self.clock = clock }

    /// Something else is wanted.
    package func queued() {
        let now = clock.now
        state.withLock { if $0.waiting == nil { $0.waiting = now } }
    }

    /// All that is wanted is done.
    package func updated() {
        let now = clock.now
        state.withLock { state in
            state.waiting = nil
            state.updated = now
        }
    }

    /// What is known of the node; nil: there is none.
    package func update(node: Node?) {
        let isEligible = node.map { $0.metadata.deletionTimestamp.isEmpty && !$0.spec.taints.contains { $0.key == Self.leaving } } ?? false
        state.withLock { $0.isEligible = isEligible }
    }

    /// Nothing has waited for too long; what was never done is taken for what is about to be.
    package var isHealthy: Bool { Self.isHealthy(state.withLock { $0 }, clock.now) }

    private static func isHealthy(_ state: State, _ now: Timestamp) -> Bool {
        guard state.updated != nil, let waiting = state.waiting else { return true }
        return now - waiting < patience
    }

    package func bodyPolicy(method: String, path: Substring) -> HTTPBodyPolicy { .collect(limit: 1024) }

    package func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        guard request.path == "/healthz" || request.path == "/livez" else {
            let headers: HTTPFields = ["Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"]
            responder.respond(HTTPResponse(status: 404, headers: headers, body: Array("404 page not found\n".utf8)))
            return
        }
        let (state, now) = (state.withLock { $0 }, clock.now)
        let isHealthy = Self.isHealthy(state, now)
        let isFine = isHealthy && (request.path == "/livez" || state.isEligible)
        let updated = state.updated?.rfc3339Micro ?? "0001-01-01T00:00:00Z"
        // While all is well it counts as brought up to date just now.
        var answer: Object = ["lastUpdated": .string(isFine ? now.rfc3339Micro : updated), "currentTime": .string(now.rfc3339Micro)]
        if request.path == "/healthz" { answer["nodeEligible"] = .bool(state.isEligible) }
        answer["healthy"] = .bool(isHealthy)
        if state.updated != nil { answer["status"] = ["IPv4": ["lastUpdated": .string(updated), "healthy": .bool(isHealthy)]] }
        responder.respond(
            HTTPResponse(
                status: isFine ? 200 : 503, headers: ["Content-Type": "application/json", "X-Content-Type-Options": "nosniff"],
                body: JSONWriter.encode(.object(answer))))
    }
}
