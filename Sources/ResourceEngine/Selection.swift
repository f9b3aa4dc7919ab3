import Core
import JSON
import SchemaEngine
import Store
import Values

/// The objects a list or watch is about: a namespace or all of them, narrowed by labels and fields. Decided from summaries, without
/// looking into an object; but for fields of custom resources, whose choice may change while objects lie stored.
package struct Selection: Sendable {
    /// Empty means all namespaces, or a cluster-scoped resource.
    package let namespace: String
    private let isNamespaced: Bool
    private let isCustom: Bool
    package let labels: LabelMatcher
    package let fields: FieldMatcher
    /// What the served form has to have, where that may be another than the stored one: versions of a custom resource with fields of
    /// their own. `ServedResource.selected` decides it.
    let servedFields: FieldMatcher?

    /// Throws `APIError` (400) for selectors that cannot be read and for fields the resource does not offer.
    init(_ request: APIRequest, _ resource: ServedResource) throws {
        namespace = request.namespace
        isNamespaced = resource.schema.isNamespaced
        isCustom = resource.schema.custom != nil
        labels = try LabelMatcher(parsing: request.options.labelSelector)
        try Self.check(labels)
        var fields = try FieldMatcher(parsing: request.options.fieldSelector)
        let schema = resource.schema
        for requirement in fields.requirements {
            switch requirement.field {
            case "metadata.name", "metadata.namespace": continue
            case let field where schema.selectableFields.contains(field): continue
            case let field: throw Self.unknownField(field, schema)
            }
        }
        var served: FieldMatcher?
        if resource.conversion != nil, isCustom {
            var own = fields
            own.requirements.removeAll { $0.field.hasPrefix("metadata.") }
            fields.requirements.removeAll { !$0.field.hasPrefix("metadata.") }
            if !own.requirements.isEmpty { served = own }
        } else if let conversion = resource.conversion {
            for index in fields.requirements.indices {
                fields.requirements[index].field = conversion.storedField(fields.requirements[index].field)
            }
        }
        if !request.name.isEmpty { fields.requirements.append(.init("metadata.name", request.name)) }
        self.fields = fields
        servedFields = served
    }

    /// Keys and values have to be such as labels can have.
    private static func check(_ matcher: LabelMatcher) throws {
        for requirement in matcher.requirements {
            var problems: [String] = []
            func note(_ place: String, _ text: String, _ found: [String]) {
                guard !found.isEmpty else { return }
                problems.append("\(place): Invalid value: \(Validator.quoted(text)): \(found.joined(separator: "; "))")
            }
            note("<nil>", requirement.key, Formats.qualifiedName(requirement.key))
            for (position, value) in requirement.values.enumerated() {
                note("values[\(position)][\(requirement.key)]", value, Formats.labelValue(value))
            }
            guard !problems.isEmpty else { continue }
            let list = problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
            throw APIError.badRequest("unable to parse requirement: \(list)")
        }
    }

    /// Kinds with fields of their own to select by refuse others each in its words, the rest in those of all.
    private static func unknownField(_ field: String, _ schema: ResourceSchema) -> APIError {
        let kind = schema.kind
        let own = schema.selectableFields.contains { !$0.hasPrefix("metadata.") }
        switch kind.kind {
        case "Job" where kind.group == "batch": return .badRequest("field label \"\(field)\" not supported for Job")
        case "ResourceSlice" where kind.group == "resource.k8s.io":
            return .badRequest("field label not supported for \(kind.apiVersion), Kind=ResourceSlice: \(field)")
        case _ where own || schema.custom != nil: return .badRequest("field label not supported: \(field)")
        default:
            return .badRequest("\"\(field)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
        }
    }

    var isEverything: Bool { labels.isEverything && fields.isEverything && servedFields == nil }
    /// The one name this is about, if it is about one.
    var name: String? { fields.required("metadata.name") }

    func matches(_ object: StoredObject) -> Bool {
        guard labels.isEverything || labels.matches(object.summary.labels) else { return false }
        if fields.isEverything { return true }
        var parsed: Value?
        return fields.matches { field in
            switch field {
            case "metadata.name": return object.key.name
            case "metadata.namespace": return object.key.namespace
            case let field where isCustom:
                // The engine stores nothing that it could not encode.
                let value = parsed ?? (try? object.parsed()) ?? .null
                parsed = value
                return value.fieldText(field)
            default: return object.summary.fields[field]
            }
        }
    }

    /// Whether an object that is not stored, and has no fields to select by but its name and namespace, is meant.
    func matches(_ key: ObjectKey, labels: [String: String]) -> Bool {
        guard self.labels.isEverything || self.labels.matches(labels) else { return false }
        return fields.isEverything || fields.matches { $0 == "metadata.name" ? key.name : $0 == "metadata.namespace" ? key.namespace : nil }
    }

    /// The narrowest scope the store can watch for this.
    var scope: WatchScope {
        let namespace = fields.required("metadata.namespace") ?? self.namespace
        if let name, !name.isEmpty, !namespace.isEmpty || !isNamespaced { return .object(ObjectKey(namespace: namespace, name: name)) }
        if !isCustom, let field = fields.requirements.first(where: { $0.isEqual && !$0.field.hasPrefix("metadata.") && !$0.value.isEmpty }),
            namespace.isEmpty
        {
            return .field(field.field, value: field.value)
        }
        return namespace.isEmpty ? .all : .namespace(namespace)
    }

    /// What the watcher is told of a change; nil when it is not about this selection. An object that enters the selection was added, one
    /// that leaves it was deleted: its last state within the selection is shown under the revision of the change. Objects are as they
    /// are stored.
    ///
    /// `chosen` are those whose served form is meant; nil where the stored one decides.
    func event(of change: StoreEvent, among chosen: Set<ObjectIdentifier>? = nil) -> EngineEvent? {
        func isMeant(_ object: StoredObject) -> Bool { matches(object) && chosen?.contains(ObjectIdentifier(object)) ?? true }
        let isIn = change.kind == .put && isMeant(change.object)
        let wasIn = change.previous.map(isMeant) ?? false
        switch (wasIn, isIn) {
        case (false, false): return nil
        case (false, true): return EngineEvent(kind: .added, object: .stored(change.object), revision: change.revision)
        case (true, true): return EngineEvent(kind: .modified, object: .stored(change.object), revision: change.revision)
        case (true, false):
            // A deletion carries the last state already; an object that left is shown as it was.
            if change.kind == .delete {
                return EngineEvent(kind: .deleted, object: .stored(change.object), revision: change.revision)
            }
            guard let previous = change.previous else { return nil }
            return EngineEvent(kind: .deleted, object: .encoded(previous.encoded.bytes(at: change.revision)), revision: change.revision)
        }
    }
}
