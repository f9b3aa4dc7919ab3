import Core
import NodeAgent
import Testing

@Suite struct AgentCountsTests {
    @Test func `what the agent does is counted under the kubelet's names`() async throws {
        let counts = AgentCounts()
        counts.startsPod()
        counts.startsPod()
        counts.failedPod()
        counts.startsContainer("container")
        counts.startsContainer("init_container")
        counts.failedContainer("container", "RunContainerError")
        counts.evicted("memory.available")
        counts.looked(.create, .milliseconds(20))
        counts.looked(.sync, .milliseconds(2))
        counts.pulled(bytes: 9 << 20, .seconds(3))
        counts.pulled(bytes: 10 << 20, .seconds(4))
        counts.pulled(bytes: 200 << 30, .seconds(4000))
        try await counts.mounting {}
        await #expect(throws: CancellationError.self) { try await counts.mounting { throw CancellationError() } }
        let lines = Set(counts.text.split(separator: "\n"))
        for line in [
            "kubelet_started_pods_total 2", "kubelet_started_pods_errors_total 1",
            #"kubelet_started_containers_total{container_type="container"} 1"#,
            #"kubelet_started_containers_total{container_type="init_container"} 1"#,
            #"kubelet_started_containers_errors_total{code="RunContainerError",container_type="container"} 1"#,
            #"kubelet_evictions{eviction_signal="memory.available"} 1"#,
            #"kubelet_pod_worker_duration_seconds_bucket{operation_type="create",le="0.01"} 0"#,
            #"kubelet_pod_worker_duration_seconds_bucket{operation_type="create",le="0.025"} 1"#,
            #"kubelet_pod_worker_duration_seconds_count{operation_type="sync"} 1"#,
            #"kubelet_image_pull_duration_seconds_count{image_size_in_bytes="0-10MB"} 1"#,
            #"kubelet_image_pull_duration_seconds_count{image_size_in_bytes="10MB-100MB"} 1"#,
            #"kubelet_image_pull_duration_seconds_bucket{image_size_in_bytes="GT100GB",le="3600.0"} 0"#,
            "kubelet_image_volume_requested_total 2", "kubelet_image_volume_mounted_succeed_total 1",
            "kubelet_image_volume_mounted_errors_total 1", "# TYPE kubelet_evictions counter",
        ] { #expect(lines.contains(line[...]), "\(line)") }
    }
}
