import Core
import JSON
import Values

/// Writes the JSON text of a stored object as the protobuf message of its structure, in one pass and with no tree between. What the structure
/// does not name is left out, so that a part of an object is had by a structure with fewer fields.
struct ProtobufTranscoder {
    private var scanner: JSONScanner
    private var writer: ProtobufWriter

    /// The message. Throws `JSONError` when the text is damaged.
    static func message(_ json: [UInt8], _ structure: Structure) throws -> [UInt8] {
        try json.withUnsafeBufferPointer { text in
            var transcoder = ProtobufTranscoder(scanner: JSONScanner(text), writer: ProtobufWriter(reserving: text.count / 2))
            try transcoder.object(structure)
            return transcoder.writer.bytes
        }
    }

    /// A field that stands in a message of its own, and where its value is.
    private struct Wrapped {
        let field: Field
        let position: Int
    }

    private mutating func object(_ structure: Structure) throws {
        var wrapped: [Wrapped] = []
        try scanner.expect(UInt8(ascii: "{"))
        if try scanner.pass(UInt8(ascii: "}")) { return }
        repeat {
            let name = try scanner.string()
            try scanner.expect(UInt8(ascii: ":"))
            guard try scanner.peek() != UInt8(ascii: "n"), let field = structure[field: try scanner.decoded(name)], field.number > 0 else {
                _ = try scanner.skip()
                continue
            }
            guard field.envelope.isEmpty else {
                wrapped.append(Wrapped(field: field, position: scanner.position))
                _ = try scanner.skip()
                continue
            }
            try write(field, of: structure)
        } while try scanner.pass(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "}"))
        guard !wrapped.isEmpty else { return }
        let end = scanner.position
        try write(wrapped[...], depth: 0, of: structure)
        scanner.position = end
    }

    /// Fields that are wrapped at least once more than `depth`, each in the message it belongs to.
    private mutating func write(_ fields: ArraySlice<Wrapped>, depth: Int, of structure: Structure) throws {
        var written: [Int] = []
        for field in fields {
            let number = field.field.envelope[depth]
            guard !written.contains(number) else { continue }
            written.append(number)
            let together = fields.filter { $0.field.envelope[depth] == number }
            let start = writer.beginMessage(number)
            for one in together where one.field.envelope.count == depth + 1 {
                scanner.position = one.position
                try write(one.field, of: structure)
            }
            let deeper = together.filter { $0.field.envelope.count > depth + 1 }
            if !deeper.isEmpty { try write(deeper[...], depth: depth + 1, of: structure) }
            writer.endMessage(start)
        }
    }

    private mutating func write(_ field: Field, of structure: Structure) throws {
        if let union = SchemaUnion(field, of: structure) {
            let value = try scanner.value(try scanner.skip())
            writer.data(field.number, union.encode(value) { ProtobufEncoder.message($0, structure) })
            return
        }
        try write(field.number, field.shape)
    }

    private mutating func write(_ number: Int, _ shape: Shape) throws {
        switch shape {
        case .list(let element, _):
            try scanner.expect(UInt8(ascii: "["))
            if try scanner.pass(UInt8(ascii: "]")) { return }
            repeat { try writeElement(number, element) } while try scanner.pass(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "]"))
        case .map(let element, _):
            try scanner.expect(UInt8(ascii: "{"))
            if try scanner.pass(UInt8(ascii: "}")) { return }
            repeat {
                let name = try scanner.string()
                try scanner.expect(UInt8(ascii: ":"))
                let start = writer.beginMessage(number)
                try write(1, name)
                try writeElement(2, element)
                writer.endMessage(start)
            } while try scanner.pass(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
        default: try writeElement(number, shape)
        }
    }

    private mutating func write(_ number: Int, _ text: JSONScanner.Text) throws {
        if text.isEscaped {
            writer.string(number, try scanner.decoded(text))
        } else {
            writer.data(number, scanner.bytes(text.range))
        }
    }

    private mutating func writeElement(_ number: Int, _ shape: Shape) throws {
        switch shape {
        case .structure(let structure):
            let start = writer.beginMessage(number)
            if try scanner.peek() == UInt8(ascii: "{") { try object(structure) } else { _ = try scanner.skip() }
            writer.endMessage(start)
        case .any:
            let start = writer.beginMessage(number)
            writer.data(1, scanner.bytes(try scanner.skip()))
            writer.endMessage(start)
        case .list, .map:
            let start = writer.beginMessage(number)
            try write(1, shape)
            writer.endMessage(start)
        case .scalar(.string):
            try write(number, try scanner.string())
        case .scalar(.bool):
            writer.bool(number, try scanner.peek() == UInt8(ascii: "t"))
            _ = try scanner.skip()
        case .scalar(.int32), .scalar(.int64):
            writer.integer(number, try scanner.integer())
        case .scalar(let scalar):
            let isString = try scanner.peek() == UInt8(ascii: "\"")
            let value: Value = try isString ? .string(scanner.decoded(scanner.string())) : scanner.value(scanner.skip())
            ProtobufEncoder.write(value, number, scalar, &writer)
        }
    }
}
