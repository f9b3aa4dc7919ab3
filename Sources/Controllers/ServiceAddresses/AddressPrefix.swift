import Core

/// An address, or a range of them, of either family. Pure.
struct AddressPrefix: Hashable, Sendable {
    let bytes: [UInt8]
    let length: Int

    /// Nil for text that is neither "10.96.0.0/16" nor "10.96.0.1".
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = IPText.ipv4(String(parts[0])) ?? IPText.ipv6(String(parts[0])) else { return nil }
        self.bytes = bytes
        guard parts.count == 2 else {
            length = bytes.count * 8
            return
        }
        guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
        self.length = length
    }

    var family: String { bytes.count == 4 ? "IPv4" : "IPv6" }

    private func bit(_ position: Int) -> Bool {
        let shift = 7 - position % 8
        return (bytes[position / 8] >> UInt8(shift)) & 1 == 1
    }

    /// Whether all of `other` lies in this range.
    func contains(_ other: AddressPrefix) -> Bool {
        guard bytes.count == other.bytes.count, length <= other.length else { return false }
        for position in 0..<length where bit(position) != other.bit(position) { return false }
        return true
    }

    func overlaps(_ other: AddressPrefix) -> Bool { contains(other) || other.contains(self) }

    /// Whether a service may have an address of this range: of IPv4 neither the first nor the last, of IPv6 not the first.
    func hasHost(_ address: AddressPrefix) -> Bool {
        let width = bytes.count * 8
        guard contains(address), address.length == width else { return false }
        let rest = (length..<width).map { address.bit($0) }
        return rest.contains(true) && (bytes.count == 16 || rest.contains(false))
    }
}
