import JSON
import Values

/// The version 2 document as the protobuf message `openapi.v2.Document` (gnostic's `OpenAPIv2.proto`), the form client-go
/// asks for: `application/com.github.proto-openapi.spec.v2@v1.0+protobuf`.
package enum OpenAPIProtobuf {
    /// The bytes of a document that `OpenAPIBuilder.documentTwo()` made.
    package static func encode(_ document: Value) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, document["swagger"]?.string)
        writer.message(2) { info in
            info.string(1, document["info"]?["title"]?.string)
            info.string(2, document["info"]?["version"]?.string)
        }
        writer.message(8) { paths in
            for path in document["paths"]?.object ?? Object() {
                paths.message(2) { entry in
                    entry.string(1, path.key)
                    entry.message(2) { pathItem(path.value, &$0) }
                }
            }
        }
        writer.message(9) { definitions in
            for definition in document["definitions"]?.object ?? Object() { named(definition, 1, &definitions) }
        }
        if let shared = document["parameters"]?.object, !shared.isEmpty {
            writer.message(10) { parameters in
                for entry in shared {
                    parameters.message(1) { named in
                        named.string(1, entry.key)
                        named.message(2) { parameter(entry.value, &$0) }
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func named(_ member: Object.Member, _ number: Int, _ writer: inout ProtobufWriter) {
        writer.message(number) { entry in
            entry.string(1, member.key)
            entry.message(2) { schema(member.value, &$0) }
        }
    }

    // MARK: Paths

    private static let methods = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("options", 6), ("head", 7), ("patch", 8)]

    private static func pathItem(_ item: Value, _ writer: inout ProtobufWriter) {
        for (method, number) in methods {
            guard let operation = item[method] else { continue }
            writer.message(number) { self.operation(operation, &$0) }
        }
        for parameter in item["parameters"]?.array ?? [] { writer.message(9) { self.entry(parameter, &$0) } }
    }

    private static func operation(_ operation: Value, _ writer: inout ProtobufWriter) {
        func strings(_ number: Int, _ key: String) {
            for text in operation[key]?.array ?? [] { writer.string(number, text.string) }
        }
        strings(1, "tags")
        writer.string(3, operation["description"]?.string)
        writer.string(5, operation["operationId"]?.string)
        strings(6, "produces")
        strings(7, "consumes")
        for parameter in operation["parameters"]?.array ?? [] { writer.message(8) { self.entry(parameter, &$0) } }
        writer.message(9) { responses in
            for response in operation["responses"]?.object ?? Object() {
                responses.message(1) { entry in
                    entry.string(1, response.key)
                    entry.message(2) { value in
                        value.message(1) { body in
                            body.string(1, response.value["description"]?.string)
                            guard let schema = response.value["schema"] else { return }
                            body.message(2) { item in item.message(1) { self.schema(schema, &$0) } }
                        }
                    }
                }
            }
        }
        strings(10, "schemes")
        extensions(operation, 13, &writer)
    }

    /// A parameter, or a reference to one.
    private static func entry(_ parameter: Value, _ item: inout ProtobufWriter) {
        if let reference = parameter["$ref"]?.string {
            item.message(2) { $0.string(1, reference) }
        } else {
            item.message(1) { self.parameter(parameter, &$0) }
        }
    }

    private static func parameter(_ parameter: Value, _ choice: inout ProtobufWriter) {
        let place = parameter["in"]?.string
        if place == "body" {
            choice.message(1) { body in
                body.string(2, parameter["name"]?.string)
                body.string(3, place)
                body.bool(4, parameter["required"]?.bool)
                body.message(5) { schema(parameter["schema"] ?? [:], &$0) }
            }
            return
        }
        let isQuery = place == "query"
        choice.message(2) { other in
            other.message(isQuery ? 3 : 4) { sub in
                sub.bool(1, parameter["required"]?.bool)
                sub.string(2, place)
                sub.string(4, parameter["name"]?.string)
                sub.string(isQuery ? 6 : 5, parameter["type"]?.string)
                sub.bool(isQuery ? 20 : 19, parameter["uniqueItems"]?.bool)
            }
        }
    }

    // MARK: Schemas

    private static func schema(_ schema: Value, _ writer: inout ProtobufWriter) {
        writer.string(1, schema["$ref"]?.string)
        writer.string(2, schema["format"]?.string)
        writer.string(4, schema["description"]?.string)
        if let fallback = schema["default"] { writer.message(5) { $0.string(2, JSONWriter.string(fallback)) } }
        writer.double(7, schema["maximum"]?.double)
        writer.double(9, schema["minimum"]?.double)
        for name in schema["required"]?.array ?? [] { writer.string(19, name.string) }
        for value in schema["enum"]?.array ?? [] { writer.message(20) { $0.string(2, JSONWriter.string(value)) } }
        if let additional = schema["additionalProperties"] {
            writer.message(21) { item in item.message(1) { self.schema(additional, &$0) } }
        }
        if let type = schema["type"]?.string { writer.message(22) { $0.string(1, type) } }
        if let items = schema["items"] { writer.message(23) { item in item.message(1) { self.schema(items, &$0) } } }
        if let properties = schema["properties"]?.object {
            writer.message(25) { message in for property in properties { named(property, 1, &message) } }
        }
        extensions(schema, 31, &writer)
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
