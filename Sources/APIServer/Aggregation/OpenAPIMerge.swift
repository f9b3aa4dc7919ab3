import Values

/// Puts OpenAPI version 2 documents of several servers together.
package enum OpenAPIMerge {
    private static let prefix = "#/definitions/"
    private static let sharedPrefix = "#/parameters/"

    /// The shared parameters that paths refer to.
    private static func parameters(_ document: Value, of paths: [Value]) -> Value {
        var needed: Set<String> = []
        for path in paths { forEachReference(path, sharedPrefix) { needed.insert($0) } }
        let all = document["parameters"]?.object ?? Object()
        return .object(Object(all.filter { needed.contains($0.key) }.map { ($0.key, $0.value) }))
    }

    /// What a document says of the paths below one, with the definitions these need.
    package static func narrowed(_ document: Value, to path: String) -> Value {
        let paths = (document["paths"]?.object ?? Object()).filter {
            $0.key == path || $0.key == path + "/" || $0.key.hasPrefix(path + "/")
        }
        let definitions = document["definitions"]?.object ?? Object()
        var needed: Set<String> = []
        var rest: [Value] = paths.map(\.value)
        while let value = rest.popLast() {
            forEachReference(value, prefix) { name in
                guard needed.insert(name).inserted, let definition = definitions[name] else { return }
                rest.append(definition)
            }
        }
        return [
            "paths": .object(Object(paths.map { ($0.key, $0.value) })),
            "definitions": .object(Object(definitions.filter { needed.contains($0.key) }.map { ($0.key, $0.value) })),
            "parameters": parameters(document, of: paths.map(\.value)),
        ]
    }

    /// The document with the paths, definitions and shared parameters of others. What has a name that a different one has gets another name.
    package static func merged(_ document: Value, _ others: [Value]) -> Value {
        var paths = document["paths"]?.object ?? Object()
        var definitions = document["definitions"]?.object ?? Object()
        var parameters = document["parameters"]?.object ?? Object()
        for other in others {
            let (added, shared) = (other["definitions"]?.object ?? Object(), other["parameters"]?.object ?? Object())
            let renamed = renamings(of: added, in: definitions, prefix)
                .merging(renamings(of: shared, in: parameters, sharedPrefix)) { first, _ in first }
            add(added, to: &definitions, prefix, renamed)
            add(shared, to: &parameters, sharedPrefix, renamed)
            for member in other["paths"]?.object ?? Object() where paths[member.key] == nil {
                paths[member.key] = replacing(member.value, renamed)
            }
        }
        var result = document
        result["paths"] = .object(paths)
        result["definitions"] = .object(definitions)
        if !parameters.isEmpty { result["parameters"] = .object(parameters) }
        return result
    }

    /// New references for those of the added members whose names are taken.
    private static func renamings(of added: Object, in present: Object, _ prefix: String) -> [String: String] {
        var renamed: [String: String] = [:]
        for member in added {
            guard let other = present[member.key], other != member.value else { continue }
            var number = 2
            while present["\(member.key)_v\(number)"] != nil || added["\(member.key)_v\(number)"] != nil { number += 1 }
            renamed[prefix + member.key] = "\(prefix)\(member.key)_v\(number)"
        }
        return renamed
    }

    private static func add(_ added: Object, to present: inout Object, _ prefix: String, _ renamed: [String: String]) {
        for member in added {
            let name = renamed[prefix + member.key].map { String($0.dropFirst(prefix.utf8.count)) } ?? member.key
            if present[name] == nil { present[name] = replacing(member.value, renamed) }
        }
    }

    private static func forEachReference(_ value: Value, _ prefix: String, _ body: (String) -> Void) {
        switch value {
        case .object(let object):
            for member in object {
                if member.key == "$ref", let text = member.value.string, text.hasPrefix(prefix) {
                    body(String(text.dropFirst(prefix.utf8.count)))
                } else {
                    forEachReference(member.value, prefix, body)
                }
            }
        case .array(let items): for item in items { forEachReference(item, prefix, body) }
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
                        if member.key == "$ref", let text = member.value.string, let other = names[text] {
                            return (member.key, .string(other))
                        }
                        return (member.key, replacing(member.value, names))
                    }))
        case .array(let items): return .array(items.map { replacing($0, names) })
        default: return value
        }
    }
}
