import Core
import HTTPTransport
import JSON
import ResourceEngine
import SchemaEngine
import Values
import YAML

/// Turns the engine's answers into bytes. Stored bytes go out as they are wherever that is possible.
struct AnswerEncoder: Sendable {
    let clock: any Clock

    /// A value in a representation.
    static func encode(_ value: Value, _ representation: Representation) -> [UInt8] {
        switch representation.encoding {
        case .yaml: return Array(YAMLEmitter.emit(sorted(value)).utf8)
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
            guard !Set(schema.verbs).isDisjoint(with: ["get", "list"]) else { throw ErrorResponse.onlyAccepted(Representation.mediaTypes) }
            return try Self.encode(
                table([object], schema, version, metadata: Self.revision(of: object), includeObject: includeObject), representation)
        case (.object(let object), .partial(let version, let isList)):
            guard !isList else { throw Self.mismatched(schema, isList: false) }
            if isProtobuf { return try ProtobufBody.encode(metadataOf: object) }
            return try Self.encode(Self.partial(object, version), representation)
        case (.list(let list), .none):
            if isCompact { return try splice(list, response) }
            if isProtobuf, response.kind == schema.kind {
                return try ProtobufBody.encode(list.items, schema, head: response.listValue([], list))
            }
            return Self.encode(
                response.listValue(
                    try list.items.map { item in schema.custom == nil ? Self.untyped(try item.value()) : try item.value() }, list),
                representation)
        case (.list(let list), .table(let version)):
            let metadata = response.listValue([], list)["metadata"] ?? .object(Object())
            return try Self.encode(table(list.items, schema, version, metadata: metadata, includeObject: includeObject), representation)
        case (.list(let list), .partial(let version, let isList)):
            guard isList else { throw Self.mismatched(schema, isList: true) }
            var head = response.listValue([], list)
            head["kind"] = "PartialObjectMetadataList"
            head["apiVersion"] = .string("meta.k8s.io/\(version)")
            if isProtobuf { return try ProtobufBody.encode(metadataOf: list.items, head: head) }
            var writer = JSONWriter(reserving: list.items.count * 1024 + 256)
            try Self.write(list: head, list.items, &writer) { item, writer in try Self.write(partial: item, version, &writer) }
            return try Self.encode(consume writer, representation)
        }
    }

    /// One object of a watch.
    func encode(
        _ object: ServedObject, of resource: ServedResource, _ representation: Representation, includeObject: String, isFirst: Bool
    ) throws -> [UInt8] {
        let isProtobuf = representation.encoding == .protobuf
        switch representation.transform {
        case .none: return isProtobuf ? try ProtobufBody.encode(object, resource.schema) : object.bytes
        case .partial(let version, _):
            if isProtobuf { return try ProtobufBody.encode(metadataOf: object) }
            var writer = try Self.partial(object, version)
            return writer.take()
        case .table(let version):
            // Clients keep the columns of the first event.
            var writer = try table(
                [object], resource.schema, version, metadata: Self.revision(of: object), includeObject: includeObject,
                hasColumns: isFirst)
            return writer.take()
        }
    }

    /// Compact JSON text as an answer, or in another form of JSON.
    private static func encode(_ json: consuming JSONWriter, _ representation: Representation) throws -> [UInt8] {
        json.write(raw: "\n")
        if representation.encoding == .json, !representation.isPretty { return json.take() }
        return encode(try JSONParser.parse(json.take()), representation)
    }

    private static func line(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    // MARK: Lists

    /// A list made of stored bytes; items leave out their kind and version, as typed lists do.
    private func splice(_ list: ListResult, _ response: EngineResponse) throws -> [UInt8] {
        var writer = JSONWriter(reserving: list.items.reduce(256) { $0 + (($1.storedCount ?? 512) + 1) })
        let prefix = response.resource.typePrefixLength
        try Self.write(list: response.listValue([], list), list.items, &writer) { item, writer in
            switch item {
            case .stored(let object) where prefix > 0 && object.bytes.count > prefix:
                writer.write(raw: "{")
                writer.write(raw: object.bytes[prefix...])
            // What was converted.
            case .value where prefix > 0, .encoded where prefix > 0: writer.write(Self.untyped(try item.value()))
            default: writer.write(raw: item.bytes)
            }
        }
        writer.write(raw: "\n")
        return writer.take()
    }

    /// A list whose head, whose last member is an empty array of items, is written as a value and whose items `body` writes.
    static func write<Item, Failure: Error>(
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

    /// An object is asked for as a list, or a list as an object. Upstream names the Go type of what there is.
    private static func mismatched(_ schema: ResourceSchema, isList: Bool) -> APIError {
        let group = schema.kind.group
        let package = group.isEmpty || group == "events.k8s.io" ? "core" : String(group.prefix { $0 != "." })
        let kind = schema.kind.kind + (isList ? "List" : "")
        let type = schema.custom == nil ? "*\(package).\(kind)" : isList ? "*unstructured.UnstructuredList" : "*unstructured.Unstructured"
        return .notAcceptable(
            isList
                ? "you requested PartialObjectMetadata, but the requested object is a list (\(type))"
                : "you requested PartialObjectMetadataList, but the requested object is not a list (\(type))")
    }

    /// Members by name, as upstream's YAML has them.
    private static func sorted(_ value: Value) -> Value {
        switch value {
        case .object(let object):
            let members = object.map { ($0.key, sorted($0.value)) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            return .object(Object(members))
        case .array(let items): return .array(items.map(sorted))
        default: return value
        }
    }

    private static func partial(_ object: ServedObject, _ version: String) throws -> JSONWriter {
        var writer = JSONWriter(reserving: 1024)
        try write(partial: object, version, &writer)
        return writer
    }

    /// An object's metadata as it was written. `range` is where it stands in the object's text, if that is known.
    static func write(partial object: ServedObject, at range: Range<Int>? = nil, _ version: String, _ writer: inout JSONWriter) throws {
        writer.write(raw: "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/")
        writer.write(raw: version.utf8)
        writer.write(raw: "\",\"metadata\":")
        if case .value(let value) = object {
            writer.write(value["metadata"] ?? .object(Object()))
        } else {
            let bytes = object.bytes
            if let range = try range ?? JSONScanner.range(of: "metadata", in: bytes) {
                writer.write(raw: bytes[range])
            } else {
                writer.write(raw: "{}")
            }
        }
        writer.write(raw: "}")
    }
}

extension ServedObject {
    /// How long its stored text is.
    var storedCount: Int? {
        switch self {
        case .stored(let object): object.bytes.count
        case .encoded(let bytes): bytes.count
        case .value: nil
        }
    }
}

extension EngineResponse {
    /// About how long the body will be; what has been converted is guessed.
    var estimatedCount: Int {
        switch content {
        case .object(let object): object.storedCount ?? 256 * 1024
        case .list(let list): list.items.reduce(0) { $0 + ($1.storedCount ?? 4096) }
        case .status: 0
        }
    }
}

/// JSON for people: two spaces a level.
enum PrettyJSON {
    static func encode(_ value: Value) -> [UInt8] {
        var writer = JSONWriter()
        write(value, indent: 0, &writer)
        return writer.take()
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
