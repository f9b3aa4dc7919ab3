import Core
import SchemaEngine
import Values

/// What an OpenAPI schema of a custom resource may say at all (upstream's `ValidateCustomResourceDefinitionOpenAPISchema`).
struct SchemaRules {
    private var validator = Validator()
    var causes: [APIError.Cause] { validator.causes }

    /// What holds on the way to a node.
    private struct Surroundings {
        var forbidsDefaults: String?
        var isInsideMetadata = false
    }

    mutating func check(_ schema: Place, isRoot: Bool) { check(schema, isRoot: isRoot, Surroundings()) }

    private mutating func check(_ schema: Place, isRoot: Bool, _ surroundings: Surroundings) {
        guard schema.value?.object != nil else { return }
        standard(schema, surroundings)
        if schema["uniqueItems"].isTrue {
            validator.forbidden(schema["uniqueItems"], "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
        }
        let additional = schema["additionalProperties"]
        if additional.isPresent {
            if !schema["properties"].isEmpty, additional.value != true {
                validator.forbidden(additional, "additionalProperties and properties are mutual exclusive")
            }
            var inner = surroundings
            if surroundings.isInsideMetadata { inner.forbidsDefaults = "inside additionalProperties applying to object metadata" }
            check(additional, isRoot: false, inner)
        }
        for entry in schema["properties"].entries {
            var inner = surroundings
            if isRoot || schema["x-kubernetes-embedded-resource"].isTrue, ["metadata", "kind", "apiVersion"].contains(entry.key) {
                inner.isInsideMetadata = true
                if isRoot { inner.forbidsDefaults = "in top-level \(entry.key)" }
            }
            check(entry.place, isRoot: false, inner)
        }
        check(schema["not"], isRoot: false, surroundings)
        for name in ["allOf", "oneOf", "anyOf"] { for inner in schema[name].items { check(inner, isRoot: false, surroundings) } }
        for entry in schema["definitions"].entries { check(entry.place, isRoot: false, surroundings) }
        check(schema["items"], isRoot: false, surroundings)
        extensions(schema)
        rules(schema)
    }

    /// Whether the rules' expressions can be compiled, and at what cost; asked once the schema itself is right.
    mutating func checkExpressions(_ schema: Place) {
        let root = StructuralSchema(schema.value ?? .object(Object()))
        for problem in ValidationRules.problems(root, at: schema.path) { validator.append(problem) }
    }

    private static let types = ["array", "boolean", "integer", "number", "object", "string"]

    private mutating func standard(_ schema: Place, _ surroundings: Surroundings) {
        let type = schema["type"]
        if !type.isEmpty, !Self.types.contains(type.text) { validator.unsupported(type, Self.types) }
        if schema["default"].isPresent, let reason = surroundings.forbidsDefaults {
            validator.forbidden(schema["default"], "must not be set \(reason)")
        }
        if !schema["id"].isEmpty { validator.forbidden(schema["id"], "id is not supported") }
        for name in ["additionalItems", "dependencies", "$ref"] where schema[name].isPresent {
            validator.forbidden(schema[name], "\(name) is not supported")
        }
        for name in ["patternProperties", "definitions"] where !schema[name].isEmpty {
            validator.forbidden(schema[name], "\(name) is not supported")
        }
        if type.text == "null" { validator.forbidden(type, "type cannot be set to null, use nullable as an alternative") }
        if schema["items"].value?.array != nil { validator.forbidden(schema["items"], "items must be a schema object and not an array") }
        if surroundings.isInsideMetadata, schema["x-kubernetes-embedded-resource"].isTrue {
            validator.forbidden(schema["x-kubernetes-embedded-resource"], "must not be used inside of resource meta")
        }
    }

    // MARK: Extensions

    private mutating func extensions(_ schema: Place) {
        let type = schema["type"]
        let preserves = schema["x-kubernetes-preserve-unknown-fields"]
        if preserves.value == false { validator.invalid(preserves, "must be true or undefined") }
        let mapType = schema["x-kubernetes-map-type"]
        if mapType.isPresent {
            requireType(type, "object", "x-kubernetes-map-type")
            if !["atomic", "granular"].contains(mapType.text) { validator.unsupported(mapType, ["atomic", "granular"]) }
        }
        let listType = schema["x-kubernetes-list-type"]
        let items = schema["items"]
        if listType.isPresent {
            if type.text != "array" {
                requireType(type, "array", "x-kubernetes-list-type")
            } else if listType.text == "set" {
                let inner = items["type"].text
                let what = "must be atomic as item of a list with x-kubernetes-list-type=set"
                if inner == "array", items["x-kubernetes-list-type"].isPresent, items["x-kubernetes-list-type"].text != "atomic" {
                    validator.invalid(items["x-kubernetes-list-type"], what)
                } else if inner == "object", items["x-kubernetes-map-type"].text != "atomic" {
                    validator.invalid(items["x-kubernetes-map-type"], what, value: items["x-kubernetes-list-type"].value ?? .null)
                }
            }
            if !["atomic", "set", "map"].contains(listType.text) { validator.unsupported(listType, ["atomic", "set", "map"]) }
        }
        let keys = schema["x-kubernetes-list-map-keys"]
        if !keys.isEmpty, listType.text != "map" {
            if listType.isPresent {
                validator.invalid(listType, "must be map if x-kubernetes-list-map-keys is non-empty")
            } else {
                validator.required(listType, "must be map if x-kubernetes-list-map-keys is non-empty")
            }
        }
        if listType.text == "map" { listMap(schema, keys, items) }
        if listType.text == "map" || listType.text == "set", items.value?.object != nil { keyedItems(listType.text, keys, items) }
    }

    private mutating func requireType(_ type: Place, _ wanted: String, _ why: String) {
        guard type.text != wanted else { return }
        if type.isEmpty {
            validator.required(type, "must be \(wanted) if \(why) is specified")
        } else {
            validator.invalid(type, "must be \(wanted) if \(why) is specified")
        }
    }

    private mutating func listMap(_ schema: Place, _ keys: Place, _ items: Place) {
        if keys.isEmpty { validator.required(keys, "must not be empty if x-kubernetes-list-type is map") }
        guard items.isPresent else { return validator.required(items, "must have a schema if x-kubernetes-list-type is map") }
        guard items.value?.object != nil else {
            return validator.invalid(items, "must only have a single schema if x-kubernetes-list-type is map")
        }
        guard items["type"].text == "object" else {
            return validator.invalid(
                items["type"], "must be object if parent array's x-kubernetes-list-type is map", value: .string(items["type"].text))
        }
        var seen: Set<String> = []
        for key in keys.texts {
            let property = items["properties"][key: key]
            if property.isPresent {
                if ["array", "object"].contains(property["type"].text) {
                    validator.invalid(
                        property["type"], "must be a scalar type if parent array's x-kubernetes-list-type is map",
                        value: items["type"].value)
                }
            } else {
                validator.invalid(keys, "entries must all be names of item properties")
            }
            if !seen.insert(key).inserted { validator.invalid(keys, "must not contain duplicate entries") }
        }
    }

    private mutating func keyedItems(_ listType: String, _ keys: Place, _ items: Place) {
        if items["nullable"].isTrue {
            validator.forbidden(items["nullable"], "cannot be nullable when x-kubernetes-list-type is \(listType)")
        }
        guard listType == "map" else { return }
        for key in keys.texts {
            let property = items["properties"][key: key]
            guard property.isPresent else { continue }
            if !items["required"].texts.contains(key), !property["default"].isPresent {
                validator.required(
                    property["default"],
                    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")
            }
            if property["nullable"].isTrue {
                validator.forbidden(property["nullable"], "this property is in x-kubernetes-list-map-keys, so it cannot be nullable")
            }
        }
    }

    // MARK: Rules

    private static let reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"]

    private mutating func rules(_ schema: Place) {
        for rule in schema["x-kubernetes-validations"].items {
            let (text, message, expression, path) = (rule["rule"], rule["message"], rule["messageExpression"], rule["fieldPath"])
            let trimmed = Self.trimmed(text.text)
            let trimmedMessage = Self.trimmed(message.text)
            if trimmed.isEmpty {
                validator.required(text, "rule is not specified")
            } else if !message.isEmpty, trimmedMessage.isEmpty {
                validator.invalid(message, "must be non-empty if specified")
            } else if Self.hasLineBreaks(trimmedMessage) {
                validator.invalid(message, "must not contain line breaks")
            } else if Self.hasLineBreaks(trimmed), trimmedMessage.isEmpty {
                validator.required(message, "message must be specified if rule contains line breaks")
            }
            if !expression.isEmpty, Self.trimmed(expression.text).isEmpty {
                validator.required(expression, "messageExpression must be non-empty if specified")
            }
            if rule["reason"].isPresent, !Self.reasons.contains(rule["reason"].text) { validator.unsupported(rule["reason"], Self.reasons) }
            if !path.isEmpty, Self.trimmed(path.text).isEmpty { validator.invalid(path, "must be non-empty if specified") }
            if Self.hasLineBreaks(path.text) { validator.invalid(path, "must not contain line breaks") }
            if !path.isEmpty, RuleFieldPath.schema(at: path.text, in: schema) == nil { validator.invalid(path, "must be a valid path") }
        }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        let dropped = start.reversed().prefix { $0.isWhitespace }.count
        return String(start.dropLast(dropped))
    }

    private static func hasLineBreaks(_ text: String) -> Bool { text.unicodeScalars.contains { $0 == "\n" || $0 == "\r" } }
}
