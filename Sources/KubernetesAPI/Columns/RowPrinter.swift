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
            let paths = columns.map { JSONPath($0.path) }
            plan = RowPlan(JSONProjection(paths: [["metadata", "name"]] + paths.compactMap { $0?.names })) { object, ages in
                PrintedRow(zip(columns, paths).map { Self.cell(of: object, $0, $1, ages) })
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
    private static func cell(of object: Value, _ column: ResourceSchema.Column, _ path: JSONPath?, _ ages: Ages) -> Value {
        if column.path.isEmpty { return object["metadata"]?["name"] ?? "" }
        guard let value = path?.value(in: object) else { return .null }
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
        case .null: "<no value>"
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): "\(number)"
        case .double(let number): GoNumber.text(number)
        default: escaped(JSONWriter.string(sorted(value)))
        }
    }

    private static func sorted(_ value: Value) -> Value {
        switch value {
        case .object(let object): .object(Object(object.sorted { $0.key < $1.key }.map { ($0.key, sorted($0.value)) }))
        case .array(let items): .array(items.map(sorted))
        default: value
        }
    }

    /// Go's JSON has no signs of HTML; outside of texts there are none.
    private static func escaped(_ json: String) -> String {
        json.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "<": result += "\\u003c"
            case ">": result += "\\u003e"
            case "&": result += "\\u0026"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

/// Numbers as Go prints them.
enum GoNumber {
    /// As `%v` does: with the fewest digits, and with an exponent from a million on and below a ten-thousandth.
    static func text(_ number: Double) -> String {
        let parts = "\(number.magnitude)".split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        guard number.isFinite, mantissa.count <= 2 else { return "\(number)" }
        var digits = mantissa.joined()
        var exponent = mantissa[0].count - 1 + (parts.count == 2 ? Int(parts[1]) ?? 0 : 0)
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        exponent -= leading
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = number < 0 ? "-" : ""
        guard !digits.isEmpty else { return "\(sign)0" }
        if exponent < -4 || exponent >= 6 {
            let fraction = digits.count > 1 ? ".\(digits.dropFirst())" : ""
            let size = abs(exponent)
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size)"
        }
        if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
        let whole = exponent + 1
        if digits.count <= whole { return "\(sign)\(digits)\(String(repeating: "0", count: whole - digits.count))" }
        return "\(sign)\(digits.prefix(whole)).\(digits.dropFirst(whole))"
    }
}
