import JSON
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Values

/// The form that kubectl prints: a row for each object.
extension AnswerEncoder {
    private static func definition(_ column: ResourceSchema.Column) -> Value {
        let members: [(String, Value)] = [
            ("name", .string(column.name)), ("type", .string(column.type)), ("format", .string(column.format)),
            ("description", .string(column.description)),
            ("priority", .int(Int64(column.priority))),
        ]
        return .object(Object(members))
    }

    /// The metadata of a Table of one object.
    static func revision(of object: ServedObject) throws -> Value {
        let part: Value = if case .value(let value) = object { value } else { try revision.read(object.bytes, noting: "metadata").value }
        return part[path: "metadata", "resourceVersion"].map { ["resourceVersion": $0] } ?? [:]
    }

    private static let revision = JSONProjection("metadata.resourceVersion")

    /// A Table. Cells are made from what is read of stored text, and objects that go with them are that text, or their metadata in it.
    func table(
        _ objects: [ServedObject], _ schema: ResourceSchema, _ version: String, metadata: Value, includeObject: String,
        hasColumns: Bool = true
    ) throws -> JSONWriter {
        let printer = RowPrinter(schema, now: clock.now)
        let head: Value = [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": metadata,
            "columnDefinitions": hasColumns ? .array(printer.columns.map(Self.definition)) : .null, "rows": .array([]),
        ]
        var writer = JSONWriter(reserving: objects.count * 1536 + 1024)
        try Self.write(list: head, objects, &writer) { object, writer in
            let row: PrintedRow
            var range: Range<Int>?
            if case .value(let value) = object { row = printer.row(of: value) } else { (row, range) = try printer.row(of: object.bytes) }
            writer.write(raw: "{\"cells\":")
            writer.write(.array(row.cells))
            if !row.conditions.isEmpty {
                writer.write(raw: ",\"conditions\":")
                writer.write(.array(row.conditions))
            }
            writer.write(raw: ",\"object\":")
            switch includeObject {
            case "Object": writer.write(raw: object.bytes)
            case "None" where !object.endsInitialEvents: writer.write(raw: "null")
            default: try Self.write(partial: object, at: range, &writer)
            }
            writer.write(raw: "}")
        }
        return writer
    }
}

extension ServedObject {
    /// Whether it is the bookmark that says that a watch has told what there was; clients must be able to tell it, whatever they asked for.
    fileprivate var endsInitialEvents: Bool {
        guard case .value(let value) = self else { return false }
        return value[path: "metadata", "annotations", "k8s.io/initial-events-end"] == "true"
    }
}
