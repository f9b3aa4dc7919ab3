import Client
import Core
import Hollow
import KubernetesAPI
import Logging
import Reconcile
import TestSupport
import Testing
import Values

@Suite struct HollowNodesTests {
    /// Runs nodes over a cluster in memory and hands `body` an informer of its pods.
    private func withNodes(
        _ change: (inout HollowOptions) -> Void = { _ in }, _ body: (TestCluster, Client, Informer<Pod>) async throws -> Void
    ) async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        var namespace = Namespace()
        namespace.metadata.name = "kube-node-lease"
        _ = try await client.create(namespace)
        var options = HollowOptions()
        options.nodes = 3
        options.writers = 4
        change(&options)
        let logger = Logger(label: "test")
        let nodes = HollowNodes(client: client, options: options, clock: cluster.clock, logger: logger, random: { 0 })
        let pods = Informer<Pod>(client: client, clock: cluster.clock, logger: logger)
        let registered = Signal()
        let tasks = [Task { await nodes.run { registered.raise() } }, Task { await pods.base.run() }]
        try await registered.wait()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(cluster, client, pods)) } catch { outcome = .failure(error) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        await cluster.close()
        try outcome.get()
    }

    private func bound(_ name: String, to node: String) -> Pod {
        var pod = Pod()
        pod.metadata.namespace = "default"
        pod.metadata.name = name
        pod.spec.nodeName = node
        var container = Container()
        container.name = "c"
        container.image = "app:1"
        pod.spec.containers = [container]
        return pod
    }

    @Test func `nodes are registered ready, with leases`() async throws {
        try await withNodes { _, client, _ in
            let nodes = try await client.list(Node.self).items
            #expect(nodes.map(\.metadata.name) == ["hollow-00000", "hollow-00001", "hollow-00002"])
            #expect(nodes.allSatisfy { $0.status.conditions.contains { $0.type == "Ready" && $0.status == "True" } })
            #expect(nodes.first?.status.allocatable["pods"] == "110")
            #expect(try await client.list(Lease.self, namespace: "kube-node-lease").items.count == 3)
        }
    }

    @Test func `a pod bound to a node runs with an address of its own, and goes when it is deleted`() async throws {
        try await withNodes { _, client, pods in
            let made = try await client.create(bound("a", to: "hollow-00001"))
            _ = try await client.create(bound("b", to: "hollow-00002"))
            _ = try await client.create(bound("foreign", to: "somebody-else"))
            for name in ["a", "b"] {
                try await pods.base.waitFor(ObjectKey(namespace: "default", name: name)) {
                    $0?[path: "status", "phase"]?.string == "Running"
                }
            }
            let pod = try #require(pods.get(made.key))
            #expect(pod.status.conditions.contains { $0.type == "Ready" && $0.status == "True" })
            #expect(pod.status.containerStatuses.first?.ready == true)
            #expect(pods.get(ObjectKey(namespace: "default", name: "b"))?.status.podIP != pod.status.podIP)
            #expect(pods.get(ObjectKey(namespace: "default", name: "foreign"))?.status.phase == "Pending")
            try await client.delete(Pod.self, made.key)
            try await pods.base.waitFor(made.key) { $0 == nil }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a node that was silent for long says that it is ready`() async throws {
        try await withNodes { cluster, client, _ in
            func tick(_ step: Duration) async {
                await cluster.clock.waitForSleepers()
                cluster.clock.advance(by: step)
            }
            let lost: Value = ["type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"]
            let key = ObjectKey(name: "hollow-00001")
            _ = try await client.patch(Node.self, key, .strategicMerge, ["status": ["conditions": [lost]]], subresource: "status")
            await tick(.seconds(30))
            try await poll {
                await tick(.milliseconds(200))
                return try await client.get(Node.self, key).status.conditions.contains { $0.type == "Ready" && $0.status == "True" }
            }
        }
    }

    @Test func `stages with delays follow the clock`() async throws {
        var run = HollowStage(name: "run", action: .run)
        run.phases = ["Pending"]
        var die = HollowStage(name: "die", action: .fail)
        die.phases = ["Running"]
        die.delay = .seconds(5)
        die.exitCode = 3
        let stages = [run, die]
        try await withNodes({ $0.stages = stages }) { cluster, client, pods in
            let made = try await client.create(bound("a", to: "hollow-00000"))
            try await pods.base.waitFor(made.key) { $0?[path: "status", "phase"]?.string == "Running" }
            let ticking = Task {
                while !Task.isCancelled {
                    await cluster.clock.waitForSleepers()
                    cluster.clock.advance(by: .seconds(1))
                }
            }
            try await pods.base.waitFor(made.key) { $0?[path: "status", "phase"]?.string == "Failed" }
            ticking.cancel()
            let ended = pods.get(made.key)?.status.containerStatuses.first?.state?.terminated
            #expect(ended?.exitCode == 3)
        }
    }
}
