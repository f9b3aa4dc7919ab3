import Core
import Values

/// Lets only those approve or sign certificate requests who may do so for the signer that is asked.
struct CertificateSignerAdmission: ValidatingPlugin {
    /// What is done to a request.
    enum Act: Sendable {
        case approve, sign
    }

    let act: Act
    let authorizer: any Authorizer

    var name: String { act == .approve ? "CertificateApproval" : "CertificateSigning" }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .update, request.groupResource.description == "certificatesigningrequests.certificates.k8s.io",
            request.subresource == (act == .approve ? "approval" : "status"), let old = request.oldObject
        else { return }
        if act == .sign, let new = request.object {
            // Whoever writes anything else of the status signs nothing.
            let fields = ["certificate", "conditions"]
            if fields.allSatisfy({ Self.same(new[path: "status", $0], old[path: "status", $0]) }) { return }
        }
        let signer = old[path: "spec", "signerName"]?.string ?? ""
        let verb = act == .approve ? "approve" : "sign"
        guard await CertificateSigners.isAllowed(verb, signer, request.user, authorizer) else {
            throw request.forbidden("user not permitted to \(verb) requests with signerName \"\(signer)\"")
        }
    }

    private static func same(_ left: Value?, _ right: Value?) -> Bool {
        (left ?? .null) == (right ?? .null) || ((left?.isEmpty ?? true) && (right?.isEmpty ?? true))
    }
}

/// The rights upon the virtual resource `signers`.
enum CertificateSigners {
    /// By the signer's name, or by all names of its domain.
    static func isAllowed(_ verb: String, _ signer: String, _ user: UserInfo, _ authorizer: any Authorizer) async -> Bool {
        let resource = GroupVersionResource(group: "certificates.k8s.io", version: "*", resource: "signers")
        for name in [signer, signer.prefix { $0 != "/" } + "/*"] {
            if await authorizer.authorize(RequestAttributes(user: user, verb: verb, resource: resource, name: String(name))).isAllowed {
                return true
            }
        }
        return false
    }
}
