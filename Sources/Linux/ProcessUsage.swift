import Glibc

/// What this process uses, under the names that Prometheus' clients of all languages give it.
package struct ProcessUsage: Sendable {
    /// Processor time in user and kernel mode, in seconds.
    package var processorSeconds = 0.0
    package var residentBytes = 0
    package var virtualBytes = 0
    package var openFiles = 0
    package var fileLimit = 0
    /// Seconds since 1970.
    package var started = 0.0

    /// Of a process that uses nothing.
    package init() {}

    /// Reads /proc; what cannot be read is 0. Quick, though it asks the kernel.
    package static func now() -> ProcessUsage {
        var usage = ProcessUsage()
        // proc(5), counted from the state, which follows the name in parentheses: 11 and 12 are the processor's ticks, 19 the start in ticks
        // since the machine's, 20 and 21 the memory in bytes and pages.
        if let stat = try? Files.readText("/proc/self/stat"), let end = stat.lastIndex(of: ")") {
            let fields = stat[end...].split(separator: " ").dropFirst().map { Double($0) ?? 0 }
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            if fields.count > 21 {
                usage.processorSeconds = (fields[11] + fields[12]) / ticks
                usage.virtualBytes = Int(fields[20])
                usage.residentBytes = Int(fields[21]) * Int(sysconf(Int32(_SC_PAGESIZE)))
                usage.started = bootTime() + fields[19] / ticks
            }
        }
        usage.openFiles = (try? Files.list("/proc/self/fd").count) ?? 0
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { usage.fileLimit = Int(clamping: limit.rlim_cur) }
        return usage
    }

    /// When the machine was started, in seconds since 1970.
    private static func bootTime() -> Double {
        for line in ((try? Files.readText("/proc/stat")) ?? "").split(separator: "\n") where line.hasPrefix("btime ") {
            return Double(line.dropFirst("btime ".count)) ?? 0
        }
        return 0
    }

    /// In Prometheus' text format.
    package var metricsText: String {
        let figures: [(name: String, type: String, help: String, value: String)] = [
            ("process_cpu_seconds_total", "counter", "Processor time in user and kernel mode.", "\(processorSeconds)"),
            ("process_max_fds", "gauge", "How many files may be open.", "\(fileLimit)"),
            ("process_open_fds", "gauge", "How many files are open.", "\(openFiles)"),
            ("process_resident_memory_bytes", "gauge", "Memory that is resident.", "\(residentBytes)"),
            ("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.", "\(started)"),
            ("process_virtual_memory_bytes", "gauge", "Memory that is mapped.", "\(virtualBytes)"),
        ]
        return figures.map { "# HELP \($0.name) \($0.help)\n# TYPE \($0.name) \($0.type)\n\($0.name) \($0.value)\n" }.joined()
    }
}
