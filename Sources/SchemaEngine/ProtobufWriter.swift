/// Writes protobuf fields (the wire format of proto2 and proto3). Absent values are not written, empty ones are.
package struct ProtobufWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    private mutating func tag(_ number: Int, _ wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }

    package mutating func integer(_ number: Int, _ value: Int64?) {
        guard let value else { return }
        tag(number, 0)
        varint(UInt64(bitPattern: value))
    }

    package mutating func bool(_ number: Int, _ value: Bool?) { integer(number, value.map { $0 ? 1 : 0 }) }

    mutating func double(_ number: Int, _ value: Double?) {
        guard let value else { return }
        tag(number, 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func string(_ number: Int, _ value: String?) {
        guard let value else { return }
        data(number, value.utf8)
    }

    package mutating func data(_ number: Int, _ value: some Collection<UInt8>) {
        tag(number, 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Bytes as they are.
    mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    /// What stands before a field of `length` bytes.
    mutating func header(_ number: Int, length: Int) {
        tag(number, 2)
        varint(UInt64(length))
    }

    /// How many bytes a field of `length` bytes takes with what stands before it, its number being less than sixteen.
    static func size(ofField length: Int) -> Int { 1 + width(length) + length }

    private static func width(_ length: Int) -> Int { max(1, (UInt64.bitWidth - UInt64(length).leadingZeroBitCount + 6) / 7) }

    package mutating func message(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
        let start = beginMessage(number)
        write(&self)
        endMessage(start)
    }

    /// Begins a message within this one; what is written until `endMessage` is in it. Returns what that needs.
    mutating func beginMessage(_ number: Int) -> Int {
        tag(number, 2)
        bytes.append(0)
        return bytes.count
    }

    /// Writes the length before the message that began at `start`. One byte was left for it, which most messages need.
    mutating func endMessage(_ start: Int) {
        var length = bytes.count - start
        guard length >= 0x80 else {
            bytes[start - 1] = UInt8(length)
            return
        }
        let width = Self.width(length)
        bytes.insert(contentsOf: repeatElement(0, count: width - 1), at: start)
        for position in start - 1..<start + width - 2 {
            bytes[position] = UInt8(truncatingIfNeeded: length) | 0x80
            length >>= 7
        }
        bytes[start + width - 2] = UInt8(length)
    }
}
