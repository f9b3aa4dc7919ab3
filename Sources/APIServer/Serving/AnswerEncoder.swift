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
        switch (response.content, representation.transform) {
        case (.status(let status), _): return Self.encode(status, representation)
        case (.object(let object), .none):
            if representation.encoding == .json, !representation.isPretty {
                var bytes = object.bytes
                bytes.append(UInt8(ascii: "\n"))
                return bytes
            }
            return Self.encode(try object.value(), representation)
        case (.object(let object), .table(let version)):
            // What is only ever created, such as a review, has no metadata that a row could be made of.
            guard !Set(response.resource.schema.verbs).isDisjoint(with: ["get", "list"]) else { throw ErrorResponse.notAcceptable }
            return Self.encode(try table([object], response.resource.schema, version, includeObject: includeObject), representation)
        case (.object(let object), .partial): return Self.encode(Self.partial(try object.value()), representation)
        case (.list(let list), .none):
            if representation.encoding == .json, !representation.isPretty { return splice(list, response) }
            return Self.encode(
                response.listValue(
                    try list.items.map { item in
                        response.resource.schema.custom == nil ? Self.untyped(try item.value()) : try item.value()
                    }, list), representation)
        case (.list(let list), .table(let version)):
            var table = try table(list.items, response.resource.schema, version, includeObject: includeObject)
            table["metadata"] = response.listValue([], list)["metadata"]
            return Self.encode(table, representation)
        case (.list(let list), .partial):
            var value = response.listValue(try list.items.map { Self.partial(try $0.value()) }, list)
            value["kind"] = "PartialObjectMetadataList"
            value["apiVersion"] = "meta.k8s.io/v1"
            return Self.encode(value, representation)
        }
    }

    /// One object of a watch.
    func encode(
        _ object: ServedObject, of resource: ServedResource, _ representation: Representation, includeObject: String, isFirst: Bool
    ) throws -> [UInt8] {
        let isProtobuf = representation.encoding == .protobuf
        switch representation.transform {
        case .none: return isProtobuf ? ProtobufBody.encode(try object.value()) : object.bytes
        case .partial:
            let metadata = Self.partial(try object.value())
            return isProtobuf ? ProtobufBody.encode(metadata) : JSONWriter.encode(metadata)
        case .table(let version):
            var table = try table([object], resource.schema, version, includeObject: includeObject)
            // Clients keep the columns of the first event.
            if !isFirst { table["columnDefinitions"] = .array([]) }
            return JSONWriter.encode(table)
        }
    }

    // MARK: Lists

    /// A list made of stored bytes; items leave out their kind and version, as typed lists do.
    private func splice(_ list: ListResult, _ response: EngineResponse) -> [UInt8] {
        let head = JSONWriter.encode(response.listValue([], list))
        var writer = JSONWriter(reserving: list.items.reduce(head.count + 16) { $0 + (($1.storedCount ?? 512) + 1) })
        writer.write(raw: head.dropLast(2))
        let prefix = response.resource.typePrefixLength
        var isFirst = true
        for item in list.items {
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            switch item {
            case .stored(let object) where prefix > 0 && object.bytes.count > prefix:
                writer.write(raw: "{")
                writer.write(raw: object.bytes[prefix...])
            default: writer.write(raw: item.bytes)
            }
        }
        writer.write(raw: "]}\n")
        return writer.bytes
    }

    private static func untyped(_ value: Value) -> Value {
        guard var object = value.object else { return value }
        object.removeAll { $0.key == "kind" || $0.key == "apiVersion" }
        return .object(object)
    }

    private static func partial(_ value: Value) -> Value {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": value["metadata"] ?? .object(Object())]
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

    private func table(_ objects: [ServedObject], _ schema: ResourceSchema, _ version: String, includeObject: String) throws -> Value {
        let now = clock.now
        let definitions = schema.columns.map(Self.definition)
        let rows = try objects.map { object -> Value in
            let value = try object.value()
            var row: Value = ["cells": .array(printer.cells(of: value, schema, now: now))]
            switch includeObject {
            case "Object": row["object"] = value
            case "None": break
            default: row["object"] = Self.partial(value)
            }
            return row
        }
        var metadata = Object()
        if objects.count == 1, let revision = try objects[0].value()[path: "metadata", "resourceVersion"] {
            metadata["resourceVersion"] = revision
        }
        return [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": .object(metadata),
            "columnDefinitions": .array(definitions),
            "rows": .array(rows),
        ]
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
