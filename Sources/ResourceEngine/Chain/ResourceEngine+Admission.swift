import Core
import SchemaEngine
import Store
import Values

/// The two passes of admission over all plugins.
extension ResourceEngine {
    /// Lets every plugin change the object, and once more those that wish it when one behind them has changed it.
    func mutate(_ request: inout AdmissionRequest) async throws {
        let owners = request.object?.meta("managedFields")
        do {
            for plugin in admission { try await plugin.mutate(&request, cluster) }
            if request.reinvocation.beginSecondPass() {
                for plugin in admission { try await plugin.mutate(&request, cluster) }
            }
        } catch {
            throw Self.warning(error, request.warnings)
        }
        restoreOwners(&request, owners)
    }

    /// A webhook that garbles who owns which field does not take that away from everybody.
    private func restoreOwners(_ request: inout AdmissionRequest, _ owners: Value?) {
        guard let now = request.object?.meta("managedFields"), now != owners else { return }
        do {
            _ = try ManagedFields(decoding: now)
        } catch {
            request.object?.setMeta("managedFields", owners)
            request.warnings.append(
                ".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission "
                    + "controller; please fix your requests: \(error)")
        }
    }

    /// Lets every plugin refuse the object as it will be stored.
    func validate(_ request: inout AdmissionRequest) async throws {
        do {
            for plugin in admission { try await plugin.validate(&request, cluster) }
        } catch {
            throw Self.warning(error, request.warnings)
        }
    }

    /// Commits an admitted object together with what plugins charge others for it. `commit` is called again with new charges
    /// when somebody else's came first.
    func charging<T>(_ request: AdmissionRequest, _ commit: ([Write]) async throws -> T) async throws -> T {
        for _ in 0..<Self.attempts {
            let charges = try admission.flatMap { try $0.charges(for: request, cluster) }
            do {
                return try await commit(charges)
            } catch StoreError.preconditionFailed(let current) {
                let isOutdated = charges.contains {
                    $0.precondition != .revision(cluster.store.pending($0.resource, $0.key)?.revision ?? 0)
                }
                guard isOutdated else { throw StoreError.preconditionFailed(current: current) }
            }
        }
        throw APIError.conflict(request.groupResource, request.name, "what it is charged to changes too fast")
    }

    /// A failure of a request that there were warnings about before: clients are told these whatever the answer is. The first to know of any
    /// knows them all.
    static func warning(_ error: any Error, _ warnings: [String]) -> any Error {
        guard !warnings.isEmpty, var failure = error as? APIError, failure.warnings.isEmpty else { return error }
        failure.warnings = warnings
        return failure
    }

    /// Both passes over what is not stored: reviews, bindings, options of streams. Answers with the object as plugins made it, and what they
    /// warn of.
    func admit(_ object: Value, _ request: AdmissionRequest) async throws -> (object: Value, warnings: [String]) {
        var request = request
        request.object = object
        try await mutate(&request)
        try await validate(&request)
        return (request.object ?? object, request.warnings)
    }

    /// Admits a stream or a proxied request (upstream's CONNECT); `options` are what its query says. Answers with the warnings.
    package func admitConnection(_ request: APIRequest, options: Value) async throws -> [String] {
        guard let resource = registry[request.resource] else { throw APIError.unknownResource }
        let kind = resource.schema.subresources.first { $0.name == request.subresource }?.kind ?? resource.schema.kind
        var options = options
        options["kind"] = .string(kind.kind)
        options["apiVersion"] = .string(kind.apiVersion)
        return try await admit(
            options,
            AdmissionRequest(operation: .connect, resource: resource, kind: kind, request: request, object: nil, oldObject: nil)
        ).warnings
    }
}
