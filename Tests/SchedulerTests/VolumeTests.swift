import Core
import JSON
import KubernetesAPI
import Scheduler
import Testing
import Values

@Suite struct VolumeTests {
    private func claim(_ name: String, _ class: String = "slow", volume: String = "", modes: [Value] = ["ReadWriteOnce"])
        -> PersistentVolumeClaim
    {
        var claim = PersistentVolumeClaim([
            "metadata": ["namespace": "default", "name": .string(name)],
            "spec": [
                "storageClassName": .string(`class`), "accessModes": .array(modes), "resources": ["requests": ["storage": "5Gi"]],
                "volumeName": .string(volume),
            ],
        ])
        if !volume.isEmpty { claim.metadata.annotations = ["pv.kubernetes.io/bind-completed": "yes"] }
        return claim
    }

    private func volume(_ name: String, size: String = "10Gi", on host: String? = nil, labels: [String: String] = [:]) -> PersistentVolume {
        var spec: Object = ["storageClassName": "slow", "accessModes": ["ReadWriteOnce"], "capacity": ["storage": .string(size)]]
        if let host {
            spec["nodeAffinity"] = [
                "required": [
                    "nodeSelectorTerms": [
                        ["matchExpressions": [["key": "kubernetes.io/hostname", "operator": "In", "values": [.string(host)]]]]
                    ]
                ]
            ]
        }
        var volume = PersistentVolume(["metadata": ["name": .string(name)], "spec": .object(spec), "status": ["phase": "Available"]])
        volume.metadata.labels = labels
        return volume
    }

    private func storageClass(_ name: String, provisioner: String, waits: Bool = true) -> StorageClass {
        StorageClass([
            "metadata": ["name": .string(name)], "provisioner": .string(provisioner),
            "volumeBindingMode": waits ? "WaitForFirstConsumer" : "Immediate",
        ])
    }

    private func user(_ name: String, of claims: String...) -> Pod {
        pod(name) { pod in
            pod.spec.volumes = ViewList(
                claims.map { Volume(["name": .string($0), "persistentVolumeClaim": ["claimName": .string($0)]]) })
        }
    }

    private func state(
        claims: [PersistentVolumeClaim] = [], volumes: [PersistentVolume] = [], classes: [StorageClass] = [], nodes: [Node]
    ) -> Decisions {
        var state = Decisions(schedulerName: "default-scheduler")
        var news = Inbox.Contents()
        for node in nodes { news.nodes[node.metadata.name] = .some(node) }
        for claim in claims { news.claims[ObjectKey(namespace: "default", name: claim.metadata.name)] = .some(claim) }
        for volume in volumes { news.volumes[volume.metadata.name] = .some(volume) }
        for item in classes { news.classes[item.metadata.name] = .some(item) }
        state.take(news, now: Timestamp(seconds: 0))
        return state
    }

    private func place(_ pod: Pod, _ state: Decisions) -> Placement {
        Profile.standard.place(state.cluster.cycle(for: PodState(pod)), tieBreaker: { _ in 0 })
    }

