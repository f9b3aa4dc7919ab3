import Core

/// What the store knows, and every rule of it: a state machine without clock, threads or files.
///
/// A commit is checked against the state that its predecessors will leave (`tail`), waits in `queue`, is made durable in a
/// batch and applied then. Readers see applied commits only. When a batch fails, all that waits behind it was checked against
/// a state that never came, so it fails too.
struct StoreState {
    static let queueLimit = 16_384
    static let queueByteLimit = 256 << 20
    static let batchLimit = 1024
    static let batchByteLimit = 16 << 20

    typealias Completion = @Sendable (Result<[StoredObject], StoreError>) -> Void

    struct ResourceState {
        var tree = ObjectTree()
        var ring: EventRing
        var watches: [WatchScope: [WatchQueue]] = [:]
        /// How many watches select by each field.
        var watchedFields: [String: Int] = [:]
    }

    struct Place: Hashable {
        let resource: String
        let key: ObjectKey
    }

    /// The state that the last waiting commit will leave; no object after a deletion.
    struct Waiting {
        let revision: Int64
        let object: StoredObject?
    }

    /// A commit on its way to the disk. One that is bound to fail its precondition against an earlier commit carries no
    /// records and waits only to learn whether that one becomes durable.
    struct Pending {
        var events: [StoreEvent] = []
        var records: [LogRecord] = []
        var failure: StoreError?
        var bytes = 0
        let completion: Completion
    }

    struct Batch {
        var commits: [Pending] = []
        var records: [LogRecord] = []
    }

    /// A write with all that could be found out without the state.
    struct PreparedWrite {
        let write: Write
        /// Of the encoded object that comes with the write.
        let summary: ObjectSummary?
        let expires: Timestamp?
    }

    enum Admission {
        /// The commit waits; `wakes` says that nobody is writing and somebody must start.
        case queued(wakes: Bool)
        case refused(StoreError)
    }

    /// Durable and visible.
    private(set) var current: Int64
    private(set) var compacted: Int64
    private(set) var resources: [String: ResourceState] = [:]
    private(set) var expiries = ExpiryQueue()
    private(set) var isClosed = false
    private var assigned: Int64
    private var tail: [Place: Waiting] = [:]
    private var queue: [Pending] = []
    private var queuedBytes = 0
    private var isWriting = false
    /// Revisions in the log that `by` made superfluous, in the order of `by`.
    private var garbage: [(by: Int64, revision: Int64)] = []

    init() {
        current = 1
        compacted = 0
        assigned = 1
    }

    // MARK: Loading

    /// Takes in what the log holds; `live` are the newest records of the objects that exist.
    mutating func load(position: LogPosition, live: [(object: StoredObject, expires: Timestamp?)], garbage: [(by: Int64, revision: Int64)])
    {
        current = position.current
        assigned = position.current
        compacted = position.compacted
        self.garbage = garbage
        for (object, expires) in live {
            resources[object.resource, default: ResourceState(ring: EventRing(floor: current))].tree.insert(object)
            if let expires { expiries.add(.init(due: expires, resource: object.resource, key: object.key, revision: object.revision)) }
        }
    }

    // MARK: Committing

