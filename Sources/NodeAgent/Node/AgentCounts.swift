import Core
import KubernetesAPI
import Synchronization

/// What the agent did, under the names of the kubelet's metrics. Any thread.
package final class AgentCounts: Sendable {
    /// What a look at a pod was for.
    package enum Look: String {
        case create, sync, terminated
    }

    private struct State {
        var startedPods = 0
        var podErrors = 0
        var started: [String: Int] = [:]
        /// By container type and code.
        var containerErrors: [String: Int] = [:]
        var evictions: [String: Int] = [:]
        var looks: [Look: MetricHistogram] = [:]
        /// Images as volumes.
        var imageVolumes = (requested: 0, mounted: 0, failed: 0)
        /// By the images' size.
        var pulls: [String: MetricHistogram] = [:]
    }

    private static let lookBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let pullBounds: [Double] = [
        1, 5, 10, 20, 30, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600,
    ]
    /// In bytes, what begins there.
    private static let sizes: [(Int, String)] = [
        (0, "0-10MB"), (10 << 20, "10MB-100MB"), (100 << 20, "100MB-500MB"), (500 << 20, "500MB-1GB"), (1 << 30, "1GB-5GB"),
        (5 << 30, "5GB-10GB"), (10 << 30, "10GB-20GB"), (20 << 30, "20GB-30GB"), (30 << 30, "30GB-40GB"), (40 << 30, "40GB-60GB"),
        (60 << 30, "60GB-100GB"), (100 << 30, "GT100GB"),
    ]

    private let state = Mutex(State())

    package init() {}

    package func startsPod() { state.withLock { $0.startedPods += 1 } }
    package func failedPod() { state.withLock { $0.podErrors += 1 } }

    /// `type` is "container", "init_container" or "ephemeral_container".
    package func startsContainer(_ type: String) { state.withLock { $0.started["container_type=\"\(type)\"", default: 0] += 1 } }

    package func failedContainer(_ type: String, _ code: String) {
        state.withLock { $0.containerErrors["code=\"\(code)\",container_type=\"\(type)\"", default: 0] += 1 }
    }

    package func evicted(_ signal: String) { state.withLock { $0.evictions["eviction_signal=\"\(signal)\"", default: 0] += 1 } }

    package func looked(_ look: Look, _ duration: Duration) {
        state.withLock { $0.looks[look, default: MetricHistogram(Self.lookBounds)].observe(duration) }
    }

    package func pulled(bytes: Int, _ duration: Duration) {
        let size = Self.sizes.last { $0.0 <= bytes }?.1 ?? Self.sizes[0].1
        state.withLock { $0.pulls[size, default: MetricHistogram(Self.pullBounds)].observe(duration) }
    }

    /// Counts the mounting of an image as a volume.
    package func mounting(_ mount: () async throws -> Void) async throws {
        state.withLock { $0.imageVolumes.requested += 1 }
        do { try await mount() } catch {
            state.withLock { $0.imageVolumes.failed += 1 }
            throw error
        }
        state.withLock { $0.imageVolumes.mounted += 1 }
    }

    /// In Prometheus' text format.
    package var text: String {
        let state = state.withLock { $0 }
        func counters(_ name: String, _ help: String, _ values: [String: Int]) -> String {
            metricHead(name, "counter", help) + values.sorted { $0.key < $1.key }.map { "\(name){\($0.key)} \($0.value)\n" }.joined()
        }
        func counter(_ name: String, _ help: String, _ value: Int) -> String { metricHead(name, "counter", help) + "\(name) \(value)\n" }
        let (looks, pulls) = ("kubelet_pod_worker_duration_seconds", "kubelet_image_pull_duration_seconds")
        return counter("kubelet_started_pods_total", "Pods started.", state.startedPods)
            + counter("kubelet_started_pods_errors_total", "Pods that could not be started.", state.podErrors)
            + counters("kubelet_started_containers_total", "Containers started.", state.started)
            + counters("kubelet_started_containers_errors_total", "Containers that could not be started.", state.containerErrors)
            + counter("kubelet_image_volume_requested_total", "Images to be mounted as volumes.", state.imageVolumes.requested)
            + counter("kubelet_image_volume_mounted_succeed_total", "Images mounted as volumes.", state.imageVolumes.mounted)
            + counter(
                "kubelet_image_volume_mounted_errors_total", "Images that could not be mounted as volumes.", state.imageVolumes.failed)
            + counters("kubelet_evictions", "Pods evicted, by what the node was short of.", state.evictions)
            + metricHead(looks, "histogram", "How long a look at a pod takes, with what is done for it.")
            + state.looks.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                $0.value.text(looks, labels: "operation_type=\"\($0.key.rawValue)\"")
            }.joined()
            + metricHead(pulls, "histogram", "How long pulls of images take.")
            + state.pulls.sorted { $0.key < $1.key }.map { $0.value.text(pulls, labels: "image_size_in_bytes=\"\($0.key)\"") }.joined()
    }
}

extension Pod {
    /// What a container is, as metrics have it.
    func containerType(_ name: String) -> String {
        if spec.initContainers.contains(where: { $0.name == name }) { return "init_container" }
        return spec.ephemeralContainers.contains { $0.name == name } ? "ephemeral_container" : "container"
    }
}
