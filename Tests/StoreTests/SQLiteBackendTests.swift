import Core
import Store
import Testing

@Suite("The SQLite log")
struct SQLiteBackendTests {
    private let scratch = ScratchDirectory()

    private func open(_ directory: ScratchDirectory, sizeLimit: Int? = nil) async throws -> Store {
        try await Store(
            backend: try SQLiteBackend(path: directory.path + "/state.db", sizeLimit: sizeLimit), clock: SetClock(), summarize: summarize)
    }

    @Test func `everything is there after closing and opening again`() async throws {
        var store = try await open(scratch)
        let a = try await store.put("a", "\"app\":\"x\"")
        try await store.put("b", timeToLive: .seconds(10))
        try await store.put("c")
        try await store.delete("c")
        await store.close()
        store = try await open(scratch)
        #expect(store.currentRevision == 5)
        #expect(store.names() == ["default/a", "default/b"])
        #expect(store.get("pods", a.key)?.bytes == a.bytes)
        #expect(store.get("pods", a.key)?.summary == a.summary)
        #expect(
            try await store.watch("pods", from: 1).take(4).map(\.line)
                == ["put default/a 2 -", "put default/b 3 -", "put default/c 4 -", "delete default/c 5 4"])
        await store.close()
    }

    @Test func `a time to live goes on over a restart`() async throws {
        var store = try await open(scratch)
        try await store.put("a", timeToLive: .seconds(60))
        await store.close()
        let clock = SetClock()
        clock.advance(.seconds(61))
        store = try await Store(backend: try SQLiteBackend(path: scratch.path + "/state.db"), clock: clock, summarize: summarize)
        await store.maintain()
        #expect(store.names() == [])
        await store.close()
    }

    @Test func `the revision does not go back when the newest deletions were compacted`() async throws {
        var store = try await open(scratch)
        try await store.put("a")
        try await store.put("b")
        try await store.delete("b")
        await store.compact(through: store.currentRevision)
        await store.close()
        store = try await open(scratch)
        #expect(store.currentRevision == 4)
        #expect(store.oldestRevision == 4)
        #expect(store.names() == ["default/a"])
        #expect(try await store.put("c").revision == 5)
        await store.close()
    }

    @Test func `what was acknowledged survives a kill at any moment, and a torn write-ahead log leaves a prefix`() async throws {
        let store = try await open(scratch)
        for number in 0..<40 { try await store.put("p\(number)", "\"n\":\"\(number)\"") }
        // What the files hold now is what a process killed here leaves behind.
        let (database, log) = (scratch.read("state.db"), scratch.read("state.db-wal"))
        var lengths = [log.count, log.count - 1, log.count / 2, log.count / 3 + 7, 32, 0]
        lengths += stride(from: 40, to: log.count, by: log.count / 7)
        for length in lengths {
            let copy = ScratchDirectory()
            copy.write("state.db", database)
            copy.write("state.db-wal", log[..<length])
            guard let reopened = try? await open(copy) else {
                // Before the first commit reached the file there is no store to open, and none was promised.
                #expect(length < 8192)
                continue
            }
            let count = reopened.list("pods").objects.count
            #expect(reopened.currentRevision == Int64(count) + 1)
            #expect(length < log.count || count == 40)
            #expect(Set(reopened.names()) == Set((0..<count).map { "default/p\($0)" }))
            try await reopened.put("more")
            #expect(reopened.currentRevision == Int64(count) + 2)
            await reopened.close()
        }
        await store.close()
    }

    @Test func `a full disk fails writes with a clear error while reads go on, and space makes them work again`() async throws {
        var store = try await open(scratch, sizeLimit: 512 << 10)
        let filler = String(repeating: "x", count: 20_000)
        var written = 0
        var failure: (any Error)?
        while failure == nil, written < 100 {
            do {
                try await store.put("p\(written)", "\"filler\":\"\(filler)\"")
                written += 1
            } catch { failure = error }
        }
        guard case StoreError.diskFull(let text) = try #require(failure) else {
            Issue.record("not a full disk: \(String(describing: failure))")
            return
        }
        #expect(text.contains("state.db"))
        #expect(store.list("pods").objects.count == written)
        await store.close()
        store = try await open(scratch)
        #expect(store.list("pods").objects.count == written)
        try await store.put("more", "\"filler\":\"\(filler)\"")
        await store.close()
    }

    @Test func `two processes do not share a store`() async throws {
        let store = try await open(scratch)
        #expect(throws: StoreError.self) { try SQLiteBackend(path: scratch.path + "/state.db") }
        await store.close()
        await (try open(scratch)).close()
    }

    @Test func `a file that is something else is refused`() async throws {
        scratch.write("state.db", Array("this is not a database, and it is long enough to be read as one".utf8))
        #expect(throws: StoreError.self) { try SQLiteBackend(path: scratch.path + "/state.db") }
    }
}
