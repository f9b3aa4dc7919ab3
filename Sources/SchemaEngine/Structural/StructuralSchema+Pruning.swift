import Values

extension StructuralSchema {
    static let metaFields: Set<String> = ["apiVersion", "kind", "metadata"]

    /// The object without the fields this schema does not know. The paths of what was taken out are added to `unknown`.
    ///
    /// `isResource`: this is the root of a resource, whose kind, version and metadata are nobody's to prune. Rules: upstream's `pruning`.
    package func pruned(_ value: Value, isResource: Bool, unknown: inout [String]) -> Value {
        var path: [String] = []
        return Self.prune(value, self, isResource: isResource, &path, &unknown)
    }

    private static func prune(
        _ value: Value, _ schema: StructuralSchema?, isResource: Bool, _ path: inout [String], _ unknown: inout [String]
    ) -> Value {
        let keepsUnknown = schema?.preservesUnknownFields ?? false
        switch value {
        case .object(let object):
            let keepsMeta = isResource || (schema?.isEmbeddedResource ?? false)
            var result = Object()
            for member in object {
                if keepsMeta, metaFields.contains(member.key) {
                    result.append(member.key, member.value)
                    continue
                }
                let step = path.isEmpty ? member.key : ".\(member.key)"
                if let inner = schema?.member(member.key) {
                    path.append(step)
                    result.append(member.key, prune(member.value, inner, isResource: false, &path, &unknown))
                    path.removeLast()
                } else if keepsUnknown {
                    result.append(member.key, member.value)
                } else if case .allowed? = schema?.additional {
                    // Free keys of no schema of their own: known themselves, nothing in them is.
                    path.append(step)
                    result.append(member.key, prune(member.value, nil, isResource: false, &path, &unknown))
                    path.removeLast()
                } else {
                    unknown.append(path.joined() + step)
                }
            }
            return .object(result)
        case .array(let items):
            // What is preserved in a list without items of its own is kept as it is.
            if keepsUnknown, schema?.items == nil { return value }
            return .array(
                items.enumerated().map { position, item in
                    path.append("[\(position)]")
                    defer { path.removeLast() }
                    return prune(item, schema?.items, isResource: false, &path, &unknown)
                })
        default: return value
        }
    }
}
