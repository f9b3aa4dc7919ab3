import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

/// The chain through a client: create, get, list, watch, update, delete.
@Suite struct ChainTests {
    static let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")

    private func configMap(_ name: String, labels: [String: String] = [:], data: [String: String] = ["k": "1"]) -> ConfigMap {
        var map = ConfigMap()
        map.metadata.name = name
        map.metadata.namespace = "default"
        map.metadata.labels = labels
        map.data = data
        return map
    }

    @Test func aConfigMapIsCreatedReadAndListed() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let created = try await client.create(configMap("a", labels: ["app": "one"]))
        #expect(created.metadata.uid.count == 36)
        #expect(created.metadata.creationTimestamp == cluster.clock.now.rfc3339)
        #expect(created.metadata.generation == nil)
        #expect(Int(created.metadata.resourceVersion) != nil)
        let read = try await client.get(ConfigMap.self, ObjectKey(namespace: "default", name: "a"))
        #expect(read == created)
        let entry = try #require(read.metadata.managedFields.first)
        #expect(entry.manager == "test")
        #expect(
            entry.raw["fieldsV1"] == [
                "f:data": [".": [:], "f:k": [:]], "f:metadata": ["f:labels": [".": [:], "f:app": [:]]],
            ])
        let list = try await client.list(ConfigMap.self, namespace: "default")
        #expect(list.items.map(\.metadata.name) == ["a"])
    }

    @Test func aSecondCreateOfTheSameNameIsRefused() async throws {
        let client = try await TestCluster().client()
        _ = try await client.create(configMap("a"))
        await #expect(throws: APIError.alreadyExists(GroupResource(group: "", resource: "configmaps"), "a")) {
            try await client.create(configMap("a"))
        }
    }

    @Test func aGeneratedNameIsTriedAgainWhenItIsTaken() async throws {
        let client = try await TestCluster().client()
        var map = configMap("")
        map.metadata.generateName = "gen-"
        let first = try await client.create(map)
        let second = try await client.create(map)
        #expect(first.metadata.name.hasPrefix("gen-") && first.metadata.name.count == 9)
        #expect(first.metadata.name != second.metadata.name)
    }

    @Test func anUpdateOfAnOldStateConflictsAndOneWithoutRevisionDoesNot() async throws {
        let client = try await TestCluster().client()
        var map = try await client.create(configMap("a"))
        let old = map
        map.data["k"] = "2"
        let updated = try await client.update(map)
        #expect(updated.data == ["k": "2"])
        #expect(updated.metadata.uid == old.metadata.uid)
        var late = old
        late.data["k"] = "3"
        await #expect(throws: APIError.modified(GroupResource(group: "", resource: "configmaps"), "a")) { try await client.update(late) }
        late.metadata.resourceVersion = ""
        #expect(try await client.update(late).data == ["k": "3"])
    }

    @Test func aWriteThatChangesNothingMakesNoRevision() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let map = try await client.create(configMap("a"))
        let before = cluster.store.currentRevision
        cluster.clock.advance(by: .seconds(100))
        let same = try await client.update(map)
        #expect(same.metadata.resourceVersion == map.metadata.resourceVersion)
        #expect(cluster.store.currentRevision == before)
    }

    @Test func aDryRunLeavesNothing() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let before = cluster.store.currentRevision
        var options = Client.Options()
        options.isDryRun = true
        let answer = try await client.create(configMap("dry"), options: options)
        #expect(!answer.metadata.uid.isEmpty)
        #expect(answer.metadata.resourceVersion.isEmpty)
        #expect(cluster.store.currentRevision == before)
    }

    @Test func anObjectWithAFinalizerStaysUntilItIsTakenOff() async throws {
        let client = try await TestCluster().client()
        var map = configMap("f")
        map.metadata.finalizers = ["e.com/f"]
        _ = try await client.create(map)
        let key = ObjectKey(namespace: "default", name: "f")
        try await client.delete(ConfigMap.self, key)
        var marked = try await client.get(ConfigMap.self, key)
        #expect(!marked.metadata.deletionTimestamp.isEmpty)
        #expect(marked.metadata.deletionGracePeriodSeconds == 0)
        marked.metadata.finalizers = []
        _ = try await client.update(marked)
        await #expect(throws: APIError.notFound(GroupResource(group: "", resource: "configmaps"), "f")) {
            try await client.get(ConfigMap.self, key)
        }
    }

    @Test func aListGoesOnWhereItStoppedAndShowsOneState() async throws {
        let client = try await TestCluster().client()
        for number in 0..<5 { _ = try await client.create(configMap("m\(number)")) }
        var options = Client.Options()
        options.limit = 2
        let first = try await client.list(Self.configMaps, namespace: "default", options: options)
        #expect(first["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["m0", "m1"])
        #expect(first[path: "metadata", "remainingItemCount"] == 3)
        _ = try await client.create(configMap("m1b"))
        options.continueToken = try #require(first[path: "metadata", "continue"]?.string)
        let second = try await client.list(Self.configMaps, namespace: "default", options: options)
        #expect(second["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["m2", "m3"])
        #expect(second[path: "metadata", "resourceVersion"] == first[path: "metadata", "resourceVersion"])
    }

    @Test func `a list shows the revision it asks for, and one that has not happened is refused`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let map = try await client.create(configMap("a"))
        var options = Client.Options()
        options.resourceVersion = map.metadata.resourceVersion
        options.resourceVersionMatch = "Exact"
        _ = try await client.create(configMap("b"))
        let exact = try await client.list(Self.configMaps, namespace: "default", options: options)
        #expect(exact["items"]?.array?.count == 1)
        options.resourceVersion = "999999"
        let future = await #expect(throws: APIError.self) { try await client.list(Self.configMaps, namespace: "default", options: options) }
        #expect(future?.code == 504)
        #expect(future?.causes.first?.reason == "ResourceVersionTooLarge")
    }

    @Test func aWatchWithASelectorSeesObjectsEnterAndLeave() async throws {
        let client = try await TestCluster().client()
        var map = try await client.create(configMap("a", labels: ["app": "one"]))
        var options = Client.Options()
        options.labelSelector = "app=two"
        options.resourceVersion = map.metadata.resourceVersion
        var events = try await client.watch(Self.configMaps, namespace: "default", options: options).makeAsyncIterator()
        map.metadata.labels = ["app": "two"]
        map = try await client.update(map)
        map.data["k"] = "2"
        map = try await client.update(map)
        map.metadata.labels = ["app": "one"]
        map = try await client.update(map)
        var seen: WatchStream.Element = []
        while seen.count < 3, let batch = try await events.next() { seen += batch }
        #expect(seen.map(\.kind) == [.added, .modified, .deleted])
        #expect(seen.last?.object["metadata"]?["labels"] == ["app": "two"])
        #expect(seen.last?.object["metadata"]?["resourceVersion"]?.string == map.metadata.resourceVersion)
    }

    @Test func aWatchThatAsksForItBeginsWithTheStateAndSaysWhereItEnds() async throws {
        let client = try await TestCluster().client()
        _ = try await client.create(configMap("a"))
        var options = Client.Options()
        options.sendInitialEvents = true
        options.resourceVersionMatch = "NotOlderThan"
        options.allowWatchBookmarks = true
        var events = try await client.watch(Self.configMaps, namespace: "default", options: options).makeAsyncIterator()
        let batch = try #require(try await events.next())
        #expect(batch.map(\.kind) == [.added, .bookmark])
        #expect(batch.last?.object["metadata"]?["annotations"] == ["k8s.io/initial-events-end": "true"])
    }
}
