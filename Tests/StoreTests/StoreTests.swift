import Core
import Store
import Testing

@Suite("The store")
struct StoreTests {
    private func open(_ backend: some Backend = MemoryBackend(), clock: SetClock = SetClock()) async throws -> Store {
        try await Store(backend: backend, clock: clock, summarize: summarize)
    }

    @Test func `an empty store is at revision 1 and lists nothing`() async throws {
        let store = try await open()
        #expect(store.list("pods").revision == 1)
        #expect(store.list("pods").objects.isEmpty)
        #expect(store.get("pods", ObjectKey(namespace: "default", name: "a")) == nil)
    }

    @Test func `a put gets the next revision and carries it in its bytes`() async throws {
        let store = try await open()
        let object = try await store.put("a", "\"app\":\"web\"")
        #expect(object.revision == 2)
        #expect(
            String(decoding: object.bytes, as: UTF8.self)
                == #"{"metadata":{"resourceVersion":"2","name":"a","namespace":"default"},"data":{"app":"web"}}"#)
        #expect(object.summary.labels == ["app": "web"])
        #expect(store.get("pods", object.key) === object)
    }

    @Test func `other forms of an object are made once each`() async throws {
        let object = try await open().put("a", "\"app\":\"web\"")
        var made = 0
        for _ in 0..<2 {
            for (form, first) in [(StoredObject.Form.row, UInt8(1)), (.protobuf, 2)] {
                let bytes = object.form(form) { text in
                    made += 1
                    return [first] + text
                }
                #expect(bytes == [first] + object.bytes)
            }
        }
        #expect(made == 2)
    }

