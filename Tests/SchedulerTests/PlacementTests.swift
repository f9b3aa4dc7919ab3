import Core
import KubernetesAPI
import Testing
import Values

import Scheduler

@Suite("Placing one pod")
struct PlacementTests {
    /// Where the pod goes among these nodes and pods; of equals the first.
    private func place(_ pod: Pod, nodes: [Node], running: [Pod] = []) -> Placement {
        var cluster = SchedulerCache()
        for node in nodes { _ = cluster.put(node) }
        for other in running { cluster.place(PodState(other), on: other.spec.nodeName) }
        return Profile.standard.place(cluster.cycle(for: PodState(pod)), tieBreaker: { _ in 0 })
    }

    @Test("without nodes the message says so")
    func noNodes() {
        #expect(place(pod("p"), nodes: []) == .none(message: "no nodes available to schedule pods"))
    }

    @Test("a pod goes where it fits, and every reason is counted")
    func fits() {
        let nodes = [node("small", cpu: "1"), node("tight", cpu: "1", memory: "1Gi"), node("large", cpu: "16")]
        #expect(place(pod("p", cpu: "2"), nodes: nodes) == .node("large"))
        #expect(
            place(pod("p", cpu: "2", memory: "2Gi"), nodes: Array(nodes.prefix(2)))
                == .none(message: "0/2 nodes are available: 1 Insufficient memory, 2 Insufficient cpu."))
    }

    @Test("a pod that is being resized counts with the most of what it wants, was granted and has")
    func resized() {
        func running(_ wanted: String, granted: String, actual: String, infeasible: Bool = false) -> Pod {
            pod("r", cpu: wanted, on: "n") { pod in
                pod.status.containerStatuses = [
                    ContainerStatus([
                        "name": "c", "allocatedResources": ["cpu": .string(granted)], "resources": ["requests": ["cpu": .string(actual)]],
                    ])
                ]
                if infeasible {
                    pod.status.conditions = [PodCondition(["type": "PodResizePending", "status": "True", "reason": "Infeasible"])]
                }
            }
        }
        for (other, fits) in [
            (running("1", granted: "1", actual: "1"), true), (running("3", granted: "1", actual: "1"), false),
            (running("1", granted: "1", actual: "3"), false), (running("1", granted: "3", actual: "1"), false),
            (running("3", granted: "1", actual: "1", infeasible: true), true),
        ] {
            let placement = place(pod("p", cpu: "2"), nodes: [node("n", cpu: "4")], running: [other])
            #expect((placement == .node("n")) == fits)
        }
    }

    @Test("running pods take their share, also through init containers and sidecars")
    func takenShare() {
        let running = pod("r", cpu: "1", on: "n") { pod in
            var initial = Container()
            initial.name = "init"
            var resources = ResourceRequirements()
            resources.requests = ["cpu": "3"]
            initial.resources = resources
            pod.spec.initContainers = [initial]
        }
        #expect(place(pod("p", cpu: "1"), nodes: [node("n")], running: [running]) == .node("n"))
        #expect(
            place(pod("p", cpu: "1500m"), nodes: [node("n")], running: [running])
                == .none(message: "0/1 nodes are available: 1 Insufficient cpu."))
    }

    @Test("a full node takes no more pods")
    func podSlots() {
        #expect(
            place(pod("p"), nodes: [node("n", pods: "1")], running: [pod("r", on: "n")])
                == .none(message: "0/1 nodes are available: 1 Too many pods."))
    }

    @Test("taints keep pods away that do not tolerate them, cordons all but those that tolerate theirs")
    func taints() {
        let tainted = node("t") { $0.spec.taints = [Taint(["key": "gpu", "value": "yes", "effect": "NoSchedule"])] }
        let cordoned = node("c") { $0.spec.unschedulable = true }
        #expect(
            place(pod("p"), nodes: [tainted, cordoned])
                == .none(message: "0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable."))
        let toleration = Toleration(["key": "gpu", "operator": "Equal", "value": "yes", "effect": "NoSchedule"])
        let tolerant = pod("p") { $0.spec.tolerations = [toleration] }
        #expect(place(tolerant, nodes: [tainted, cordoned]) == .node("t"))
        let daemon = pod("p") { $0.spec.tolerations = [Toleration(["operator": "Exists"])] }
        #expect(place(daemon, nodes: [cordoned]) == .node("c"))
    }

    @Test("node selectors and required affinity choose, preferred affinity leans")
    func nodeAffinity() throws {
        let nodes = [
            node("a") { $0.metadata.labels["disk"] = "hdd" }, node("b") { $0.metadata.labels["disk"] = "ssd" },
            node("c") {
                $0.metadata.labels["disk"] = "ssd"
                $0.metadata.labels["cores"] = "8"
            },
        ]
        #expect(place(pod("p") { $0.spec.nodeSelector = ["disk": "hdd"] }, nodes: nodes) == .node("a"))
        let required: Affinity = try parsed(
            """
            {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                {"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["4"]}]}]}}}
            """)
        #expect(place(pod("p") { $0.spec.affinity = required }, nodes: nodes) == .node("c"))
        let preferred: Affinity = try parsed(
            """
            {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 10, "preference": {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}}]}}
            """)
        #expect(place(pod("p") { $0.spec.affinity = preferred }, nodes: nodes) == .node("b"))
        #expect(
            place(pod("p") { $0.spec.nodeSelector = ["disk": "tape"] }, nodes: nodes)
                == .none(message: "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."))
    }

    @Test("of nodes named by the required affinity only those are looked at, and the rest is said to be ruled out by it")
    func namedNodes() throws {
        func terms(_ names: String...) throws -> Affinity {
            let fields = names.map { "{\"key\": \"metadata.name\", \"operator\": \"In\", \"values\": [\"\($0)\"]}" }.joined(separator: ",")
            return try parsed(
                """
                {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": [\(fields)]}]}}}
                """)
        }
        let nodes = [node("a"), node("b", cpu: "1"), node("c") { $0.spec.unschedulable = true }]
        let one = try terms("b")
        #expect(place(pod("p") { $0.spec.affinity = one }, nodes: nodes) == .node("b"))
        #expect(
            place(pod("p", cpu: "2") { $0.spec.affinity = one }, nodes: nodes)
                == .none(message: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]."))
        let both = try terms("a", "b")
        #expect(
            place(pod("p") { $0.spec.affinity = both }, nodes: nodes)
                == .none(message: "0/3 nodes are available: pod affinity terms conflict."))
    }

    @Test("host ports are taken once a node, address by address")
    func hostPorts() {
        func withPort(_ name: String, _ address: String, on node: String = "") -> Pod {
            pod(name, on: node) {
                var port = ContainerPort()
                port.hostPort = 80
                port.containerPort = 80
                port.hostIP = address
                $0.spec.containers[0].ports = [port]
            }
        }
        let message = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."
        #expect(place(withPort("p", ""), nodes: [node("n")], running: [withPort("r", "127.0.0.1", on: "n")]) == .none(message: message))
        #expect(place(withPort("p", "127.0.0.2"), nodes: [node("n")], running: [withPort("r", "127.0.0.1", on: "n")]) == .node("n"))
    }

    @Test("the emptier node wins")
    func leastAllocated() {
        let running = pod("r", cpu: "2", memory: "4Gi", on: "a")
        #expect(place(pod("p", cpu: "1", memory: "2Gi"), nodes: [node("a"), node("b")], running: [running]) == .node("b"))
    }

    @Test("a node that holds the image wins over an equal one")
    func imageLocality() {
        let holder = node("b") {
            $0.status.images = [ContainerImage(["names": ["registry.example/app:1"], "sizeBytes": 900_000_000])]
        }
        #expect(place(pod("p"), nodes: [node("a"), holder]) == .node("b"))
    }

    @Test("hard spreading keeps the skew, counting only matching pods of the namespace")
    func spreading() throws {
        let constraint: TopologySpreadConstraint = try parsed(
            """
            {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "w"}}}
            """)
        func worker(_ name: String, on node: String = "") -> Pod {
            pod(name, on: node) {
                $0.metadata.labels = ["app": "w"]
                $0.spec.topologySpreadConstraints = [constraint]
            }
        }
        let nodes = ["a", "b"].map { zone in node(zone) { $0.metadata.labels["zone"] = zone } } + [node("outside")]
        #expect(place(worker("p"), nodes: nodes, running: [worker("r", on: "a")]) == .node("b"))
        let crowded = [worker("r1", on: "a"), worker("r2", on: "b"), worker("r3", on: "b")]
        #expect(place(worker("p"), nodes: [nodes[1], nodes[0]], running: crowded) == .node("a"))
        let reason = "node(s) didn't match pod topology spread constraints (missing required label)"
        #expect(place(worker("p"), nodes: [nodes[2]]) == .none(message: "0/1 nodes are available: 1 \(reason)."))
    }

    @Test("siblings of one controller are spread over hosts by default")
    func defaultSpreading() {
        func sibling(_ name: String, on node: String = "") -> Pod {
            pod(name, on: node) {
                $0.metadata.labels = ["app": "w"]
                $0.metadata.ownerReferences = [OwnerReference(["kind": "ReplicaSet", "name": "w", "uid": "u", "controller": true])]
            }
        }
        var cluster = SchedulerCache()
        for name in ["a", "b"] { _ = cluster.put(node(name)) }
        cluster.place(PodState(sibling("r")), on: "a")
        cluster.siblings.put(
            SiblingSelectors.Owner(kind: "ReplicaSet", key: ObjectKey(namespace: "default", name: "w")),
            CompiledSelector(requirements: [.isIn("app", ["w"])]))
        #expect(Profile.standard.place(cluster.cycle(for: PodState(sibling("p"))), tieBreaker: { _ in 0 }) == .node("b"))
    }

    @Test("pod affinity follows, anti-affinity repels in both directions, the first of a group may start anywhere")
    func podAffinity() throws {
        let towards: Affinity = try parsed(
            """
            {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}]}}
            """)
        let away: Affinity = try parsed(
            """
            {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}]}}
            """)
        let database = pod("db", on: "b") { $0.metadata.labels = ["app": "db"] }
        let nodes = [node("a"), node("b")]
        #expect(place(pod("p") { $0.spec.affinity = towards }, nodes: nodes, running: [database]) == .node("b"))
        #expect(place(pod("p") { $0.spec.affinity = away }, nodes: nodes, running: [database]) == .node("a"))
        #expect(
            place(pod("p") { $0.spec.affinity = towards }, nodes: nodes)
                == .none(message: "0/2 nodes are available: 2 node(s) didn't match pod affinity rules."))
        let first = pod("p") {
            $0.metadata.labels = ["app": "db"]
            $0.spec.affinity = towards
        }
        #expect(place(first, nodes: nodes) == .node("a"))
        let loner = pod("loner", on: "a") { $0.spec.affinity = away }
        let newcomer = pod("p") { $0.metadata.labels = ["app": "db"] }
        #expect(place(newcomer, nodes: nodes, running: [loner]) == .node("b"))
        #expect(
            place(newcomer, nodes: [nodes[0]], running: [loner])
                == .none(message: "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules."))
    }

    @Test func `a pod that needs what not every node can do goes where it is declared`() {
        var cluster = SchedulerCache()
        for name in ["plain", "able"] {
            _ = cluster.put(node(name) { if name == "able" { $0.status.declaredFeatures = ["RestartAllContainersOnContainerExits"] } })
        }
        let needy = pod("p") { pod in
            pod.raw["spec"]?["containers"] = [
                ["name": "c", "image": "i", "restartPolicyRules": [["action": "RestartAllContainers"]]]
            ]
        }
        let cycle = cluster.cycle(for: PodState(needy))
        #expect(Profile.standard.place(cycle, tieBreaker: { _ in 0 }) == .node("able"))
        #expect(
            Profile.standard.select(cycle, nominated: NominatedPods()).diagnosis.reasons == [
                "node(s) didn't match Pod's required features": 1
            ])
    }
}
