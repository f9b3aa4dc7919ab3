import Client
import Core
import Identity
import KubernetesAPI
import Reconcile

/// Approves what kubelets ask for, when who asks may: its own next certificate, or with a bootstrap token the first.
struct CertificateApprover: Reconciler {
    let context: ControllerContext
    let requests: Informer<CertificateSigningRequest>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        requests = context.informer()
        queue = context.queue()
        requests.onChange { [queue] changes in queue.add(changes.filter { $0.new.map(Self.isDue) ?? false }.map(\.key)) }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [requests.base], logger: context.logger)
    }

    private static func isDue(_ request: CertificateSigningRequest) -> Bool {
        request.spec.signerName == ClusterSigner.kubeletClient.rawValue && request.status.conditions.isEmpty
            && request.status.certificate.isEmpty
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var request = requests.get(key), Self.isDue(request), let parsed = try? request.parsed(),
            ClusterSigner.kubeletClient.problem(parsed, usages: Set(request.spec.usages)) == nil
        else { return nil }
        let kinds = [
            ("selfnodeclient", "Auto approving self kubelet client certificate after SubjectAccessReview."),
            ("nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview."),
        ]
        for (subresource, message) in kinds {
            if subresource == "selfnodeclient", request.spec.username != parsed.commonName { continue }
            guard try await mayCreate(subresource, request) else { continue }
            var approved = CertificateSigningRequestCondition()
            approved.type = "Approved"
            approved.status = "True"
            approved.reason = "AutoApproved"
            approved.message = message
            request.status.conditions.append(approved)
            try await requests.waitFor(try await context.client.update(request, subresource: "approval"))
            return nil
        }
        return nil
    }

    private func mayCreate(_ subresource: String, _ request: CertificateSigningRequest) async throws -> Bool {
        var review = SubjectAccessReview()
        review.spec.user = request.spec.username
        review.spec.uid = request.spec.uid
        review.spec.groups = request.spec.groups
        review.spec.raw["extra"] = request.spec.extra
        var attributes = ResourceAttributes()
        attributes.group = "certificates.k8s.io"
        attributes.resource = "certificatesigningrequests"
        attributes.subresource = subresource
        attributes.verb = "create"
        attributes.version = "*"
        review.spec.resourceAttributes = attributes
        return try await context.client.create(review).status.allowed
    }
}
