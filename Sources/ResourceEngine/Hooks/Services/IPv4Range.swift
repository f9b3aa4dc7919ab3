/// A block of IPv4 addresses ("10.96.0.0/12").
package struct IPv4Range: Sendable, Hashable {
    package let first: UInt32
    package let count: UInt32

    /// Nil for text that is no CIDR of 1 to 30 bits.
    package init?(_ cidr: String) {
        let parts = cidr.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = Self.address(String(parts[0])), let bits = UInt32(parts[1]), (1...30).contains(bits) else {
            return nil
        }
        count = 1 << (32 - bits)
        first = address & ~(count - 1)
    }

    /// The number of a dotted address; nil for other text.
    package static func address(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part), String(byte) == part else { return nil }
            result = result << 8 | UInt32(byte)
        }
        return result
    }

    package static func text(_ address: UInt32) -> String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }

    /// How many addresses at the beginning are left to those who ask for one by number, as long as there are others (KEP-3070): a
    /// sixteenth of the range, at least 16 and at most 256; none of a range that has no more than 16.
    package var reserved: UInt32 { count <= 16 ? 0 : min(max(16, count / 16), 256) }

    package func contains(_ address: UInt32) -> Bool { address >= first && address - first < count }

    /// Whether an address is one that a host may have: neither the network's own nor the broadcast address.
    package func hasHost(_ address: UInt32) -> Bool { address > first && address - first < count - 1 }
}
