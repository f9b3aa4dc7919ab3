import Client
import Core
import KubernetesAPI
import Logging
import Values

/// Pods created, bound and reported Running by simulated nodes, sustained: clients keep a number of pods under way for a while.
package struct PodsBench: Sendable {
    package var duration = Duration.seconds(60)
    package var clients = 16
    /// How many pods may be on their way to Running at once.
    package var window = 2000
    /// No more than this many in all: what the nodes take.
    package var limit = Int.max

    package init() {}

    package func run(_ cluster: BenchCluster, logger: Logger) async throws -> BenchResult {
        let namespace = "bench-pods"
        try await cluster.makeNamespace(namespace)
        let pods = PodWatch(client: cluster.client, namespace: namespace, logger: logger)
        let watching = Task { await pods.run() }
        defer { watching.cancel() }
        try await pods.waitUntilSynced()
        let begin = ContinuousClock.now
        let end = begin + duration
        let (clients, window, limit) = (clients, window, limit)
        let client = cluster.client
        var unread = Client.Options()
        unread.members = "kind"
        let options = unread
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<clients {
                group.addTask {
                    var made = 0
                    while ContinuousClock.now < end {
                        try await pods.wait { $0.asked - $0.running < window }
                        guard ContinuousClock.now < end, pods.counts.asked < limit else { return }
                        let name = "p-\(number)-\(made)"
                        made += 1
                        pods.asked(name)
                        _ = try await client.create(BenchObjects.pod(name, in: namespace), options: options)
                    }
                }
            }
            // Whoever waits for the window at the end is let go.
            try await group.waitForAll()
        }
        let inTime = pods.counts
        let elapsed = min(ContinuousClock.now, end) - begin
        let settling = Task { try await pods.wait { $0.running >= $0.asked } }
        let patience = Task {
            do { try await Task.sleep(for: .seconds(60)) } catch { return }
            settling.cancel()
        }
        _ = await settling.result  // Those that never run are missing from the figures.
        patience.cancel()
        let whole = ContinuousClock.now - begin
        var (create, bind, start, all) = (Latencies(), Latencies(), Latencies(), Latencies())
        for times in pods.times {
            guard let asked = times.asked, let created = times.created else { continue }
            create.add(created - asked)
            guard let bound = times.bound else { continue }
            bind.add(max(.zero, bound - created))
            guard let running = times.running else { continue }
            start.add(max(.zero, running - bound))
            all.add(running - asked)
        }
        var result = BenchResult("pods")
        result.set("seconds", duration.components.seconds)
        result.set("clients", clients)
        result.set("window", window)
        result.add("podsPerSecond", Double(inTime.running) / elapsed.seconds, "pods/s")
        result.add("podsPerSecondToTheLast", Double(pods.counts.running) / whole.seconds, "pods/s")
        result.add("created", Double(pods.counts.seen))
        result.add("running", Double(pods.counts.running))
        result.add("create", create)
        result.add("bind", bind)
        result.add("start", start)
        result.add("createdToRunning", all)
        result.plot("created", "pods/s", pods.times.compactMap(\.created), since: begin)
        result.plot("running", "pods/s", pods.times.compactMap(\.running), since: begin)
        if let footprint = cluster.footprint { result.add("serverMemory", footprint.megabytes, "MiB") }
        return result
    }
}

/// The objects that measurements make.
enum BenchObjects {
    static func pod(_ name: String, in namespace: String, cpu: String = "10m", _ change: (inout Pod) -> Void = { _ in }) -> Pod {
        var pod = Pod()
        pod.metadata.namespace = namespace
        pod.metadata.name = name
        pod.raw["spec"] = spec(cpu: cpu)
        change(&pod)
        return pod
    }

    static func spec(cpu: String) -> Value {
        [
            "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
            "containers": [
                [
                    "name": "c", "image": "registry.example/pause:1",
                    "resources": ["requests": ["cpu": .string(cpu), "memory": "10Mi"]],
                ]
            ],
        ]
    }

    static func deployment(_ name: String, in namespace: String, replicas: Int) -> Deployment {
        var deployment = Deployment()
        deployment.metadata.namespace = namespace
        deployment.metadata.name = name
        deployment.raw["spec"] = [
            "replicas": .int(Int64(replicas)), "selector": ["matchLabels": ["app": .string(name)]],
            "template": ["metadata": ["labels": ["app": .string(name)]], "spec": spec(cpu: "10m")],
        ]
        return deployment
    }

    static func job(_ name: String, in namespace: String) -> Job {
        var spec = spec(cpu: "10m")
        spec["restartPolicy"] = "Never"
        var job = Job()
        job.metadata.namespace = namespace
        job.metadata.name = name
        job.raw["spec"] = ["template": ["spec": spec]]
        return job
    }
}
