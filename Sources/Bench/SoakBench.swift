import Client
import Core
import KubernetesAPI
import Logging
import Reconcile

/// Hours of the same work: memory and descriptors must stay as they are.
package struct SoakBench: Sendable {
    package var duration = Duration.seconds(30 * 60)
    package var replicas = 100
    package var interval = Duration.seconds(10)

    package init() {}

    package func run(_ cluster: BenchCluster, logger: Logger, say: @escaping @Sendable (String) -> Void) async throws -> BenchResult {
        guard cluster.server != nil else { throw BenchError("soak measures a server of its own: leave --kubeconfig out") }
        let namespace = "bench-soak"
        try await cluster.makeNamespace(namespace)
        let (client, replicas, end) = (cluster.client, replicas, ContinuousClock.now + duration)
        let informers = InformerSet(client: client, clock: SystemClock(), logger: logger)
        let sets = informers.informer(Deployment.self)
        let pods = PodWatch(client: client, namespace: namespace, logger: logger)
        let running = [Task { await informers.run() }, Task { await pods.run() }]
        defer { for task in running { task.cancel() } }
        try await informers.waitUntilSynced()
        try await pods.waitUntilSynced()
        let interval = interval
        let sampling = Task {
            var samples: [(megabytes: Double, threads: Int, descriptors: Int)] = []
            while !Task.isCancelled {
                do { try await Task.sleep(for: interval) } catch { break }
                guard let footprint = cluster.footprint else { continue }
                samples.append(footprint)
                say("\(Int(footprint.megabytes)) MiB, \(footprint.threads) threads, \(footprint.descriptors) descriptors")
            }
            return samples
        }
        var rounds = 0
        while ContinuousClock.now < end {
            let key = ObjectKey(namespace: namespace, name: "d-\(rounds % 10)")
            _ = try await client.create(BenchObjects.deployment(key.name, in: namespace, replicas: replicas))
            try await sets.base.waitFor(key) { value in value.map { Deployment($0).status.availableReplicas == replicas } ?? false }
            try await client.delete(Deployment.self, key)
            try await pods.wait { $0.present == 0 }
            rounds += 1
        }
        sampling.cancel()
        let samples = await sampling.value
        var result = BenchResult("soak")
        result.set("seconds", duration.components.seconds)
        result.set("replicas", replicas)
        result.add("rounds", Double(rounds))
        let step = interval.seconds
        result.plot("memory", "MiB", samples.enumerated().map { (Double($0.offset + 1) * step, $0.element.megabytes) })
        result.plot("descriptors", "number", samples.enumerated().map { (Double($0.offset + 1) * step, Double($0.element.descriptors)) })
        result.plot("threads", "number", samples.enumerated().map { (Double($0.offset + 1) * step, Double($0.element.threads)) })
        // The first quarter warms up; the second and the last are compared.
        let quarter = samples.count / 4
        guard quarter > 0 else { throw BenchError("the soak was too short to tell anything: \(samples.count) samples") }
        func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(values.count) }
        let (early, late) = (samples[quarter..<(2 * quarter)], samples.suffix(quarter))
        result.add("memoryEarly", mean(early.map(\.megabytes)), "MiB")
        result.add("memoryLate", mean(late.map(\.megabytes)), "MiB")
        result.add("memoryGrowth", (mean(late.map(\.megabytes)) / mean(early.map(\.megabytes)) - 1) * 100, "%")
        result.add("descriptorsEarly", mean(early.map { Double($0.descriptors) }))
        result.add("descriptorsLate", mean(late.map { Double($0.descriptors) }))
        result.add("threadsEarly", mean(early.map { Double($0.threads) }))
        result.add("threadsLate", mean(late.map { Double($0.threads) }))
        return result
    }
}
