import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import ResourceEngine
import Scheduler
import TestSupport
import Testing
import Values

/// A scheduler on an API server in this process that serves pod groups, on a clock that stands still.
private struct Rig {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let cluster: TestCluster
    let client: Client
    let pods: Informer<Pod>
    let groups: Informer<PodGroup>
    let nodes: Informer<Node>

    static func run(_ mode: SchedulerConfiguration.PodGroups = .asGangs, nodes: [String], _ body: (Rig) async throws -> Void) async throws {
        var services = BuiltInServices()
        services.selection = try APISelection(
            "scheduling.k8s.io/v1alpha2=true", gates: FeatureGates("GenericWorkload=true,GangScheduling=true"))
        let cluster = try await TestCluster(services: services)
        let client = cluster.client()
        let informers = InformerSet(client: client, clock: cluster.clock, logger: quiet)
        let events = EventRecorder(client: client, component: "default-scheduler", clock: cluster.clock, logger: quiet)
        var configuration = SchedulerConfiguration()
        configuration.podGroups = mode
        let scheduler = Scheduler(
            client: client, informers: informers, events: events, clock: cluster.clock, logger: quiet, configuration: configuration)
        let rig = Rig(
            cluster: cluster, client: client, pods: informers.informer(), groups: informers.informer(), nodes: informers.informer())
        _ = try await client.create(PriorityClass(["metadata": ["name": "important"], "value": 1000]))
        for name in nodes { try await rig.add(node(name)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await informers.run() }
            group.addTask { await events.run() }
            group.addTask { await scheduler.run() }
            try await body(rig)
            group.cancelAll()
        }
        await cluster.close()
    }

    func add(_ node: Node) async throws {
        // New nodes are tainted until somebody has seen them ready.
        var made = try await client.create(node)
        made.spec.taints = []
        _ = try await client.update(made)
    }

    func group(_ name: String, atLeast minimum: Int?) async throws {
        let policy: Value = minimum.map { ["gang": ["minCount": .int(Int64($0))]] } ?? ["basic": [:]]
        _ = try await client.create(
            PodGroup(["metadata": ["name": .string(name), "namespace": "default"], "spec": ["schedulingPolicy": policy]]))
    }

    func member(_ name: String, of group: String, cpu: String = "3", priority: String = "") async throws {
        var pod = pod(name, cpu: cpu)
        pod.metadata.uid = ""
        pod.spec.raw["schedulingGroup"] = ["podGroupName": .string(group)]
        if !priority.isEmpty { pod.spec.priorityClassName = priority }
        _ = try await client.create(pod)
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }

    /// The node a pod is given, moving the clock on until it is.
    func placed(_ name: String) async throws -> String? {
        try await wait(pods, name) { $0?.spec.nodeName.isEmpty == false }
        return pods.get(key(name))?.spec.nodeName
    }

    /// What the pod is told, once it is told something that begins so.
    func told(_ name: String, _ text: String) async throws {
        try await wait(pods, name) { pod in
            pod?.status.conditions.contains { $0.type == "PodScheduled" && $0.status == "False" && $0.message.hasPrefix(text) } == true
        }
    }

    func condition(_ name: String, _ status: String) async throws -> Condition? {
        try await wait(groups, name) { group in
            group?.status.conditions.contains { $0.type == "PodGroupScheduled" && $0.status == status } == true
        }
        return groups.get(key(name))?.status.conditions.first { $0.type == "PodGroupScheduled" }
    }

    func place(of name: String) -> String { pods.get(key(name))?.spec.nodeName ?? "" }

    func wait<K: Kind>(_ informer: Informer<K>, _ name: String, until condition: @escaping @Sendable (K?) -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    await cluster.clock.waitForSleepers()
                    cluster.clock.advance(by: .seconds(1))
                    for _ in 0..<1000 { await Task.yield() }
                }
            }
            defer { group.cancelAll() }
            try await informer.base.waitFor(key(name)) { condition($0.map(K.init)) }
        }
    }
}

