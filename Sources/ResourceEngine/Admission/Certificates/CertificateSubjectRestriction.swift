import Core
import Values

/// Keeps certificates for clients of the API server out of the group that may do everything.
struct CertificateSubjectRestriction: ValidatingPlugin {
    private static let signer = "kubernetes.io/kube-apiserver-client"

    let name = "CertificateSubjectRestriction"
    /// The organizations that a certificate request (PEM) names. Throws when it cannot be read.
    let organizations: @Sendable (_ pem: String) throws -> [String]

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.subresource.isEmpty,
            request.groupResource.description == "certificatesigningrequests.certificates.k8s.io", let spec = request.object?["spec"],
            spec["signerName"]?.string == Self.signer
        else { return }
        let groups: [String]
        do {
            groups = try organizations(String(decoding: try Base64.decode(spec["request"]?.string ?? ""), as: UTF8.self))
        } catch { throw request.forbidden("failed to parse CSR: \(error)") }
        guard !groups.contains("system:masters") else {
            throw request.forbidden("use of \(Self.signer) signer with system:masters group is not allowed")
        }
    }
}
