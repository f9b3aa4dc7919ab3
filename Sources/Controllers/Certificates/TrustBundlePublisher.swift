import Client
import Core
import Cryptography
import KubernetesAPI
import Reconcile

/// Keeps a ClusterTrustBundle with the certificates by which the API server is recognised
/// (`kube-apiserver-serving-clustertrustbundle-publisher-controller`).
///
/// The bundle is named after its content, so that pods see a new one and the old one side by side only for as long as it takes to write both.
struct TrustBundlePublisher: Reconciler {
    private static let signer = "kubernetes.io/kube-apiserver-serving"

    let context: ControllerContext
    let certificates: String
    let name: String
    let bundles: Informer<ClusterTrustBundle>
    let queue: WorkQueue<ObjectKey>

    /// - Parameter certificates: in PEM.
    init(context: ControllerContext, certificates: String) {
        self.context = context
        self.certificates = certificates
        name = Self.name(of: certificates)
        bundles = context.informer()
        queue = context.queue()
        let own = ObjectKey(name: name)
        queue.add(own)
        bundles.onChange { [queue] changes in
            if changes.contains(where: { ($0.new ?? $0.old)?.spec.signerName == Self.signer }) { queue.add(own) }
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [bundles.base], logger: context.logger)
    }

    /// The signer with a colon for its slash, and the beginning of the content's hash.
    static func name(of certificates: String) -> String {
        let hash = HashAlgorithm.sha256.hexadecimal(Array(certificates.utf8)).prefix(24)
        return signer.split(separator: "/").joined(separator: ":") + ":" + hash
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        if let present = bundles.get(key) {
            if present.spec.trustBundle != certificates {
                var wanted = present
                wanted.spec.trustBundle = certificates
                try await bundles.waitFor(try await context.client.update(wanted))
            }
        } else {
            var wanted = ClusterTrustBundle()
            wanted.metadata.name = name
            wanted.spec.signerName = Self.signer
            wanted.spec.trustBundle = certificates
            do {
                try await bundles.waitFor(try await context.client.create(wanted))
            } catch let error as APIError where error.reason == .alreadyExists {
                // Another process of the cluster was faster; it wants the same.
                return nil
            }
        }
        for other in bundles.list() where other.spec.signerName == Self.signer && other.metadata.name != name {
            do {
                try await context.client.delete(ClusterTrustBundle.self, other.key)
            } catch let error as APIError where error.reason == .notFound {
                continue
            }
        }
        return nil
    }
}