@Suite struct PodGroupTests {
    @Test(.timeLimit(.minutes(1))) func `pods wait until their group is there, and enough of them`() async throws {
        try await Rig.run(nodes: ["n1", "n2"]) { rig in
            try await rig.member("a", of: "g")
            try await rig.member("alone", of: "none")
            _ = try await rig.client.create(pod("other", cpu: "100m"))
            _ = try await rig.placed("other")
            try await rig.group("g", atLeast: 2)
            _ = try await rig.client.create(pod("next", cpu: "100m"))
            _ = try await rig.placed("next")
            #expect(rig.place(of: "a").isEmpty, "of two that are asked for there is one")
            try await rig.member("b", of: "g")
            let nodes = [try await rig.placed("a"), try await rig.placed("b")]
            #expect(Set(nodes) == ["n1", "n2"])
            #expect(rig.place(of: "alone").isEmpty, "its group was never made")
            let condition = try await rig.condition("g", "True")
            #expect(condition?.reason == "Scheduled")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a gang gets all its places at once, or none`() async throws {
        try await Rig.run(nodes: ["n1", "n2"]) { rig in
            try await rig.group("g", atLeast: 3)
            for name in ["a", "b", "c"] { try await rig.member(name, of: "g") }
            try await rig.told("a", "pod group is unschedulable, waiting for minCount pods from a gang to be scheduled")
            try await rig.told("c", "0/2 nodes are available: 2 Insufficient cpu.")
            let condition = try await rig.condition("g", "False")
            #expect(condition?.reason == "Unschedulable" && condition?.message == "pod group is unschedulable")
            // What the gang could not use is there for others.
            _ = try await rig.client.create(pod("small", cpu: "4"))
            _ = try await rig.placed("small")
            #expect(["a", "b", "c"].allSatisfy { rig.place(of: $0).isEmpty })
            try await rig.add(node("n3"))
            try await rig.add(node("n4"))
            var nodes: Set<String> = []
            for name in ["a", "b", "c"] { nodes.insert(try await rig.placed(name) ?? "") }
            #expect(nodes.count == 3)
            #expect(try await rig.condition("g", "True")?.reason == "Scheduled")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `more pods than a gang must have are placed as far as they fit`() async throws {
        try await Rig.run(nodes: ["n1", "n2"]) { rig in
            try await rig.group("g", atLeast: 2)
            for (name, cpu) in [("a", "3"), ("b", "3"), ("c", "100")] { try await rig.member(name, of: "g", cpu: cpu) }
            _ = try await rig.placed("a")
            _ = try await rig.placed("b")
            try await rig.told("c", "0/2 nodes are available: 2 Insufficient cpu.")
            #expect(try await rig.condition("g", "True")?.status == "True", "who comes too late does not take that back")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a basic group is placed pod by pod`() async throws {
        try await Rig.run(nodes: ["n1"]) { rig in
            try await rig.group("g", atLeast: nil)
            try await rig.member("a", of: "g")
            try await rig.member("b", of: "g")
            #expect(try await rig.placed("a") == "n1")
            try await rig.told("b", "0/1 nodes are available: 1 Insufficient cpu.")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `nobody must leave for a gang that would not find its places all the same`() async throws {
        try await Rig.run(nodes: ["n1", "n2"]) { rig in
            for name in ["v1", "v2"] { _ = try await rig.client.create(pod(name, cpu: "3")) }
            for name in ["v1", "v2"] { _ = try await rig.placed(name) }
            try await rig.group("g", atLeast: 3)
            for name in ["a", "b", "c"] { try await rig.member(name, of: "g", priority: "important") }
            _ = try await rig.condition("g", "False")
            try await rig.told("a", "pod group is unschedulable, waiting for minCount pods from a gang to be scheduled")
            for name in ["v1", "v2"] {
                #expect(try await rig.client.get(Pod.self, ObjectKey(namespace: "default", name: name)).metadata.deletionTimestamp.isEmpty)
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `others leave for a gang that finds its places then`() async throws {
        try await Rig.run(nodes: ["n1", "n2"]) { rig in
            for name in ["v1", "v2"] { _ = try await rig.client.create(pod(name, cpu: "3")) }
            for name in ["v1", "v2"] { _ = try await rig.placed(name) }
            try await rig.group("g", atLeast: 2)
            for name in ["a", "b"] { try await rig.member(name, of: "g", priority: "important") }
            for name in ["v1", "v2"] {
                try await rig.wait(rig.pods, name) { $0 == nil || $0?.metadata.deletionTimestamp.isEmpty == false }
                var options = Client.Options()
                options.gracePeriodSeconds = 0
                do {
                    try await rig.client.delete(Pod.self, ObjectKey(namespace: "default", name: name), options: options)
                } catch let error as APIError where error.reason == .notFound { continue }
            }
            #expect(Set([try await rig.placed("a"), try await rig.placed("b")]) == ["n1", "n2"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `where groups are ignored, pods are placed on their own`() async throws {
        try await Rig.run(.ignored, nodes: ["n1"]) { rig in
            try await rig.member("a", of: "none")
            #expect(try await rig.placed("a") == "n1")
        }
    }

    @Test func `a ledger lets pods go when their group is ready, and holds those that come to one that is not`() throws {
        let key = ObjectKey(namespace: "default", name: "g")
        func member(_ name: String) -> PodState {
            PodState(pod(name) { $0.spec.raw["schedulingGroup"] = ["podGroupName": "g"] })
        }
        func group(_ minimum: Int64) -> PodGroup { PodGroup(["spec": ["schedulingPolicy": ["gang": ["minCount": .int(minimum)]]]]) }
        var ledger = PodGroupLedger()
        let joins = [ledger.join("uid-a", key), ledger.join("uid-a", key)]
        #expect(joins == [true, false])
        ledger.hold(member("a"))
        #expect(!ledger.isReady(key) && ledger.heldCount == 1)
        ledger.put(key, group(2))
        var released = ledger.release(key)
        #expect(released.isEmpty)
        _ = ledger.join("uid-b", key)
        released = ledger.release(key)
        #expect(released.map(\.uid) == ["uid-a"])
        #expect(ledger.heldCount == 0)
        ledger.leave("uid-b")
        #expect(!ledger.isReady(key))
        ledger.put(key, nil)
        #expect(ledger.policy(of: key) == nil)
        var lax = PodGroupLedger(keepsGangs: false)
        lax.put(key, group(2))
        #expect(lax.isReady(key), "without the gate of gangs a group is enough")
    }
}
