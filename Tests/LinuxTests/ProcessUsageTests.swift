import Glibc
import Linux
import Testing

@Suite("What this process uses") struct ProcessUsageTests {
    @Test func `it is read from the kernel`() throws {
        let usage = ProcessUsage.now()
        #expect(usage.residentBytes > 1 << 20 && usage.virtualBytes > usage.residentBytes)
        #expect(usage.openFiles > 2 && usage.fileLimit >= usage.openFiles)
        let now = Double(time(nil))
        #expect(usage.started > 1_600_000_000 && usage.started <= now + 1)
    }

    @Test func `it is told under the names of Prometheus' clients`() {
        var usage = ProcessUsage()
        usage.processorSeconds = 1.5
        usage.openFiles = 12
        let lines = usage.metricsText.split(separator: "\n")
        #expect(lines.contains("# TYPE process_cpu_seconds_total counter") && lines.contains("process_cpu_seconds_total 1.5"))
        #expect(lines.contains("process_open_fds 12"))
    }
}
