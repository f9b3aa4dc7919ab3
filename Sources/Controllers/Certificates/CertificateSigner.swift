import Client
import Core
import Identity
import KubernetesAPI
import Reconcile

/// Signs approved certificate requests of the signers `kubernetes.io/…` that are the cluster's own.
struct CertificateSigner: Reconciler {
    let context: ControllerContext
    let authority: CertificateAuthority
    let requests: Informer<CertificateSigningRequest>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext, authority: CertificateAuthority) {
        self.context = context
        self.authority = authority
        requests = context.informer()
        queue = context.queue()
        requests.onChange { [queue] changes in queue.add(changes.filter { $0.new.map(Self.isDue) ?? false }.map(\.key)) }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [requests.base], logger: context.logger)
    }

    private static func isDue(_ request: CertificateSigningRequest) -> Bool {
        ClusterSigner(rawValue: request.spec.signerName) != nil && request.has("Approved") && !request.has("Denied")
            && !request.has("Failed") && request.status.certificate.isEmpty
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard var request = requests.get(key), Self.isDue(request), let signer = ClusterSigner(rawValue: request.spec.signerName) else {
            return nil
        }
        do {
            let parsed = try request.parsed()
            if let problem = signer.problem(parsed, usages: Set(request.spec.usages)) { throw IdentityError.untrusted(problem) }
            let certificate = try authority.sign(
                parsed, usages: request.spec.usages, expirationSeconds: request.spec.expirationSeconds, now: context.clock.now)
            request.status.certificate = Base64.encode(certificate.utf8)
        } catch let error as IdentityError {
            var failed = CertificateSigningRequestCondition()
            failed.type = "Failed"
            failed.status = "True"
            failed.reason = "SignerValidationFailure"
            failed.message = "\(error)"
            failed.lastUpdateTime = context.clock.now.rfc3339
            request.status.conditions.append(failed)
        }
        try await requests.waitFor(try await context.client.updateStatus(request))
        return nil
    }
}

/// The signers that are the cluster's own, and what each signs. Rules and texts of KEP-1513's built-in signers.
enum ClusterSigner: String {
    case apiServerClient = "kubernetes.io/kube-apiserver-client"
    case kubeletClient = "kubernetes.io/kube-apiserver-client-kubelet"
    case kubeletServing = "kubernetes.io/kubelet-serving"
    case legacyUnknown = "kubernetes.io/legacy-unknown"

    /// Why the signer does not sign such a request; nil when it does.
    func problem(_ request: SigningRequest, usages: Set<String>) -> String? {
        switch self {
        case .apiServerClient:
            if let other = usages.subtracting(["digital signature", "key encipherment", "client auth"]).min() {
                return "invalid usage for client certificate: \(other)"
            }
            return usages.contains("client auth") ? nil : "missing required usage for client certificate: client auth"
        case .kubeletClient:
            if request.organizations != ["system:nodes"] { return "subject organization is not system:nodes" }
            if !request.dnsNames.isEmpty { return "DNS subjectAltNames are not allowed" }
            if request.emailCount > 0 { return "Email subjectAltNames are not allowed" }
            if request.addressCount > 0 { return "IP subjectAltNames are not allowed" }
            if request.uriCount > 0 { return "URI subjectAltNames are not allowed" }
            if !request.commonName.hasPrefix("system:node:") { return "subject common name does not begin with system:node:" }
            return Self.mismatch(usages, "client auth")
        case .kubeletServing:
            if request.organizations != ["system:nodes"] { return "subject organization is not system:nodes" }
            if request.dnsNames.isEmpty, request.addressCount == 0 { return "DNS or IP subjectAltName is required" }
            if request.emailCount > 0 { return "Email subjectAltNames are not allowed" }
            if request.uriCount > 0 { return "URI subjectAltNames are not allowed" }
            if let mismatch = Self.mismatch(usages, "server auth") { return mismatch }
            return request.commonName.hasPrefix("system:node:") ? nil : "subject common name does not begin with system:node:"
        case .legacyUnknown: return nil
        }
    }

    /// Keys other than RSA need no "key encipherment".
    private static func mismatch(_ usages: Set<String>, _ purpose: String) -> String? {
        let required: Set = ["digital signature", purpose]
        guard usages != required, usages != required.union(["key encipherment"]) else { return nil }
        return "usages did not match [\(required.union(["key encipherment"]).sorted().joined(separator: " "))]"
    }
}

extension CertificateSigningRequest {
    func has(_ condition: String) -> Bool { status.conditions.contains { $0.type == condition && $0.status != "False" } }

    /// The request itself. Throws `IdentityError.malformed`.
    func parsed() throws -> SigningRequest {
        guard let bytes = try? Base64.decode(spec.request) else { throw IdentityError.malformed("spec.request is not base64") }
        return try SigningRequest(pem: String(decoding: bytes, as: UTF8.self))
    }
}
