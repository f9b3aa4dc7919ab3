/// Writes protobuf fields (the wire format of proto2 and proto3). Absent values are not written, empty ones are.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    private mutating func tag(_ number: Int, _ wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }

    mutating func integer(_ number: Int, _ value: Int64?) {
        guard let value else { return }
        tag(number, 0)
        varint(UInt64(bitPattern: value))
    }

    mutating func bool(_ number: Int, _ value: Bool?) { integer(number, value.map { $0 ? 1 : 0 }) }

    mutating func double(_ number: Int, _ value: Double?) {
        guard let value else { return }
        tag(number, 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func string(_ number: Int, _ value: String?) {
        guard let value else { return }
        data(number, value.utf8)
    }

    mutating func data(_ number: Int, _ value: some Collection<UInt8>) {
        tag(number, 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func message(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        data(number, inner.bytes)
    }
}
