import Core
import JSON
import Store
import Values

/// Get and list: answered from what the store has in memory, as the bytes it keeps.
extension ResourceEngine {
    func get(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        _ = try readableRevision(request.options)
        return EngineResponse(.object(try await resource.serve(try stored(request, resource))), resource: resource)
    }

    /// The stored object a request names.
    func stored(_ request: APIRequest, _ resource: ServedResource) throws -> StoredObject {
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        guard let object = cluster.store.get(resource.bucket, key) else { throw APIError.notFound(resource.groupResource, request.name) }
        return object
    }

    func list(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        try ListOptions.validate(request.options, isWatch: false)
        let selection = try Selection(request, resource)
        let (found, head) = try await page(request, resource, selection)
        var page = head
        page.items = try await resource.serve(found)
        return EngineResponse(.list(page), resource: resource)
    }

    /// The objects of one page of a list, and its list without items, which tells where the next page starts.
    func page(
        _ request: APIRequest, _ resource: ServedResource, _ selection: Selection
    ) async throws -> (objects: [StoredObject], head: ListResult) {
        let options = request.options
        let store = cluster.store
        let namespace = request.namespace.isEmpty ? nil : request.namespace
        var after: ObjectKey?
        var revision: Int64?
        if !options.continueToken.isEmpty {
            let token = try ContinueToken(options.continueToken)
            after = token.after
            revision = token.revision > 0 ? token.revision : nil
        } else {
            revision = try readableRevision(options)
        }
        let snapshot: ResourceSnapshot
        do {
            if let revision {
                snapshot = try await store.snapshot(resource.bucket, at: revision)
            } else {
                snapshot = store.snapshot(resource.bucket)
            }
        } catch StoreError.compacted {
            guard let after else { throw APIError.expired("The resourceVersion for the provided list is too old.") }
            throw ContinueToken.expired(ContinueToken(after: after, revision: -1).text)
        }
        // A list from the cache's newest state ("0") is given whole, as upstream's watch cache does.
        let isNewest = options.resourceVersion == "0" && options.resourceVersionMatch != "Exact" && options.continueToken.isEmpty
        let limit = isNewest ? 0 : options.limit
        var found: [StoredObject] = []
        var last: ObjectKey?
        var isTruncated = false
        if let name = selection.name, let namespace = namespace ?? (resource.schema.isNamespaced ? nil : "") {
            if after == nil, let object = snapshot[ObjectKey(namespace: namespace, name: name)], selection.matches(object) {
                found.append(object)
            }
        } else {
            snapshot.forEach(namespace: namespace, after: after) { object in
                guard selection.matches(object) else { return true }
                // Where the served form decides, nobody knows yet how many are meant.
                if limit > 0, found.count == limit, selection.servedFields == nil {
                    isTruncated = true
                    return false
                }
                found.append(object)
                last = object.key
                return true
            }
        }
        if selection.servedFields != nil {
            found = try await resource.selected(found, selection)
            isTruncated = limit > 0 && found.count > limit
            if isTruncated { found.removeLast(found.count - limit) }
            last = found.last?.key
        }
        var result = ListResult(items: [], resourceVersion: String(snapshot.revision))
        if isTruncated, let last {
            store.keep(snapshot, of: resource.bucket)
            result.continueToken = ContinueToken(after: last, revision: snapshot.revision).text
            if selection.isEverything { result.remainingItemCount = snapshot.count(namespace: namespace, after: last) }
        }
        return (found, result)
    }

    /// The revision a get or list asks for: nil is the newest. One that has not happened yet is refused at once: nothing here lags behind.
    private func readableRevision(_ options: APIRequest.Options) throws -> Int64? {
        let asked = try ListOptions.revision(options.resourceVersion)
        guard asked > 0 else { return nil }
        if asked > cluster.store.currentRevision {
            throw Self.tooLargeResourceVersion(options.resourceVersion, current: cluster.store.currentRevision)
        }
        // Pages of a revision are of that one, unless the reader says that newer ones will do.
        let isPaged = options.limit > 0 && options.resourceVersionMatch.isEmpty
        return options.resourceVersionMatch == "Exact" || isPaged ? asked : nil
    }
}
