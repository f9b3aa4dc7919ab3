import Client
import Core
import KubernetesAPI
import Logging
import Synchronization
import TestSupport
import Testing
import Values

import Reconcile

@Suite struct InformerTests {
    let transport = ScriptedTransport()
    let clock = ManualClock()

    private func withInformer(_ body: (Informer<ConfigMap>) async throws -> Void) async throws {
        let client = Client(transport: transport, fieldManager: "test")
        let base = ResourceInformer(
            ConfigMap.descriptor.gvr, client: client, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            random: { 0 })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await base.run() }
            try await body(Informer(base: base))
            group.cancelAll()
        }
    }

    private let one = ObjectKey(namespace: "shop", name: "one")

    @Test func `what is there is listed and what changes is followed`() async throws {
        transport.put("one", data: "a")
        try await withInformer { informer in
            try await informer.waitUntilSynced()
            #expect(informer.get(one)?.data["text"] == "a")
            #expect(informer.get(one)?.raw["kind"] == "ConfigMap")
            try await informer.base.waitFor(revision: transport.put("one", data: "b"))
            #expect(informer.get(one)?.data["text"] == "b")
            transport.remove("one")
            try await informer.waitForDeletion(one, uid: "uid-one")
            #expect(informer.list().isEmpty)
        }
    }

    @Test func `a closed watch resumes from the last revision without a list`() async throws {
        try await withInformer { informer in
            try await informer.waitUntilSynced()
            try await informer.base.waitFor(revision: transport.put("one"))
            transport.endWatches()
            try await informer.base.waitFor(revision: transport.put("two"))
            #expect(transport.lists == 1)
            #expect(informer.list().count == 2)
        }
    }

    @Test func `a bookmark moves the revision on`() async throws {
        try await withInformer { informer in
            try await informer.waitUntilSynced()
            transport.put("one")
            transport.bookmark()
            try await informer.base.waitFor(revision: "3")
            #expect(informer.base.revision == 3)
        }
    }

    @Test func `a revision that has expired means a new list, which tells what vanished meanwhile`() async throws {
        transport.put("one")
        transport.put("two")
        try await withInformer { informer in
            try await informer.waitUntilSynced()
            let gone = Mutex<[String]>([])
            informer.onChange { changes in
                gone.withLock { $0 += changes.filter { $0.new == nil }.map(\.key.name) }
            }
            transport.failNextWatch(APIError.expired("too old"))
            transport.remove("one", silently: true)
            transport.endWatches(APIError.expired("too old"))
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
            try await informer.waitForDeletion(one, uid: "uid-one")
            #expect(gone.withLock { $0 } == ["one"])
            #expect(transport.lists >= 2)
        }
    }

    @Test func `a server that does not answer is asked again, ever more rarely`() async throws {
        for _ in 0..<3 { transport.failNextList(APIError.serviceUnavailable("down")) }
        try await withInformer { informer in
            for pause in [100, 200, 400] {
                await clock.waitForSleepers()
                clock.advance(by: .milliseconds(pause - 1))
                clock.advance(by: .milliseconds(1))
            }
            try await informer.waitUntilSynced()
            #expect(transport.lists == 4)
        }
    }

    @Test func `indexes follow the objects and may be added late`() async throws {
        transport.put("one", labels: ["app": "web"])
        try await withInformer { informer in
            try await informer.waitUntilSynced()
            let index = InformerIndex.label("app")
            informer.add(index)
            #expect(informer.byIndex(index, "web").map(\.metadata.name) == ["one"])
            try await informer.base.waitFor(revision: transport.put("one", labels: ["app": "db"]))
            #expect(informer.byIndex(index, "web").isEmpty)
            #expect(informer.byIndex(index, "db").map(\.metadata.name) == ["one"])
            #expect(informer.list(namespace: "shop").count == 1)
            #expect(informer.list(namespace: "other").isEmpty)
        }
    }

    @Test func `a handler that comes late is told first of all that is there`() async throws {
        transport.put("one")
        try await withInformer { informer in
            try await informer.waitUntilSynced()
            let seen = Mutex<[String]>([])
            informer.onChange { changes in seen.withLock { $0 += changes.map { "\($0.old == nil ? "+" : "~")\($0.key.name)" } } }
            try await informer.base.waitFor(revision: transport.put("one", data: "new"))
            #expect(seen.withLock { $0 } == ["+one", "~one"])
        }
    }

    @Test func `who waits in vain is let go when cancelled`() async throws {
        try await withInformer { informer in
            let waiter = Task { try await informer.base.waitFor(revision: "1000") }
            try await informer.waitUntilSynced()
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
        }
    }
}
