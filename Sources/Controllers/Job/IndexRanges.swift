/// A set of completion indexes, written as a job's status has it: "1,3-5,7".
package struct IndexRanges: Hashable, Sendable, CustomStringConvertible {
    /// In order, apart from each other.
    package private(set) var ranges: [ClosedRange<Int>] = []

    /// No index.
    package init() {}

    /// The indexes given.
    package init(_ indexes: some Sequence<Int>) {
        for index in indexes.sorted() { append(index...index) }
    }

    /// Reads the text; parts that are none and indexes of `limit` or more are left out.
    package init(_ text: String, below limit: Int) {
        let parsed = text.split(separator: ",").compactMap { part -> ClosedRange<Int>? in
            let ends = part.split(separator: "-", maxSplits: 1)
            guard let first = Int(ends[0]), first >= 0, first < limit else { return nil }
            guard ends.count > 1 else { return first...first }
            guard let last = Int(ends[1]), last >= first else { return nil }
            return first...min(last, limit - 1)
        }
        for range in parsed.sorted(by: { $0.lowerBound < $1.lowerBound }) { append(range) }
    }

    /// How many indexes.
    package var count: Int { ranges.reduce(0) { $0 + $1.count } }
    var isEmpty: Bool { ranges.isEmpty }

    /// Two neighbours are written one by one, more as a range.
    package var description: String {
        ranges.map { range in
            switch range.count {
            case 1: "\(range.lowerBound)"
            case 2: "\(range.lowerBound),\(range.upperBound)"
            default: "\(range.lowerBound)-\(range.upperBound)"
            }
        }.joined(separator: ",")
    }

    /// Whether an index is in it.
    package func contains(_ index: Int) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < index { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(index)
    }

    /// The indexes of both.
    package func union(_ other: IndexRanges) -> IndexRanges {
        var result = IndexRanges()
        for range in (ranges + other.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) { result.append(range) }
        return result
    }

    /// With more indexes.
    package func union(_ indexes: some Sequence<Int>) -> IndexRanges { union(IndexRanges(indexes)) }

    /// How many indexes both have.
    package func overlap(_ other: IndexRanges) -> Int {
        var total = 0
        var (left, right) = (0, 0)
        while left < ranges.count, right < other.ranges.count {
            let (a, b) = (ranges[left], other.ranges[right])
            if a.overlaps(b) { total += a.clamped(to: b).count }
            if a.upperBound < b.upperBound { left += 1 } else { right += 1 }
        }
        return total
    }

    /// The first indexes below `limit` that are not in the set, `count` at most.
    package func missing(_ count: Int, below limit: Int) -> [Int] {
        var result: [Int] = []
        var candidate = 0
        for range in ranges + [limit...limit] {
            while candidate < min(range.lowerBound, limit), result.count < count {
                result.append(candidate)
                candidate += 1
            }
            candidate = max(candidate, range.upperBound + 1)
            if result.count >= count { break }
        }
        return result
    }

    /// Adds a range that begins no earlier than any other.
    private mutating func append(_ range: ClosedRange<Int>) {
        guard let last = ranges.last, range.lowerBound <= last.upperBound + 1 else {
            ranges.append(range)
            return
        }
        ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
    }
}
