import Core
import Values

/// Lets only those answer PodCertificateRequests who may sign for their signer, and only with certificates that begin now. Upstream has the
/// checks in the registry of the kind; here they are a validating plugin that is always there.
package struct PodCertificateSigner: ValidatingPlugin {
    /// How far a certificate's beginning may be from the server's time.
    private static let skew = Duration.seconds(300)

    package let name = "PodCertificateSigner"
    private let authorizer: any Authorizer

    package init(_ authorizer: any Authorizer) { self.authorizer = authorizer }

    package func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .update, request.groupResource.description == "podcertificaterequests.certificates.k8s.io",
            request.subresource == "status", let new = request.object, let old = request.oldObject,
            !Validator.same(new["status"], old["status"])
        else { return }
        func refused(_ reason: String, _ message: String, _ field: String) -> APIError {
            .invalid(request.schema.kind, request.name, [APIError.Cause(reason: reason, message: message, field: field)])
        }
        if Validator.podCertificateOutcome(new) == "Issued", let text = new[path: "status", "notBefore"]?.string,
            let begin = Timestamp(rfc3339: text), begin <= cluster.clock.now - Self.skew || begin >= cluster.clock.now + Self.skew
        {
            throw refused(
                "FieldValueInvalid",
                "Invalid value: \(Validator.quoted(text)): must be set to within 5 minutes of kube-apiserver's current time",
                "status.notBefore")
        }
        let signer = old[path: "spec", "signerName"]?.string ?? ""
        guard await CertificateSigners.isAllowed("sign", signer, request.user, authorizer) else {
            let text =
                "Forbidden: User \(Validator.quoted(request.user.name)) is not permitted to \"sign\" for signer \(Validator.quoted(signer))"
            throw refused("FieldValueForbidden", text, "spec.signerName")
        }
    }
}
