import Core
import Values

/// Which of the two formats a document is in: OpenAPI 2 (Swagger) or 3.
package enum OpenAPIVersion: Sendable {
    case two, three

    var referencePrefix: String {
        switch self {
        case .two: "#/definitions/"
        case .three: "#/components/schemas/"
        }
    }
}

/// The schemas of types, with the `x-kubernetes-…` extensions that clients merge and apply by.
struct OpenAPIDefinitions {
    let version: OpenAPIVersion
    /// The kinds a structure stands for, by its name.
    let kinds: [String: [GroupVersionKind]]
    /// Custom resources by the name of their definition: theirs is the schema they came with.
    let customs: [String: ResourceSchema]
    let descriptions: FieldDescriptions
    private(set) var definitions: [String: Value] = [:]

    private static let meta = "io.k8s.apimachinery.pkg.apis.meta.v1."
    private static let time = meta + "Time"
    private static let microTime = meta + "MicroTime"
    private static let duration = meta + "Duration"
    private static let quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"
    private static let intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"

    init(
        version: OpenAPIVersion, kinds: [String: [GroupVersionKind]], customs: [String: ResourceSchema] = [:],
        descriptions: FieldDescriptions = FieldDescriptions([:])
    ) {
        self.descriptions = descriptions
        self.customs = customs
        self.version = version
        self.kinds = kinds
    }

