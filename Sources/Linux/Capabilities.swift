/// What this process may do, from capabilities(7).
package enum Capability: Int, Sendable {
    case chown = 0
    case networkAdministration = 12
    case systemAdministration = 21
    case systemResource = 24

    /// Whether this process has it in effect.
    package var isHeld: Bool { Self.effective & (1 << UInt64(rawValue)) != 0 }

    private static let effective: UInt64 = {
        guard let status = try? Files.readText("/proc/self/status") else { return 0 }
        for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
            return UInt64(line.dropFirst(7).trimmingPrefix { $0 == "\t" || $0 == " " }, radix: 16) ?? 0
        }
        return 0
    }()
}
