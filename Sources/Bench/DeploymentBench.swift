import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Values

/// What the control loops take for: one large Deployment up, rolled and down; many small ones at once; many Jobs.
package struct DeploymentBench: Sendable {
    package var replicas = 1000
    package var deployments = 1000
    package var jobs = 10_000
    package var clients = 16

    package init() {}

    package func run(_ cluster: BenchCluster, logger: Logger, say: (String) -> Void) async throws -> BenchResult {
        let namespace = "bench-deployment"
        try await cluster.makeNamespace(namespace)
        let client = cluster.client
        let informers = InformerSet(client: client, clock: SystemClock(), logger: logger)
        let (sets, work) = (informers.informer(Deployment.self), informers.informer(Job.self))
        let pods = PodWatch(client: client, namespace: namespace, logger: logger)
        let running = [Task { await informers.run() }, Task { await pods.run() }]
        defer { for task in running { task.cancel() } }
        try await informers.waitUntilSynced()
        try await pods.waitUntilSynced()
        var result = BenchResult("deployment")
        result.set("replicas", replicas)
        result.set("deployments", deployments)
        result.set("jobs", jobs)
        let (replicas, count, jobs) = (replicas, deployments, jobs)

        func timed(_ name: String, _ body: () async throws -> Void) async throws {
            say(name)
            let begin = ContinuousClock.now
            try await body()
            result.add(name, (ContinuousClock.now - begin).seconds, "s")
        }
        let one = ObjectKey(namespace: namespace, name: "one")
        @Sendable func isWhole(_ value: Value?, _ replicas: Int) -> Bool {
            guard let value else { return false }
            let deployment = Deployment(value)
            return (deployment.status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
                && deployment.status.updatedReplicas == replicas && deployment.status.replicas == replicas
                && deployment.status.availableReplicas == replicas
        }
        let before = pods.counts.seen
        let begin = ContinuousClock.now
        try await timed("upAvailable") {
            _ = try await client.create(BenchObjects.deployment("one", in: namespace, replicas: replicas))
            try await pods.wait { $0.seen - before >= replicas }
            let created = ContinuousClock.now - begin
            try await sets.base.waitFor(one) { isWhole($0, replicas) }
            result.add("upCreated", created.seconds, "s")
        }
        try await timed("rollingUpdate") {
            let patched = try await client.patch(
                Deployment.self, one, .merge, ["spec": ["template": ["metadata": ["annotations": ["bench": "2"]]]]])
            let generation = patched.metadata.generation ?? 0
            try await sets.base.waitFor(one) { value in
                isWhole(value, replicas) && (value.map { Deployment($0).status.observedGeneration ?? 0 } ?? 0) >= generation
            }
        }
        try await timed("down") {
            _ = try await client.patch(Deployment.self, one, .merge, ["spec": ["replicas": 0]])
            try await pods.wait { $0.present == 0 }
        }
        try await timed("manyAvailable") {
            try await concurrently(count, limit: clients) { number in
                _ = try await client.create(BenchObjects.deployment("d-\(number)", in: namespace, replicas: 1))
            }
            for number in 0..<count {
                try await sets.base.waitFor(ObjectKey(namespace: namespace, name: "d-\(number)")) { isWhole($0, 1) }
            }
        }
        try await timed("manyGone") {
            try await client.deleteCollection(Deployment.descriptor.gvr, namespace: namespace)
            try await pods.wait { $0.present == 0 }
        }
        try await timed("jobsComplete") {
            try await concurrently(jobs, limit: clients) { number in
                _ = try await client.create(BenchObjects.job("j-\(number)", in: namespace))
            }
            for number in 0..<jobs {
                try await work.base.waitFor(ObjectKey(namespace: namespace, name: "j-\(number)")) { value in
                    value.map { Job($0).status.succeeded == 1 } ?? false
                }
            }
        }
        result.plot("created", "pods/s", pods.times.compactMap(\.created), since: begin)
        result.plot("running", "pods/s", pods.times.compactMap(\.running), since: begin)
        if let footprint = cluster.footprint { result.add("serverMemory", footprint.megabytes, "MiB") }
        return result
    }
}
