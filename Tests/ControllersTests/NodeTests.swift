import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct NodeTests {
    private let loops = [
        "node-lifecycle-controller", "taint-eviction-controller", "node-ipam-controller", "pod-garbage-collector-controller",
    ]

    private func createNode(_ plane: ControlPlane, _ name: String) async throws {
        var node = Node()
        node.metadata.name = name
        _ = try await plane.client.create(node)
        try await heartbeat(plane, name)
    }

    private func heartbeat(_ plane: ControlPlane, _ name: String) async throws {
        // A patch: the controllers write to the node meanwhile.
        let ready: Value = [
            "type": "Ready", "status": "True", "lastHeartbeatTime": .string(plane.cluster.clock.now.rfc3339),
        ]
        _ = try await plane.client.patch(
            Node.self, ObjectKey(name: name), .strategicMerge, ["status": ["conditions": [ready]]], subresource: "status")
    }

    private func createPod(_ plane: ControlPlane, _ name: String, node: String, toleration: Int? = nil) async throws {
        var pod = Pod()
        pod.metadata.name = name
        pod.metadata.namespace = "default"
        var container = Container()
        container.name = "main"
        container.image = "web:1"
        pod.spec.containers = [container]
        pod.spec.nodeName = node
        if let toleration {
            var tolerations = ViewList<Toleration>()
            for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
                var entry = Toleration()
                entry.key = key
                entry.operator = "Exists"
                entry.effect = "NoExecute"
                entry.tolerationSeconds = toleration
                tolerations.append(entry)
            }
            pod.spec.tolerations = tolerations
        }
        _ = try await plane.client.create(pod)
    }

    @Test func `a new node is told of once`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await createNode(plane, "one")
            try await heartbeat(plane, "one")
            let registrations = {
                try await plane.client.list(KubernetesAPI.Event.self, namespace: "default").items.filter { $0.reason == "RegisteredNode" }
            }
            try await poll { try await !registrations().isEmpty }
            let found = try await registrations()
            #expect(found.map(\.message) == ["Node one event: Registered Node one in Controller"] && found[0].count == 1)
        }
    }

    @Test func `every node gets a range of its own`() async throws {
        var options = ControllerOptions()
        options.clusterCIDR = "10.244.0.0/16"
        try await ControlPlane.run(loops, options: options) { plane in
            try await createNode(plane, "one")
            try await plane.wait(Node.self, "one") { $0?.spec.podCIDR == "10.244.0.0/24" }
            try await createNode(plane, "two")
            let two = try await plane.wait(Node.self, "two") { $0?.spec.podCIDR.isEmpty == false }
            #expect(two?.spec.podCIDR == "10.244.1.0/24")
            #expect(two?.spec.podCIDRs == ["10.244.1.0/24"])
        }
    }

    @Test func `a node that finds no range left gets that of one that goes`() async throws {
        var options = ControllerOptions()
        options.clusterCIDR = "10.244.0.0/23"
        try await ControlPlane.run(loops, options: options) { plane in
            for name in ["one", "two"] {
                try await createNode(plane, name)
                try await plane.wait(Node.self, name) { $0?.spec.podCIDR.isEmpty == false }
            }
            try await createNode(plane, "three")
            try await poll {
                try await plane.client.list(KubernetesAPI.Event.self, namespace: "default").items.contains {
                    $0.reason == "CIDRNotAvailable" && $0.message == "Node three status is now: CIDRNotAvailable"
                }
            }
            try await plane.client.delete(Node.self, ObjectKey(name: "one"))
            try await plane.wait(Node.self, "three") { $0?.spec.podCIDR == "10.244.0.0/24" }
        }
    }

    @Test func `ranges of pod addresses are given out in turn, and never twice`() throws {
        #expect(PodRanges(cluster: "10.244.0.0/25", maskSize: 24) == nil && PodRanges(cluster: "fd00::/64", maskSize: 24) == nil)
        var ranges = try #require(PodRanges(cluster: "10.244.0.0/22", maskSize: 24))
        ranges.occupy("10.244.1.0/24", by: "a")
        ranges.occupy("10.9.0.0/24", by: "elsewhere")
        ranges.occupy("nonsense", by: "b")
        #expect(ranges.free == 3)
        func give(_ node: String) -> String? {
            let range = ranges.take()
            if let range { ranges.occupy(range, by: node) }
            return range
        }
        #expect(give("b") == "10.244.2.0/24" && give("c") == "10.244.3.0/24")
        ranges.release("10.244.1.0/24", of: "somebody else")
        ranges.release("10.244.2.0/24", of: "b")
        #expect(give("d") == "10.244.0.0/24" && give("e") == "10.244.2.0/24" && give("f") == nil)
        ranges.release("10.244.3.0/24", of: "c")
        ranges.occupy("10.244.3.128/25", by: "half")
        #expect(give("f") == nil)
        var wide = try #require(PodRanges(cluster: "10.244.0.0/22", maskSize: 24))
        wide.occupy("10.244.2.0/23", by: "two at once")
        #expect(wide.free == 2)
        wide.occupy("10.0.0.0/8", by: "everything")
        #expect(wide.free == 0 && wide.take() == nil)
    }

    @Test func `a silent node is unknown after its grace period, and its pods leave when they tolerate it no longer`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await createNode(plane, "one")
            try await createNode(plane, "two")
            try await createPod(plane, "web", node: "one", toleration: 300)
            try await plane.wait(Pod.self, "web") { $0?.isReady == true }
            try await plane.wait(Node.self, "one") { $0?.spec.taints.isEmpty == true && $0?.isReady == true }
            await plane.cluster.clock.waitForSleepers()
            plane.cluster.clock.advance(by: .seconds(30))
            try await heartbeat(plane, "two")
            try await plane.wait(Node.self, "two") { $0?.isReady == true }
            plane.cluster.clock.advance(by: .seconds(25))
            let silent = try await plane.wait(Node.self, "one") { node in
                node?.spec.taints.contains { $0.key == "node.kubernetes.io/unreachable" && $0.effect == "NoExecute" } == true
            }
            #expect(silent?.condition("Ready")?.status == "Unknown")
            #expect(silent?.condition("Ready")?.reason == "NodeStatusUnknown")
            #expect(silent?.condition("Ready")?.message == "Kubelet stopped posting node status.")
            let pod = try await plane.wait(Pod.self, "web") { $0?.isReady == false }
            #expect(pod?.metadata.isBeingDeleted == false)
        }
    }

    @Test func `a node is known as long as its lease is renewed`() async throws {
        try await ControlPlane.run(loops) { plane in
            var namespace = Namespace()
            namespace.metadata.name = "kube-node-lease"
            _ = try await plane.client.create(namespace)
            try await createNode(plane, "one")
            var lease = Lease()
            lease.metadata.namespace = namespace.metadata.name
            lease.metadata.name = "one"
            lease = try await plane.client.create(lease)
            for _ in 0..<5 {
                await plane.advance(.seconds(20))
                let time = plane.cluster.clock.now.rfc3339Micro
                lease.spec.renewTime = time
                lease = try await plane.client.update(lease)
                try await plane.wait(Lease.self, "one", namespace: lease.metadata.namespace) { $0?.spec.renewTime == time }
                #expect(try await plane.client.get(Node.self, ObjectKey(name: "one")).isReady)
            }
            try await plane.wait(Node.self, "one", advancing: .seconds(5)) { $0?.condition("Ready")?.status == "Unknown" }
        }
    }

    @Test func `how long a pod may stay follows from its shortest toleration`() {
        let now = Timestamp(seconds: 1_767_225_600)
        var taint = Taint()
        taint.key = "node.kubernetes.io/unreachable"
        taint.effect = "NoExecute"
        taint.timeAdded = now.rfc3339
        var pod = Pod()
        #expect(TolerationPeriod.due(pod, [taint], now: now) == now)
        var toleration = Toleration()
        toleration.operator = "Exists"
        pod.spec.tolerations = [toleration]
        #expect(TolerationPeriod.due(pod, [taint], now: now) == nil)
        toleration.key = taint.key
        toleration.tolerationSeconds = 300
        pod.spec.tolerations.append(toleration)
        #expect(TolerationPeriod.due(pod, [taint], now: now) == now + .seconds(300))
        #expect(TolerationPeriod.due(pod, [Taint](), now: now) == nil)
    }

    @Test func `taints follow from conditions, and nobody is driven off while no node is ready`() {
        let now = Timestamp(seconds: 1_767_225_600)
        var node = Node()
        var ready = NodeCondition()
        ready.type = "Ready"
        ready.status = "False"
        node.status.conditions = [ready]
        func effects(_ mayEvict: Bool) -> [String] {
            NodeHealth.taints(of: node, mayEvict: mayEvict, now: now).map { "\($0.key.split(separator: "/")[1]):\($0.effect)" }
        }
        #expect(effects(true) == ["not-ready:NoSchedule", "not-ready:NoExecute"])
        #expect(effects(false) == ["not-ready:NoSchedule"])
        node.spec.taints = ViewList(NodeHealth.taints(of: node, mayEvict: true, now: now))
        node.status.conditions[0].status = "True"
        node.spec.unschedulable = true
        #expect(effects(true) == ["unschedulable:NoSchedule"])
    }

    @Test func `the pods of a node that is gone are removed after a while`() async throws {
        try await ControlPlane.run(loops, runsPods: false) { plane in
            try await createNode(plane, "one")
            try await createPod(plane, "web", node: "one")
            try await plane.wait(Pod.self, "web") { $0 != nil }
            try await plane.client.delete(Node.self, ObjectKey(name: "one"))
            try await plane.wait(Node.self, "one") { $0 == nil }
            try await plane.wait(Pod.self, "web", advancing: .seconds(10)) { $0 == nil }
        }
    }
}
