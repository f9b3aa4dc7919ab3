import Core
import Values

/// Rules about the values of an object that its schema cannot say: expressions, compiled once.
package protocol CustomResourceRules: Sendable {
    /// Everything the rules find wrong with an object; `old` is what it replaces, which transition rules compare it with.
    func causes(_ object: Value, old: Value?) -> [APIError.Cause]
}

/// How objects of a custom resource in one version are read: metadata by its structure, the rest by the resource's own schema, where types are
/// a matter of validation and not of decoding.
package final class CustomResourceForm: Sendable {
    package let schema: StructuralSchema
    let metadata: Structure
    /// Where the replicas of the `scale` subresource are; nil without one.
    package let scale: ScalePaths?
    package let hasStatus: Bool
    /// The kind of lists, when it is not that of the objects with "List" behind it.
    package let listKind: String
    /// Said to every client of a version that is on its way out; empty otherwise.
    package let deprecationWarning: String

    /// The schema's validation rules (`x-kubernetes-validations`); nil where it has none.
    package let rules: (any CustomResourceRules)?

    /// The JSON paths of the `scale` subresource, as member names.
    package struct ScalePaths: Sendable {
        package var specReplicas: [String]
        package var statusReplicas: [String]
        package var labelSelector: [String]

        package init(specReplicas: String, statusReplicas: String, labelSelector: String) {
            func steps(_ path: String) -> [String] { path.split(separator: ".").map(String.init) }
            self.specReplicas = steps(specReplicas)
            self.statusReplicas = steps(statusReplicas)
            self.labelSelector = steps(labelSelector)
        }
    }

    package init(
        schema: StructuralSchema, metadata: Structure, scale: ScalePaths?, hasStatus: Bool, listKind: String, deprecationWarning: String,
        rules: (any CustomResourceRules)? = nil
    ) {
        self.rules = rules
        self.schema = schema
        self.metadata = metadata
        self.scale = scale
        self.hasStatus = hasStatus
        self.listKind = listKind
        self.deprecationWarning = deprecationWarning
    }

    /// The object pruned and with its defaults, and a warning for each field that is unknown or stands twice.
    /// Throws `APIError` (400) for malformed metadata; when strict, also for these fields.
    package func decode(
        _ value: Value, kind: GroupVersionKind, duplicates: [String] = [], fieldValidation: FieldValidation
    ) throws(APIError) -> (value: Value, warnings: [String]) {
        do throws(DecodingError) {
            var unknown: [String] = []
            let object = schema.pruned(schema.defaulted(try withMetadata(value, &unknown)), isResource: true, unknown: &unknown)
            guard fieldValidation != .ignore else { return (Self.sorted(object), []) }
            let problems = Array(
                (duplicates + unknown.sorted().map { "unknown field \"\($0)\"" }).prefix(100))
            if fieldValidation == .strict, !problems.isEmpty {
                throw DecodingError("strict decoding error: \(problems.joined(separator: ", "))")
            }
            return (Self.sorted(object), problems)
        } catch {
            throw .badRequest("\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): \(error)")
        }
    }

    /// The object as it is stored: equal objects have equal bytes. Throws `DecodingError` for malformed metadata.
    package func canonical(_ value: Value) throws(DecodingError) -> Value {
        var unknown: [String] = []
        return Self.sorted(schema.pruned(try withMetadata(value, &unknown), isResource: true, unknown: &unknown))
    }

    /// A stored object as this version shows it: in its name, with the defaults and without the fields of today's schema.
    package func converted(_ value: Value, to kind: GroupVersionKind) -> Value {
        var value = value
        value["kind"] = .string(kind.kind)
        value["apiVersion"] = .string(kind.apiVersion)
        var unknown: [String] = []
        return Self.sorted(schema.pruned(schema.defaulted(value), isResource: true, unknown: &unknown))
    }

    private func withMetadata(_ value: Value, _ unknown: inout [String]) throws(DecodingError) -> Value {
        guard case .object = value else { throw DecodingError("json: cannot unmarshal into Go value of type map[string]interface {}") }
        guard let given = value["metadata"], !given.isNull else { return value }
        let decoded = try ObjectDecoder.decode(given, as: metadata, fieldValidation: .warn)
        let prefix = "unknown field \""
        for warning in decoded.warnings where warning.hasPrefix(prefix) {
            unknown.append("metadata." + warning.dropFirst(prefix.count).dropLast())
        }
        var value = value
        value["metadata"] = decoded.value
        return value
    }

    /// The value with the members of every object in the order of their names; metadata keeps the order of its table.
    private static func sorted(_ value: Value) -> Value {
        guard case .object(let object) = value else { return value }
        var result = Object()
        for name in ["kind", "apiVersion", "metadata"] { if let member = object[name] { result.append(name, member) } }
        let rest = object.members.filter { !StructuralSchema.metaFields.contains($0.key) }
        for member in rest.sorted(by: precedes) { result.append(member.key, deepSorted(member.value)) }
        return .object(result)
    }

    private static func deepSorted(_ value: Value) -> Value {
        switch value {
        case .object(let object):
            var result = Object()
            for member in object.members.sorted(by: precedes) { result.append(member.key, deepSorted(member.value)) }
            return .object(result)
        case .array(let items): return .array(items.map(deepSorted))
        default: return value
        }
    }

    private static func precedes(_ left: Object.Member, _ right: Object.Member) -> Bool {
        left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
    }
}
