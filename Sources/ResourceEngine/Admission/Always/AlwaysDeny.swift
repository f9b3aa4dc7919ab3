import Core
import Values

/// Refuses every write: upstream's oldest plugin, good for nothing but tests of clusters that are read only.
struct AlwaysDeny: MutatingPlugin, ValidatingPlugin {
    let name = "AlwaysDeny"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        throw request.forbidden("admission control is denying all modifications")
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        throw request.forbidden("admission control is denying all modifications")
    }
}
