import Runtime
import Testing

@Suite("Runtime operations")
struct RuntimeOperationsTests {
    @Test func countsCallsByTheirDuration() {
        let operations = RuntimeOperations()
        operations.record("run_podsandbox", .milliseconds(250), failed: false)
        operations.record("run_podsandbox", .milliseconds(750), failed: true)
        let lines = operations.text().split(separator: "\n").map(String.init)
        #expect(lines.contains("kubelet_runtime_operations_total{operation_type=\"run_podsandbox\"} 2"))
        #expect(lines.contains("kubelet_runtime_operations_errors_total{operation_type=\"run_podsandbox\"} 1"))
        #expect(lines.contains("kubelet_runtime_operations_duration_seconds_sum{operation_type=\"run_podsandbox\"} 1.0"))
        let buckets = lines.filter { $0.contains("_bucket") }.compactMap { $0.split(separator: " ").last }
        #expect(buckets == ["0", "0", "0", "0", "0", "1", "2", "2", "2", "2", "2", "2", "2", "2", "2"])
    }
}
