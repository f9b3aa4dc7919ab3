import Glibc

/// Facts of the machine, for the node's status.
package struct Machine: Sendable {
    package var hostName: String
    package var machineID: String
    package var bootID: String
    package var systemUUID: String
    package var kernelVersion: String
    package var osImage: String
    /// As Kubernetes names it: "amd64", "arm64".
    package var architecture: String
    package var processors: Int
    package var memoryBytes: Int
    package var swapBytes: Int
    /// Whether the kernel has AppArmor, turned on.
    package var enforcesAppArmor: Bool

    /// Reads /proc, /sys and /etc; what is missing is empty.
    package static func probe() -> Machine {
        var name = utsname()
        uname(&name)
        func text<T>(_ field: T) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        func file(_ path: String) -> String { (try? Files.readText(path)) ?? "" }
        let bootID = file("/proc/sys/kernel/random/boot_id")
        let machineID = file("/etc/machine-id")
        let hardware = text(name.machine)
        let uuid = file("/sys/class/dmi/id/product_uuid")
        return Machine(
            hostName: text(name.nodename).lowercased(), machineID: machineID, bootID: bootID,
            systemUUID: uuid.isEmpty ? machineID : uuid.lowercased(), kernelVersion: text(name.release),
            osImage: osName(file("/etc/os-release")),
            architecture: hardware == "x86_64" ? "amd64" : hardware == "aarch64" ? "arm64" : hardware,
            processors: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), memoryBytes: memory(file("/proc/meminfo"), "MemTotal"),
            swapBytes: memory(file("/proc/meminfo"), "SwapTotal"), enforcesAppArmor: Files.exists("/sys/kernel/security/apparmor"))
    }

    private static func osName(_ release: String) -> String {
        for line in release.split(separator: "\n") where line.hasPrefix("PRETTY_NAME=") {
            return String(line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" })
        }
        return "Linux"
    }

    /// A line of /proc/meminfo, in bytes; 0 when it is missing.
    package static func memory(_ text: String, _ key: String) -> Int {
        for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
            return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
        return 0
    }

    /// How many processes and threads there may be, and how many there are; nil where the kernel does not tell.
    package static func processes() -> (limit: Int, running: Int)? {
        guard let limit = (try? Files.readText("/proc/sys/kernel/pid_max")).flatMap({ Int($0) }),
            let load = try? Files.readText("/proc/loadavg"), let counts = load.split(separator: " ").dropFirst(3).first,
            let running = counts.split(separator: "/").last.flatMap({ Int($0) })
        else { return nil }
        return (limit, running)
    }

    /// Bytes the kernel deems available for new work.
    package static func availableMemory() -> Int { memory((try? Files.readText("/proc/meminfo")) ?? "", "MemAvailable") }
}
