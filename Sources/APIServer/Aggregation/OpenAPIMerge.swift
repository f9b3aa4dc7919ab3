import Values

/// Puts OpenAPI version 2 documents of several servers together.
package enum OpenAPIMerge {
    private static let prefix = "#/definitions/"

    /// What a document says of the paths below one, with the definitions these need.
    package static func narrowed(_ document: Value, to path: String) -> Value {
        let paths = (document["paths"]?.object ?? Object()).filter {
            $0.key == path || $0.key == path + "/" || $0.key.hasPrefix(path + "/")
        }
        let definitions = document["definitions"]?.object ?? Object()
        var needed: Set<String> = []
        var rest: [Value] = paths.map(\.value)
        while let value = rest.popLast() {
            forEachReference(value) { name in
                guard needed.insert(name).inserted, let definition = definitions[name] else { return }
                rest.append(definition)
            }
        }
        return [
            "paths": .object(Object(paths.map { ($0.key, $0.value) })),
            "definitions": .object(Object(definitions.filter { needed.contains($0.key) }.map { ($0.key, $0.value) })),
        ]
    }

    /// The document with the paths and definitions of others. A definition whose name is taken by a different one gets another name.
    package static func merged(_ document: Value, _ others: [Value]) -> Value {
        var paths = document["paths"]?.object ?? Object()
        var definitions = document["definitions"]?.object ?? Object()
        for other in others {
            var renamed: [String: String] = [:]
            let added = other["definitions"]?.object ?? Object()
            for member in added {
                guard let present = definitions[member.key], present != member.value else { continue }
                var number = 2
                while definitions["\(member.key)_v\(number)"] != nil || added["\(member.key)_v\(number)"] != nil { number += 1 }
                renamed[member.key] = "\(member.key)_v\(number)"
            }
            for member in added {
                let name = renamed[member.key] ?? member.key
                if definitions[name] == nil { definitions[name] = replacing(member.value, renamed) }
            }
            for member in other["paths"]?.object ?? Object() where paths[member.key] == nil {
                paths[member.key] = replacing(member.value, renamed)
            }
        }
        var result = document
        result["paths"] = .object(paths)
        result["definitions"] = .object(definitions)
        return result
    }

    private static func forEachReference(_ value: Value, _ body: (String) -> Void) {
        switch value {
        case .object(let object):
            for member in object {
                if member.key == "$ref", let text = member.value.string, text.hasPrefix(prefix) {
                    body(String(text.dropFirst(prefix.utf8.count)))
                } else {
                    forEachReference(member.value, body)
                }
            }
        case .array(let items): for item in items { forEachReference(item, body) }
        default: break
        }
    }

    private static func replacing(_ value: Value, _ names: [String: String]) -> Value {
        if names.isEmpty { return value }
        switch value {
        case .object(let object):
            return .object(
                Object(
                    object.map { member in
                        if member.key == "$ref", let text = member.value.string, text.hasPrefix(prefix),
                            let name = names[String(text.dropFirst(prefix.utf8.count))]
                        {
                            return (member.key, .string(prefix + name))
                        }
                        return (member.key, replacing(member.value, names))
                    }))
        case .array(let items): return .array(items.map { replacing($0, names) })
        default: return value
        }
    }
}
