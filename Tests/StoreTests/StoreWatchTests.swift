import Core
import Store
import Testing

@Suite("A watch")
struct StoreWatchTests {
    private func open(clock: SetClock = SetClock()) async throws -> Store {
        try await Store(backend: MemoryBackend(), clock: clock, summarize: summarize)
    }

    @Test func `sees what happened and what happens, in order and once`() async throws {
        let store = try await open()
        try await store.put("a")
        try await store.put("b")
        let watch = try store.watch("pods", from: 2)
        try await store.put("a", "\"app\":\"x\"")
        try await store.delete("b")
        #expect(
            try await watch.take(3).map(\.line) == ["put default/b 3 -", "put default/a 4 2", "delete default/b 5 3"])
    }

    @Test func `a deletion carries the last state at the revision of the deletion`() async throws {
        let store = try await open()
        try await store.put("a", "\"app\":\"x\"")
        let gone = try await store.delete("a")
        #expect(gone.revision == 3)
        #expect(String(decoding: gone.bytes, as: UTF8.self).contains(#""resourceVersion":"3","name":"a""#))
        #expect(gone.summary.labels == ["app": "x"])
    }

    @Test func `joins the log, the ring and live events without gap or duplicate while writers go on`() async throws {
        let store = try await open()
        for number in 0..<1600 { try await store.put("p\(number % 40)") }
        async let writing: Void = {
            for number in 0..<600 { try await store.put("p\(number % 40)") }
        }()
        let watches = try [1, 500, 1200, 1601].map { (Int64($0), try store.watch("pods", from: Int64($0))) }
        try await writing
        for (from, watch) in watches {
            let events = try await watch.take(Int(store.currentRevision - from))
            #expect(events.map(\.revision) == Array(from + 1...store.currentRevision))
        }
    }

    @Test func `of a scope sees its own events only`() async throws {
        let store = try await open()
        let namespace = try store.watch("pods", scope: .namespace("a"), from: 1)
        let object = try store.watch("pods", scope: .object(ObjectKey(namespace: "a", name: "x")), from: 1)
        let node = try store.watch("pods", scope: .field("spec.nodeName", value: "n1"), from: 1)
        try await store.put("x", in: "a")
        try await store.put("y", in: "a", "\"node\":\"n1\"")
        try await store.put("x", in: "b")
        try await store.put("y", in: "a", "\"node\":\"n2\"")
        try await store.put("x", in: "a", of: "secrets")
        try await store.put("end", in: "a", "\"node\":\"n1\"")
        try await store.delete("x", in: "a")
        #expect(try await namespace.take(5).map(\.revision) == [2, 3, 5, 7, 8])
        #expect(try await object.take(2).map(\.revision) == [2, 8])
        #expect(try await node.take(3).map(\.revision) == [3, 5, 7])
    }

    @Test func `that is not read ends after what it holds, and resumes from there`() async throws {
        let store = try await open()
        let slow = try store.watch("pods", scope: .all, from: 1, queueLimit: 10)
        for number in 0..<30 { try await store.put("p\(number)") }
        var seen: [Int64] = []
        for try await batch in slow { seen += batch.map(\.revision) }
        #expect(seen == Array(2...11))
        let resumed = try store.watch("pods", from: seen.last ?? 0)
        #expect(try await resumed.take(20).map(\.revision) == Array(12...31))
    }

    @Test func `tells its progress when other resources change`() async throws {
        let clock = SetClock()
        let store = try await open(clock: clock)
        let watch = try store.watch("pods", scope: .all, from: 1, progressInterval: .seconds(60))
        try await store.put("s", of: "secrets")
        try await store.put("a")
        #expect(watch.progress == 1)
        _ = try await watch.take(1)
        #expect(watch.progress == 3)
        try await store.put("t", of: "secrets")
        #expect(watch.progress == 4)
        async let next = watch.next()
        // The reader may not wait yet when the time comes; then the next minute's sign reaches it.
        let waking = Task {
            while !Task.isCancelled {
                clock.advance(.seconds(60))
                await store.maintain()
                await Task.yield()
            }
        }
        #expect(try await next?.isEmpty == true)
        waking.cancel()
        #expect(watch.progress == 4)
    }

    @Test func `ends when its task is cancelled and when the store closes`() async throws {
        let store = try await open()
        let first = try store.watch("pods", from: 1)
        let reader = Task { try await first.next() == nil }
        reader.cancel()
        #expect(try await reader.value)
        let second = try store.watch("pods", from: 1)
        await store.close()
        #expect(try await second.next() == nil)
        await #expect(throws: StoreError.self) { try await store.put("a") }
    }

    @Test func `cannot start before what is retained or in the future`() async throws {
        let store = try await open()
        try await store.put("a")
        try await store.put("a")
        await store.compact(through: 3)
        #expect(throws: StoreError.self) { try store.watch("pods", from: 2) }
        #expect(throws: StoreError.self) { try store.watch("pods", from: 4) }
    }
}
