import Client
import Core
import KubernetesAPI
import Logging
import Values

/// Workloads after scheduler_perf's: nodes that are objects only, pods that were there before, and pods whose binding is measured.
package struct SchedulerBench: Sendable {
    /// A workload: how many nodes and pods, and what the pods ask for.
    package struct Workload: Sendable {
        package let name: String
        package let nodes: Int
        package let before: Int
        package let measured: Int
        /// Whether the pods from before find a place at all.
        var areBoundBefore = true
        var labelsNode: @Sendable (Int) -> [String: String] = { _ in [:] }
        var makeBefore: @Sendable (inout Pod) -> Void = { _ in }
        var make: @Sendable (inout Pod) -> Void = { _ in }
        /// Whether each pod is for one node, in turn, as those of a DaemonSet are.
        var namesNodes = false
    }

    package static let workloads: [Workload] = [
        Workload(name: "basic", nodes: 5000, before: 1000, measured: 10_000),
        Workload(name: "large", nodes: 5000, before: 1000, measured: 50_000),
        Workload(
            name: "affinity", nodes: 5000, before: 5000, measured: 5000, labelsNode: { _ in ["topology.kubernetes.io/zone": "z1"] },
            makeBefore: { affine("blue", "podAffinity", "topology.kubernetes.io/zone", &$0) },
            make: { affine("blue", "podAffinity", "topology.kubernetes.io/zone", &$0) }),
        Workload(
            name: "anti-affinity", nodes: 5000, before: 1000, measured: 2000,
            makeBefore: { affine("green", "podAntiAffinity", "kubernetes.io/hostname", &$0) },
            make: { affine("green", "podAntiAffinity", "kubernetes.io/hostname", &$0) }),
        Workload(
            name: "spreading", nodes: 5000, before: 5000, measured: 5000,
            labelsNode: { ["topology.kubernetes.io/zone": "moon-\($0 % 3 + 1)"] }, make: { spread(&$0) }),
        Workload(
            name: "preemption", nodes: 500, before: 2000, measured: 500,
            makeBefore: { $0.raw["spec"]?["containers"] = cpu("900m") },
            make: {
                $0.raw["spec"]?["containers"] = cpu("3")
                $0.raw["spec"]?["priorityClassName"] = "bench-high"
            }),
        Workload(
            name: "gated", nodes: 1000, before: 10_000, measured: 10_000, areBoundBefore: false,
            makeBefore: { $0.raw["spec"]?["schedulingGates"] = [["name": "bench/gate"]] }),
        Workload(
            name: "unschedulable", nodes: 5000, before: 200, measured: 10_000, areBoundBefore: false,
            makeBefore: { $0.raw["spec"]?["containers"] = cpu("1000") }),
        Workload(name: "daemonset", nodes: 15_000, before: 0, measured: 30_000, namesNodes: true),
    ]

    private static func cpu(_ amount: String) -> Value { BenchObjects.spec(cpu: amount)["containers"] ?? [] }

    private static func name(_ node: Int, _ pod: inout Pod) {
        let term: Value = ["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(nodeName(node))]]]]
        pod.raw["spec"]?["affinity"] = [
            "nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": [term]]]
        ]
    }

    private static func affine(_ color: String, _ kind: String, _ key: String, _ pod: inout Pod) {
        pod.metadata.labels = ["color": color]
        pod.raw["spec"]?["affinity"] = [
            kind: [
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    ["labelSelector": ["matchLabels": ["color": .string(color)]], "topologyKey": .string(key)]
                ]
            ]
        ]
    }

    private static func spread(_ pod: inout Pod) {
        pod.metadata.labels = ["color": "blue"]
        pod.raw["spec"]?["topologySpreadConstraints"] = [
            [
                "maxSkew": 5, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": ["matchLabels": ["color": "blue"]],
            ]
        ]
    }

    package var workload: Workload
    package var clients = 16
    /// In place of the workload's own numbers, when above 0.
    package var nodes = 0
    package var before = -1
    package var measured = 0

    package init(_ workload: Workload) { self.workload = workload }

    package func run(_ cluster: BenchCluster, logger: Logger, say: (String) -> Void) async throws -> BenchResult {
        let nodeCount = nodes > 0 ? nodes : workload.nodes
        let beforeCount = before >= 0 ? before : workload.before
        let count = measured > 0 ? measured : workload.measured
        let (client, workload) = (cluster.client, workload)
        say("\(workload.name): making \(nodeCount) nodes and \(beforeCount) pods")
        try await makePriority(client)
        try await concurrently(nodeCount, limit: clients) { number in
            let node = try await client.create(Self.node(number, labels: workload.labelsNode(number)))
            // New nodes are tainted until the node lifecycle controller finds them ready; it does not run here.
            _ = try await client.patch(Node.self, node.key, .merge, ["spec": ["taints": .null]])
        }
        let (earlier, measured) = ("bench-before", "bench-measured")
        for name in [earlier, measured] { try await cluster.makeNamespace(name) }
        let beforePods = PodWatch(client: client, namespace: earlier, logger: logger)
        let pods = PodWatch(client: client, namespace: measured, logger: logger)
        let watching = [Task { await beforePods.run() }, Task { await pods.run() }]
        defer { for task in watching { task.cancel() } }
        try await beforePods.waitUntilSynced()
        try await pods.waitUntilSynced()
        try await concurrently(beforeCount, limit: clients) { number in
            _ = try await client.create(BenchObjects.pod("b-\(number)", in: earlier, cpu: "100m", workload.makeBefore))
        }
        let areBound = workload.areBoundBefore
        try await beforePods.wait { (areBound ? $0.bound : $0.seen) >= beforeCount }
        say("\(workload.name): scheduling \(count) pods")
        let begin = ContinuousClock.now
        try await concurrently(count, limit: clients) { number in
            let name = "m-\(number)"
            pods.asked(name)
            var pod = BenchObjects.pod(name, in: measured, cpu: "100m", workload.make)
            if workload.namesNodes { Self.name(number % nodeCount, &pod) }
            _ = try await client.create(pod)
        }
        let created = ContinuousClock.now - begin
        try await pods.wait { $0.bound >= count }
        let elapsed = ContinuousClock.now - begin
        var latencies = Latencies()
        for times in pods.times {
            if let made = times.created, let bound = times.bound { latencies.add(max(.zero, bound - made)) }
        }
        var result = BenchResult("scheduler/\(workload.name)")
        result.set("nodes", nodeCount)
        result.set("before", beforeCount)
        result.set("pods", count)
        result.add("podsPerSecond", Double(count) / elapsed.seconds, "pods/s")
        result.add("createdPerSecond", Double(count) / created.seconds, "pods/s")
        result.add("createdToBound", latencies)
        result.plot("bound", "pods/s", pods.times.compactMap(\.bound), since: begin)
        if let footprint = cluster.footprint { result.add("serverMemory", footprint.megabytes, "MiB") }
        return result
    }

    private func makePriority(_ client: Client) async throws {
        var priority = PriorityClass()
        priority.metadata.name = "bench-high"
        priority.value = 1000
        do { _ = try await client.create(priority) } catch let error as APIError where error.reason == .alreadyExists {}
    }

    private static func nodeName(_ number: Int) -> String { "bench-node-\(number)" }

    private static func node(_ number: Int, labels: [String: String]) -> Node {
        let name = nodeName(number)
        var node = Node()
        node.metadata.name = name
        node.metadata.labels = ["kubernetes.io/hostname": name].merging(labels) { $1 }
        let amounts: Value = ["cpu": "4", "memory": "32Gi", "pods": "110"]
        node.raw["status"] = [
            "capacity": amounts, "allocatable": amounts,
            "conditions": [["type": "Ready", "status": "True", "reason": "KubeletReady", "message": "bench"]],
        ]
        return node
    }
}
