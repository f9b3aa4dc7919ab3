import Core
import SchemaEngine
import Store
import Values

/// The two passes of admission over all plugins.
extension ResourceEngine {
    /// Lets every plugin change the object, and once more those that wish it when one behind them has changed it.
    func mutate(_ request: inout AdmissionRequest) async throws {
        // A patch is looked at once it is applied.
        if request.request.verb != .patch { request.dropRepeatedOwners(afterMutation: false) }
        let owners = request.object?.meta("managedFields")
        let began = Moment.now
        do {
            try await mutate(&request, from: began)
            if request.reinvocation.beginSecondPass() { try await mutate(&request, from: Moment.now) }
        } catch {
            admission.mutation.observe(request.operation, isRejected: true, since: began)
            throw Self.warning(error, request.warnings)
        }
        admission.mutation.observe(request.operation, isRejected: false, since: began)
        request.dropRepeatedOwners(afterMutation: true)
        restoreOwners(&request, owners)
        for plugin in admission.screening {
            do { try await plugin.screen(request, cluster) } catch { throw Self.warning(error, request.warnings) }
        }
    }

    /// One pass over the plugins that change objects.
    private func mutate(_ request: inout AdmissionRequest, from start: Moment) async throws {
        var moment = start
        for link in admission.mutating {
            do { try await link.plugin.mutate(&request, cluster) } catch {
                link.times.observe(request.operation, isRejected: true, since: moment)
                throw error
            }
            moment = link.times.observe(request.operation, isRejected: false, since: moment)
        }
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
        let began = Moment.now
        var moment = began
        for link in admission.validating {
            do { try await link.plugin.validate(&request, cluster) } catch {
                link.times.observe(request.operation, isRejected: true, since: moment)
                admission.validation.observe(request.operation, isRejected: true, since: began)
                throw Self.warning(error, request.warnings)
            }
            moment = link.times.observe(request.operation, isRejected: false, since: moment)
        }
        admission.validation.observe(request.operation, isRejected: false, since: began)
    }

    /// Commits an admitted object together with what plugins charge others for it. `commit` is called again with new charges
    /// when somebody else's came first.
    func charging<T>(_ request: AdmissionRequest, _ commit: ([Write]) async throws -> T) async throws -> T {
        for _ in 0..<Self.attempts {
            let charges = try charges(for: request)
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

    private func charges(for request: AdmissionRequest) throws -> [Write] {
        var moment = Moment.now
        var charges: [Write] = []
        for link in admission.charging {
            do { charges += try link.plugin.charges(for: request, cluster) } catch {
                link.times.observe(request.operation, isRejected: true, since: moment)
                throw error
            }
            moment = link.times.observe(request.operation, isRejected: false, since: moment)
        }
        return charges
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
