import Core
import RegularExpressions
import SchemaEngine
import Values

/// Whether a schema is structural: every field is specified outside of logical junctors, types are given, and extensions go together
/// (KEP "vanilla OpenAPI subset"; upstream's `ValidateStructural`).
struct StructuralRules {
    enum Level { case root, item, field }

    private var validator = Validator(requiresKnownFinalizers: false)

    /// In the order of their texts, as upstream sorts them.
    var causes: [APIError.Cause] {
        validator.causes.sorted { "\($0.field): \($0.message)" < "\($1.field): \($1.message)" }
    }

    mutating func check(_ schema: Place) {
        invariants(schema, .root)
        completeness(schema)
    }

    // MARK: Invariants

    private mutating func invariants(_ schema: Place, _ level: Level) {
        let type = schema["type"]
        if type.text == "array", !schema["items"].isPresent { validator.required(schema["items"], "must be specified") }
        if schema["items"].value?.object != nil { invariants(schema["items"], .item) }
        for entry in schema["properties"].entries { invariants(entry.place, .field) }
        let additional = schema["additionalProperties"]
        if additional.isPresent {
            if level == .root { validator.forbidden(additional, "must not be used at the root") }
            if additional.value?.object != nil { invariants(additional, .field) }
        }
        let preserves = schema["x-kubernetes-preserve-unknown-fields"]
        let isEmbedded = schema["x-kubernetes-embedded-resource"].isTrue
        let isIntOrString = schema["x-kubernetes-int-or-string"].isTrue
        if isIntOrString, preserves.isTrue { validator.invalid(preserves, "must be false if x-kubernetes-int-or-string is true") }
        if isIntOrString, isEmbedded {
            validator.invalid(schema["x-kubernetes-embedded-resource"], "must be false if x-kubernetes-int-or-string is true")
        }
        let skipsAnyOf = Self.isIntOrString(schema["anyOf"].value)
        let skipsFirstAllOf = Self.isIntOrString(schema["allOf"][0]["anyOf"].value)
        valueValidation(schema, skipsAnyOf: skipsAnyOf, skipsFirstAllOf: skipsFirstAllOf)

        let hasMetadata = level == .root || isEmbedded
        if isEmbedded, type.text != "object" {
            if type.isEmpty {
                validator.required(type, "must be object if x-kubernetes-embedded-resource is true")
            } else {
                validator.invalid(type, "must be object if x-kubernetes-embedded-resource is true")
            }
        } else if type.isEmpty, !isIntOrString, !preserves.isTrue {
            switch level {
            case .root: validator.required(type, "must not be empty at the root")
            case .item: validator.required(type, "must not be empty for specified array items")
            case .field: validator.required(type, "must not be empty for specified object fields")
            }
        }
        if isEmbedded, additional.isPresent { validator.forbidden(additional, "must not be used if x-kubernetes-embedded-resource is set") }
        if level == .root, !type.isEmpty, type.text != "object" { validator.invalid(type, "must be object at the root") }
        if hasMetadata {
            for name in ["kind", "apiVersion"] where schema["properties"][key: name].isPresent {
                let inner = schema["properties"][key: name]["type"]
                if inner.text != "string" { validator.invalid(inner, "must be string", value: .string(inner.text)) }
            }
        }
        let metadata = schema["properties"][key: "metadata"]
        if metadata.isPresent { metadataInvariants(metadata, hasMetadata: hasMetadata, level) }
        if isEmbedded, !preserves.isTrue, schema["properties"].isEmpty {
            validator.required(
                schema["properties"],
                "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields")
        }
    }

    private mutating func metadataInvariants(_ metadata: Place, hasMetadata: Bool, _ level: Level) {
        if hasMetadata, metadata["type"].text != "object" {
            validator.invalid(metadata["type"], "must be object", value: .string(metadata["type"].text))
        }
        guard level == .root else { return }
        var rest = metadata.value?.object ?? Object()
        let names = Set(metadata["properties"].keys)
        if names.isSubset(of: ["name", "generateName"]) { rest["properties"] = nil }
        for name in ["type", "default"] { rest[name] = nil }
        if rest.contains(where: { !$0.value.isEmpty }) {
            validator.forbidden(
                metadata, "must not specify anything other than name and generateName, but metadata is implicitly specified")
        }
    }

    private static func isIntOrString(_ value: Value?) -> Bool {
        value == [["type": "integer"], ["type": "string"]]
    }

    private mutating func valueValidation(_ schema: Place, skipsAnyOf: Bool, skipsFirstAllOf: Bool) {
        if !skipsAnyOf { for inner in schema["anyOf"].items { nested(inner, skipsAnyOf: false, allowsRules: false) } }
        for (position, inner) in schema["allOf"].items.enumerated() {
            nested(inner, skipsAnyOf: skipsFirstAllOf && position == 0, allowsRules: false)
        }
        for inner in schema["oneOf"].items { nested(inner, skipsAnyOf: false, allowsRules: false) }
        if schema["not"].isPresent { nested(schema["not"], skipsAnyOf: false, allowsRules: false) }
        let pattern = schema["pattern"]
        guard !pattern.isEmpty else { return }
        do {
            _ = try RegularExpression(pattern.text)
        } catch {
            validator.invalid(pattern, "must be a valid regular expression, but isn't: \(error)")
        }
    }