    mutating func admit(_ writes: [PreparedWrite], completion: @escaping Completion) -> Admission {
        guard !isClosed else { return .refused(.closed) }
        guard queue.count < Self.queueLimit, queuedBytes < Self.queueByteLimit else { return .refused(.overloaded) }
        var pending = Pending(completion: completion)
        var staged: [Place: Waiting] = [:]
        var revision = assigned
        for prepared in writes {
            let write = prepared.write
            let place = Place(resource: write.resource, key: write.key)
            let waiting = staged[place] ?? tail[place]
            let existing = waiting.map(\.object) ?? resources[write.resource]?.tree[write.key]
            guard Self.holds(write, existing) else {
                let failure = StoreError.preconditionFailed(current: existing)
                guard tail[place] != nil else { return .refused(failure) }
                var doomed = Pending(completion: completion)
                doomed.failure = failure
                return enqueue(doomed)
            }
            revision += 1
            let event = Self.event(prepared, existing, revision)
            staged[place] = Waiting(revision: revision, object: event.kind == .delete ? nil : event.object)
            pending.events.append(event)
            pending.bytes += event.object.bytes.count
            pending.records.append(
                LogRecord(
                    kind: event.kind, resource: write.resource, key: write.key, revision: revision,
                    previousRevision: existing?.revision ?? 0, expires: prepared.expires, bytes: event.object.bytes,
                    slot: event.object.slot))
        }
        assigned = revision
        tail.merge(staged) { $1 }
        return enqueue(pending)
    }

    /// The object as all commits that wait will leave it; nil when they leave none.
    func pending(_ resource: String, _ key: ObjectKey) -> StoredObject? {
        if let waiting = tail[Place(resource: resource, key: key)] { return waiting.object }
        return resources[resource]?.tree[key]
    }

    private mutating func enqueue(_ pending: Pending) -> Admission {
        queue.append(pending)
        queuedBytes += pending.bytes
        defer { isWriting = true }
        return .queued(wakes: !isWriting)
    }

    private static func holds(_ write: Write, _ existing: StoredObject?) -> Bool {
        switch write.precondition {
        case .none: if case .delete = write.change { existing != nil } else { true }
        case .absent: if case .delete = write.change { false } else { existing == nil }
        case .revision(let revision): existing?.revision == revision
        }
    }

    private static func event(_ prepared: PreparedWrite, _ existing: StoredObject?, _ revision: Int64) -> StoreEvent {
        let write = prepared.write
        switch (write.change, existing) {
        case (.put(let encoded, _), _), (.delete(let encoded?), _):
            let object = StoredObject(
                resource: write.resource, key: write.key, revision: revision, encoded: encoded,
                summary: prepared.summary ?? ObjectSummary())
            if case .delete = write.change { return StoreEvent(kind: .delete, object: object, previous: existing) }
            return StoreEvent(kind: .put, object: object, previous: existing)
        case (.delete(nil), let existing?):
            let object = StoredObject(
                resource: write.resource, key: write.key, revision: revision, encoded: existing.encoded, summary: existing.summary)
            return StoreEvent(kind: .delete, object: object, previous: existing)
        case (.delete(nil), nil): fatalError("a delete of nothing passed its precondition")
        }
    }

    /// The next commits to make durable together; nil, and the writer may rest, when none waits.
    mutating func takeBatch() -> Batch? {
        guard !queue.isEmpty else {
            isWriting = false
            return nil
        }
        var bytes = 0
        var count = 0
        while count < queue.count, count < Self.batchLimit, bytes < Self.batchByteLimit {
            bytes += queue[count].bytes
            count += 1
        }
        var batch = Batch()
        batch.commits = Array(queue[..<count])
        for commit in batch.commits { batch.records.append(contentsOf: commit.records) }
        queue.removeFirst(count)
        queuedBytes -= bytes
        return batch
    }

    /// Makes a durable batch visible; says which watches are to have which events.
    mutating func apply(_ batch: Batch) -> [(queue: WatchQueue, events: [StoreEvent])] {
        var deliveries = Deliveries()
        var record = 0
        for commit in batch.commits {
            for event in commit.events {
                apply(event, expires: batch.records[record].expires)
                record += 1
                if let resource = resources[event.object.resource], !resource.watches.isEmpty { deliveries.add(event, resource) }
            }
        }
        return deliveries.list
    }

