import Core
import Values

/// Lets only those write the ClusterTrustBundle of a signer who may attest for it.
struct TrustBundleAttestAdmission: ValidatingPlugin {
    let name = "ClusterTrustBundleAttest"
    let authorizer: any Authorizer

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.groupResource.description == "clustertrustbundles.certificates.k8s.io", request.subresource.isEmpty,
            request.operation == .create || request.operation == .update
        else { return }
        if request.operation == .update, request.object?["spec"] == request.oldObject?["spec"] { return }
        let signer = request.object?[path: "spec", "signerName"]?.string ?? ""
        guard !signer.isEmpty else { return }
        guard await CertificateSigners.isAllowed("attest", signer, request.user, authorizer) else {
            throw request.forbidden("user not permitted to attest for signerName \"\(signer)\"")
        }
    }
}
