import Client
import Core
import KubernetesAPI
import Reconcile

/// Deletes certificate requests that nobody needs any more: an hour after they were decided, a day after nobody decided.
struct CertificateCleaner: Reconciler {
    private static let decided: Duration = .seconds(3600)
    private static let pending: Duration = .seconds(86_400)

    let context: ControllerContext
    let requests: Informer<CertificateSigningRequest>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        requests = context.informer()
        queue = context.queue()
        requests.onChange { [queue] changes in queue.add(changes.filter { $0.new != nil }.map(\.key)) }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [requests.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let request = requests.get(key), let end = Self.end(request) else { return nil }
        let left = end - context.clock.now
        if left > .zero { return left }
        var options = Client.Options()
        options.preconditionUID = request.metadata.uid
        do {
            try await context.client.delete(CertificateSigningRequest.self, key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }

    /// When the request goes; nil when a time is missing.
    static func end(_ request: CertificateSigningRequest) -> Timestamp? {
        guard !request.status.conditions.isEmpty else { return Timestamp(rfc3339: request.metadata.creationTimestamp).map { $0 + pending } }
        let ends = request.status.conditions.compactMap { condition -> Timestamp? in
            guard let time = Timestamp(rfc3339: condition.lastUpdateTime) else { return nil }
            // One that is approved and not yet signed may wait for its signer.
            let waits = condition.type == "Approved" && request.status.certificate.isEmpty
            return time + (waits ? pending : decided)
        }
        return ends.min()
    }
}
