import Core
import JSON

/// A row that was printed once, with gaps for its ages, as bytes that can be kept for as long as its object is.
///
/// Four numbers stand first, each of eight bytes, the lowest first: where the object's metadata begins and ends in its text, and how many gaps
/// there are; then for each gap its place in the row and the time since which it tells; then the row.
package struct KeptRow: Sendable {
    /// Empty: rows of this object cannot be kept.
    package let bytes: [UInt8]

    private static let width = 8
    private static let headLength = 3 * width

    /// What was kept.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// None.
    init() { bytes = [] }

    /// The row, in which marks stand for ages.
    init(_ row: PrintedRow, metadata: Range<Int>?) {
        guard let metadata else {
            bytes = []
            return
        }
        var writer = JSONWriter()
        row.write(to: &writer)
        var text: [UInt8] = []
        text.reserveCapacity(writer.count)
        var gaps: [(place: Int, nanoseconds: Int64)] = []
        var rest = writer.take()[...]
        while let mark = rest.firstIndex(of: Ages.mark) {
            text += rest[..<mark]
            // Each mark is a character of four bytes.
            let number = rest[(mark + 4)...].prefix { $0 != Ages.mark }
            guard let nanoseconds = Int64(String(decoding: number, as: UTF8.self)) else {
                bytes = []
                return
            }
            gaps.append((text.count, nanoseconds))
            rest = rest[(number.endIndex + 4)...]
        }
        text += rest
        var kept: [UInt8] = []
        kept.reserveCapacity(Self.headLength + gaps.count * 2 * Self.width + text.count)
        func append(_ number: Int64) { withUnsafeBytes(of: number.littleEndian) { kept += $0 } }
        append(Int64(metadata.lowerBound))
        append(Int64(metadata.upperBound))
        append(Int64(gaps.count))
        for gap in gaps {
            append(Int64(gap.place))
            append(gap.nanoseconds)
        }
        bytes = kept + text
    }

    private func number(_ index: Int) -> Int64 {
        Int64(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * Self.width, as: Int64.self) })
    }

    /// Where the object's metadata stands in its text; nil when nothing was kept.
    package var metadata: Range<Int>? { bytes.isEmpty ? nil : Int(number(0))..<Int(number(1)) }

    /// Writes the row as it is at a moment, as `PrintedRow.write` does.
    package func write(at now: Timestamp, to writer: inout JSONWriter) {
        let count = Int(number(2))
        var position = Self.headLength + count * 2 * Self.width
        let start = position
        for gap in 0..<count {
            let place = start + Int(number(3 + 2 * gap))
            writer.write(raw: bytes[position..<place])
            writer.write(raw: HumanDuration.text(now - Timestamp(nanoseconds: number(4 + 2 * gap))).utf8)
            position = place
        }
        writer.write(raw: bytes[position...])
    }
}
