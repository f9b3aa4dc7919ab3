/// A protobuf (proto3) message that code knows by its type: of other programs' protocols, which no schema text describes.
package protocol ProtobufMessage: Sendable {
    init()
    /// Names every field with its number, once: the same lines write the message and read it.
    mutating func visit(_ fields: inout ProtobufCodec)
}

extension ProtobufMessage {
    /// A message that `set` fills in.
    package static func with(_ set: (inout Self) throws -> Void) rethrows -> Self {
        var message = Self()
        try set(&message)
        return message
    }

    /// Reads a message of outside bytes; fields it does not know are skipped. Throws `ProtobufError`.
    package init(protobuf bytes: [UInt8]) throws {
        self.init()
        var codec = ProtobufCodec()
        codec.read(bytes[...], into: &self)
        if let failure = codec.failure { throw failure }
    }

    /// The message as it travels.
    package var protobuf: [UInt8] {
        var codec = ProtobufCodec()
        return codec.written(self)
    }
}

/// Writes the fields of a message, or fills in the one that was just read.
///
/// proto3's rules: a zero, an empty text and an empty list are not written. A message is written, be it empty: whether one is there
/// means something, so one that may be absent is an optional.
package struct ProtobufCodec {
    /// How many elements lists and maps may have in one message with all that is in it: two bytes on the wire can become hundreds
    /// here.
    package static let elementLimit = 200_000

    private var writer: ProtobufWriter?
    /// The field that was read; 0 when another message took it.
    private var number = 0
    private var content = ProtobufFields.Content.number(0)
    private var elements = 0
    private(set) var failure: ProtobufError?

    fileprivate init() {}

    fileprivate mutating func written(_ message: some ProtobufMessage) -> [UInt8] {
        let outer = writer
        writer = ProtobufWriter()
        defer { writer = outer }
        var message = message
        message.visit(&self)
        return writer?.bytes ?? []
    }

    fileprivate mutating func read(_ bytes: ArraySlice<UInt8>, into message: inout some ProtobufMessage) {
        var fields = ProtobufFields(bytes)
        while failure == nil, let field = fields.next() {
            (number, content) = field
            message.visit(&self)
        }
        failure = failure ?? fields.failure
        number = 0
    }

    private func bytes(of number: Int) -> ArraySlice<UInt8>? {
        guard self.number == number, case .bytes(let bytes) = content else { return nil }
        return bytes
    }

    /// Whether there is room for one more element.
    private mutating func hasRoom() -> Bool {
        elements += 1
        if elements > Self.elementLimit { failure = ProtobufError(problem: "more than \(Self.elementLimit) elements") }
        return failure == nil
    }

    // MARK: Fields

    package mutating func text(_ number: Int, _ value: inout String) {
        if writer != nil {
            if !value.isEmpty { writer?.string(number, value) }
        } else if let bytes = bytes(of: number) {
            value = String(decoding: bytes, as: UTF8.self)
        }
    }

    package mutating func texts(_ number: Int, _ values: inout [String]) {
        if writer != nil {
            for value in values { writer?.string(number, value) }
        } else if let bytes = bytes(of: number), hasRoom() {
            values.append(String(decoding: bytes, as: UTF8.self))
        }
    }

    package mutating func data(_ number: Int, _ value: inout [UInt8]) {
        if writer != nil {
            if !value.isEmpty { writer?.data(number, value) }
        } else if let bytes = bytes(of: number) {
            value = Array(bytes)
        }
    }

    /// A number of any of protobuf's plain kinds (int32, int64, uint32, uint64); what does not fit is cut to its low bits.
    package mutating func number<Number: FixedWidthInteger>(_ number: Int, _ value: inout Number) {
        if writer != nil {
            if value != 0 { writer?.integer(number, Int64(truncatingIfNeeded: value)) }
        } else if self.number == number, case .number(let bits) = content {
            value = Number(truncatingIfNeeded: bits)
        }
    }

    package mutating func numbers<Number: FixedWidthInteger>(_ number: Int, _ values: inout [Number]) {
        if writer != nil {
            guard !values.isEmpty else { return }
            var packed = ProtobufWriter()
            for value in values { packed.varint(UInt64(truncatingIfNeeded: value)) }
            writer?.data(number, packed.bytes)
        } else if var bytes = bytes(of: number) {
            while !bytes.isEmpty, hasRoom() {
                guard let bits = ProtobufFields.varint(&bytes) else { return failure = ProtobufError(problem: "integer cut off") }
                values.append(Number(truncatingIfNeeded: bits))
            }
        } else if self.number == number, case .number(let bits) = content, hasRoom() {
            values.append(Number(truncatingIfNeeded: bits))
        }
    }

    package mutating func flag(_ number: Int, _ value: inout Bool) {
        var bit: UInt64 = value ? 1 : 0
        self.number(number, &bit)
        value = bit != 0
    }

    /// An enumeration; a number without a case leaves the value as it was.
    package mutating func choice<Choice: RawRepresentable<Int>>(_ number: Int, _ value: inout Choice) {
        var bits = Int32(truncatingIfNeeded: value.rawValue)
        self.number(number, &bits)
        if let known = Choice(rawValue: Int(bits)) { value = known }
    }

    package mutating func message(_ number: Int, _ value: inout some ProtobufMessage) {
        if writer != nil {
            let bytes = written(value)
            writer?.data(number, bytes)
        } else if let bytes = bytes(of: number) {
            read(bytes, into: &value)
        }
    }

    package mutating func message<Message: ProtobufMessage>(_ number: Int, _ value: inout Message?) {
        if writer == nil, bytes(of: number) == nil { return }
        guard writer == nil || value != nil else { return }
        var present = value ?? Message()
        message(number, &present)
        value = present
    }

    package mutating func messages<Message: ProtobufMessage>(_ number: Int, _ values: inout [Message]) {
        if writer != nil {
            for value in values {
                var value = value
                message(number, &value)
            }
        } else if let bytes = bytes(of: number), hasRoom() {
            var value = Message()
            read(bytes, into: &value)
            values.append(value)
        }
    }

    /// A number that may be absent: a message with the number as its field 1.
    package mutating func wrapped<Number: FixedWidthInteger & Sendable>(_ number: Int, _ value: inout Number?) {
        var box = value.map { WrappedNumber(value: $0) }
        message(number, &box)
        value = box?.value
    }

    package mutating func map(_ number: Int, _ values: inout [String: String]) { entries(number, &values) }
    package mutating func map(_ number: Int, _ values: inout [String: [UInt8]]) { entries(number, &values) }

    private mutating func entries<Value: MapValue>(_ number: Int, _ values: inout [String: Value]) {
        if writer != nil {
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                var entry = MapEntry(key: key, value: value)
                message(number, &entry)
            }
        } else if let bytes = bytes(of: number), hasRoom() {
            var entry = MapEntry<Value>()
            read(bytes, into: &entry)
            values[entry.key] = entry.value
        }
    }
}

extension ProtobufWriter {
    package mutating func message(_ number: Int, _ value: some ProtobufMessage) { data(number, value.protobuf) }
}

private struct WrappedNumber<Number: FixedWidthInteger & Sendable>: ProtobufMessage {
    var value: Number = 0

    init(value: Number) { self.value = value }
    init() {}
    mutating func visit(_ fields: inout ProtobufCodec) { fields.number(1, &value) }
}

/// What a map of texts may hold.
private protocol MapValue: Sendable {
    init()
    mutating func visit(_ number: Int, _ fields: inout ProtobufCodec)
}

extension String: MapValue {
    fileprivate mutating func visit(_ number: Int, _ fields: inout ProtobufCodec) { fields.text(number, &self) }
}

extension Array: MapValue where Element == UInt8 {
    fileprivate mutating func visit(_ number: Int, _ fields: inout ProtobufCodec) { fields.data(number, &self) }
}

private struct MapEntry<Value: MapValue>: ProtobufMessage {
    var key = ""
    var value = Value()

    mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &key)
        value.visit(2, &fields)
    }
}
