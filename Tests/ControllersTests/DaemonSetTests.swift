import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct DaemonSetTests {
    private let loops = ["daemonset-controller"]

    private func createNodes(_ plane: ControlPlane, _ names: String..., change: (inout Node) -> Void = { _ in }) async throws {
        for name in names {
            var node = Node()
            node.metadata.name = name
            change(&node)
            _ = try await plane.client.create(node)
        }
        // Nodes are created with a taint that only daemons tolerate in part.
        for name in names {
            try await plane.change(Node.self, name) { node in
                node.spec.taints.removeAll { $0.key == "node.kubernetes.io/not-ready" }
            }
        }
    }

    @discardableResult
    private func create(_ plane: ControlPlane, change: (inout DaemonSet) -> Void = { _ in }) async throws -> DaemonSet {
        var set = DaemonSet()
        set.metadata.name = "agent"
        set.metadata.namespace = "default"
        set.spec.selector.matchLabels = ["app": "agent"]
        set.spec.template.metadata.labels = ["app": "agent"]
        var container = Container()
        container.name = "main"
        container.image = "agent:1"
        set.spec.template.spec.containers = [container]
        change(&set)
        return try await plane.client.create(set)
    }

    private func isDone(_ nodes: Int) -> @Sendable (DaemonSet?) -> Bool {
        { set in
            guard let status = set?.status else { return false }
            return status.desiredNumberScheduled == nodes && status.numberAvailable ?? 0 == nodes
                && status.updatedNumberScheduled ?? 0 == nodes && status.observedGeneration == set?.metadata.generation
        }
    }

    private func targets(_ pods: [Pod]) -> [String] {
        pods.compactMap { pod in
            pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0].matchFields[0].values[0]
        }.sorted()
    }

    @Test func `every node that fits gets a pod, also those that come later`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await createNodes(plane, "one", "two") { $0.metadata.labels["disk"] = "ssd" }
            try await createNodes(plane, "three")
            let set = try await create(plane) { $0.spec.template.spec.nodeSelector = ["disk": "ssd"] }
            try await plane.wait(DaemonSet.self, "agent", until: isDone(2))
            var pods = try await plane.pods()
            #expect(targets(pods) == ["one", "two"])
            #expect(pods[0].metadata.controllerReference?.uid == set.metadata.uid)
            #expect(pods[0].metadata.generateName == "agent-")
            #expect(pods[0].spec.tolerations.contains { $0.key == "node.kubernetes.io/unschedulable" && $0.effect == "NoSchedule" })
            try await plane.change(Node.self, "three") { $0.metadata.labels["disk"] = "ssd" }
            try await plane.wait(DaemonSet.self, "agent", until: isDone(3))
            try await plane.change(Node.self, "one") { $0.metadata.labels["disk"] = nil }
            try await plane.wait(DaemonSet.self, "agent", until: isDone(2))
            pods = try await plane.waitForPods { $0.count == 2 }
            #expect(targets(pods) == ["three", "two"])
        }
    }

    @Test func `a taint keeps new pods away, and one that drives off takes them away`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await createNodes(plane, "one", "two")
            try await create(plane)
            try await plane.wait(DaemonSet.self, "agent", until: isDone(2))
            func taint(_ node: String, _ effect: String) async throws {
                try await plane.change(Node.self, node) { $0.spec.raw["taints"] = [["key": "maintenance", "effect": .string(effect)]] }
            }
            try await taint("one", "NoSchedule")
            try await plane.wait(DaemonSet.self, "agent") { $0?.status.numberMisscheduled == 1 && $0?.status.desiredNumberScheduled == 1 }
            #expect(try await plane.pods().count == 2)
            try await taint("one", "NoExecute")
            try await plane.waitForPods { $0.count == 1 }
            try await plane.wait(DaemonSet.self, "agent", until: isDone(1))
        }
    }

    @Test func `an update replaces pods one node at a time, and its history allows an undo`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await createNodes(plane, "one", "two", "three")
            try await create(plane)
            try await plane.wait(DaemonSet.self, "agent", until: isDone(3))
            let bounds = Bounds()
            plane.informers.informer(Pod.self).onChange { _ in
                let pods = plane.informers.informer(Pod.self).list()
                bounds.note(available: pods.count { $0.isReady && $0.isActive }, total: pods.count(where: \.isActive))
            }
            bounds.start()
            try await plane.change(DaemonSet.self, "agent") { $0.spec.template.spec.containers[0].image = "agent:2" }
            try await plane.wait(DaemonSet.self, "agent", until: isDone(3))
            bounds.stop()
            #expect(bounds.fewest == 2)
            #expect(bounds.most == 3)
            let images = Set(try await plane.pods().map { $0.spec.containers[0].image })
            #expect(images == ["agent:2"])
            let revisions = try await plane.client.list(ControllerRevision.self, namespace: "default").items.sorted {
                $0.revision < $1.revision
            }
            #expect(revisions.map(\.revision) == [1, 2])
            // Clients of upstream compare the bytes with those that Go writes of a map.
            let template = try #require(revisions[1].raw[path: "data", "spec", "template"]?.object)
            #expect(Array(template.keys) == ["$patch", "metadata", "spec"])
            let members = Array(try #require(template["spec"]?.object).keys)
            #expect(members == members.sorted())
            let hash = try #require(revisions[1].metadata.labels["controller-revision-hash"])
            #expect(revisions[1].metadata.name == "agent-\(hash)")
            #expect(try await plane.pods().allSatisfy { $0.metadata.labels["controller-revision-hash"] == hash })
        }
    }

    @Test func `with surge a node has its new pod before the old one goes`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await createNodes(plane, "one", "two")
            try await create(plane) {
                $0.spec.raw["updateStrategy"] = ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1, "maxUnavailable": 0]]
            }
            try await plane.wait(DaemonSet.self, "agent", until: isDone(2))
            let bounds = Bounds()
            plane.informers.informer(Pod.self).onChange { _ in
                let pods = plane.informers.informer(Pod.self).list()
                bounds.note(available: pods.count { $0.isReady && $0.isActive }, total: pods.count(where: \.isActive))
            }
            bounds.start()
            try await plane.change(DaemonSet.self, "agent") { $0.spec.template.spec.containers[0].image = "agent:2" }
            try await plane.waitForPods { $0.count == 2 && $0.allSatisfy { $0.spec.containers[0].image == "agent:2" } }
            bounds.stop()
            #expect(bounds.fewest >= 2)
            #expect(bounds.most <= 3)
            try await plane.wait(DaemonSet.self, "agent", until: isDone(2))
        }
    }

    @Test func `a daemon that failed is replaced, at growing intervals`() async throws {
        try await ControlPlane.run(loops) { plane in
            try await createNodes(plane, "one")
            try await create(plane)
            try await plane.wait(DaemonSet.self, "agent", until: isDone(1))
            let first = try await plane.pods()[0]
            try await plane.changeStatus(Pod.self, first.metadata.name) { $0.status.phase = "Failed" }
            let second = try await plane.waitForPods { $0.count == 1 && $0[0].metadata.uid != first.metadata.uid && $0[0].isReady }[0]
            try await plane.changeStatus(Pod.self, second.metadata.name) { $0.status.phase = "Failed" }
            await plane.advance(.seconds(2))
            try await plane.waitForPods { $0.count == 1 && $0[0].metadata.uid != second.metadata.uid }
        }
    }

    // MARK: The plan

    @Test func `pods that are of no use are replaced beyond the limit`() {
        var set = DaemonSet()
        set.metadata.name = "agent"
        set.spec.raw["updateStrategy"] = ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1]]
        func node(_ name: String) -> Node {
            var node = Node()
            node.metadata.name = name
            return node
        }
        func pod(_ node: String, ready: Bool, hash: String) -> Pod {
            var pod = Pod()
            pod.metadata.name = "agent-\(node)"
            pod.metadata.uid = node
            pod.metadata.labels["controller-revision-hash"] = hash
            pod.spec.nodeName = node
            pod.status.phase = "Running"
            pod.status.raw["conditions"] = [["type": "Ready", "status": .string(ready ? "True" : "False")]]
            return pod
        }
        let names = ["a", "b", "c", "d"]
        func deleted(_ pods: [Pod]) -> [String] {
            DaemonPlan(set, hash: "new", nodes: names.map(node), pods: pods, now: Timestamp(seconds: 0)).update.delete.map(\.metadata.uid)
        }
        #expect(deleted(names.map { pod($0, ready: true, hash: "old") }) == ["a"])
        #expect(deleted(names.map { pod($0, ready: $0 < "c", hash: "old") }) == ["c", "d"])
        #expect(deleted(names.map { pod($0, ready: $0 != "a", hash: $0 == "a" ? "new" : "old") }) == [])
        let placed = DaemonPlan(
            set, hash: "new", nodes: [node("a")], pods: [pod("a", ready: true, hash: "new")], now: Timestamp(seconds: 0))
        #expect(placed.placement.isEmpty)
        #expect(placed.status.numberReady == 1)
    }
}
