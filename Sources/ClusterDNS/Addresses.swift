#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The four or sixteen bytes of an address, or nil.
func addressBytes(_ text: String) -> [UInt8]? {
    for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
        var bytes = [UInt8](repeating: 0, count: size)
        if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
}

/// The address that a name below in-addr.arpa or ip6.arpa stands for, or nil.
func reverseAddress(_ name: DomainName) -> [UInt8]? {
    let labels = name.description.split(separator: ".").map(String.init)
    if labels.count == 6, labels.suffix(2) == ["in-addr", "arpa"] {
        let bytes = labels.prefix(4).reversed().compactMap { UInt8($0) }
        return bytes.count == 4 ? bytes : nil
    }
    if labels.count == 34, labels.suffix(2) == ["ip6", "arpa"] {
        let digits = labels.prefix(32).reversed().compactMap { $0.count == 1 ? UInt8($0, radix: 16) : nil }
        guard digits.count == 32 else { return nil }
        return stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
    return nil
}

/// A range of addresses ("10.42.0.0/16").
struct AddressRange: Hashable, Sendable {
    private let base: [UInt8]
    private let length: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let bytes = addressBytes(String(parts[0])), let length = Int(parts[1]),
            (0...bytes.count * 8).contains(length)
        else {
            return nil
        }
        base = bytes
        self.length = length
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == base.count else { return false }
        return (0..<length).allSatisfy { bit in
            let mask = UInt8(0x80) >> (bit % 8)
            return address[bit / 8] & mask == base[bit / 8] & mask
        }
    }
}
