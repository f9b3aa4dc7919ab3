import Glibc

/// The control groups of this machine, whichever way they are mounted.
///
/// v1 and hybrid: one tree a controller. v2: one tree. Paths given to its methods ("/kubepods/pod1") are below each tree's root.
package struct Cgroups: Sendable {
    package enum Layout: Sendable, Hashable {
        /// Controller to mount point; controllers that are not mounted are missing.
        case legacy([String: String])
        case unified(String)
    }

    package let layout: Layout

    /// Whether a group's use of swap can be limited by itself: version 2 only.
    package var limitsSwap: Bool {
        if case .unified = layout { true } else { false }
    }

    /// Every tree's root, those included (named ones, hybrid's v2) where runtimes make groups though nothing is limited there.
    package let roots: [String]

    package init(layout: Layout, roots: [String]) {
        self.layout = layout
        self.roots = roots
    }

    /// Reads the mount table; nil when no control groups are mounted at all.
    package static func probe(mounts: [Mounts.Entry]) -> Cgroups? {
        var controllers: [String: String] = [:]
        for mount in mounts where mount.type == "cgroup" {
            for option in mount.options where knownControllers.contains(option) { controllers[option] = mount.target }
        }
        let roots = Set(mounts.filter { $0.type == "cgroup" || $0.type == "cgroup2" }.map(\.target)).sorted()
        if controllers["memory"] != nil || controllers["cpu"] != nil { return Cgroups(layout: .legacy(controllers), roots: roots) }
        return mounts.first { $0.type == "cgroup2" }.map { Cgroups(layout: .unified($0.target), roots: roots) }
    }

    package static func probe() throws -> Cgroups? { probe(mounts: try Mounts.list()) }

    private static let knownControllers: Set<String> = [
        "cpu", "cpuacct", "cpuset", "memory", "pids", "devices", "freezer", "blkio", "hugetlb", "net_cls", "net_prio", "perf_event",
    ]

    package var isUnified: Bool { if case .unified = layout { true } else { false } }

    /// What a group may use. nil leaves a value as it is.
    package struct Limits: Sendable, Hashable {
        /// v1's scale: 2 to 262144, 1024 for one processor.
        package var cpuShares: Int?
        /// Microseconds in each 100 ms; -1 without limit.
        package var cpuQuota: Int?
        /// Bytes; -1 without limit.
        package var memory: Int?
        package var processes: Int?

        package init(cpuShares: Int? = nil, cpuQuota: Int? = nil, memory: Int? = nil, processes: Int? = nil) {
            self.cpuShares = cpuShares
            self.cpuQuota = cpuQuota
            self.memory = memory
            self.processes = processes
        }

        /// The larger of each value; what is without limit in either stays so.
        package func raised(to other: Limits) -> Limits {
            func larger(_ left: Int?, _ right: Int?) -> Int? {
                guard let left, let right else { return left ?? right }
                return left < 0 || right < 0 ? -1 : max(left, right)
            }
            return Limits(
                cpuShares: larger(cpuShares, other.cpuShares), cpuQuota: larger(cpuQuota, other.cpuQuota),
                memory: larger(memory, other.memory), processes: larger(processes, other.processes))
        }
    }

    /// Length of a CPU accounting period, in microseconds.
    package static let cpuPeriod = 100_000

    /// Creates a group, where it is missing, in every tree and writes its limits. Blocks.
    package func apply(_ limits: Limits, to group: String) throws {
        switch layout {
        case .legacy(let controllers):
            for controller in ["cpu", "cpuacct", "cpuset", "memory", "pids", "devices", "freezer", "blkio"] {
                guard let root = controllers[controller] else { continue }
                try Files.createDirectory(root + group)
            }
            func put(_ controller: String, _ file: String, _ value: Int?) throws {
                guard let value, let root = controllers[controller] else { return }
                try Files.write(Array(String(value).utf8), to: "\(root)\(group)/\(file)", flags: 0)
            }
            try put("cpu", "cpu.shares", limits.cpuShares)
            if limits.cpuQuota != nil { try put("cpu", "cpu.cfs_period_us", Self.cpuPeriod) }
            try put("cpu", "cpu.cfs_quota_us", limits.cpuQuota)
            try put("memory", "memory.limit_in_bytes", limits.memory)
            try put("pids", "pids.max", limits.processes)
        case .unified(let root):
            try enableControllers(root: root, group: group)
            func put(_ file: String, _ value: String?) throws {
                guard let value, Files.exists("\(root)\(group)/\(file)") else { return }
                try Files.write(Array(value.utf8), to: "\(root)\(group)/\(file)", flags: 0)
            }
            try put("cpu.weight", limits.cpuShares.map { String(Self.weight(fromShares: $0)) })
            try put("cpu.max", limits.cpuQuota.map { "\($0 < 0 ? "max" : String($0)) \(Self.cpuPeriod)" })
            try put("memory.max", limits.memory.map { $0 < 0 ? "max" : String($0) })
            try put("pids.max", limits.processes.map(String.init))
        }
    }

    /// v2: a controller is usable in a group when each ancestor hands it down.
    private func enableControllers(root: String, group: String) throws {
        let available = Set(try Files.readText("\(root)/cgroup.controllers").split(separator: " ").map(String.init))
        let wanted = ["cpu", "cpuset", "memory", "pids", "io", "hugetlb"].filter(available.contains)
        var path = root
        for part in group.split(separator: "/") {
            for controller in wanted {
                // One by one: a controller that a parent's own processes keep busy must not cost the others.
                try? Files.write(Array("+\(controller)".utf8), to: "\(path)/cgroup.subtree_control", flags: 0)
            }
            path += "/\(part)"
            try Files.createDirectory(path)
        }
    }

    /// KEP-2254: shares 2…262144 onto weights 1…10000.
    static func weight(fromShares shares: Int) -> Int { 1 + (max(2, min(shares, 262_144)) - 2) * 9999 / 262_142 }

    /// Removes a group and those below it; what still has processes stays and is the error. Blocks.
    package func remove(_ group: String) throws {
        for root in roots { try removeTree(root + group) }
    }

    /// Kills what runs in a group and below it, and removes them. Blocks, for up to five seconds: a killed process leaves its group
    /// when the kernel is done with it, and of cgroup v1 nobody is told when that is. Throws for a group that will not go.
    package func end(_ group: String) throws {
        for attempt in 1...100 {
            for root in roots { try killProcesses(root + group) }
            do {
                return try remove(group)
            } catch let error as SystemError where error.code == EBUSY && attempt < 100 {
                usleep(50_000)
            }
        }
    }

    private func killProcesses(_ path: String) throws {
        guard Files.isDirectory(path) else { return }
        for name in try Files.list(path) where Files.isDirectory("\(path)/\(name)") { try killProcesses("\(path)/\(name)") }
        for process in try Files.readText("\(path)/cgroup.procs").split(separator: "\n").compactMap({ Int32($0) }) {
            kill(process, SIGKILL)
        }
    }

    private func removeTree(_ path: String) throws {
        guard Files.isDirectory(path) else { return }
        for name in try Files.list(path) where Files.isDirectory("\(path)/\(name)") { try removeTree("\(path)/\(name)") }
        try Files.removeDirectory(path)
    }

    /// The names of the groups right below one, whichever tree has them.
    package func children(of group: String) throws -> [String] {
        var names: Set<String> = []
        for root in roots {
            for name in try Files.list(root + group) where Files.isDirectory("\(root)\(group)/\(name)") { names.insert(name) }
        }
        return names.sorted()
    }
}
