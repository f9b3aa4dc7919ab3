import Core
import JSON
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Values

/// The form that kubectl prints: a row for each object.
extension AnswerEncoder {
    private static func definition(_ column: ResourceSchema.Column, of kind: String) -> Value {
        let description = column.description.isEmpty ? ColumnDescriptions.text(column.name, of: kind) : column.description
        let members: [(String, Value)] = [
            ("name", .string(column.name)), ("type", .string(column.type)), ("format", .string(column.format)),
            ("description", .string(description)),
            ("priority", .int(Int64(column.priority))),
        ]
        return .object(Object(members))
    }

    /// The metadata of a Table of one object.
    static func revision(of object: ServedObject) throws -> Value {
        let part: Value = if case .value(let value) = object { value } else { try revision.read(object.bytes, noting: "metadata").value }
        return part[path: "metadata", "resourceVersion"].map { ["resourceVersion": $0] } ?? [:]
    }

    /// Throws `APIError` (400) for a word that says nothing about what goes with rows.
    static func checkIncludeObject(_ word: String?) throws {
        guard let word, !["", "Metadata", "Object", "None"].contains(word) else { return }
        throw APIError.badRequest(
            "Unable to convert to Table as requested: includeObject: Invalid value: \"\(word)\": must be 'Metadata', 'Object', 'None', or empty"
        )
    }

    private static let revision = JSONProjection("metadata.resourceVersion")

    /// A Table. Cells are made from what is read of stored text, and objects that go with them are that text, or their metadata in it.
    func table(
        _ objects: [ServedObject], _ schema: ResourceSchema, _ version: String, metadata: Value, includeObject: String,
        hasColumns: Bool = true
    ) throws -> JSONWriter {
        let now = clock.now
        let printer = RowPrinter(schema, now: now)
        let columns = printer.columns.map { Self.definition($0, of: schema.kind.kind) }
        let head: Value = [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": metadata,
            "columnDefinitions": hasColumns ? .array(columns) : .null, "rows": .array([]),
        ]
        var writer = JSONWriter(reserving: objects.count * 1536 + 1024)
        try Self.write(list: head, objects, &writer) { object, writer in
            let range = try Self.write(row: object, printer, at: now, &writer)
            writer.write(raw: ",\"object\":")
            switch includeObject {
            case "Object": writer.write(raw: object.bytes)
            case "None" where !object.endsInitialEvents: writer.write(raw: "null")
            default: try Self.write(partial: object, at: range, version, &writer)
            }
            writer.write(raw: "}")
        }
        return writer
    }

    /// Writes the members of a row but for its object, and tells where the object's metadata stands in its text. Rows of stored objects are
    /// printed once and kept with them, so that lists and watchers share them.
    private static func write(
        row object: ServedObject, _ printer: RowPrinter, at now: Timestamp, _ writer: inout JSONWriter
    ) throws -> Range<Int>? {
        let row: PrintedRow
        var metadata: Range<Int>?
        switch object {
        case .stored(let stored) where printer.isConstant:
            let kept = KeptRow(bytes: try stored.form(.row) { try printer.keptRow(of: $0).bytes })
            if let metadata = kept.metadata {
                kept.write(at: now, to: &writer)
                return metadata
            }
            (row, metadata) = try printer.row(of: stored.bytes)
        case .value(let value): row = printer.row(of: value)
        case .stored, .encoded: (row, metadata) = try printer.row(of: object.bytes)
        }
        row.write(to: &writer)
        return metadata
    }
}

extension ServedObject {
    /// Whether it is the bookmark that says that a watch has told what there was; clients must be able to tell it, whatever they asked for.
    fileprivate var endsInitialEvents: Bool {
        guard case .value(let value) = self else { return false }
        return value[path: "metadata", "annotations", "k8s.io/initial-events-end"] == "true"
    }
}
