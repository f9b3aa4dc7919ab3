import Values

/// Fields of a CustomResourceDefinition's schema that hold one of two types in JSON, and in protobuf a message with a field for each
/// (`JSONSchemaPropsOrArray` and `JSONSchemaPropsOrBool` of apiextensions.k8s.io/v1).
enum SchemaUnion {
    /// A schema (1) or several (2).
    case schemas
    /// Whether anything is allowed (1), or the schema of what is (2).
    case allowance

    /// nil for every other field.
    init?(_ field: Field, of structure: Structure) {
        guard structure.name.hasSuffix("apiextensions.v1.JSONSchemaProps") else { return nil }
        switch field.name {
        case "items": self = .schemas
        case "additionalProperties", "additionalItems": self = .allowance
        default: return nil
        }
    }

    /// `schema` reads a message that is a schema.
    func decode(_ bytes: ArraySlice<UInt8>, schema: (ArraySlice<UInt8>) throws -> Value) throws -> Value {
        let fields = try ProtobufFields.read(bytes)
        func schemas(_ number: Int) throws -> [Value] {
            try fields.compactMap { field in
                guard field.number == number, case .bytes(let part) = field.content else { return nil }
                return try schema(part)
            }
        }
        switch self {
        case .schemas: return try schemas(1).last ?? .array(try schemas(2))
        case .allowance:
            if let schema = try schemas(2).last { return schema }
            return .bool(
                fields.contains { field in
                    guard field.number == 1, case .number(let number) = field.content else { return false }
                    return number != 0
                })
        }
    }

    /// `schema` writes the message of a schema.
    func encode(_ value: Value, schema: (Value) -> [UInt8]) -> [UInt8] {
        var writer = ProtobufWriter()
        switch (self, value) {
        case (.schemas, .array(let items)): for item in items { writer.data(2, schema(item)) }
        case (.schemas, _): writer.data(1, schema(value))
        case (.allowance, .bool(let allows)): writer.bool(1, allows)
        case (.allowance, _):
            writer.bool(1, true)
            writer.data(2, schema(value))
        }
        return writer.bytes
    }
}
