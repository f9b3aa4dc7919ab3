import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct AutoscalerTests {
    private static let now = Timestamp(seconds: 1_767_225_600)

    // MARK: Sizes

    private func pod(_ name: String, phase: String = "Running", ready: Bool = true, age: Int64 = 1000) -> Pod {
        var pod = Pod()
        pod.metadata.name = name
        pod.status.phase = phase
        let start = Timestamp(seconds: Self.now.seconds - age).rfc3339
        pod.status.startTime = start
        pod.status.raw["conditions"] = [
            ["type": "Ready", "status": .string(ready ? "True" : "False"), "lastTransitionTime": .string(start)]
        ]
        return pod
    }

    private func size(_ pods: [Pod], _ uses: [String: Int64], target: Int = 50, current: Int? = nil) throws -> Int {
        let readings = uses.mapValues { MetricReading(milli: $0, time: Self.now, window: .seconds(30)) }
        let requests = Dictionary(uniqueKeysWithValues: pods.map { ($0.metadata.name, Int64(1000)) })
        let calculator = ReplicaCalculator(pods: pods, current: current ?? pods.count, now: Self.now)
        return try calculator.byUtilization(readings, requests: requests, target: target, isCPU: true).replicas
    }

    @Test func `the size follows the ratio of use and target`() throws {
        let pods = [pod("a"), pod("b"), pod("c")]
        #expect(try size(pods, ["a": 1000, "b": 900, "c": 500]) == 5)
        #expect(try size(pods, ["a": 100, "b": 100, "c": 100]) == 1)
        // A tenth more or less is left alone.
        #expect(try size(pods, ["a": 540, "b": 540, "c": 540]) == 3)
    }

    @Test func `pods without figures keep the change small`() throws {
        let pods = [pod("a"), pod("b"), pod("c"), pod("d")]
        // Growing: as if they used nothing. Shrinking: as if they used all they asked for.
        #expect(try size(pods, ["a": 1000, "b": 1000, "c": 1000]) == 6)
        #expect(try size(pods, ["a": 200, "b": 200, "c": 200]) == 4)
        #expect(try size(pods, ["a": 50, "b": 50, "c": 50]) == 3)
    }

    @Test func `pods that are starting do not count until they are ready`() throws {
        let starting = pod("c", ready: false, age: 20)
        #expect(try size([pod("a"), pod("b"), starting], ["a": 900, "b": 900, "c": 2000]) == 4)
        #expect(try size([pod("a"), pod("b"), pod("c", phase: "Pending", ready: false)], ["a": 900, "b": 900]) == 4)
        #expect(throws: NoMetrics.self) { try size([starting], ["c": 2000]) }
    }

    @Test func `a value that all share is divided among the ready pods`() {
        let calculator = ReplicaCalculator(pods: [pod("a"), pod("b"), pod("c", ready: false)], current: 3, now: Self.now)
        #expect(calculator.byValue(200_000, target: 100_000) == 4)
        #expect(calculator.byValue(105_000, target: 100_000) == 3)
        #expect(calculator.byShare(450_000, target: 100_000, present: 3).replicas == 5)
        #expect(calculator.byShare(450_000, target: 100_000, present: 3).average == 150_000)
    }

    // MARK: What may be done

    @Test func `without a behaviour a target grows twofold, and shrinks after five minutes`() {
        var history = ScalingHistory()
        history.begin(4, now: Self.now)
        let grown = history.decide(20, current: 4, range: 1...30, behavior: nil, now: Self.now)
        #expect(grown.replicas == 8)
        #expect(grown.limit.reason == "ScaleUpLimit" && grown.isLimited)
        let kept = history.decide(2, current: 8, range: 1...30, behavior: nil, now: Self.now + .seconds(200))
        #expect(kept.replicas == 16)
        #expect(kept.stabilized.reason == "ScaleDownStabilized")
        let shrunk = history.decide(2, current: 16, range: 3...30, behavior: nil, now: Self.now + .seconds(501))
        #expect(shrunk.replicas == 3)
        #expect(shrunk.limit.reason == "TooFewReplicas")
    }

    @Test func `policies bound the change within their period`() {
        let behavior = HorizontalPodAutoscalerBehavior([
            "scaleUp": [
                "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
                "policies": [["type": "Pods", "value": 4, "periodSeconds": 60], ["type": "Percent", "value": 50, "periodSeconds": 60]],
            ],
            "scaleDown": [
                "stabilizationWindowSeconds": 0, "selectPolicy": "Min",
                "policies": [["type": "Pods", "value": 2, "periodSeconds": 60], ["type": "Percent", "value": 10, "periodSeconds": 60]],
            ],
        ])
        var history = ScalingHistory()
        let first = history.decide(50, current: 10, range: 1...100, behavior: behavior, now: Self.now)
        #expect(first.replicas == 15)
        history.changed(from: 10, to: 15, now: Self.now)
        // The same minute: counted from ten still.
        #expect(history.decide(50, current: 15, range: 1...100, behavior: behavior, now: Self.now + .seconds(30)).replicas == 15)
        #expect(history.decide(50, current: 15, range: 1...100, behavior: behavior, now: Self.now + .seconds(61)).replicas == 23)
        let down = history.decide(1, current: 20, range: 1...100, behavior: behavior, now: Self.now + .seconds(200))
        #expect(down.replicas == 18)
        #expect(down.limit.reason == "ScaleDownLimit")
        var frozen = behavior
        frozen.scaleDown?.selectPolicy = "Disabled"
        #expect(history.decide(1, current: 20, range: 1...100, behavior: frozen, now: Self.now + .seconds(300)).replicas == 20)
    }

    // MARK: The loop

    private final class Gauge: MetricsSource {
        private let milli = Mutex<Int64?>(nil)
        private let clock: ManualClock

        init(clock: ManualClock) { self.clock = clock }

        func show(_ value: Int64?) { milli.withLock { $0 = value } }

        func resource(_ name: String, namespace: String, selector: LabelMatcher, container: String) async throws -> [String: MetricReading]
        {
            guard let value = milli.withLock({ $0 }) else { throw NoMetrics("no metrics returned from resource metrics API") }
            let reading = MetricReading(milli: value, time: clock.now, window: .seconds(30))
            return Dictionary(uniqueKeysWithValues: names.withLock { $0 }.map { ($0, reading) })
        }

        let names = Mutex<[String]>([])

        func pods(_ metric: MetricIdentifier, namespace: String, selector: LabelMatcher) async throws -> [String: MetricReading] { [:] }
        func object(
            _ metric: MetricIdentifier, of object: CrossVersionObjectReference, _ resource: GroupVersionResource, namespace: String
        ) async throws -> Int64 { 0 }
        func external(_ metric: MetricIdentifier, namespace: String) async throws -> [Int64] { [] }
    }

    @Test func `a deployment grows with its pods' use of CPU, and the autoscaler says what it did`() async throws {
        let clock = ManualClock()
        let gauge = Gauge(clock: clock)
        var options = ControllerOptions()
        options.metrics = gauge
        let loops = ["horizontal-pod-autoscaler-controller", "deployment-controller", "replicaset-controller"]
        try await ControlPlane.run(loops, options: options) { plane in
            clock.advance(by: plane.cluster.clock.now - clock.now + .seconds(3600))
            try await plane.createDeployment("web", replicas: 2) {
                $0.spec.template.spec.containers[0].raw["resources"] = ["requests": ["cpu": "100m"]]
            }
            let pods = try await plane.waitForPods { $0.count == 2 && $0.allSatisfy(\.isReady) }
            for pod in pods { try await plane.changeStatus(Pod.self, pod.metadata.name) { $0.status.startTime = "2025-12-31T00:00:00Z" } }
            var autoscaler = HorizontalPodAutoscaler()
            autoscaler.metadata.name = "web"
            autoscaler.metadata.namespace = "default"
            autoscaler.raw["spec"] = [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], "minReplicas": 1, "maxReplicas": 5,
                "metrics": [
                    ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]]]
                ],
            ]
            _ = try await plane.client.create(autoscaler)
            let unable = try await plane.wait(HorizontalPodAutoscaler.self, "web") {
                $0?.status.conditions.contains { $0.type == "ScalingActive" && $0.status == "False" } == true
            }
            #expect(unable?.status.conditions.first { $0.type == "ScalingActive" }?.reason == "FailedGetResourceMetric")
            #expect(
                unable?.status.conditions.first { $0.type == "ScalingActive" }?.message
                    == "the HPA was unable to compute the replica count: failed to get cpu utilization: no metrics returned from resource metrics API"
            )

            gauge.names.withLock { $0 = pods.map(\.metadata.name) }
            gauge.show(90)
            let scaled = try await plane.wait(HorizontalPodAutoscaler.self, "web", advancing: .seconds(16)) {
                $0?.status.desiredReplicas == 4
            }
            #expect(scaled?.status.conditions.first { $0.type == "AbleToScale" }?.status == "True")
            #expect(scaled?.status.lastScaleTime.isEmpty == false)
            #expect(scaled?.status.conditions.first { $0.type == "ScalingActive" }?.reason == "ValidMetricFound")
            #expect(scaled?.status.currentMetrics.first?.resource?.current.averageUtilization == 90)
            #expect(scaled?.status.currentMetrics.first?.resource?.current.averageValue == "90m")
            try await plane.wait(Deployment.self, "web") { $0?.spec.replicas == 4 }
        }
    }
}
