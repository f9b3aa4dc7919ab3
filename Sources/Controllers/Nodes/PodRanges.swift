/// The equal ranges of pod addresses (IPv4) that a cluster's divides into, and which node has which. Pure.
package struct PodRanges: Sendable {
    private let base: UInt32
    private let prefix: Int
    private let maskSize: Int
    /// Whose each range is, by its number.
    private var owners: [Int: String] = [:]
    /// Where the search for a free one goes on: one that was given back is not given out again at once.
    private var next = 0

    /// Nil when `cluster` ("10.244.0.0/16") is not an IPv4 range or has no room for ranges of that size.
    package init?(cluster: String, maskSize: Int) {
        guard let (base, prefix) = Self.read(cluster), maskSize >= prefix, maskSize <= 30 else { return nil }
        self.base = base
        self.prefix = prefix
        self.maskSize = maskSize
    }

    package var free: Int { count - owners.count }
    private var count: Int { 1 << (maskSize - prefix) }

    /// Notes that a node has a range, of whatever size; what lies outside the cluster's does not matter.
    package mutating func occupy(_ range: String, by node: String) {
        for number in numbers(of: range) where owners[number] == nil {
            owners[number] = node
            next = (number + 1) % count
        }
    }

    package mutating func release(_ range: String, of node: String) {
        for number in numbers(of: range) where owners[number] == node { owners[number] = nil }
    }

    /// A range that nobody has; nil when none is left. It stays free until it is occupied.
    package mutating func take() -> String? {
        guard free > 0 else { return nil }
        while owners[next] != nil { next = (next + 1) % count }
        let start = base + UInt32(next) << UInt32(32 - maskSize)
        return "\(start >> 24).\(start >> 16 & 255).\(start >> 8 & 255).\(start & 255)/\(maskSize)"
    }

    private func numbers(of range: String) -> Range<Int> {
        guard let (start, length) = Self.read(range) else { return 0..<0 }
        guard length > prefix else { return start == Self.first(of: base, length) ? 0..<count : 0..<0 }
        guard Self.first(of: start, prefix) == base else { return 0..<0 }
        let number = Int((start - base) >> UInt32(32 - maskSize))
        return number..<number + (1 << max(0, maskSize - length))
    }

    /// The first address and the length of the prefix.
    private static func read(_ text: String) -> (UInt32, Int)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Int(parts[1]), (0...32).contains(prefix) else { return nil }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        return (first(of: bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, prefix), prefix)
    }

    private static func first(of address: UInt32, _ prefix: Int) -> UInt32 {
        prefix == 0 ? 0 : address & (UInt32.max << UInt32(32 - prefix))
    }
}
