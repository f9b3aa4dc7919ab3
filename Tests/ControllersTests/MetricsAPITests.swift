import Client
import Controllers
import Core
import KubernetesAPI
import ResourceEngine
import Synchronization
import Testing
import Values

@Suite struct MetricsAPITests {
    /// A server of metrics that knows the paths given.
    private final class Adapter: ClientTransport {
        let answers: [String: Value]
        let asked = Mutex<[String]>([])

        init(_ answers: [String: Value]) { self.answers = answers }

        func perform(_ request: APIRequest) async throws -> Value {
            let path = try RemoteRequest(request).path
            asked.withLock { $0.append(path) }
            guard let answer = answers[path] else { throw APIError.notFound(request.resource.groupResource, request.name) }
            return answer
        }

        func watch(_ request: APIRequest) async throws -> WatchStream { throw APIError.verbNotAllowed }
    }

    private func metric(_ selector: Value?) -> MetricIdentifier {
        var metric = MetricIdentifier()
        metric.name = "queue"
        metric.raw["selector"] = selector
        return metric
    }

    private func source(_ adapter: Adapter) -> MetricsAPISource {
        MetricsAPISource(client: Client(transport: adapter, fieldManager: "test"))
    }

    private static let time: Value = "2026-01-01T00:00:00Z"

    @Test func `a metric of pods is asked for by the pods' labels and the series'`() async throws {
        let adapter = Adapter([
            "/apis/custom.metrics.k8s.io/v1beta2/namespaces/n/pods/%2A/queue?labelSelector=app%3Da&metricLabelSelector=verb%3Dget": [
                "items": [["describedObject": ["name": "p"], "value": "1500m", "timestamp": Self.time, "windowSeconds": 30]]
            ]
        ])
        let labels: Value = ["matchLabels": ["verb": "get"]]
        let readings = try await source(adapter).pods(metric(labels), namespace: "n", selector: LabelMatcher(parsing: "app=a"))
        #expect(readings.mapValues(\.milli) == ["p": 1500])
        #expect(readings["p"]?.window == .seconds(30))
    }

    @Test func `a metric of an object is one series, a namespace's own under its name, and older adapters are understood`() async throws {
        let adapter = Adapter([
            "/apis/custom.metrics.k8s.io/v1beta1/namespaces/n/services/web/queue": ["items": [["value": "7", "timestamp": Self.time]]],
            "/apis/custom.metrics.k8s.io/v1beta2/namespaces/n/metrics/queue?metricLabelSelector=verb%20in%20%28get%2Clist%29": [
                "items": [["value": "9", "timestamp": Self.time]]
            ],
            "/apis/custom.metrics.k8s.io/v1beta2/namespaces/n/jobs.batch/two/queue": ["items": [["value": "1"], ["value": "2"]]],
        ])
        let source = source(adapter)
        func value(_ kind: String, _ name: String, _ resource: String, group: String = "", _ metric: MetricIdentifier) async throws -> Int64
        {
            var object = CrossVersionObjectReference()
            object.kind = kind
            object.name = name
            return try await source.object(
                metric, of: object, GroupVersionResource(group: group, version: "v1", resource: resource), namespace: "n")
        }
        #expect(try await value("Service", "web", "services", metric(nil)) == 7000)
        let labels: Value = ["matchExpressions": [["key": "verb", "operator": "In", "values": ["list", "get"]]]]
        #expect(try await value("Namespace", "n", "namespaces", metric(labels)) == 9000)
        await #expect(throws: NoMetrics.self) { _ = try await value("Job", "two", "jobs", group: "batch", metric(nil)) }
        await #expect(throws: NoMetrics.self) { _ = try await value("Service", "other", "services", metric(nil)) }
        #expect(adapter.asked.withLock { $0.last } == "/apis/custom.metrics.k8s.io/v1beta1/namespaces/n/services/other/queue")
    }
}
