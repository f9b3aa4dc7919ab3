import Core
import SchemaEngine
import Values

/// Custom resources: metadata as of every object, the rest by the schema of the definition.
extension Validator {
    mutating func customResource(_ object: Place, _ schema: ResourceSchema, _ custom: CustomResourceForm) {
        metadata(object["metadata"], isNamespaced: schema.isNamespaced, name: .subdomain)
        let value = object.value ?? .object(Object())
        report(SchemaEngine.SchemaValidator().problems(value, custom.schema), at: "")
        scale(object, custom, wholeObject: true)
        embeddedResources(object, custom.schema, isRoot: true)
        listTypes(object, custom.schema)
        rules(custom, value, old: nil)
    }

    /// Reasons after which rules would speak of what is not there, or not what they take it for.
    private static let blocking: Set<String> = [
        "FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid",
    ]

    private mutating func rules(_ custom: CustomResourceForm, _ value: Value, old: Value?) {
        guard let rules = custom.rules else { return }
        guard !causes.contains(where: { Self.blocking.contains($0.reason) }) else {
            return append(
                .init(
                    reason: "FieldValueInvalid",
                    message:
                        "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors "
                        + "to complete validation", field: "<nil>"))
        }
        for cause in rules.causes(value, old: old) { append(cause) }
    }

    mutating func customResourceUpdate(_ new: Place, _ old: Place, subresource: String, _ custom: CustomResourceForm) {
        metadataUpdate(new["metadata"], old["metadata"])
        let value = new.value ?? .object(Object())
        let before = old.value ?? .object(Object())
        if subresource == "status" {
            if let status = value["status"], let schema = custom.schema[property: "status"] {
                report(SchemaEngine.SchemaValidator().problems(status, schema, old: before["status"]), at: "status")
            }
        } else {
            report(SchemaEngine.SchemaValidator().problems(value, custom.schema, old: before), at: "")
        }
        scale(new, custom, wholeObject: subresource != "status")
        if subresource != "status" { embeddedResources(new, custom.schema, isRoot: true) }
        // Lists that were wrong before may stay wrong.
        var earlier = Validator()
        earlier.listTypes(old, custom.schema)
        if earlier.isClean { listTypes(new, custom.schema) }
        rules(custom, value, old: before)
    }

    /// Takes over what the schema finds in the value at `path`.
    mutating func report(_ problems: [SchemaProblem], at path: String) {
        for problem in problems {
            // Upstream names no field where the whole object is wrong.
            let place =
                path.isEmpty ? (problem.path.isEmpty ? "<nil>" : problem.path) : problem.path.isEmpty ? path : "\(path).\(problem.path)"
            append(APIError.Cause(reason: problem.reason.rawValue, message: problem.message, field: place))
        }
    }

    // MARK: Scale

    private mutating func scale(_ object: Place, _ custom: CustomResourceForm, wholeObject: Bool) {
        guard let paths = custom.scale else { return }
        if wholeObject { replicas(object, paths.specReplicas) }
        replicas(object, paths.statusReplicas)
        guard !paths.labelSelector.isEmpty else { return }
        let (place, value) = Self.find(object, paths.labelSelector)
        if let value, value.string == nil {
            append(.init(reason: "FieldValueInvalid", message: "Invalid value: \"\": \(place) accessor error: not a string", field: place))
        }
    }

    private mutating func replicas(_ object: Place, _ path: [String]) {
        let (place, value) = Self.find(object, path)
        guard let value else { return }
        func problem(_ shown: Int64, _ detail: String) -> APIError.Cause {
            .init(reason: "FieldValueInvalid", message: "Invalid value: \(shown): \(detail)", field: place)
        }
        guard case .int(let number) = value else {
            return append(problem(0, "\(place) accessor error: \(Self.shown(value)) is of the type \(value.goType), expected int64"))
        }
        if number < 0 { append(problem(number, "should be a non-negative integer")) }
        if number > Int64(Int32.max) { append(problem(number, "should be less than or equal to 2147483647")) }
    }

    private static func find(_ object: Place, _ path: [String]) -> (String, Value?) {
        var current: Value? = object.value
        for step in path { current = current?[step] }
        return ("." + path.joined(separator: "."), current)
    }

    // MARK: Embedded resources

    mutating func embeddedResources(_ place: Place, _ schema: StructuralSchema, isRoot: Bool) {
        switch place.value {
        case .object?:
            if schema.isEmbeddedResource, !isRoot { embeddedResource(place) }
            for entry in place.entries {
                if let inner = schema[property: entry.key] {
                    embeddedResources(place[entry.key], inner, isRoot: false)
                } else if let inner = schema.additionalSchema {
                    embeddedResources(place[key: entry.key], inner, isRoot: false)
                }
            }
        case .array?:
            if let inner = schema.items { for item in place.items { embeddedResources(item, inner, isRoot: false) } }
        default: return
        }
    }

    mutating func embeddedResource(_ place: Place) {
        for field in ["apiVersion", "kind"] {
            let part = place[field]
            guard let value = place.value?[field] else {
                required(part)
                continue
            }
            guard let text = value.string else {
                invalid(part, "must be a string", value: value)
                continue
            }
            if text.isEmpty {
                invalid(part, "must not be empty", value: "")
            } else if field == "apiVersion", text.count(where: { $0 == "/" }) > 1 {
                invalid(part, "unexpected GroupVersion string: \(text)")
            } else if field == "kind" {
                let problems = Formats.dns1035Label(text.lowercased())
                if !problems.isEmpty {
                    invalid(part, "may have mixed case, but should otherwise match: " + problems.joined(separator: ","))
                }
            }
        }
        guard place["metadata"].isPresent else { return }
        var named = place["metadata"].value ?? .object(Object())
        if (named["name"]?.string ?? "").isEmpty { named["name"] = "fakename" }
        let isNamespaced = !(named["namespace"]?.string ?? "").isEmpty
        metadata(place["metadata"].with(named), isNamespaced: isNamespaced, name: .pathSegment)
    }

    // MARK: Sets and maps

    private mutating func listTypes(_ place: Place, _ schema: StructuralSchema) {
        switch place.value {
        case .object?:
            for entry in place.entries {
                if let inner = schema[property: entry.key] {
                    listTypes(place[entry.key], inner)
                } else if let inner = schema.additionalSchema {
                    listTypes(place[key: entry.key], inner)
                }
            }
        case .array(let items)?:
            if schema.listType == "set" { repeated(items) { $0 }.forEach { duplicate(place[$0]) } }
            if schema.listType == "map" {
                if let wrong = items.firstIndex(where: { !$0.isNull && $0.object == nil }) {
                    invalid(place[wrong], "must be an object for an array of list-type map")
                } else {
                    let key = { (item: Value) -> Value in
                        .object(Object(schema.listMapKeys.compactMap { name in item[name].map { (name, $0) } }))
                    }
                    repeated(items, key).forEach { duplicate(place[$0], value: key(items[$0])) }
                }
            }
            if let inner = schema.items { for item in place.items { listTypes(item, inner) } }
        default: return
        }
    }

    /// Where something stands for the second time.
    private func repeated(_ items: [Value], _ key: (Value) -> Value) -> [Int] {
        var counts: [Value: Int] = [:]
        var result: [Int] = []
        for (position, item) in items.enumerated() {
            let seen = counts[key(item), default: 0]
            if seen == 1 { result.append(position) }
            counts[key(item)] = seen + 1
        }
        return result
    }
}
