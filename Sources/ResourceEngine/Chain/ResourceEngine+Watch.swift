import Core
import SchemaEngine
import Store
import Values

/// Watch: which events come first, and from where on changes are told.
extension ResourceEngine {
    /// Sent to watchers that asked for bookmarks, as often as upstream sends them.
    static let bookmarkInterval: Duration = .seconds(60)

    func startWatch(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineWatch {
        let options = request.options
        try ListOptions.validate(options, isWatch: true)
        let selection = try Selection(request, resource)
        let asked = try ListOptions.revision(options.resourceVersion)
        let store = cluster.store
        guard asked <= store.currentRevision else {
            throw Self.tooLargeResourceVersion(options.resourceVersion, current: store.currentRevision)
        }
        // Without a revision, and at "0", a watch begins with what is there; `sendInitialEvents` says so or not by itself.
        let startsWithState = options.sendInitialEvents ?? (asked == 0)
        var initial: [EngineEvent] = []
        var from = asked
        if startsWithState {
            let snapshot = store.snapshot(resource.bucket)
            from = snapshot.revision
            initial = try await state(snapshot, selection, resource)
            if options.sendInitialEvents == true, options.allowWatchBookmarks {
                let bookmark = Self.bookmark(resource, from, endsInitialEvents: true)
                initial.append(EngineEvent(kind: .bookmark, object: .value(bookmark), revision: from))
            }
        } else if asked == 0 {
            from = store.currentRevision
        }
        do {
            let changes = try store.watch(
                resource.bucket, scope: selection.scope, from: from,
                progressInterval: options.allowWatchBookmarks ? Self.bookmarkInterval : nil)
            return EngineWatch(
                resource: resource, selection: selection, changes: changes, initial: initial, sendsBookmarks: options.allowWatchBookmarks,
                timeout: options.timeoutSeconds.map { .seconds($0) }, clock: cluster.clock)
        } catch StoreError.compacted(let oldest) {
            throw APIError.expired("too old resource version: \(asked) (\(oldest))")
        }
    }

    /// What is selected now, as additions.
    private func state(_ snapshot: ResourceSnapshot, _ selection: Selection, _ resource: ServedResource) async throws
        -> [EngineEvent]
    {
        var found: [StoredObject] = []
        snapshot.forEach(namespace: selection.namespace.isEmpty ? nil : selection.namespace) { object in
            if selection.matches(object) { found.append(object) }
            return true
        }
        let events = try await resource.selected(found, selection).map {
            EngineEvent(kind: .added, object: .stored($0), revision: $0.revision)
        }
        return try await resource.serve(events)
    }

    /// An object of nothing but a kind and a revision, up to which its reader has seen everything.
    static func bookmark(_ resource: ServedResource, _ revision: Int64, endsInitialEvents: Bool = false) -> Value {
        let kind = resource.schema.kind
        var metadata: Value = ["resourceVersion": .string(String(revision))]
        if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        var object: Value = ["kind": .string(kind.kind), "apiVersion": .string(kind.apiVersion), "metadata": metadata]
        // Fields that are shown even when empty: a bookmark is an empty object of its kind.
        if case .object(let empty) = FieldManagement.emptyObject(.structure(resource.schema.structure)) {
            for member in empty where member.key != "metadata" && object[member.key] == nil { object[member.key] = member.value }
        }
        return object
    }
}