    /// All definitions in the order of their names.
    var sorted: Value { .object(Object(definitions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })) }

    // MARK: References

    /// A reference to a structure, which with all it needs joins the definitions.
    mutating func reference(_ structure: Structure) -> Value {
        if definitions[structure.name] == nil {
            definitions[structure.name] = .null  // Types that contain themselves end here.
            definitions[structure.name] = customs[structure.name].flatMap { custom($0) } ?? definition(structure)
        }
        return reference(structure.name)
    }

    func reference(_ name: String) -> Value { ["$ref": .string(version.referencePrefix + name)] }

    /// A reference to the list of a kind.
    mutating func reference(listOf structure: Structure, _ kind: GroupVersionKind, metadata: Structure) -> Value {
        let name = structure.name + "List"
        if definitions[name] == nil {
            let items: Value = ["type": "array", "items": reference(structure)]
            var listMetadata = reference(metadata)
            if version == .three, customs[structure.name] == nil { listMetadata["default"] = [:] }
            definitions[name] = [
                "type": "object", "required": ["items"],
                "properties": [
                    "apiVersion": described("apiVersion", ["type": "string"]), "items": described("items", items),
                    "kind": described("kind", ["type": "string"]), "metadata": wrapped(listMetadata),
                ],
                "x-kubernetes-group-version-kind": [
                    Self.value(
                        GroupVersionKind(
                            group: kind.group, version: kind.version, kind: customs[structure.name]?.listKind ?? kind.kind + "List"))
                ],
            ]
        }
        return reference(name)
    }

    /// The schema of a field that every kind has, with its description.
    func described(_ field: String, _ schema: Value) -> Value {
        var schema = schema
        if let description = descriptions.field(field, of: "", isObject: true) { schema["description"] = .string(description) }
        return schema
    }

    /// A definition that no table has.
    mutating func define(_ name: String, _ definition: Value) { definitions[name] = definition }

    /// A definition that no table has: a patch is any object.
    mutating func referenceToPatch() -> Value {
        let name = Self.meta + "Patch"
        definitions[name] = ["type": "object"]
        return reference(name)
    }

    static func value(_ kind: GroupVersionKind) -> Value {
        ["group": .string(kind.group), "kind": .string(kind.kind), "version": .string(kind.version)]
    }

    // MARK: Definitions

    private mutating func definition(_ structure: Structure) -> Value {
        var result: Object = [:]
        if let description = descriptions.structure(structure.name) { result["description"] = .string(description) }
        result["type"] = "object"
        let isObject = kinds[structure.name] != nil
        var properties = Object()
        for field in structure.fields.sorted(by: { $0.name < $1.name }) {
            var property = property(field)
            if let description = descriptions.field(field.name, of: structure.name, isObject: isObject) {
                property["description"] = .string(description)
            }
            properties[field.name] = wrapped(property)
        }
        if !properties.isEmpty { result["properties"] = .object(properties) }
        let required = structure.fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { result["required"] = .array(required.map { .string($0) }) }
        if let kinds = kinds[structure.name] { result["x-kubernetes-group-version-kind"] = .array(kinds.map(Self.value)) }
        if structure.ownKind == .atomic { result["x-kubernetes-map-type"] = "atomic" }
        if !structure.unions.isEmpty {
            result["x-kubernetes-unions"] = .array(
                structure.unions.map { union in
                    var value = Object()
                    if !union.discriminator.isEmpty { value["discriminator"] = .string(union.discriminator) }
                    value["fields-to-discriminateBy"] = .object(Object(union.members.map { ($0.field, .string($0.value)) }))
                    return .object(value)
                })
        }
        return .object(result)
    }

    private mutating func property(_ field: Field) -> Value {
        var result = shape(field.shape, field.definition)
        if let fallback = fallback(field) { result["default"] = fallback }
        if !field.enumeration.isEmpty {
            let values = Value.array(field.enumeration.map { .string($0) })
            switch field.shape {
            case .scalar(.string): result["enum"] = values
            case .list(.scalar(.string), _): result["items"]?["enum"] = values
            case .map(.scalar(.string), _): result["additionalProperties"]?["enum"] = values
            default: break
            }
        }
        if !field.patch.mergeKey.isEmpty { result["x-kubernetes-patch-merge-key"] = .string(field.patch.mergeKey) }
        let strategies = [(field.patch.merges, "merge"), (field.patch.retainsKeys, "retainKeys"), (field.patch.replaces, "replace")]
        let strategy = strategies.filter(\.0).map(\.1)
        if !strategy.isEmpty { result["x-kubernetes-patch-strategy"] = .string(strategy.joined(separator: ",")) }
        return result
    }

    /// The default that version 3 tells: the one the table publishes, and what is written of a field that is always written.
    private func fallback(_ field: Field) -> Value? {
        guard version == .three else { return nil }
        if field.publishesDefault { return field.defaultValue }
        guard !field.hasPresence else { return nil }
        switch field.shape {
        case .structure: return [:]
        case .scalar(let scalar):
            switch scalar {
            case .string: return field.keepsEmpty ? "" : nil
            case .bool: return field.keepsEmpty ? false : nil
            case .int32, .int64, .double: return field.keepsEmpty ? 0 : nil
            case .quantity, .intOrString, .time, .microTime, .duration, .bytes: return nil
            }
        case .any, .list, .map: return nil
        }
    }

    /// Version 3 ignores what stands beside a reference, so the reference goes inside.
    private func wrapped(_ value: Value) -> Value {
        guard version == .three, let reference = value["$ref"], (value.object?.count ?? 0) > 1 else { return value }
        var result = value
        result["$ref"] = nil
        result["allOf"] = [["$ref": reference]]
        return result
    }

    private mutating func shape(_ shape: Shape, _ definition: String) -> Value {
        switch shape {
        case .scalar(let scalar): return self.scalar(scalar)
        case .any:
            return named(definition, definition.hasSuffix(".JSON") || definition.contains(".JSONSchemaPropsOr") ? [:] : ["type": "object"])
        case .structure(let structure):
            var result = reference(structure)
            if structure.kind == .granular, structure.ownKind == .atomic { result["x-kubernetes-map-type"] = "granular" }
            return result
        case .list(let element, let kind):
            var result: Object = ["type": "array", "items": self.shape(element, definition)]
            switch kind {
            case .atomic: result["x-kubernetes-list-type"] = "atomic"
            case .set: result["x-kubernetes-list-type"] = "set"
            case .map(let keys):
                result["x-kubernetes-list-map-keys"] = .array(keys.map { .string($0) })
                result["x-kubernetes-list-type"] = "map"
            }
            return .object(result)
        case .map(let element, let kind):
            var inner = self.shape(element, definition)
            // Only a field can say how its list merges.
            inner["x-kubernetes-list-type"] = nil
            var result: Object = ["type": "object", "additionalProperties": inner]
            if kind == .atomic { result["x-kubernetes-map-type"] = "atomic" }
            return .object(result)
        }
    }

    private mutating func named(_ name: String, _ definition: Value) -> Value {
        guard !name.isEmpty else { return definition }
        definitions[name] = definition
        return reference(name)
    }

    private mutating func scalar(_ scalar: Scalar) -> Value {
        switch scalar {
        case .string: return ["type": "string"]
        case .bool: return ["type": "boolean"]
        case .int32: return ["type": "integer", "format": "int32"]
        case .int64: return ["type": "integer", "format": "int64"]
        case .double: return ["type": "number", "format": "double"]
        case .bytes: return ["type": "string", "format": "byte"]
        case .time: return named(Self.time, ["type": "string", "format": "date-time"])
        case .microTime: return named(Self.microTime, ["type": "string", "format": "date-time"])
        case .duration: return named(Self.duration, ["type": "string"])
        case .quantity:
            return named(Self.quantity, version == .two ? ["type": "string"] : ["oneOf": [["type": "string"], ["type": "number"]]])
        case .intOrString:
            return named(
                Self.intOrString,
                version == .two
                    ? ["type": "string", "format": "int-or-string"]
                    : ["format": "int-or-string", "oneOf": [["type": "integer"], ["type": "string"]]])
        }
    }
}
