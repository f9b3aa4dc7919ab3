extension Cgroups {
    /// What a group has used.
    package struct Usage: Sendable, Hashable {
        /// Nanoseconds of processor time since the group was made.
        package var cpuNanoseconds = 0
        package var memoryBytes = 0
        /// Usage less the page cache that could be dropped at once, as cAdvisor defines it.
        package var workingSetBytes = 0
        package var rssBytes = 0
        package var pageFaults = 0
        package var majorPageFaults = 0
        /// 0 when the group has no limit of its own.
        package var memoryLimitBytes = 0
        package var processes = 0

        package init() {}
    }

    /// Reads a group's usage; nil when the group does not exist. Blocks.
    package func usage(_ group: String) -> Usage? {
        var usage = Usage()
        func number(_ path: String) -> Int { (try? Files.readText(path)).flatMap { Int($0) } ?? 0 }
        switch layout {
        case .legacy(let controllers):
            guard let memory = controllers["memory"].map({ $0 + group }), Files.isDirectory(memory) else { return nil }
            if let cpu = controllers["cpuacct"] { usage.cpuNanoseconds = number("\(cpu)\(group)/cpuacct.usage") }
            usage.memoryBytes = number("\(memory)/memory.usage_in_bytes")
            let limit = number("\(memory)/memory.limit_in_bytes")
            usage.memoryLimitBytes = limit > 1 << 60 ? 0 : limit
            let statistics = Self.fields("\(memory)/memory.stat")
            usage.rssBytes = statistics["total_rss"] ?? 0
            usage.pageFaults = statistics["total_pgfault"] ?? 0
            usage.majorPageFaults = statistics["total_pgmajfault"] ?? 0
            usage.workingSetBytes = max(0, usage.memoryBytes - (statistics["total_inactive_file"] ?? 0))
            if let pids = controllers["pids"] { usage.processes = number("\(pids)\(group)/pids.current") }
        case .unified(let root):
            let path = root + group
            guard Files.isDirectory(path) else { return nil }
            usage.cpuNanoseconds = (Self.fields("\(path)/cpu.stat")["usage_usec"] ?? 0) * 1000
            let statistics = Self.fields("\(path)/memory.stat")
            usage.rssBytes = statistics["anon"] ?? 0
            usage.pageFaults = statistics["pgfault"] ?? 0
            usage.majorPageFaults = statistics["pgmajfault"] ?? 0
            usage.memoryBytes = number("\(path)/memory.current")
            usage.memoryLimitBytes = number("\(path)/memory.max")
            usage.workingSetBytes = max(0, usage.memoryBytes - (statistics["inactive_file"] ?? 0))
            usage.processes = number("\(path)/pids.current")
        }
        return usage
    }

    private static func fields(_ path: String) -> [String: Int] {
        var result: [String: Int] = [:]
        for line in ((try? Files.readText(path)) ?? "").split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { result[String(parts[0])] = Int(parts[1]) }
        }
        return result
    }
}
