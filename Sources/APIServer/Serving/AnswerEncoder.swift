import Core
import HTTPTransport
import JSON
import ResourceEngine
import SchemaEngine
import Values
import YAML

/// Fills the cells of a Table.
package protocol TablePrinter: Sendable {
    /// One cell for each of the resource's columns, in their order.
    func cells(of object: Value, _ resource: ResourceSchema, now: Timestamp) -> [Value]
}

/// Turns the engine's answers into bytes. Stored bytes go out as they are wherever that is possible.
struct AnswerEncoder: Sendable {
    let printer: any TablePrinter
    let clock: any Clock

    /// A value in a representation.
    static func encode(_ value: Value, _ representation: Representation) -> [UInt8] {
        switch representation.encoding {
        case .yaml: return Array(YAMLEmitter.emit(value).utf8)
        case .protobuf: return ProtobufBody.encode(value)
        case .json:
            var bytes = representation.isPretty ? PrettyJSON.encode(value) : JSONWriter.encode(value)
            bytes.append(UInt8(ascii: "\n"))
            return bytes
        }
    }

    /// An answer's body. `includeObject` is the Table option of that name.
    func encode(_ response: EngineResponse, _ representation: Representation, includeObject: String) throws -> [UInt8] {
        let schema = response.resource.schema
        let isCompact = representation.encoding == .json && !representation.isPretty
        let isProtobuf = representation.encoding == .protobuf
        switch (response.content, representation.transform) {
        case (.status(let status), _): return Self.encode(status, representation)
        case (.object(let object), .none):
            if isCompact { return Self.line(object.bytes) }
            if isProtobuf, response.kind == schema.kind { return try ProtobufBody.encode(object, schema) }
            return Self.encode(try object.value(), representation)
        case (.object(let object), .table(let version)):
            // What is only ever created, such as a review, has no metadata that a row could be made of.
            guard !Set(schema.verbs).isDisjoint(with: ["get", "list"]) else { throw ErrorResponse.notAcceptable }
            let metadata = try object.value()[path: "metadata", "resourceVersion"].map { ["resourceVersion": $0] as Value }
            return try Self.encode(
                json: table([object], schema, version, metadata: metadata ?? .object(Object()), includeObject: includeObject),
                representation)
        case (.object(let object), .partial):
            if isProtobuf { return try ProtobufBody.encode(metadataOf: object) }
            return try Self.encode(json: Self.partial(object), representation)
        case (.list(let list), .none):
            if isCompact { return splice(list, response) }
            if isProtobuf, response.kind == schema.kind {
                return try ProtobufBody.encode(list.items, schema, head: response.listValue([], list))
            }
            return Self.encode(
                response.listValue(
                    try list.items.map { item in schema.custom == nil ? Self.untyped(try item.value()) : try item.value() }, list),
                representation)
        case (.list(let list), .table(let version)):
            let metadata = response.listValue([], list)["metadata"] ?? .object(Object())
            return try Self.encode(
                json: table(list.items, schema, version, metadata: metadata, includeObject: includeObject), representation)
        case (.list(let list), .partial):
            var head = response.listValue([], list)
            head["kind"] = "PartialObjectMetadataList"
            head["apiVersion"] = "meta.k8s.io/v1"
            if isProtobuf { return try ProtobufBody.encode(metadataOf: list.items, head: head) }
            var writer = JSONWriter(reserving: list.items.count * 1024 + 256)
            try Self.write(list: head, list.items, &writer) { item, writer in writer.write(raw: try Self.partial(item)) }
            return try Self.encode(json: writer.bytes, representation)
        }
    }

    /// One object of a watch.
    func encode(
        _ object: ServedObject, of resource: ServedResource, _ representation: Representation, includeObject: String, isFirst: Bool
    ) throws -> [UInt8] {
        let isProtobuf = representation.encoding == .protobuf
        switch representation.transform {
        case .none: return isProtobuf ? try ProtobufBody.encode(object, resource.schema) : object.bytes
        case .partial: return try isProtobuf ? ProtobufBody.encode(metadataOf: object) : Self.partial(object)
        case .table(let version):
            let metadata = try object.value()[path: "metadata", "resourceVersion"].map { ["resourceVersion": $0] as Value }
            // Clients keep the columns of the first event.
            return try table(
                [object], resource.schema, version, metadata: metadata ?? .object(Object()), includeObject: includeObject,
                hasColumns: isFirst)
        }
    }

    /// Compact JSON text as an answer, or in another form of JSON.
    private static func encode(json: [UInt8], _ representation: Representation) throws -> [UInt8] {
        if representation.encoding == .json, !representation.isPretty { return line(json) }
        return encode(try JSONParser.parse(json), representation)
    }