    @Test func `a claim that is missing or that nobody has bound keeps its pod waiting, and says so`() {
        let immediate = storageClass("slow", provisioner: "x", waits: false)
        let state = state(claims: [claim("a")], classes: [immediate], nodes: [node("n")])
        #expect(
            place(user("p", of: "a"), state)
                == .none(message: "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."))
        #expect(
            place(user("p", of: "b"), state) == .none(message: "0/1 nodes are available: persistentvolumeclaim \"b\" not found."))
    }

    @Test func `a bound volume draws its pod to the nodes that reach it`() {
        let state = state(
            claims: [claim("a", volume: "v"), claim("b", volume: "gone")], volumes: [volume("v", on: "n2")],
            nodes: [node("n1"), node("n2")])
        #expect(place(user("p", of: "a"), state) == .node("n2"))
        #expect(
            place(user("p", of: "b"), state)
                == .none(
                    message: "0/2 nodes are available: 2 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)."))
    }

    @Test func `a claim that waits gets the smallest volume that will do, and no two pods get the same`() throws {
        var state = state(
            claims: [claim("a"), claim("b")],
            volumes: [volume("large", size: "50Gi", on: "n"), volume("small", on: "n"), volume("tiny", size: "1Gi")],
            classes: [storageClass("slow", provisioner: "kubernetes.io/no-provisioner")], nodes: [node("n"), node("m")])
        #expect(place(user("p", of: "a"), state) == .node("n"))
        let key = ObjectKey(namespace: "default", name: "a")
        #expect(state.assume(PodState(user("p", of: "a")), on: "n") == [.bind(claim: key, volume: "small")])
        let second = state.assume(PodState(user("q", of: "b")), on: "n")
        #expect(second == [.bind(claim: ObjectKey(namespace: "default", name: "b"), volume: "large")])
        #expect(
            place(user("r", of: "a", "b"), state).isNode, "promised volumes stay those of their claims")
    }

    @Test func `a provisioner makes what is missing, on the node that was chosen`() {
        var state = state(claims: [claim("a")], classes: [storageClass("slow", provisioner: "csi.example")], nodes: [node("n")])
        #expect(place(user("p", of: "a"), state) == .node("n"))
        #expect(
            state.assume(PodState(user("p", of: "a")), on: "n") == [.provision(claim: ObjectKey(namespace: "default", name: "a"))])
    }

    @Test func `zones of volumes, disks of one writer and claims of one pod keep pods apart`() {
        let zoned = volume("v", labels: ["topology.kubernetes.io/zone": "east__west"])
        let nodes = [
            node("n1") { $0.metadata.labels["topology.kubernetes.io/zone"] = "north" },
            node("n2") { $0.metadata.labels["topology.kubernetes.io/zone"] = "west" },
        ]
        let one = state(claims: [claim("a", volume: "v")], volumes: [zoned], nodes: nodes)
        #expect(place(user("p", of: "a"), one) == .node("n2"))

        var two = state(claims: [claim("a", volume: "v", modes: ["ReadWriteOncePod"])], volumes: [volume("v")], nodes: [node("n")])
        two.cluster.place(PodState(user("first", of: "a")), on: "n")
        #expect(
            place(user("p", of: "a"), two)
                == .none(
                    message:
                        "0/1 nodes are available: 1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod."
                ))

        func disk(_ name: String, readOnly: Bool) -> Pod {
            pod(name) { $0.spec.volumes = [Volume(["name": "d", "gcePersistentDisk": ["pdName": "disk", "readOnly": .bool(readOnly)]])] }
        }
        var three = state(nodes: [node("n")])
        three.cluster.place(PodState(disk("reader", readOnly: true)), on: "n")
        #expect(place(disk("p", readOnly: true), three) == .node("n"))
        #expect(place(disk("p", readOnly: false), three) == .none(message: "0/1 nodes are available: 1 node(s) had no available disk."))
    }

    @Test func `a node takes no more volumes of a driver than it says`() {
        func csi(_ name: String) -> PersistentVolume {
            var made = volume(name)
            made.raw["spec"]?["csi"] = ["driver": "d", "volumeHandle": .string(name)]
            return made
        }
        var state = state(
            claims: [claim("a", volume: "v1"), claim("b", volume: "v2")], volumes: [csi("v1"), csi("v2")], nodes: [node("n")])
        var news = Inbox.Contents()
        news.drivers["n"] = .some(CSINode(["spec": ["drivers": [["name": "d", "nodeID": "n", "allocatable": ["count": 1]]]]]))
        state.take(news, now: Timestamp(seconds: 0))
        state.cluster.place(PodState(user("first", of: "a")), on: "n")
        #expect(place(user("again", of: "a"), state) == .node("n"), "a volume that is attached already costs nothing")
        #expect(place(user("p", of: "b"), state) == .none(message: "0/1 nodes are available: 1 node(s) exceed max volume count."))
    }
}

extension Placement {
    fileprivate var isNode: Bool { if case .node = self { true } else { false } }
}
