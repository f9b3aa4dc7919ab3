import CEL
import SchemaEngine
import Values

/// How large values of a schema can be, by its own limits or by what a request can hold, for what rules can cost (upstream's `SchemaDeclType`).
struct RuleSizes: Sendable {
    /// The largest request, in bytes.
    private static let request: UInt64 = 3 * 1024 * 1024
    /// A text as large as a request, without its quotes.
    private static let text = request - 2

    private let root: StructuralSchema
    /// Whether the root shows its kind, its version and its names whatever the schema says.
    private let isResource: Bool

    init(_ root: StructuralSchema, isResource: Bool) {
        self.root = root
        self.isResource = isResource
    }

    /// The size of what lies at a path from `self`; nil where nothing is known of it. What is no text, list or map has none.
    func size(at path: [String]) -> UInt64? {
        var schema = root
        var isResource = isResource
        for (position, step) in path.enumerated().dropFirst() {
            switch step {
            case "@items", "@values":
                guard let inner = schema.type == "array" ? schema.items : schema.additionalSchema else { return nil }
                schema = inner
            case "@keys": return schema.additionalSchema == nil ? nil : 0
            default:
                if isResource, let known = Self.resourceMember(path[position...]) { return known }
                guard schema.type == "object", schema.additionalSchema == nil,
                    let inner = schema.properties.first(where: { $0.name == FieldName.unescape(step) })?.schema, Self.smallest(inner) != nil
                else { return nil }
                schema = inner
            }
            isResource = schema.isEmbeddedResource
        }
        return Self.most(schema)
    }

    /// How often a value of the schema has room in a request.
    var mostPerRequest: UInt64 { Self.request / ((Self.smallest(root) ?? 0) + 1) }

    private static func resourceMember(_ path: ArraySlice<String>) -> UInt64? {
        switch Array(path) {
        case ["apiVersion"], ["kind"], ["metadata", "name"], ["metadata", "generateName"]: text
        case ["metadata"]: 0
        default: nil
        }
    }

    /// By how much a schema multiplies what is inside: its limit, 1 for what is no list and no map, nil for one without a limit.
    static func limit(of schema: StructuralSchema) -> UInt64? {
        switch schema.type {
        case "object":
            if case .unspecified = schema.additional { return 1 }
            return schema.validation.maxProperties.map { UInt64(max(0, $0)) }
        case "array": return schema.validation.maxItems.map { UInt64(max(0, $0)) }
        default: return 1
        }
    }

    /// The largest number of characters, elements or members.
    private static func most(_ schema: StructuralSchema) -> UInt64 {
        let rules = schema.validation
        // Characters may have four bytes.
        let length = rules.maxLength.map { UInt64(max(0, $0)) &* 4 }
        if schema.isIntOrString { return length ?? text }
        switch schema.type {
        case "string":
            switch rules.format {
            case "byte": return rules.maxLength.map { UInt64(max(0, $0)) } ?? text
            case "duration", "date-time": return 32
            case "date": return 12
            default: break
            }
            if let length { return length }
            var longest = 0
            for value in rules.enumeration { longest = max(longest, value.string?.utf8.count ?? 0) }
            return rules.enumeration.isEmpty ? text : UInt64(longest)
        case "array":
            if let limit = limit(of: schema) { return limit }
            return text / ((schema.items.flatMap(smallest) ?? 0) + 1)
        case "object":
            guard let inner = schema.additionalSchema else { return 0 }
            if let limit = limit(of: schema) { return limit }
            return text / ((smallest(inner) ?? 0) + 6)
        default: return 0
        }
    }

    /// The fewest bytes that a value of the schema takes as JSON; nil for what rules cannot see.
    private static func smallest(_ schema: StructuralSchema) -> UInt64? {
        if schema.isIntOrString { return 1 }
        switch schema.type {
        case "boolean": return 4
        case "number", "integer": return 1
        case "string":
            switch schema.validation.format {
            case "duration": return 3
            case "date": return 12
            case "date-time": return 21
            default: return 2
            }
        case "array": return schema.items.flatMap(smallest) == nil ? nil : 2
        case "object":
            if let inner = schema.additionalSchema { return smallest(inner) == nil ? nil : 2 }
            var size: UInt64 = 2
            for name in schema.validation.required {
                // What has a default need not be written.
                guard let member = schema.properties.first(where: { $0.name == name })?.schema, member.defaultValue == nil,
                    let inner = smallest(member)
                else { continue }
                size += UInt64(name.utf8.count) + inner + 4
            }
            return size
        default: return nil
        }
    }
}