    private mutating func apply(_ event: StoreEvent, expires: Timestamp?) {
        let object = event.object
        let place = Place(resource: object.resource, key: object.key)
        // Everything up to now was durable, so a ring that starts here misses nothing.
        resources[object.resource, default: ResourceState(ring: EventRing(floor: current))].apply(event)
        current = event.revision
        if tail[place]?.revision == event.revision { tail[place] = nil }
        if let previous = event.previous { garbage.append((event.revision, previous.revision)) }
        if event.kind == .delete { garbage.append((event.revision, event.revision)) }
        if let expires, event.kind == .put {
            expiries.add(.init(due: expires, resource: object.resource, key: object.key, revision: object.revision))
        }
    }

    /// Takes back a batch that did not become durable and all that waits behind it. Their revisions are not used again.
    mutating func fail(_ batch: Batch) -> [Pending] {
        let failed = batch.commits + queue
        queue = []
        queuedBytes = 0
        tail = [:]
        return failed
    }

    mutating func close() { isClosed = true }

    // MARK: Watching

    mutating func register(_ queue: WatchQueue, resource: String) {
        resources[resource, default: ResourceState(ring: EventRing(floor: current))].register(queue)
    }

    mutating func unregister(_ queue: WatchQueue, resource: String) { resources[resource]?.unregister(queue) }

    // MARK: Upkeep

    mutating func takeExpired(at now: Timestamp) -> ExpiryQueue.Entry? { expiries.take(at: now) }

    mutating func retryExpiry(_ entry: ExpiryQueue.Entry) { expiries.add(entry) }

    /// Forgets history up to `revision` for new readers, before the log does.
    mutating func compact(through revision: Int64) { compacted = max(compacted, min(revision, current)) }

    /// Up to `limit` log entries that nobody can ask for any more.
    func garbage(limit: Int) -> [Int64] { garbage.prefix(limit).prefix { $0.by <= compacted }.map(\.revision) }
    mutating func dropGarbage(_ count: Int) { garbage.removeFirst(count) }
}

extension StoreState.ResourceState {
    mutating func apply(_ event: StoreEvent) {
        switch event.kind {
        case .put: tree.insert(event.object)
        case .delete: tree.remove(event.object.key)
        }
        ring.append(event)
    }

    mutating func register(_ queue: WatchQueue) {
        watches[queue.scope, default: []].append(queue)
        if case .field(let name, _) = queue.scope { watchedFields[name, default: 0] += 1 }
    }

    mutating func unregister(_ queue: WatchQueue) {
        guard let position = watches[queue.scope]?.firstIndex(where: { $0 === queue }) else { return }
        watches[queue.scope]?.remove(at: position)
        if watches[queue.scope]?.isEmpty == true { watches[queue.scope] = nil }
        if case .field(let name, _) = queue.scope {
            watchedFields[name, default: 1] -= 1
            if watchedFields[name] == 0 { watchedFields[name] = nil }
        }
    }
}

/// Collects the events of a batch by watch, each watch's in order.
private struct Deliveries {
    var list: [(queue: WatchQueue, events: [StoreEvent])] = []
    private var positions: [ObjectIdentifier: Int] = [:]

    mutating func add(_ event: StoreEvent, _ resource: StoreState.ResourceState) {
        add(event, resource.watches[.all])
        if !event.object.key.namespace.isEmpty { add(event, resource.watches[.namespace(event.object.key.namespace)]) }
        add(event, resource.watches[.object(event.object.key)])
        for name in resource.watchedFields.keys {
            let (now, before) = (event.object.summary.fields[name], event.previous?.summary.fields[name])
            if let now { add(event, resource.watches[.field(name, value: now)]) }
            if let before, before != now { add(event, resource.watches[.field(name, value: before)]) }
        }
    }

    private mutating func add(_ event: StoreEvent, _ queues: [WatchQueue]?) {
        for queue in queues ?? [] {
            if let position = positions[ObjectIdentifier(queue)] {
                list[position].events.append(event)
            } else {
                positions[ObjectIdentifier(queue)] = list.count
                list.append((queue, [event]))
            }
        }
    }
}
