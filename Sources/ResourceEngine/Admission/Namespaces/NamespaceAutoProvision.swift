import Core
import Synchronization
import Values

/// Makes the namespace of what is created when it is not there.
struct NamespaceAutoProvision: MutatingPlugin {
    let name = "NamespaceAutoProvision"
    let maker: NamespaceMaker

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, !request.isDryRun, !request.namespace.isEmpty,
            request.groupResource.description != "namespaces",
            cluster.store.get("namespaces", ObjectKey(name: request.namespace)) == nil
        else { return }
        do {
            try await maker.make(request.namespace)
        } catch let error as APIError where error.reason == .alreadyExists {
            return
        } catch { throw request.forbidden("\((error as? APIError)?.message ?? "\(error)")") }
    }
}

/// Makes namespaces by the server that admission is part of, which is there only after admission is.
package final class NamespaceMaker: Sendable {
    package typealias Make = @Sendable (_ name: String) async throws -> Void

    private let action = Mutex<Make?>(nil)

    package init() {}

    /// To be called once, before the first write.
    package func use(_ make: @escaping Make) { action.withLock { $0 = make } }

    func make(_ name: String) async throws {
        guard let action = action.withLock({ $0 }) else { throw APIError.internalError("namespaces cannot be made yet") }
        try await action(name)
    }
}
