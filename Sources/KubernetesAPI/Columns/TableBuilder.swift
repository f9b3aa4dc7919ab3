import Core
import JSON
import SchemaEngine
import Values

/// Lists and objects in the Table form that kubectl prints (`meta.k8s.io/v1 Table`).
///
/// A built-in kind has a function for its cells, worded as upstream's printers word them; a custom resource's columns are
/// JSON paths; a kind with neither shows its name and when it was created.
package struct TableBuilder: Sendable {
    /// What a row carries besides its cells (`includeObject`).
    package enum IncludedObject: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    /// A row's cells, and the conditions that let clients shade it.
    package struct Row {
        package var cells: [Value]
        package var conditions: [Value] = []

        package init(_ cells: [Value]) { self.cells = cells }
    }

    typealias RowFunction = @Sendable (Value, Ages) -> Row

    private let ages: Ages

    /// Ages are counted up to `now`.
    package init(now: Timestamp) { ages = Ages(now: now) }

    /// The table of these objects. `metadata` is that of the list (resourceVersion, continue, remainingItemCount);
    /// a watch leaves the columns out of all events but its first.
    package func table(
        for objects: [Value], of resource: ResourceSchema, metadata: Value = [:], include: IncludedObject = .metadata,
        withColumns: Bool = true
    ) -> Value {
        let columns = resource.columns.isEmpty ? Self.defaultColumns : resource.columns
        let rows = objects.map { object in
            let row = self.row(of: object, resource, columns)
            var value: Object = ["cells": .array(row.cells)]
            if !row.conditions.isEmpty { value["conditions"] = .array(row.conditions) }
            value["object"] = Self.included(object, include)
            return Value.object(value)
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": withColumns ? .array(columns.map(Self.definition)) : .null, "rows": .array(rows),
        ]
    }

    /// One cell for each of the resource's columns, in their order.
    package func cells(of object: Value, _ resource: ResourceSchema) -> [Value] {
        row(of: object, resource, resource.columns.isEmpty ? Self.defaultColumns : resource.columns).cells
    }

    private static let defaultColumns: [ResourceSchema.Column] = {
        var name = ResourceSchema.Column(name: "Name", type: "string")
        name.format = "name"
        return [name, ResourceSchema.Column(name: "Created At", type: "date")]
    }()

    private static func definition(_ column: ResourceSchema.Column) -> Value {
        [
            "name": .string(column.name), "type": .string(column.type), "format": .string(column.format),
            "description": .string(column.description),
            "priority": .int(Int64(column.priority)),
        ]
    }

    private static func included(_ object: Value, _ include: IncludedObject) -> Value {
        switch include {
        case .none: .null
        case .object: object
        case .metadata: ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:]]
        }
    }

    private func row(of object: Value, _ resource: ResourceSchema, _ columns: [ResourceSchema.Column]) -> Row {
        if columns.contains(where: { !$0.path.isEmpty }) {
            return Row(columns.map { cell(of: object, $0) })
        }
        if let function = BuiltInRows.function(resource.structure.name) { return function(object, ages) }
        let metadata = object["metadata"]
        return Row([metadata?["name"] ?? "", metadata?["creationTimestamp"] ?? .null])
    }

    /// A column of a custom resource: what its path leads to, dates as ages.
    private func cell(of object: Value, _ column: ResourceSchema.Column) -> Value {
        if column.path.isEmpty { return object["metadata"]?["name"] ?? "" }
        guard let value = JSONPath.value(at: column.path, in: object), !value.isNull else { return .null }
        switch (column.type, value) {
        case ("date", .string(let time)):
            if time.isEmpty { return "<unknown>" }
            return .string(Timestamp(rfc3339: time) == nil ? "<invalid>" : ages.since(time))
        case ("integer", .int), ("number", .int), ("number", .double), ("boolean", .bool), ("string", .string): return value
        case ("integer", .double(let number)): return Int64(exactly: number.rounded(.towardZero)).map { .int($0) } ?? .null
        case ("string", let other): return .string(Self.text(of: other))
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

/// Ages up to one moment.
struct Ages: Sendable {
    let now: Timestamp

    /// How long ago a time of the API was; "<unknown>" when there is none.
    func since(_ time: String) -> String {
        guard let time = Timestamp(rfc3339: time) else { return "<unknown>" }
        return HumanDuration.text(now - time)
    }

    /// The age of an object.
    func of(_ metadata: ObjectMeta) -> Value { .string(since(metadata.creationTimestamp)) }
}
