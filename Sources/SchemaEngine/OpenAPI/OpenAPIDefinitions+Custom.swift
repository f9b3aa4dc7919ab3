import Values

/// Definitions of custom resources: the schema of the definition, with what every object has.
extension OpenAPIDefinitions {
    /// The definition of a custom resource, or nil of another one.
    mutating func custom(_ resource: ResourceSchema) -> Value? {
        guard let form = resource.custom else { return nil }
        let kind: Value = [OpenAPIDefinitions.value(resource.kind)]
        // Version 2 cannot say that anything may stand beside what is known; clients would refuse it.
        guard version == .three || !form.schema.preservesUnknownFields else {
            return ["type": "object", "x-kubernetes-group-version-kind": kind]
        }
        var result = published(form.schema, form.metadata).object ?? Object()
        var properties = result["properties"]?.object ?? Object()
        for (name, schema) in typeProperties(form.metadata) { properties[name] = schema }
        result["properties"] = .object(Object(properties.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }))
        result["x-kubernetes-group-version-kind"] = kind
        if !resource.selectableFields.isEmpty {
            result["x-kubernetes-selectable-fields"] = .array(resource.selectableFields.map { ["fieldPath": .string($0)] })
        }
        return .object(result)
    }

    private mutating func typeProperties(_ metadata: Structure) -> [(String, Value)] {
        let reference = reference(metadata)
        let object: Value = version == .three ? ["allOf": [reference]] : reference
        return [
            ("apiVersion", described("apiVersion", ["type": "string"])), ("kind", described("kind", ["type": "string"])),
            ("metadata", described("metadata", object)),
        ]
    }

    /// A node as clients of this version of OpenAPI understand it.
    private mutating func published(_ schema: StructuralSchema, _ metadata: Structure) -> Value {
        var result = schema.raw.object ?? Object()
        if version == .two {
            for name in ["nullable", "oneOf", "anyOf", "allOf", "not"] { result[name] = nil }
            if schema.preservesUnknownFields || schema.isNullable || schema.isIntOrString {
                for name in ["type", "items", "properties"] { result[name] = nil }
                return .object(result)
            }
        } else if schema.isIntOrString, result["anyOf"] == nil {
            result["anyOf"] = [["type": "integer"], ["type": "string"]]
        }
        if !schema.properties.isEmpty || schema.isEmbeddedResource {
            var properties: [(String, Value)] = []
            for property in schema.properties { properties.append((property.name, published(property.schema, metadata))) }
            if schema.isEmbeddedResource {
                for entry in typeProperties(metadata) {
                    properties.removeAll { $0.0 == entry.0 }
                    properties.append(entry)
                }
                let required = Set(schema.validation.required).union(["apiVersion", "kind"])
                result["required"] = .array(required.sorted().map { .string($0) })
            }
            result["properties"] = .object(Object(properties.sorted { $0.0 < $1.0 }))
        }
        if let items = schema.items { result["items"] = published(items, metadata) }
        if let inner = schema.additionalSchema { result["additionalProperties"] = published(inner, metadata) }
        return .object(result)
    }
}