    private static func line(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    // MARK: Lists

    /// A list made of stored bytes; items leave out their kind and version, as typed lists do.
    private func splice(_ list: ListResult, _ response: EngineResponse) -> [UInt8] {
        var writer = JSONWriter(reserving: list.items.reduce(256) { $0 + (($1.storedCount ?? 512) + 1) })
        let prefix = response.resource.typePrefixLength
        Self.write(list: response.listValue([], list), list.items, &writer) { item, writer in
            switch item {
            case .stored(let object) where prefix > 0 && object.bytes.count > prefix:
                writer.write(raw: "{")
                writer.write(raw: object.bytes[prefix...])
            default: writer.write(raw: item.bytes)
            }
        }
        writer.write(raw: "\n")
        return writer.bytes
    }

    /// A list whose head, whose last member is an empty array of items, is written as a value and whose items `body` writes.
    private static func write<Item, Failure: Error>(
        list head: Value, _ items: [Item], _ writer: inout JSONWriter, _ body: (Item, inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        writer.write(raw: JSONWriter.encode(head).dropLast(2))
        var isFirst = true
        for item in items {
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            try body(item, &writer)
        }
        writer.write(raw: "]}")
    }

    private static func untyped(_ value: Value) -> Value {
        guard var object = value.object else { return value }
        object.removeAll { $0.key == "kind" || $0.key == "apiVersion" }
        return .object(object)
    }

    /// An object's metadata as it was written.
    private static func partial(_ object: ServedObject) throws -> [UInt8] {
        let bytes = object.bytes
        var writer = JSONWriter(reserving: 1024)
        writer.write(raw: "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":")
        if let range = try JSONScanner.range(of: "metadata", in: bytes) { writer.write(raw: bytes[range]) } else { writer.write(raw: "{}") }
        writer.write(raw: "}")
        return writer.bytes
    }

    // MARK: Tables

    private static func definition(_ column: ResourceSchema.Column) -> Value {
        let members: [(String, Value)] = [
            ("name", .string(column.name)), ("type", .string(column.type)), ("format", .string(column.format)),
            ("description", .string(column.description)),
            ("priority", .int(Int64(column.priority))),
        ]
        return .object(Object(members))
    }

    private func table(
        _ objects: [ServedObject], _ schema: ResourceSchema, _ version: String, metadata: Value, includeObject: String,
        hasColumns: Bool = true
    ) throws -> [UInt8] {
        let now = clock.now
        let head: Value = [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": metadata,
            "columnDefinitions": .array(hasColumns ? schema.columns.map(Self.definition) : []), "rows": .array([]),
        ]
        var writer = JSONWriter(reserving: objects.count * 1536 + 1024)
        try Self.write(list: head, objects, &writer) { object, writer in
            // No cell tells who set which field.
            let value: Value =
                if case .value(let value) = object { value } else { try JSONParser.parse(object.bytes, omitting: "managedFields") }
            writer.write(raw: "{\"cells\":")
            writer.write(.array(printer.cells(of: value, schema, now: now)))
            switch includeObject {
            case "Object":
                writer.write(raw: ",\"object\":")
                writer.write(raw: object.bytes)
            case "None": break
            default:
                writer.write(raw: ",\"object\":")
                writer.write(raw: try Self.partial(object))
            }
            writer.write(raw: "}")
        }
        return writer.bytes
    }
}

extension ServedObject {
    fileprivate var storedCount: Int? {
        switch self {
        case .stored(let object): object.bytes.count
        case .encoded(let bytes): bytes.count
        case .value: nil
        }
    }
}

/// JSON for people: two spaces a level.
enum PrettyJSON {
    static func encode(_ value: Value) -> [UInt8] {
        var writer = JSONWriter()
        write(value, indent: 0, &writer)
        return writer.bytes
    }

    private static func write(_ value: Value, indent: Int, _ writer: inout JSONWriter) {
        func newline(_ level: Int) { writer.write(raw: [UInt8(ascii: "\n")] + [UInt8](repeating: 0x20, count: level * 2)) }
        switch value {
        case .array(let items) where !items.isEmpty:
            writer.write(raw: "[")
            for (position, item) in items.enumerated() {
                if position > 0 { writer.write(raw: ",") }
                newline(indent + 1)
                write(item, indent: indent + 1, &writer)
            }
            newline(indent)
            writer.write(raw: "]")
        case .object(let object) where !object.isEmpty:
            writer.write(raw: "{")
            for (position, member) in object.enumerated() {
                if position > 0 { writer.write(raw: ",") }
                newline(indent + 1)
                writer.write(member.key)
                writer.write(raw: ": ")
                write(member.value, indent: indent + 1, &writer)
            }
            newline(indent)
            writer.write(raw: "}")
        default: writer.write(value)
        }
    }
}
