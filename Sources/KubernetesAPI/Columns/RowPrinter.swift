import Core
import JSON
import SchemaEngine
import Values

/// A row of a Table, the form that kubectl prints (`meta.k8s.io/v1`): its cells, and the conditions that let clients shade it.
package struct PrintedRow: Sendable, Equatable {
    package var cells: [Value]
    package var conditions: [Value] = []

    package init(_ cells: [Value]) { self.cells = cells }

    /// The members of the row but for its object: JSON text of an object that is not closed.
    package func write(to writer: inout JSONWriter) {
        writer.write(raw: "{\"cells\":")
        writer.write(.array(cells))
        guard !conditions.isEmpty else { return }
        writer.write(raw: ",\"conditions\":")
        writer.write(.array(conditions))
    }
}

/// Makes the rows of one kind.
///
/// A built-in kind has a function for its cells, worded as upstream's printers word them; a custom resource's columns are
/// JSON paths; a kind with neither shows its name and when it was created. Of stored text only that is read which the cells are made of.
package struct RowPrinter: Sendable {
    package let columns: [ResourceSchema.Column]
    /// Whether all rows of the same text are the same but for their ages: columns of custom resources may change, others do not.
    package let isConstant: Bool
    private let plan: RowPlan
    private let ages: Ages

    /// Ages are counted up to `now`.
    package init(_ resource: ResourceSchema, now: Timestamp) {
        ages = Ages(now: now)
        let columns = resource.columns.isEmpty ? Self.defaultColumns : resource.columns
        self.columns = columns
        isConstant = resource.custom == nil
        if columns.contains(where: { !$0.path.isEmpty }) {
            plan = RowPlan(JSONProjection(paths: [["metadata", "name"]] + columns.map { JSONPath.names(of: $0.path) })) { object, ages in
                PrintedRow(columns.map { Self.cell(of: object, $0, ages) })
            }
        } else {
            plan = BuiltInRows.plan(resource.structure.name) ?? Self.defaultPlan
        }
    }

    /// One cell for each of the columns, in their order.
    package func row(of object: Value) -> PrintedRow { plan.row(object, ages) }

    /// The row of an object as it is stored, and where in the text its metadata stands. Throws `JSONError` when the text is damaged.
    package func row(of text: [UInt8]) throws -> (row: PrintedRow, metadata: Range<Int>?) {
        let (object, metadata) = try plan.members.read(text, noting: "metadata")
        return (plan.row(object, ages), metadata)
    }

    /// The row of an object as it is stored, without its ages: to be kept with the object. Throws `JSONError` when the text is damaged.
    package func keptRow(of text: [UInt8]) throws -> KeptRow {
        // Only the marks of ages may have that byte.
        guard !text.contains(Ages.mark) else { return KeptRow() }
        let (object, metadata) = try plan.members.read(text, noting: "metadata")
        return KeptRow(plan.row(object, .marked), metadata: metadata)
    }

    private static let defaultColumns: [ResourceSchema.Column] = {
        var name = ResourceSchema.Column(name: "Name", type: "string")
        name.format = "name"
        return [name, ResourceSchema.Column(name: "Created At", type: "date")]
    }()

    private static let defaultPlan = RowPlan("") { object, _ in
        let metadata = object["metadata"]
        return PrintedRow([metadata?["name"] ?? "", metadata?["creationTimestamp"] ?? .null])
    }

    /// A column of a custom resource: what its path leads to, dates as ages.
    private static func cell(of object: Value, _ column: ResourceSchema.Column, _ ages: Ages) -> Value {
        if column.path.isEmpty { return object["metadata"]?["name"] ?? "" }
        guard let value = JSONPath.value(at: column.path, in: object), !value.isNull else { return .null }
        switch (column.type, value) {
        case ("date", .string(let time)):
            if time.isEmpty { return "<unknown>" }
            return .string(Timestamp(rfc3339: time) == nil ? "<invalid>" : ages.since(time))
        case ("integer", .int), ("number", .int), ("number", .double), ("boolean", .bool), ("string", .string): return value
        case ("integer", .double(let number)): return Int64(exactly: number.rounded(.towardZero)).map { .int($0) } ?? .null
        case ("string", let other): return .string(text(of: other))
        default: return .null
        }
    }

    /// A value in a column of texts, as Go's JSONPath prints it.
    private static func text(of value: Value) -> String {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): "\(number)"
        default: JSONWriter.string(value)
        }
    }
}