    /// A schema under a junctor says what values must be, and nothing of what they are.
    private mutating func nested(_ schema: Place, skipsAnyOf: Bool, allowsRules: Bool) {
        valueValidation(schema, skipsAnyOf: skipsAnyOf, skipsFirstAllOf: false)
        if schema["items"].value?.object != nil { nested(schema["items"], skipsAnyOf: false, allowsRules: allowsRules) }
        for entry in schema["properties"].entries { nested(entry.place, skipsAnyOf: false, allowsRules: allowsRules) }
        // The anyOf of an int-or-string names types.
        if !schema["type"].isEmpty { validator.forbidden(schema["type"], "must be empty to be structural") }
        if schema["additionalProperties"].isPresent {
            validator.forbidden(schema["additionalProperties"], "must be undefined to be structural")
        }
        if schema["default"].isPresent { validator.forbidden(schema["default"], "must be undefined to be structural") }
        for field in ["title", "description"] where !schema[field].isEmpty {
            validator.forbidden(schema[field], "must be empty to be structural")
        }
        for field in ["nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string"]
        where schema[field].isTrue {
            validator.forbidden(schema[field], "must be false to be structural")
        }
        if !schema["x-kubernetes-list-map-keys"].isEmpty {
            validator.forbidden(schema["x-kubernetes-list-map-keys"], "must be empty to be structural")
        }
        for field in ["x-kubernetes-list-type", "x-kubernetes-map-type"] where schema[field].isPresent {
            validator.forbidden(schema[field], "must be undefined to be structural")
        }
        if !schema["x-kubernetes-validations"].isEmpty, !allowsRules {
            validator.forbidden(schema["x-kubernetes-validations"], "must be empty to be structural")
        }
        if schema["properties"][key: "metadata"].isPresent {
            validator.forbidden(schema["properties"][key: "metadata"], "must not be specified in a nested context")
        }
    }

    // MARK: Completeness

    private mutating func completeness(_ schema: Place) {
        junctorCompleteness(schema, schema)
        if schema["items"].value?.object != nil { completeness(schema["items"]) }
        for entry in schema["properties"].entries { completeness(entry.place) }
        if schema["additionalProperties"].value?.object != nil { completeness(schema["additionalProperties"]) }
    }

    private mutating func junctorCompleteness(_ junctor: Place, _ schema: Place) {
        if junctor["not"].isPresent { nestedCompleteness(junctor["not"], schema) }
        for name in ["allOf", "anyOf", "oneOf"] { for inner in junctor[name].items { nestedCompleteness(inner, schema) } }
    }

    private mutating func nestedCompleteness(_ nested: Place, _ schema: Place) {
        guard schema.isPresent else { return validator.required(schema, "because it is defined in \(nested.path)") }
        junctorCompleteness(nested, schema)
        if nested["items"].value?.object != nil { nestedCompleteness(nested["items"], schema["items"]) }
        for entry in nested["properties"].entries {
            let specified = schema["properties"][key: entry.key]
            if specified.isPresent {
                nestedCompleteness(entry.place, specified)
            } else {
                validator.required(specified, "because it is defined in \(entry.place.path)")
            }
        }
    }

    // MARK: Defaults

    /// Whether defaults are what their own schemas allow, and those of an embedded object's metadata make sense there.
    mutating func checkDefaults(_ schema: Place) {
        defaults(schema, insideMetadata: false, isRoot: true) { $0 }
    }

    /// `resource` makes of a value at this place the object that embeds it.
    private mutating func defaults(_ schema: Place, insideMetadata: Bool, isRoot: Bool, _ resource: (Value) -> Value) {
        let isEmbedded = schema["x-kubernetes-embedded-resource"].isTrue || isRoot
        let inside = isEmbedded ? false : insideMetadata
        func whole(_ value: Value) -> Value { isEmbedded ? value : resource(value) }
        let fallback = schema["default"]
        if let value = fallback.value {
            let structural = StructuralSchema(schema.value ?? .object(Object()))
            let isRight = inside ? checkMetadata(fallback, whole(value)) : checkFields(fallback, structural)
            if isRight { validator.report(SchemaEngine.SchemaValidator().problems(value, structural), at: fallback.path) }
        }
        if schema["items"].value?.object != nil { defaults(schema["items"], insideMetadata: inside, isRoot: false) { whole([$0]) } }
        for entry in schema["properties"].entries {
            let isMeta = isEmbedded && ["metadata", "apiVersion", "kind"].contains(entry.key)
            defaults(entry.place, insideMetadata: inside || isMeta, isRoot: false) { whole(.object([entry.key: $0])) }
        }
    }

    /// Whether a default has no fields that its schema does not know, and objects in it have the metadata that they need.
    private mutating func checkFields(_ fallback: Place, _ schema: StructuralSchema) -> Bool {
        let value = fallback.value ?? .null
        var unknown: [String] = []
        if schema.pruned(value, isResource: schema.isEmbeddedResource, unknown: &unknown) != value || !unknown.isEmpty {
            validator.invalid(fallback, "must not have unknown fields")
        }
        let count = validator.causes.count
        validator.embeddedResources(fallback, schema, isRoot: false)
        return validator.causes.count == count
    }

    /// Whether an object that has only a default in it has valid metadata.
    private mutating func checkMetadata(_ fallback: Place, _ object: Value) -> Bool {
        var object = object
        for (field, text) in [("apiVersion", "validation/v1"), ("kind", "Validation")] where object[field] == nil {
            object[field] = .string(text)
        }
        var inner = Validator(requiresKnownFinalizers: false)
        inner.embeddedResource(Place(object))
        guard !inner.isClean else { return true }
        let texts = inner.causes.map { "\($0.field): \($0.message)" }
        validator.invalid(
            fallback, "must result in valid metadata: \(texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]")")
        return false
    }
}
