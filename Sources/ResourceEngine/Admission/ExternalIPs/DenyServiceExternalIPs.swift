import Core
import Values

/// Refuses external addresses of services, but for those that are there already.
struct DenyServiceExternalIPs: ValidatingPlugin {
    let name = "DenyServiceExternalIPs"

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, request.isCore("services") else { return }
        let new = request.object?[path: "spec", "externalIPs"]?.array ?? []
        let old = request.oldObject?[path: "spec", "externalIPs"]?.array ?? []
        guard new.allSatisfy(old.contains) else { throw request.forbidden("Use of external IPs is denied by admission control") }
    }
}
