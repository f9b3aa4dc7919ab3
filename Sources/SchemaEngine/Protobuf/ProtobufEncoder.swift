import Core
import JSON
import Values

/// Writes objects as the protobuf messages that the schema tables describe: the form in which Go clients read built-in kinds.
package enum ProtobufEncoder {
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// A body of type `application/vnd.kubernetes.protobuf`: a magic number, then `runtime.Unknown` around the object's message.
    package static func encode(_ object: Value, as structure: Structure) -> [UInt8] {
        envelope(object, message(object, structure))
    }

    /// The same for a list: its metadata by the structure of `ListMeta`, then its items.
    package static func encode(list: Value, metadata: Structure, items: Structure) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.data(1, message(list["metadata"] ?? .null, metadata))
        for item in list["items"]?.array ?? [] { writer.data(2, message(item, items)) }
        return envelope(list, writer.bytes)
    }

    /// The message of a stored object, by its JSON text; it stands in an envelope or in a list. Throws `JSONError` when the text is damaged.
    package static func message(json: [UInt8], as structure: Structure) throws -> [UInt8] {
        try ProtobufTranscoder.message(json, structure)
    }

    /// A body around the message of an object of that kind.
    package static func encode(_ kind: GroupVersionKind, _ message: [UInt8]) -> [UInt8] {
        envelope(kind.apiVersion, kind.kind, reserving: message.count) { $0.data(2, message) }
    }

    /// The same for a list: its metadata by the structure of `ListMeta`, then the messages of its items.
    package static func encode(list: Value, metadata: Structure, items: [[UInt8]]) -> [UInt8] {
        let metadata = message(list["metadata"] ?? .null, metadata)
        let size = items.reduce(ProtobufWriter.size(ofField: metadata.count)) { $0 + ProtobufWriter.size(ofField: $1.count) }
        return envelope(list["apiVersion"]?.string ?? "", list["kind"]?.string ?? "", reserving: size) { writer in
            writer.header(2, length: size)
            writer.data(1, metadata)
            for item in items { writer.data(2, item) }
        }
    }

    /// An event of a watch (`metav1.WatchEvent`) around an object that is in its envelope already.
    package static func event(_ type: String, _ object: [UInt8]) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, type)
        writer.message(2) { $0.data(1, object) }
        return writer.bytes
    }

    private static func envelope(_ object: Value, _ message: [UInt8]) -> [UInt8] {
        envelope(object["apiVersion"]?.string ?? "", object["kind"]?.string ?? "", reserving: message.count) { $0.data(2, message) }
    }

    /// `content` writes field 2.
    private static func envelope(
        _ apiVersion: String, _ kind: String, reserving size: Int, _ content: (inout ProtobufWriter) -> Void
    ) -> [UInt8] {
        var writer = ProtobufWriter(reserving: size + 128)
        writer.raw(magic)
        writer.message(1) { type in
            type.string(1, apiVersion)
            type.string(2, kind)
        }
        content(&writer)
        writer.string(3, "")
        writer.string(4, "")
        return writer.bytes
    }

    // MARK: Messages

    /// The fields of a structure that stand in the message at `place`: directly in the structure's own, or wrapped.
    package static func message(_ value: Value, _ structure: Structure, at place: ArraySlice<Int> = []) -> [UInt8] {
        var writer = ProtobufWriter()
        guard let object = value.object else { return [] }
        var wrapped: [Int] = []
        for field in structure.fields where field.number > 0 {
            guard let member = object[field.name], !member.isNull, field.envelope.starts(with: place) else { continue }
            if field.envelope.count > place.count {
                let number = field.envelope[place.count]
                if !wrapped.contains(number) { wrapped.append(number) }
                continue
            }
            if let union = SchemaUnion(field, of: structure) {
                writer.data(field.number, union.encode(member) { message($0, structure) })
                continue
            }
            write(member, field.number, field.shape, &writer)
        }
        for number in wrapped { writer.data(number, message(value, structure, at: place + [number])) }
        return writer.bytes
    }

    private static func write(_ value: Value, _ number: Int, _ shape: Shape, _ writer: inout ProtobufWriter) {
        switch shape {
        case .list(let element, _):
            for item in value.array ?? [] { writeElement(item, number, element, &writer) }
        case .map(let element, _):
            for member in value.object ?? Object() {
                writer.message(number) { entry in
                    entry.string(1, member.key)
                    writeElement(member.value, 2, element, &entry)
                }
            }
        default: writeElement(value, number, shape, &writer)
        }
    }

    /// A value that stands by itself; a list within a list or map is a message whose first field repeats (ExtraValue).
    private static func writeElement(_ value: Value, _ number: Int, _ shape: Shape, _ writer: inout ProtobufWriter) {
        switch shape {
        case .structure(let structure): writer.data(number, message(value, structure))
        case .any: writer.message(number) { $0.data(1, JSONWriter.encode(value)) }
        case .list, .map: writer.message(number) { write(value, 1, shape, &$0) }
        case .scalar(let scalar): write(value, number, scalar, &writer)
        }
    }

    static func write(_ value: Value, _ number: Int, _ scalar: Scalar, _ writer: inout ProtobufWriter) {
        switch scalar {
        case .string: writer.string(number, value.string ?? "")
        case .bool: writer.bool(number, value.bool ?? false)
        case .int32, .int64: writer.integer(number, value.int ?? 0)
        case .double: writer.double(number, value.double ?? 0)
        // What is stored was checked when it came in.
        case .bytes: writer.data(number, (try? Base64.decode(value.string ?? "")) ?? [])
        case .quantity: writer.message(number) { $0.string(1, value.string ?? "0") }
        case .intOrString:
            writer.message(number) { part in
                if let text = value.string {
                    part.integer(1, 1)
                    part.integer(2, 0)
                    part.string(3, text)
                } else {
                    part.integer(1, 0)
                    part.integer(2, value.int ?? 0)
                    part.string(3, "")
                }
            }
        case .duration:
            writer.message(number) { $0.integer(1, value.string.flatMap(GoDuration.parse)?.nanoseconds ?? 0) }
        case .time, .microTime:
            guard let (seconds, nanoseconds) = value.string.flatMap(Timestamp.parse) else { return }
            writer.message(number) { part in
                part.integer(1, seconds)
                part.integer(2, nanoseconds)
            }
        }
    }
}
