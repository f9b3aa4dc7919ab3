import Core

/// Reading what was: watches and snapshots of earlier revisions.
extension Store {
    /// The changes of the scope behind `revision`, those that have happened and those to come.
    ///
    /// `progressInterval` has a quiet watch return an empty batch that often. Throws `StoreError.compacted` when the revision is no
    /// longer retained and `.future` when it has not happened.
    package func watch(
        _ resource: String, scope: WatchScope = .all, from revision: Int64, queueLimit: Int = 10_000,
        progressInterval: Duration? = nil
    ) throws -> StoreWatch {
        let now = clock.now
        let (queue, backfill) = try state.withLock { state throws(StoreError) -> (WatchQueue, Int64?) in
            guard !state.isClosed else { throw .closed }
            guard revision >= state.compacted else { throw .compacted(oldest: state.compacted) }
            guard revision <= state.current else { throw .future(current: state.current) }
            let recent = state.resources[resource]?.ring.events(after: revision)
            let isComplete = recent != nil || revision == state.current
            let queue = WatchQueue(
                scope: scope, start: state.current, history: recent?.filter(scope.contains) ?? [], limit: queueLimit)
            state.register(queue, resource: resource)
            return (queue, isComplete ? nil : state.current)
        }
        if let progressInterval {
            upkeep.withLock { $0.progress[ObjectIdentifier(queue)] = (queue, progressInterval, now) }
        }
        return StoreWatch(store: self, resource: resource, queue: queue, from: revision, backfillThrough: backfill)
    }

    /// The changes of one namespace, or of all.
    package func watch(_ resource: String, namespace: String?, from revision: Int64) throws -> StoreWatch {
        try watch(resource, scope: namespace.map { .namespace($0) } ?? .all, from: revision)
    }

    func unregister(_ queue: WatchQueue, resource: String) {
        state.withLock { $0.unregister(queue, resource: resource) }
        upkeep.withLock { $0.progress[ObjectIdentifier(queue)] = nil }
    }

    /// The resource's events with `after < revision <= through`, at most `limit`, out of the log.
    func history(_ resource: String, after: Int64, through: Int64, limit: Int) async throws -> [StoreEvent] {
        let found = try await readThread.run { [backend] in
            try backend.history(resource: resource, after: after, through: through, limit: limit)
        }
        // History is forgotten here before it is removed there, so what was read is complete when this still holds.
        let oldest = oldestRevision
        guard after >= oldest else { throw StoreError.compacted(oldest: oldest) }
        return found.map { StoreEvent(kind: $0.record.kind, object: object(of: $0.record), previous: $0.previous.map(object(of:))) }
    }

    /// The resource as it was at `revision`: the present with later changes undone. Throws `StoreError.compacted` or `.future`.
    package func snapshot(_ resource: String, at revision: Int64) async throws -> ResourceSnapshot {
        if let kept = upkeep.withLock({ $0.snapshots.first { $0.resource == resource && $0.snapshot.revision == revision } }) {
            return kept.snapshot
        }
        let (present, recent) = try state.withLock { state throws(StoreError) -> (ResourceSnapshot, [StoreEvent]?) in
            guard revision >= state.compacted else { throw .compacted(oldest: state.compacted) }
            guard revision <= state.current else { throw .future(current: state.current) }
            guard let present = state.resources[resource] else {
                return (ResourceSnapshot(revision: state.current, tree: ObjectTree()), nil)
            }
            return (ResourceSnapshot(revision: state.current, tree: present.tree), present.ring.events(after: revision).map { Array($0) })
        }
        var later = recent ?? []
        if recent == nil, revision < present.revision {
            var position = revision
            while true {
                let page = try await history(resource, after: position, through: present.revision, limit: StoreWatch.pageSize)
                later += page
                guard page.count == StoreWatch.pageSize else { break }
                position = page[page.count - 1].revision
            }
        }
        var tree = present.tree
        for event in later.reversed() {
            if let previous = event.previous { tree.insert(previous) } else { tree.remove(event.object.key) }
        }
        return ResourceSnapshot(revision: revision, tree: tree)
    }

    /// Keeps a snapshot at hand for `snapshot(_:at:)`, so that the pages of a long list cost no history. It is a hint: only the
    /// newest few are kept, and those no longer than history.
    package func keep(_ snapshot: ResourceSnapshot, of resource: String) {
        let now = clock.now
        upkeep.withLock { $0.keep(snapshot, of: resource, now) }
    }
}
