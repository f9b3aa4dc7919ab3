import Core

/// What the store does as time goes by.
struct StoreUpkeep {
    static let snapshotLimit = 64

    /// Which revision was the newest at which time, oldest first.
    var marks: [(time: Timestamp, revision: Int64)] = []
    /// Watches that want to be woken now and then, and when they last were.
    var progress: [ObjectIdentifier: (queue: WatchQueue, interval: Duration, last: Timestamp)] = [:]
    /// Snapshots that a continued list may ask for.
    var snapshots: [(resource: String, snapshot: ResourceSnapshot, time: Timestamp)] = []

    mutating func keep(_ snapshot: ResourceSnapshot, of resource: String, _ now: Timestamp) {
        guard !snapshots.contains(where: { $0.resource == resource && $0.snapshot.revision == snapshot.revision }) else { return }
        if snapshots.count == Self.snapshotLimit { snapshots.removeFirst() }
        snapshots.append((resource, snapshot, now))
    }

    /// The newest revision that was reached `retention` ago or before.
    mutating func revisionToForget(at now: Timestamp, current: Int64, retention: Duration) -> Int64? {
        if marks.last?.revision != current { marks.append((now, current)) }
        guard let position = marks.lastIndex(where: { now - $0.time >= retention }) else { return nil }
        defer { marks.removeFirst(position) }
        return marks[position].revision
    }

    mutating func takeDueProgress(at now: Timestamp) -> [WatchQueue] {
        var due: [WatchQueue] = []
        for (id, watch) in progress where now - watch.last >= watch.interval {
            progress[id]?.last = now
            due.append(watch.queue)
        }
        return due
    }
}

extension Store {
    static let upkeepInterval: Duration = .seconds(5)
    /// Log entries removed in one transaction: few enough that a commit never waits long for it.
    static let compactionPage = 1000

    /// Deletes expired objects, forgets old history and gives quiet watches their signs of progress, until cancelled.
    package func run() async throws {
        while true {
            try await clock.sleep(for: Self.upkeepInterval)
            await maintain()
        }
    }

    /// One round of `run` at the clock's present time.
    package func maintain() async {
        let now = clock.now
        await expire(at: now)
        let current = currentRevision
        let (forget, due) = upkeep.withLock { upkeep in
            upkeep.snapshots.removeAll { now - $0.time > retention }
            return (
                upkeep.revisionToForget(at: now, current: current, retention: retention), upkeep.takeDueProgress(at: now)
            )
        }
        for queue in due { queue.poke() }
        if writeProblem != nil { await tryAgain() }
        if let forget { await compact(through: forget) }
    }

    /// Sees whether writes work again, by writing what is written already: the position.
    private func tryAgain() async {
        do {
            try await commitThread.run {
                let position = self.state.withLock { LogPosition(current: $0.current, compacted: $0.compacted) }
                try self.backend.compact([], position: position)
                self.noteWrite(nil)
            }
            logger.notice("the store can write again")
        } catch {
            // It is known already, and told by `writeProblem`.
        }
    }

    /// Forgets history up to `revision`: no watch can start before it any more.
    package func compact(through revision: Int64) async {
        state.withLock { $0.compact(through: revision) }
        var isDone = false
        while !isDone {
            do {
                isDone = try await commitThread.run { try self.removeGarbage() }
            } catch StoreError.closed {
                return
            } catch {
                // What stays is found again by the next round.
                logger.warning("cannot compact the store", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// Removes one page of superseded log entries; true when none was left over. On the commit thread.
    private func removeGarbage() throws -> Bool {
        let (revisions, position) = state.withLock {
            ($0.garbage(limit: Self.compactionPage), LogPosition(current: $0.current, compacted: $0.compacted))
        }
        if revisions.isEmpty { return true }
        try backend.compact(revisions, position: position)
        state.withLock { $0.dropGarbage(revisions.count) }
        return revisions.count < Self.compactionPage
    }

    private func expire(at now: Timestamp) async {
        await withDiscardingTaskGroup { group in
            while let entry = state.withLock({ $0.takeExpired(at: now) }) {
                guard get(entry.resource, entry.key)?.revision == entry.revision else { continue }
                group.addTask { await self.expire(entry) }
            }
        }
    }

    private func expire(_ entry: ExpiryQueue.Entry) async {
        do {
            _ = try await commit([
                Write(resource: entry.resource, key: entry.key, precondition: .revision(entry.revision), change: .delete())
            ])
        } catch StoreError.preconditionFailed {
            // Written or deleted meanwhile: no longer this entry's business.
        } catch {
            state.withLock { $0.retryExpiry(entry) }
            logger.warning("cannot delete an expired object", metadata: ["object": "\(entry.resource) \(entry.key)", "error": "\(error)"])
        }
    }
}
