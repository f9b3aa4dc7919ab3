import Core
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The log of all objects, and the newest state of each in memory.
///
/// Reads are synchronous and never touch the disk. A write returns once it is durable, and nobody sees it before. The rules are in
/// `StoreState`; this class gives them a lock, threads, a clock and a backend.
package final class Store: Sendable {
    /// Reads the summary out of an object's JSON text.
    package typealias Summarize = @Sendable (_ resource: String, _ bytes: [UInt8]) -> ObjectSummary

    let backend: any Backend
    let summarize: Summarize
    let clock: any Clock
    let logger: Logger
    let state = Mutex(StoreState())
    let upkeep = Mutex(StoreUpkeep())
    let commitThread: WorkerThread
    let readThread: WorkerThread
    private let delivered = Atomic<Int64>(0)
    /// How long a revision can at least be watched from and listed at.
    let retention: Duration
    private let writeFailure = Mutex<StoreError?>(nil)

    /// Five minutes, as upstream's API server has it.
    package static let standardRetention: Duration = .seconds(300)

    /// Reads the whole log. `retention`: how long a revision can at least be watched from and listed at. `startsThreads`: without threads
    /// of its own the backend is called by whoever calls the store, which makes a simulation repeatable.
    /// Throws `StoreError` when the log cannot be read.
    package init(
        backend: some Backend, clock: any Clock = SystemClock(), logger: Logger = Logger(label: "store"),
        retention: Duration = Store.standardRetention, startsThreads: Bool = true, summarize: @escaping Summarize
    ) async throws {
        commitThread = WorkerThread(name: "store-commit", isImmediate: !startsThreads)
        readThread = WorkerThread(name: "store-read", isImmediate: !startsThreads)
        self.backend = backend
        self.retention = retention
        self.summarize = summarize
        self.clock = clock
        self.logger = logger
        try await commitThread.run { try self.load() }
    }

    /// Ends watches, makes waiting commits durable, refuses new ones and releases the backend's files. Reads go on.
    package func close() async {
        let queues = state.withLock { state in
            state.close()
            return state.resources.values.flatMap { $0.watches.values.joined() }
        }
        for queue in queues { queue.end() }
        // Behind the commits that wait already. Either fails only when the store was closed before.
        guard (try? await commitThread.run {}) != nil else { return }
        _ = try? await readThread.run { [backend] in backend.close() }
        commitThread.stop()
        readThread.stop()
    }

    private func load() throws {
        var newest: [StoreState.Place: LogRecord] = [:]
        var garbage: [(by: Int64, revision: Int64)] = []
        let position = try backend.load { record in
            let place = StoreState.Place(resource: record.resource, key: record.key)
            if record.previousRevision > 0 { garbage.append((record.revision, record.previousRevision)) }
            if record.kind == .delete {
                garbage.append((record.revision, record.revision))
                newest[place] = nil
            } else {
                newest[place] = record
            }
        }
        let live = newest.values.map { (object: object(of: $0), expires: $0.expires) }
        state.withLock { $0.load(position: position, live: live, garbage: garbage) }
        delivered.store(position.current, ordering: .releasing)
    }

    func object(of record: LogRecord) -> StoredObject {
        StoredObject(
            resource: record.resource, key: record.key, revision: record.revision, bytes: record.bytes, slot: record.slot,
            summary: summarize(record.resource, record.bytes))
    }

    // MARK: Reading

    /// The newest durable revision of any object; 1 in an empty store.
    package var currentRevision: Int64 { state.withLock { $0.current } }

    /// The oldest revision from which a watch may start.
    package var oldestRevision: Int64 { state.withLock { $0.compacted } }

    /// Every watch has been given the events up to this revision.
    var deliveredRevision: Int64 { delivered.load(ordering: .acquiring) }

    /// Why the last write failed; nil when writes work. What is full or broken is tried again every few seconds.
    package var writeProblem: StoreError? { writeFailure.withLock { $0 } }

    func noteWrite(_ failure: StoreError?) { writeFailure.withLock { $0 = failure } }

    /// How many objects each resource has.
    package var counts: [String: Int] { state.withLock { $0.resources.mapValues(\.tree.count) } }

    package func get(_ resource: String, _ key: ObjectKey) -> StoredObject? {
        state.withLock { $0.resources[resource]?.tree[key] }
    }

    /// The object as the commits that wait now will leave it: what a write is to be based on that need not be shown to anybody before.
    package func pending(_ resource: String, _ key: ObjectKey) -> StoredObject? { state.withLock { $0.pending(resource, key) } }

    /// The resource as it is now.
    package func snapshot(_ resource: String) -> ResourceSnapshot {
        state.withLock { ResourceSnapshot(revision: $0.current, tree: $0.resources[resource]?.tree ?? ObjectTree()) }
    }

    /// Objects in key order, of one namespace or of all, and the revision they show.
    package func list(_ resource: String, namespace: String? = nil) -> (objects: [StoredObject], revision: Int64) {
        let snapshot = snapshot(resource)
        return (snapshot.objects(namespace: namespace), snapshot.revision)
    }

    // MARK: Writing

    /// Makes all writes durable, or none. Each gets a revision of its own, in their order; the result has the new objects, of a
    /// deletion its last state. Throws `StoreError`. Cancelling the task does not take a commit back.
    package func commit(_ writes: [Write]) async throws -> [StoredObject] {
        let now = clock.now
        let prepared = writes.map { prepare($0, now) }
        return try await withCheckedThrowingContinuation { continuation in
            submit(prepared) { result in continuation.resume(with: result.mapError { $0 as any Error }) }
        }
    }

    private func prepare(_ write: Write, _ now: Timestamp) -> StoreState.PreparedWrite {
        switch write.change {
        case .put(let encoded, let timeToLive):
            .init(
                write: write, summary: encoded.summary ?? summarize(write.resource, encoded.bytes),
                expires: timeToLive.map { now + $0 })
        case .delete(let encoded?):
            .init(write: write, summary: encoded.summary ?? summarize(write.resource, encoded.bytes), expires: nil)
        case .delete(nil): .init(write: write, summary: nil, expires: nil)
        }
    }

    /// When and how long commits are waited for.
    private enum Gathering {
        /// So many commits in a batch tell that more are on their way. Fewer writers than these are never kept waiting.
        static let threshold = 8
        /// In microseconds.
        static let pause: UInt32 = 2_000
    }

    /// Queues a commit; `completion` is called on the commit thread, or at once when the commit is refused.
    func submit(_ writes: [StoreState.PreparedWrite], completion: @escaping StoreState.Completion) {
        switch state.withLock({ $0.admit(writes, completion: completion) }) {
        case .queued(wakes: true): commitThread.submit { self.drain() }
        case .queued(wakes: false): break
        case .refused(let error): completion(.failure(error))
        }
    }

    /// Writes batch after batch until no commit waits. Those that arrive during one fsync share the next, and where they come thick, those of
    /// two milliseconds more: what a batch costs, an fsync above all, is much more than what one more commit adds to it, so that on a busy
    /// machine all are done earlier.
    private func drain() {
        var written = 0
        while true {
            if written >= Gathering.threshold { usleep(Gathering.pause) }
            guard let batch = state.withLock({ $0.takeBatch() }) else { return }
            written = batch.commits.count
            do {
                if !batch.records.isEmpty {
                    try backend.append(batch.records)
                    noteWrite(nil)
                }
                let (deliveries, current) = state.withLock { ($0.apply(batch), $0.current) }
                for (queue, events) in deliveries { queue.deliver(events) }
                delivered.store(current, ordering: .releasing)
                for commit in batch.commits {
                    commit.completion(commit.failure.map { .failure($0) } ?? .success(commit.events.map(\.object)))
                }
            } catch {
                let failure = error as? StoreError ?? .unavailable("\(error)")
                noteWrite(failure)
                let failed = state.withLock { $0.fail(batch) }
                logger.error("cannot write to the store", metadata: ["error": "\(failure)", "commits": "\(failed.count)"])
                for commit in failed { commit.completion(.failure(failure)) }
            }
        }
    }
}
