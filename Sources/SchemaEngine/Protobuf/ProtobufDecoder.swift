import Core
import JSON
import Values

/// Reads protobuf messages as the schema tables describe them: the form in which kubectl and controllers send built-in kinds.
package enum ProtobufDecoder {
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
    private static let depthLimit = 100

    /// The object in a body of type `application/vnd.kubernetes.protobuf`: a magic number, then `runtime.Unknown` around the message.
    /// Throws `ProtobufError`; its text names the kind when no structure is known for it.
    package static func decode(_ bytes: [UInt8], _ structure: (GroupVersionKind) -> Structure?) throws -> Value {
        guard bytes.starts(with: magic) else {
            throw ProtobufError(problem: "provided data does not appear to be a protobuf message, expected prefix \(magic)")
        }
        var (apiVersion, kind) = ("", "")
        var raw: ArraySlice<UInt8> = []
        for (number, content) in try ProtobufFields.read(bytes[4...]) {
            switch (number, content) {
            case (1, .bytes(let meta)):
                for case (let part, .bytes(let text)) in try ProtobufFields.read(meta) {
                    if part == 1 {
                        apiVersion = String(decoding: text, as: UTF8.self)
                    } else if part == 2 {
                        kind = String(decoding: text, as: UTF8.self)
                    }
                }
            case (2, .bytes(let bytes)): raw = bytes
            default: break
            }
        }
        let type = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        guard let structure = structure(type) else {
            throw ProtobufError(problem: "no kind \"\(kind)\" is registered for version \"\(apiVersion)\"")
        }
        var object: Object = ["kind": .string(kind), "apiVersion": .string(apiVersion)]
        for member in try message(raw, structure, envelope: [], depth: 0) where member.key != "kind" && member.key != "apiVersion" {
            object.append(member.key, member.value)
        }
        return .object(object)
    }

    /// The fields of a structure that stand in one message: those directly in it, or those wrapped in the messages `envelope`.
    private static func message(_ bytes: ArraySlice<UInt8>, _ structure: Structure, envelope: [Int], depth: Int) throws -> Object {
        guard depth < depthLimit else { throw ProtobufError(problem: "nested deeper than \(depthLimit)") }
        var result = Object()
        for (number, content) in try ProtobufFields.read(bytes) {
            if let field = structure.fields.first(where: { $0.number == number && $0.envelope == envelope }) {
                if let union = SchemaUnion(field, of: structure), case .bytes(let inner) = content {
                    result[field.name] = try union.decode(inner) { .object(try message($0, structure, envelope: [], depth: depth + 1)) }
                } else {
                    try add(content, of: field, to: &result, depth: depth)
                }
            } else if case .bytes(let inner) = content, case let deeper = envelope + [number],
                structure.fields.contains(where: { $0.envelope.starts(with: deeper) })
            {
                for member in try message(inner, structure, envelope: deeper, depth: depth + 1) { result[member.key] = member.value }
            }
        }
        // What is empty and means nothing is left out, as it is in JSON; emptiness that means something has presence.
        let meaningful = result.filter { member in structure[field: member.key]?.hasPresence == true || !member.value.isEmpty }
        return Object(meaningful.map { ($0.key, $0.value) })
    }

    private static func add(_ content: ProtobufFields.Content, of field: Field, to result: inout Object, depth: Int) throws {
        switch field.shape {
        case .list(let element, _):
            var list = result[field.name]?.array ?? []
            result[field.name] = nil
            if case .scalar(let scalar) = element, case .bytes(var packed) = content, [.int32, .int64, .bool].contains(scalar) {
                while !packed.isEmpty {
                    guard let number = ProtobufFields.varint(&packed) else { throw ProtobufError(problem: "packed list cut off") }
                    list.append(try value(.number(number), element, depth: depth))
                }
            } else {
                list.append(try value(content, element, depth: depth))
            }
            result[field.name] = .array(list)
        case .map(let element, _):
            guard case .bytes(let entry) = content else { throw ProtobufError(problem: "wrong wireType for field \(field.name)") }
            var key = ""
            var member: Value?
            for (number, part) in try ProtobufFields.read(entry) {
                if number == 1, case .bytes(let text) = part { key = String(decoding: text, as: UTF8.self) }
                if number == 2 { member = try value(part, element, depth: depth) }
            }
            var map = result[field.name]?.object ?? Object()
            result[field.name] = nil
            map[key] = try member ?? value(.bytes([]), element, depth: depth)
            result[field.name] = .object(map)
        default: result[field.name] = try value(content, field.shape, depth: depth)
        }
    }

    private static func value(_ content: ProtobufFields.Content, _ shape: Shape, depth: Int) throws -> Value {
        switch (shape, content) {
        case (.structure(let structure), .bytes(let bytes)): return .object(try message(bytes, structure, envelope: [], depth: depth + 1))
        case (.scalar(let scalar), _): return try self.scalar(content, scalar)
        case (.any, .bytes(let bytes)):
            // RawExtension, FieldsV1 and JSON: a message around JSON text.
            guard case .bytes(let raw)? = try ProtobufFields.read(bytes).first(where: { $0.number == 1 })?.content, !raw.isEmpty else {
                return .null
            }
            do { return try JSONParser.parse(Array(raw), limits: .init(depth: 400)) } catch {
                throw ProtobufError(problem: "embedded text is not JSON: \(error)")
            }
        case (.list(let element, _), .bytes(let bytes)):
            // A list where protobuf has no place for one (ExtraValue): a message whose first field repeats.
            return .array(try ProtobufFields.read(bytes).filter { $0.number == 1 }.map { try value($0.content, element, depth: depth + 1) })
        default: throw ProtobufError(problem: "wrong wireType")
        }
    }

    private static func scalar(_ content: ProtobufFields.Content, _ scalar: Scalar) throws -> Value {
        switch (scalar, content) {
        case (.string, .bytes(let bytes)): return .string(String(decoding: bytes, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(Base64.encode(bytes))
        case (.bool, .number(let number)): return .bool(number != 0)
        case (.int32, .number(let number)): return .int(Int64(Int32(truncatingIfNeeded: number)))
        case (.int64, .number(let number)): return .int(Int64(bitPattern: number))
        case (.double, .number(let number)):
            let double = Double(bitPattern: number)
            guard double.isFinite else { throw ProtobufError(problem: "a number that is not finite") }
            return .double(double)
        case (.quantity, .bytes(let bytes)):
            guard case .bytes(let text)? = try ProtobufFields.read(bytes).first(where: { $0.number == 1 })?.content else { return "0" }
            return .string(String(decoding: text, as: UTF8.self))
        case (.intOrString, .bytes(let bytes)): return try intOrString(bytes)
        case (.duration, .bytes(let bytes)):
            guard case .number(let nanoseconds)? = try ProtobufFields.read(bytes).first(where: { $0.number == 1 })?.content else {
                return "0s"
            }
            return .string(GoDuration.text(.nanoseconds(Int64(bitPattern: nanoseconds))))
        case (.time, .bytes(let bytes)), (.microTime, .bytes(let bytes)):
            var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
            var isSet = false
            for case (let number, .number(let part)) in try ProtobufFields.read(bytes) {
                isSet = true
                if number == 1 {
                    seconds = Int64(bitPattern: part)
                } else if number == 2 {
                    nanoseconds = Int64(Int32(truncatingIfNeeded: part))
                }
            }
            // Go's zero time, the beginning of year 1, means that there is none.
            guard isSet, seconds != -62_135_596_800 || nanoseconds != 0, (0..<1_000_000_000).contains(nanoseconds),
                Timestamp.writtenSeconds.contains(seconds)
            else { return .null }
            return .string(Timestamp.text(seconds, nanoseconds, fraction: scalar == .microTime))
        default: throw ProtobufError(problem: "wrong wireType for a \(scalar.rawValue)")
        }
    }

    private static func intOrString(_ bytes: ArraySlice<UInt8>) throws -> Value {
        var isString = false
        var number: Int64 = 0
        var text = ""
        for (part, content) in try ProtobufFields.read(bytes) {
            switch (part, content) {
            case (1, .number(let kind)): isString = kind == 1
            case (2, .number(let value)): number = Int64(Int32(truncatingIfNeeded: value))
            case (3, .bytes(let value)): text = String(decoding: value, as: UTF8.self)
            default: break
            }
        }
        return isString ? .string(text) : .int(number)
    }
}
