import Values

extension StructuralSchema {
    /// The structure of a resource of this schema: its own fields, and the kind, version and metadata that every object has.
    ///
    /// `name` is that of its OpenAPI definition, `metadata` the structure of `ObjectMeta`.
    package func structure(named name: String, metadata: Structure) -> Structure {
        let structure = Structure(name: name, kind: mapType == "atomic" ? .atomic : .granular, keepsUnknownFields: preservesUnknownFields)
        structure.define(Self.typeFields(metadata) + ownFields(name, metadata))
        return structure
    }

    private static func typeFields(_ metadata: Structure) -> [Field] {
        [
            Field(name: "apiVersion", shape: .scalar(.string)), Field(name: "kind", shape: .scalar(.string)),
            Field(name: "metadata", shape: .structure(metadata)),
        ]
    }

    private func ownFields(_ name: String, _ metadata: Structure) -> [Field] {
        properties.filter { !Self.metaFields.contains($0.name) }.map { $0.schema.field($0.name, in: name, metadata) }
    }

    private func field(_ name: String, in parent: String, _ metadata: Structure) -> Field {
        var field = Field(name: name, shape: shape("\(parent).\(name)", metadata))
        field.defaultValue = defaultValue
        return field
    }

    private func shape(_ name: String, _ metadata: Structure) -> Shape {
        // What else stands there is a matter of validation.
        if isIntOrString { return .any }
        if isEmbeddedResource {
            let structure = Structure(
                name: name, kind: mapType == "atomic" ? .atomic : .granular, keepsUnknownFields: preservesUnknownFields)
            structure.define(Self.typeFields(metadata) + ownFields(name, metadata))
            return .structure(structure)
        }
        switch type {
        case "object":
            if let additionalSchema {
                return .map(additionalSchema.shape(name, metadata), mapType == "atomic" ? .atomic : .granular)
            }
            if case .allowed(true) = additional { return .map(.any, mapType == "atomic" ? .atomic : .granular) }
            if properties.isEmpty, preservesUnknownFields { return mapType == "atomic" ? .map(.any, .atomic) : .any }
            let structure = Structure(
                name: name, kind: mapType == "atomic" ? .atomic : .granular, keepsUnknownFields: preservesUnknownFields)
            structure.define(properties.map { $0.schema.field($0.name, in: name, metadata) })
            return .structure(structure)
        case "array":
            let element = items?.shape("\(name).items", metadata) ?? .any
            switch listType {
            case "set": return .list(element, .set)
            case "map": return .list(element, .map(keys: listMapKeys))
            default: return .list(element, .atomic)
            }
        case "string": return .scalar(.string)
        case "boolean": return .scalar(.bool)
        case "integer": return .scalar(.int64)
        case "number": return .scalar(.double)
        default: return .any
        }
    }
}