    @Test func `an object with empty metadata stays well formed through a put and a deletion`() async throws {
        let store = try await open()
        let key = ObjectKey(namespace: "default", name: "a")
        let empty = EncodedObject(bytes: Array(#"{"metadata":{},"data":{}}"#.utf8), slot: #"{"metadata":{"#.utf8.count)
        let put = try await store.commit([Write(resource: "pods", key: key, precondition: .absent, change: .put(empty))])[0]
        #expect(String(decoding: put.bytes, as: UTF8.self) == #"{"metadata":{"resourceVersion":"2"},"data":{}}"#)
        let deleted = try await store.commit([Write(resource: "pods", key: key, precondition: .revision(2), change: .delete())])[0]
        #expect(String(decoding: deleted.bytes, as: UTF8.self) == #"{"metadata":{"resourceVersion":"3"},"data":{}}"#)
    }

    @Test func `a precondition that does not hold is told with the current object`() async throws {
        let store = try await open()
        let first = try await store.put("a", when: .absent)
        await #expect(performing: { try await store.put("a", when: .absent) }, throws: { failedAt(2, $0) })
        await #expect(performing: { try await store.put("b", when: .revision(2)) }, throws: { failedAt(nil, $0) })
        let second = try await store.put("a", when: .revision(first.revision))
        await #expect(performing: { try await store.put("a", when: .revision(first.revision)) }, throws: { failedAt(second.revision, $0) })
        await #expect(performing: { try await store.delete("b") }, throws: { failedAt(nil, $0) })
    }

    @Test func `several writes are all made or none`() async throws {
        let store = try await open()
        try await store.put("a")
        let keys = ["b", "a"].map { ObjectKey(namespace: "default", name: $0) }
        await #expect(throws: StoreError.self) {
            try await store.commit(keys.map { Write(resource: "pods", key: $0, precondition: .absent, change: .put(encoded($0))) })
        }
        #expect(store.names() == ["default/a"])
    }

    @Test func `of many writers that replace one revision exactly one wins`() async throws {
        let store = try await open()
        let first = try await store.put("a")
        let winners = await withTaskGroup(of: Bool.self) { group in
            for writer in 0..<50 {
                group.addTask { (try? await store.put("a", "\"writer\":\"\(writer)\"", when: .revision(first.revision))) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        #expect(store.currentRevision == first.revision + 1)
    }

    @Test func `a snapshot does not change when the store does`() async throws {
        let store = try await open()
        for number in 0..<300 { try await store.put("p\(number)") }
        let snapshot = store.snapshot("pods")
        for number in 0..<300 where number % 2 == 0 { try await store.delete("p\(number)") }
        try await store.put("p1", "\"app\":\"new\"")
        #expect(snapshot.count() == 300)
        #expect(snapshot[ObjectKey(namespace: "default", name: "p1")]?.summary.labels == [:])
        #expect(store.snapshot("pods").count() == 150)
    }

    @Test func `pages of one namespace follow each other and know what remains`() async throws {
        let store = try await open()
        for namespace in ["a", "b", "b-c", "c"] {
            for number in 0..<5 { try await store.put("p\(number)", in: namespace) }
        }
        let snapshot = store.snapshot("pods")
        let page = snapshot.objects(namespace: "b", limit: 3)
        #expect(page.map(\.key.description) == ["b/p0", "b/p1", "b/p2"])
        #expect(snapshot.count(namespace: "b", after: page[2].key) == 2)
        #expect(snapshot.objects(namespace: "b", after: page[2].key, limit: 3).map(\.key.description) == ["b/p3", "b/p4"])
        #expect(snapshot.objects(after: page[2].key, limit: 3).map(\.key.description) == ["b/p3", "b/p4", "b-c/p0"])
        #expect(snapshot.count(namespace: "b-c") == 5)
    }

    @Test func `the past is seen from the ring, from the log and from a kept snapshot`() async throws {
        let store = try await open()
        try await store.put("a")
        try await store.put("b")
        let past = store.snapshot("pods")
        store.keep(past, of: "pods")
        try await store.delete("a")
        try await store.put("c")
        #expect(try await store.snapshot("pods", at: past.revision).objects().map(\.key.name) == ["a", "b"])
        #expect(try await store.snapshot("pods", at: past.revision + 1).objects().map(\.key.name) == ["b"])
        for number in 0..<1500 { try await store.put("x", "\"n\":\"\(number)\"") }
        #expect(try await store.snapshot("pods", at: past.revision + 2).objects().map(\.key.name) == ["b", "c"])
        await #expect(throws: StoreError.self) { try await store.snapshot("pods", at: store.currentRevision + 1) }
    }

    @Test func `history is forgotten five minutes later and not before`() async throws {
        let clock = SetClock()
        let store = try await open(clock: clock)
        try await store.put("a")
        try await store.put("a", "\"app\":\"2\"")
        await store.maintain()
        let old = store.currentRevision
        try await store.put("a", "\"app\":\"3\"")
        clock.advance(.seconds(299))
        await store.maintain()
        #expect(store.oldestRevision == 0)
        clock.advance(.seconds(2))
        await store.maintain()
        #expect(store.oldestRevision == old)
        #expect(throws: StoreError.self) { try store.watch("pods", from: old - 1) }
        let events = try await store.watch("pods", from: old).take(1)
        #expect(events.map(\.line) == ["put default/a \(old + 1) \(old)"])
    }

    @Test func `an object with a time to live is deleted when it is over, and watchers see it`() async throws {
        let clock = SetClock()
        let store = try await open(clock: clock)
        try await store.put("short", timeToLive: .seconds(60))
        try await store.put("renewed", timeToLive: .seconds(60))
        clock.advance(.seconds(30))
        try await store.put("renewed", timeToLive: .seconds(60))
        let watch = try store.watch("pods", from: store.currentRevision)
        clock.advance(.seconds(31))
        await store.maintain()
        #expect(store.names() == ["default/renewed"])
        #expect(try await watch.take(1).map(\.line) == ["delete default/short 5 2"])
    }
}

/// Whether an error is a failed precondition whose current object is at `revision`, or is absent.
func failedAt(_ revision: Int64?, _ error: any Error) -> Bool {
    if case StoreError.preconditionFailed(let current) = error { current?.revision == revision } else { false }
}
