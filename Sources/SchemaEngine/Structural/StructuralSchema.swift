import RegularExpressions
import Values

/// One node of a custom resource's schema (`spec.versions[*].schema.openAPIV3Schema`), read once and interpreted by pruning, defaulting,
/// validation, publication and, by way of `Shape`, by merging and field ownership.
///
/// Reading never fails: what a definition may say is checked before it gets here.
package final class StructuralSchema: Sendable {
    /// What a map's free keys may hold (`additionalProperties`).
    package enum Additional: Sendable {
        case unspecified
        case allowed(Bool)
        case schema(StructuralSchema)
    }

    /// A declared member of an object.
    package struct Property: Sendable {
        package let name: String
        package let schema: StructuralSchema
    }

    /// "object", "array", "string", "integer", "number", "boolean", or empty.
    package let type: String
    package let isNullable: Bool
    package let preservesUnknownFields: Bool
    package let isEmbeddedResource: Bool
    package let isIntOrString: Bool
    /// "atomic", "set", "map", or empty for the default.
    package let listType: String
    package let listMapKeys: [String]
    /// "atomic", "granular", or empty for the default.
    package let mapType: String
    package let items: StructuralSchema?
    package let properties: [Property]
    package let additional: Additional
    package let defaultValue: Value?
    package let validation: ValueValidation
    /// `x-kubernetes-validations` as given.
    package let rules: [Value]
    /// The node as given.
    package let raw: Value
    private let index: [String: Int]

    package init(_ raw: Value) {
        self.raw = raw
        type = raw["type"]?.string ?? ""
        isNullable = raw["nullable"]?.bool ?? false
        preservesUnknownFields = raw["x-kubernetes-preserve-unknown-fields"]?.bool ?? false
        isEmbeddedResource = raw["x-kubernetes-embedded-resource"]?.bool ?? false
        isIntOrString = raw["x-kubernetes-int-or-string"]?.bool ?? false
        listType = raw["x-kubernetes-list-type"]?.string ?? ""
        listMapKeys = (raw["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string)
        mapType = raw["x-kubernetes-map-type"]?.string ?? ""
        if let items = raw["items"], items.object != nil { self.items = StructuralSchema(items) } else { items = nil }
        properties = (raw["properties"]?.object ?? Object()).map { Property(name: $0.key, schema: StructuralSchema($0.value)) }
        switch raw["additionalProperties"] {
        case .bool(let isAllowed)?: additional = .allowed(isAllowed)
        case .object(let schema)?: additional = .schema(StructuralSchema(.object(schema)))
        default: additional = .unspecified
        }
        if let given = raw["default"], !given.isNull { defaultValue = given } else { defaultValue = nil }
        validation = ValueValidation(raw)
        rules = raw["x-kubernetes-validations"]?.array ?? []
        index = Dictionary(properties.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The schema of a declared member.
    package subscript(property name: String) -> StructuralSchema? { index[name].map { properties[$0].schema } }

    /// The schema of a free key, where there is one.
    package var additionalSchema: StructuralSchema? { if case .schema(let schema) = additional { schema } else { nil } }

    /// The schema of the member `name`, declared or free.
    package func member(_ name: String) -> StructuralSchema? { self[property: name] ?? additionalSchema }

    /// Whether members that nobody declared may stand.
    var allowsAnyMember: Bool { if case .allowed(true) = additional { true } else { false } }

    /// Whether `condition` holds for this node or any below it, those of logical junctors included.
    package func contains(where condition: (StructuralSchema) -> Bool) -> Bool {
        if condition(self) { return true }
        if let items, items.contains(where: condition) { return true }
        if let additionalSchema, additionalSchema.contains(where: condition) { return true }
        if properties.contains(where: { $0.schema.contains(where: condition) }) { return true }
        return validation.junctors.contains { $0.contains(where: condition) }
    }

    /// Whether the object at the root or any below carries a default.
    package var hasDefaults: Bool { contains { $0.defaultValue != nil } }
}

/// What a node demands of values (`ValueValidation` upstream).
package struct ValueValidation: Sendable {
    package let format: String
    package let maximum: Double?
    package let minimum: Double?
    package let isMaximumExclusive: Bool
    package let isMinimumExclusive: Bool
    package let multipleOf: Double?
    package let maxLength: Int64?
    package let minLength: Int64?
    package let pattern: String
    let expression: RegularExpression?
    package let maxItems: Int64?
    package let minItems: Int64?
    package let hasUniqueItems: Bool
    package let maxProperties: Int64?
    package let minProperties: Int64?
    package let required: [String]
    package let enumeration: [Value]
    package let allOf: [StructuralSchema]
    package let anyOf: [StructuralSchema]
    package let oneOf: [StructuralSchema]
    package let not: StructuralSchema?

    init(_ raw: Value) {
        format = raw["format"]?.string ?? ""
        maximum = raw["maximum"]?.double
        minimum = raw["minimum"]?.double
        isMaximumExclusive = raw["exclusiveMaximum"]?.bool ?? false
        isMinimumExclusive = raw["exclusiveMinimum"]?.bool ?? false
        multipleOf = raw["multipleOf"]?.double
        maxLength = raw["maxLength"]?.int
        minLength = raw["minLength"]?.int
        pattern = raw["pattern"]?.string ?? ""
        // A pattern that is none was refused with its definition.
        expression = pattern.isEmpty ? nil : try? RegularExpression(pattern)
        maxItems = raw["maxItems"]?.int
        minItems = raw["minItems"]?.int
        hasUniqueItems = raw["uniqueItems"]?.bool ?? false
        maxProperties = raw["maxProperties"]?.int
        minProperties = raw["minProperties"]?.int
        required = (raw["required"]?.array ?? []).compactMap(\.string)
        enumeration = raw["enum"]?.array ?? []
        func schemas(_ name: String) -> [StructuralSchema] { (raw[name]?.array ?? []).map { StructuralSchema($0) } }
        allOf = schemas("allOf")
        anyOf = schemas("anyOf")
        oneOf = schemas("oneOf")
        if let not = raw["not"], not.object != nil { self.not = StructuralSchema(not) } else { not = nil }
    }

    /// The schemas under logical junctors.
    var junctors: [StructuralSchema] { allOf + anyOf + oneOf + (not.map { [$0] } ?? []) }
}
