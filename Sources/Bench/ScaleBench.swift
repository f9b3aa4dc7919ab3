import Client
import Core
import KubernetesAPI
import Logging
import Values

/// Many nodes and pods, and how the API answers meanwhile: by verb, against upstream's service levels.
package struct ScaleBench: Sendable {
    package var pods = 150_000
    package var clients = 16
    package var namespaces = 50

    package init() {}

    package func run(_ cluster: BenchCluster, nodes: Int, logger: Logger, say: @escaping @Sendable (String) -> Void) async throws
        -> BenchResult
    {
        let (client, total, spaces) = (cluster.client, pods, max(1, namespaces))
        for number in 0..<spaces { try await cluster.makeNamespace("bench-scale-\(number)") }
        let watched = PodWatch(client: client, namespace: "", logger: logger)
        let watching = Task { await watched.run() }
        defer { watching.cancel() }
        try await watched.waitUntilSynced()
        let probing = Task { try await Self.probe(client, namespace: "bench-scale-0") }
        let begin = ContinuousClock.now
        try await concurrently(total, limit: clients) { number in
            try await watched.wait { $0.asked - $0.running < 2000 }
            let name = "s-\(number)"
            watched.asked(name)
            _ = try await client.create(BenchObjects.pod(name, in: "bench-scale-\(number % spaces)"))
            if number % 10_000 == 9_999 { say("\(number + 1) pods") }
        }
        try await watched.wait { $0.running >= total }
        let elapsed = ContinuousClock.now - begin
        probing.cancel()
        let answers = try await probing.value
        var (bind, start) = (Latencies(), Latencies())
        for times in watched.times {
            if let asked = times.asked, let running = times.running { start.add(running - asked) }
            if let made = times.created, let bound = times.bound { bind.add(max(.zero, bound - made)) }
        }
        let list = ContinuousClock.now
        let listed = try await client.list(Pod.self).items.count
        let listTime = ContinuousClock.now - list
        var result = BenchResult("scale")
        result.set("nodes", nodes)
        result.set("pods", total)
        result.add("podsPerSecond", Double(total) / elapsed.seconds, "pods/s")
        result.add("createdToBound", bind)
        result.add("createdToRunning", start)
        result.plot("running", "pods/s", watched.times.compactMap(\.running), since: begin)
        for (verb, latencies) in answers.sorted(by: { $0.key < $1.key }) { result.add(verb, latencies) }
        result.add("listOfAll", listTime.seconds, "s")
        result.add("listed", Double(listed))
        if let footprint = cluster.footprint {
            result.add("serverMemory", footprint.megabytes, "MiB")
            result.add("serverThreads", Double(footprint.threads))
            result.add("serverDescriptors", Double(footprint.descriptors))
        }
        return result
    }

    /// How long single requests of each verb take while everything else goes on, ten a second.
    static func probe(_ client: Client, namespace: String) async throws -> [String: Latencies] {
        var answers: [String: Latencies] = [:]
        func timed<T>(_ verb: String, _ body: () async throws -> T) async throws -> T {
            let begin = ContinuousClock.now
            let value = try await body()
            answers[verb, default: Latencies()].add(ContinuousClock.now - begin)
            return value
        }
        var number = 0
        do {
            while !Task.isCancelled {
                number += 1
                var map = ConfigMap()
                map.metadata.namespace = namespace
                map.metadata.name = "probe-\(number)"
                map.data = ["k": "v"]
                let made = try await timed("post") { [map] in try await client.create(map) }
                _ = try await timed("get") { try await client.get(ConfigMap.self, made.key) }
                _ = try await timed("patch") { try await client.patch(ConfigMap.self, made.key, .merge, ["data": ["k": "w"]]) }
                _ = try await timed("list") { try await client.list(ConfigMap.self, namespace: namespace) }
                try await timed("delete") { try await client.delete(ConfigMap.self, made.key) }
                try await Task.sleep(for: .milliseconds(100))
            }
        } catch {
            if !Task.isCancelled { throw error }
        }
        return answers
    }
}
