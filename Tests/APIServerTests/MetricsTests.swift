import APIServer
import Client
import Core
import HTTPTransport
import KubernetesAPI
import Logging
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite struct MetricsTests {
    private static let start = Timestamp(seconds: 1_767_225_600)

    private func exposition(seconds: Int64, node: Double, main: Double, memory: Int64 = 2_097_152) -> String {
        let time = (Self.start.seconds + seconds) * 1000
        return """
            # HELP node_cpu_usage_seconds_total whatever
            # TYPE node_cpu_usage_seconds_total counter
            node_cpu_usage_seconds_total \(node) \(time)
            node_memory_working_set_bytes 1.073741824e+09 \(time)
            container_cpu_usage_seconds_total{container="main",namespace="default",pod="web"} \(main) \(time)
            container_memory_working_set_bytes{container="main",namespace="default",pod="web"} \(memory) \(time)
            container_start_time_seconds{container="main",namespace="default",pod="web"} \(Self.start.seconds) \(time)
            container_cpu_usage_seconds_total{container="half",namespace="default",pod="other"} 1
            something_else{a="b\\"c,d",e="}"} NaN
            nonsense

            """
    }

    private func sample(seconds: Int64, node: Double, main: Double) throws -> UsageSample {
        try #require(UsageSample(exposition: exposition(seconds: seconds, node: node, main: main), received: Self.start))
    }

    private static let web = ObjectKey(namespace: "default", name: "web")

    @Test func `an agent's text gives the figures of its node and containers`() throws {
        let sample = try sample(seconds: 10, node: 100.5, main: 3)
        #expect(sample.node.cpuSeconds == 100.5)
        #expect(sample.node.memoryBytes == 1 << 30)
        #expect(sample.node.time == Self.start + .seconds(10))
        #expect(sample.pods.keys.map(\.name) == ["web"])
        #expect(sample.pods[Self.web]?["main"]?.start == Self.start)
        #expect(UsageSample(exposition: "container_cpu_usage_seconds_total 1\n", received: Self.start) == nil)
        #expect(UsageSample(exposition: "node_cpu_usage_seconds_total{a=\"", received: Self.start) == nil)
    }

    @Test func `a rate needs two samples, or a container that began between them`() throws {
        var history = UsageHistory()
        history.record(["n": try sample(seconds: 10, node: 100, main: 5)], keeping: [])
        #expect(history.isIncomplete("n"))
        #expect(history.node("n") == nil)
        #expect(history.containers(of: Self.web, on: "n")?["main"]?.nanocores == 500_000_000)

        history.record(["n": try sample(seconds: 25, node: 130, main: 8)], keeping: [])
        #expect(!history.isIncomplete("n"))
        #expect(history.node("n")?.nanocores == 2_000_000_000)
        #expect(history.containers(of: Self.web, on: "n")?["main"]?.nanocores == 200_000_000)
        #expect(history.containers(of: Self.web, on: "n")?["main"]?.window == .seconds(15))
        #expect(history.containers(of: Self.web, on: "elsewhere") == nil)

        // The same sample again changes nothing; a node that is gone has no figures.
        history.record(["n": try sample(seconds: 25, node: 130, main: 8)], keeping: [])
        #expect(history.node("n")?.window == .seconds(15))
        history.record([:], keeping: ["n"])
        #expect(history.node("n") != nil)
        history.record([:], keeping: [])
        #expect(history.node("n") == nil)
    }

    @Test func `a counter that fell began anew`() throws {
        var history = UsageHistory()
        history.record(["n": try sample(seconds: 10, node: 100, main: 5)], keeping: [])
        history.record(["n": try sample(seconds: 20, node: 110, main: 4)], keeping: [])
        let usage = history.containers(of: Self.web, on: "n")?["main"]
        #expect(usage?.window == .seconds(20))
        #expect(usage?.nanocores == 200_000_000)
    }

    private func withMetrics(_ body: (TestCluster, MetricsCollector) async throws -> Void) async throws {
        let collector = MetricsCollector(
            nodes: try NodeConnection(agentTLS: ClientTLS()), clock: ManualClock(), logger: Logger(label: "test"))
        var services = BuiltInServices()
        services.sources["metrics.k8s.io/nodes"] = NodeMetricsSource(collector)
        services.sources["metrics.k8s.io/pods"] = PodMetricsSource(collector)
        let cluster = try await TestCluster(services: services)
        let client = cluster.client()
        var node = Node()
        node.metadata.name = "n"
        node.metadata.labels = ["zone": "a"]
        _ = try await client.create(node)
        for name in ["web", "other"] {
            var pod = Pod()
            pod.metadata.namespace = "default"
            pod.metadata.name = name
            pod.metadata.labels = ["app": name]
            pod.spec.nodeName = "n"
            pod.raw["spec"]?["containers"] = [["name": "main", "image": "i"]]
            _ = try await client.create(pod)
        }
        try await body(cluster, collector)
        await cluster.close()
    }

    private static let pods = GroupVersionResource(group: "metrics.k8s.io", version: "v1beta1", resource: "pods")
    private static let nodes = GroupVersionResource(group: "metrics.k8s.io", version: "v1beta1", resource: "nodes")

    @Test func `metrics are served as metrics-server serves them`() async throws {
        try await withMetrics { cluster, collector in
            let client = cluster.client()
            #expect(try await client.list(Self.nodes)["items"] == [])
            collector.record(["n": try sample(seconds: 10, node: 100, main: 5)], keeping: [])
            collector.record(["n": try sample(seconds: 25, node: 130, main: 8)], keeping: [])

            let node = try await client.get(Self.nodes, ObjectKey(name: "n")).raw
            #expect(node["kind"] == "NodeMetrics")
            #expect(node["usage"] == ["cpu": "2", "memory": "1Gi"])
            #expect(node["window"] == "15s")
            #expect(node[path: "metadata", "labels"] == ["zone": "a"])

            let list = try await client.list(Self.pods, namespace: "default")
            #expect(list["kind"] == "PodMetricsList")
            #expect(list["metadata"] == [:])
            #expect(list["items"]?.array?.count == 1)
            #expect(list["items"]?.array?.first?["containers"] == [["name": "main", "usage": ["cpu": "200m", "memory": "2Mi"]]])
            #expect(list["items"]?.array?.first?["timestamp"] == .string((Self.start + .seconds(25)).rfc3339))
            var options = Client.Options()
            options.labelSelector = "app=other"
            #expect(try await client.list(Self.pods, options: options)["items"] == [])
            options.labelSelector = "app in (web)"
            #expect(try await client.list(Self.pods, options: options)["items"]?.array?.count == 1)
            options.labelSelector = ""
            options.fieldSelector = "metadata.name=web"
            #expect(try await client.list(Self.pods, options: options)["items"]?.array?.count == 1)
        }
    }

    private func message(_ client: Client, _ resource: GroupVersionResource, _ key: ObjectKey) async throws -> String {
        do {
            _ = try await client.get(resource, key)
            return ""
        } catch let error as APIError { return error.message }
    }

    @Test func `what has no metrics is not found, and nothing can be written`() async throws {
        try await withMetrics { cluster, _ in
            let client = cluster.client()
            for (resource, key, expected) in [
                (Self.nodes, ObjectKey(name: "x"), "nodes \"x\" not found"),
                (Self.nodes, ObjectKey(name: "n"), "nodemetrics.metrics.k8s.io \"n\" not found"),
                (Self.pods, ObjectKey(namespace: "default", name: "x"), "pods \"x\" not found"),
                (Self.pods, Self.web, "podmetrics.metrics.k8s.io \"default/web\" not found"),
            ] {
                let message = try await message(client, resource, key)
                #expect(message == expected)
            }
            await #expect(throws: APIError.self) { try await client.delete(Self.pods, Self.web) }
        }
    }

    @Test func `durations are read and written as Go writes them`() {
        for (text, duration) in [
            ("15.048s", Duration.milliseconds(15_048)), ("1m0s", .seconds(60)), ("1h1m1.5s", .milliseconds(3_661_500)), ("0s", .zero),
            ("1.5ms", .microseconds(1500)), ("2µs", .microseconds(2)), ("-3s", .seconds(-3)), ("7ns", .nanoseconds(7)),
        ] {
            #expect(GoDuration.text(duration) == text)
            #expect(GoDuration.parse(text) == duration)
        }
        for text in ["", "-", "5", "s", "1x", "1s 2s", "99999999999h"] { #expect(GoDuration.parse(text) == nil, "\(text)") }
    }
}
