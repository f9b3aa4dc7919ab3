import JSON
import Values

/// A document of version 3 as the protobuf message `openapi.v3.Document` (gnostic's `OpenAPIv3.proto`):
/// `application/com.github.proto-openapi.spec.v3@v1.0+protobuf`.
package enum OpenAPIProtobufThree {
    /// The bytes of a document that `OpenAPIBuilder.documentThree` made.
    package static func encode(_ document: Value) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, document["openapi"]?.string)
        writer.message(2) { info in
            info.string(1, document["info"]?["title"]?.string)
            info.string(6, document["info"]?["version"]?.string)
        }
        writer.message(4) { paths in named(document["paths"], 1, &paths) { pathItem($0, &$1) } }
        writer.message(5) { components in
            let parts = document["components"]
            if let schemas = parts?["schemas"] { components.message(1) { named(schemas, 1, &$0) { either($0, &$1, schema) } } }
            if let schemes = parts?["securitySchemes"] { components.message(7) { named(schemes, 1, &$0) { either($0, &$1, scheme) } } }
        }
        return writer.bytes
    }

    /// The members of an object, each a message of its name and its value.
    private static func named(
        _ object: Value?, _ number: Int, _ writer: inout ProtobufWriter, _ value: (Value, inout ProtobufWriter) -> Void
    ) {
        for member in object?.object ?? Object() {
            writer.message(number) { entry in
                entry.string(1, member.key)
                entry.message(2) { value(member.value, &$0) }
            }
        }
    }

    /// A value itself, or a reference to it.
    private static func either(_ value: Value, _ writer: inout ProtobufWriter, _ write: (Value, inout ProtobufWriter) -> Void) {
        if let reference = value["$ref"]?.string {
            writer.message(2) { $0.string(1, reference) }
        } else {
            writer.message(1) { write(value, &$0) }
        }
    }

    private static func scheme(_ scheme: Value, _ writer: inout ProtobufWriter) {
        writer.string(1, scheme["type"]?.string)
        writer.string(2, scheme["description"]?.string)
        writer.string(3, scheme["name"]?.string)
        writer.string(4, scheme["in"]?.string)
    }

    // MARK: Paths

    private static let methods = [("get", 4), ("put", 5), ("post", 6), ("delete", 7), ("options", 8), ("head", 9), ("patch", 10)]

    private static func pathItem(_ item: Value, _ writer: inout ProtobufWriter) {
        for (method, number) in methods {
            if let operation = item[method] { writer.message(number) { self.operation(operation, &$0) } }
        }
        for entry in item["parameters"]?.array ?? [] { writer.message(13) { either(entry, &$0, parameter) } }
    }

    private static func operation(_ operation: Value, _ writer: inout ProtobufWriter) {
        for tag in operation["tags"]?.array ?? [] { writer.string(1, tag.string) }
        writer.string(3, operation["description"]?.string)
        writer.string(5, operation["operationId"]?.string)
        for entry in operation["parameters"]?.array ?? [] { writer.message(6) { either(entry, &$0, parameter) } }
        if let body = operation["requestBody"] {
            writer.message(7) { item in
                either(body, &item) { body, writer in
                    content(body["content"], 2, &writer)
                    writer.bool(3, body["required"]?.bool)
                }
            }
        }
        writer.message(8) { responses in
            named(operation["responses"], 2, &responses) { response, writer in
                either(response, &writer) { response, writer in
                    writer.string(1, response["description"]?.string)
                    content(response["content"], 3, &writer)
                }
            }
        }
        extensions(operation, 13, &writer)
    }

    private static func parameter(_ parameter: Value, _ writer: inout ProtobufWriter) {
        writer.string(1, parameter["name"]?.string)
        writer.string(2, parameter["in"]?.string)
        writer.bool(4, parameter["required"]?.bool)
        if let shape = parameter["schema"] { writer.message(10) { either(shape, &$0, schema) } }
    }

    private static func content(_ content: Value?, _ number: Int, _ writer: inout ProtobufWriter) {
        guard let content else { return }
        writer.message(number) { types in
            named(content, 1, &types) { type, writer in
                if let shape = type["schema"] { writer.message(1) { either(shape, &$0, schema) } }
            }
        }
    }

    // MARK: Schemas

    private static func schema(_ value: Value, _ writer: inout ProtobufWriter) {
        writer.bool(1, value["nullable"]?.bool)
        writer.string(9, value["title"]?.string)
        for (name, number) in [("multipleOf", 10), ("maximum", 11), ("minimum", 13)] { writer.double(number, value[name]?.double) }
        writer.bool(12, value["exclusiveMaximum"]?.bool)
        writer.bool(14, value["exclusiveMinimum"]?.bool)
        writer.integer(15, value["maxLength"]?.int)
        writer.integer(16, value["minLength"]?.int)
        writer.string(17, value["pattern"]?.string)
        writer.integer(18, value["maxItems"]?.int)
        writer.integer(19, value["minItems"]?.int)
        writer.bool(20, value["uniqueItems"]?.bool)
        writer.integer(21, value["maxProperties"]?.int)
        writer.integer(22, value["minProperties"]?.int)
        for name in value["required"]?.array ?? [] { writer.string(23, name.string) }
        for choice in value["enum"]?.array ?? [] { writer.message(24) { $0.string(2, JSONWriter.string(choice)) } }
        writer.string(25, value["type"]?.string)
        for (name, number) in [("allOf", 26), ("oneOf", 27), ("anyOf", 28)] {
            for part in value[name]?.array ?? [] { writer.message(number) { either(part, &$0, schema) } }
        }
        if let inner = value["not"] { writer.message(29) { schema(inner, &$0) } }
        if let items = value["items"] { writer.message(30) { item in item.message(1) { either(items, &$0, schema) } } }
        if let properties = value["properties"] { writer.message(31) { named(properties, 1, &$0) { either($0, &$1, schema) } } }
        if let additional = value["additionalProperties"] {
            writer.message(32) { item in
                if let flag = additional.bool { item.bool(2, flag) } else { item.message(1) { either(additional, &$0, schema) } }
            }
        }
        if let fallback = value["default"] {
            // What is neither text, number nor flag has no form there; that there is one is told.
            writer.message(33) { item in
                switch fallback {
                case .bool(let flag): item.bool(2, flag)
                case .string(let text): item.string(3, text)
                default: item.double(1, fallback.double)
                }
            }
        }
        writer.string(34, value["description"]?.string)
        writer.string(35, value["format"]?.string)
        extensions(value, 36, &writer)
    }

    /// Members whose names begin with `x-`, as YAML (of which JSON is a part).
    private static func extensions(_ value: Value, _ number: Int, _ writer: inout ProtobufWriter) {
        for member in value.object ?? Object() where member.key.hasPrefix("x-") {
            writer.message(number) { entry in
                entry.string(1, member.key)
                entry.message(2) { $0.string(2, JSONWriter.string(member.value)) }
            }
        }
    }
}
