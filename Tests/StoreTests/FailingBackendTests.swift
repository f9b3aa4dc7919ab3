import Core
import Store
import Synchronization
import TestSupport
import Testing

/// A log whose next append waits until it is told how to end.
final class GatedBackend: Backend {
    private let memory = MemoryBackend()
    private let gate: Mutex<[CheckedContinuation<Void, Never>]> = Mutex([])
    private let state = Mutex<(fails: Bool, holds: Bool, appends: Int)>((false, false, 0))

    func set(fails: Bool, holds: Bool) { state.withLock { ($0.fails, $0.holds) = (fails, holds) } }
    var appends: Int { state.withLock { $0.appends } }

    func load(_ visit: (LogRecord) -> Void) -> LogPosition { memory.load(visit) }
    func append(_ records: [LogRecord]) throws {
        state.withLock { $0.appends += 1 }
        while state.withLock({ $0.holds }) { sched_yield() }
        if state.withLock({ $0.fails }) { throw StoreError.unavailable("broken") }
        memory.append(records)
    }
    func history(resource: String, after: Int64, through: Int64, limit: Int) -> [(record: LogRecord, previous: LogRecord?)] {
        memory.history(resource: resource, after: after, through: through, limit: limit)
    }
    func compact(_ revisions: [Int64], position: LogPosition) throws {
        if state.withLock({ $0.fails }) { throw StoreError.diskFull("full") }
        memory.compact(revisions, position: position)
    }
    func close() {}
}

#if canImport(Glibc)
    import Glibc
#endif

@Suite("A log that fails", .timeLimit(.minutes(1)))
struct FailingBackendTests {
    @Test func `it is told why nothing can be written, until something can be, which is tried without anybody's asking`() async throws {
        let backend = GatedBackend()
        let store = try await Store(backend: backend, clock: SetClock(), summarize: summarize)
        try await store.put("a")
        #expect(store.writeProblem == nil)
        backend.set(fails: true, holds: false)
        await #expect(throws: StoreError.self) { try await store.put("b") }
        #expect(store.writeProblem != nil)
        await store.maintain()
        #expect(store.writeProblem != nil && store.get("pods", ObjectKey(namespace: "default", name: "a")) != nil)
        backend.set(fails: false, holds: false)
        await store.maintain()
        #expect(store.writeProblem == nil)
        await store.close()
    }

    @Test func `nothing is seen before it is durable, and a failing batch takes those behind it with it`() async throws {
        let backend = GatedBackend()
        let store = try await Store(backend: backend, clock: SetClock(), summarize: summarize)
        let first = try await store.put("a")
        backend.set(fails: true, holds: true)
        async let second = result { try await store.put("a", "\"n\":\"2\"", when: .revision(first.revision)) }
        try await poll { backend.appends >= 2 }
        // Checked against the waiting write, as it will be; so the first of these is right and the second is late.
        async let third = result { try await store.put("a", "\"n\":\"3\"", when: .revision(first.revision + 1)) }
        async let late = result { try await store.put("a", "\"n\":\"4\"", when: .revision(first.revision)) }
        for _ in 0..<100 { await Task.yield() }
        #expect(store.get("pods", first.key) === first)
        #expect(store.currentRevision == first.revision)
        backend.set(fails: true, holds: false)
        for outcome in await [second, third, late] {
            guard case .failure(let error) = outcome, let failure = error as? StoreError else {
                Issue.record("a write of a failed batch succeeded")
                continue
            }
            switch failure {
            case .unavailable: break
            // Where it came after the batch had failed already: then its precondition was checked against the old state.
            case .preconditionFailed(let current): #expect(current === first)
            default: Issue.record("unexpected \(failure)")
            }
        }
        #expect(store.get("pods", first.key) === first)
        backend.set(fails: false, holds: false)
        let again = try await store.put("a", "\"n\":\"5\"", when: .revision(first.revision))
        #expect(again.revision > first.revision)
        #expect(try await store.watch("pods", from: first.revision).take(1).map(\.revision) == [again.revision])
    }

    @Test func `a conflict with a write that waits is told only when that write is durable`() async throws {
        let backend = GatedBackend()
        let store = try await Store(backend: backend, clock: SetClock(), summarize: summarize)
        backend.set(fails: false, holds: true)
        async let first = result { try await store.put("a", when: .absent) }
        try await poll { backend.appends >= 1 }
        async let second = result {
            do {
                return try await store.put("a", when: .absent)
            } catch {
                // By now the winner can be read.
                #expect(store.get("pods", ObjectKey(namespace: "default", name: "a")) != nil)
                throw error
            }
        }
        for _ in 0..<100 { await Task.yield() }
        backend.set(fails: false, holds: false)
        let (winner, outcome) = await (first, second)
        #expect(throws: Never.self) { _ = try winner.get() }
        #expect(performing: { try outcome.get() }, throws: { failedAt(2, $0) })
    }

    private func result(_ body: () async throws -> StoredObject) async -> Result<StoredObject, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
