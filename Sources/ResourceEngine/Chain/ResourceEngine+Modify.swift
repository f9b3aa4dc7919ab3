import Core
import Store
import Values

/// Changes the server itself makes to a stored object as part of serving a request that was authorised and admitted already.
extension ResourceEngine {
    /// Changes the request's object, again when somebody else was faster. Nothing is written when nothing changes or the request is a dry run.
    @discardableResult
    func modify(_ request: APIRequest, _ resource: ServedResource, _ change: (inout Value) throws -> Void) async throws -> Value {
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        for _ in 0..<Self.attempts {
            guard let current = cluster.store.get(resource.bucket, key) else { throw APIError.notFound(resource.groupResource, key.name) }
            let old = try await resource.toPrepared(stored: try cluster.parsed.value(of: current))
            var object = old
            try change(&object)
            object = try resource.preparedSchema.canonical(object, known: old)
            if request.options.isDryRun || object == old { return object }
            do {
                return try cluster.parsed.value(of: try await put(object, key, resource, .revision(current.revision)))
            } catch StoreError.preconditionFailed {
                continue
            }
        }
        throw APIError.modified(resource.groupResource, key.name)
    }
}
