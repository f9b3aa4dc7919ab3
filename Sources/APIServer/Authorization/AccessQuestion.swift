import CEL
import Core
import ResourceEngine
import Values

/// The `spec` of the SubjectAccessReview that asks whether a request may be made.
enum AccessQuestion {
    private static let requirementType = object("SelectorRequirement", ["key": .string, "operator": .string, "values": .list(.string)])
    private static let selectorType = object("SelectorAttributes", ["rawSelector": .string, "requirements": .list(requirementType)])

    /// What match conditions see of it as `request` (upstream's `authorization/cel/compile.go`).
    static let type = object(
        "SubjectAccessReviewSpec",
        [
            "user": .string, "groups": .list(.string), "uid": .string, "extra": .map(.string, .list(.string)),
            "resourceAttributes": object(
                "ResourceAttributes",
                [
                    "namespace": .string, "verb": .string, "group": .string, "version": .string, "resource": .string,
                    "subresource": .string, "name": .string, "fieldSelector": selectorType, "labelSelector": selectorType,
                ]),
            "nonResourceAttributes": object("NonResourceAttributes", ["path": .string, "verb": .string]),
        ])

    private static func object(_ name: String, _ fields: [String: CELType]) -> CELType {
        .object(ObjectType(name: "kubernetes.\(name)", fields: fields))
    }

    /// `isWhole`: with the fields that are empty, as match conditions see them.
    static func spec(_ attributes: RequestAttributes, isWhole: Bool = false) -> Value {
        func texts(_ members: [(String, String)]) -> Object {
            Object(members.filter { isWhole || !$0.1.isEmpty }.map { ($0.0, Value.string($0.1)) })
        }
        let user = attributes.user
        var spec = Object()
        if let path = attributes.nonResourcePath {
            spec["nonResourceAttributes"] = .object(texts([("path", path), ("verb", attributes.verb)]))
        } else {
            let resource = attributes.resource
            var members = texts([
                ("namespace", attributes.namespace), ("verb", attributes.verb), ("group", resource.group), ("version", resource.version),
                ("resource", resource.resource), ("subresource", attributes.subresource), ("name", attributes.name),
            ])
            if let found = fields(attributes.fieldSelector) { members["fieldSelector"] = ["requirements": found] }
            if let found = labels(attributes.labelSelector) { members["labelSelector"] = ["requirements": found] }
            spec["resourceAttributes"] = .object(members)
        }
        for member in texts([("user", user.name), ("uid", user.uid)]) { spec[member.key] = member.value }
        if isWhole || !user.groups.isEmpty { spec["groups"] = list(user.groups) }
        if isWhole || !user.extra.isEmpty {
            spec["extra"] = .object(Object(user.extra.sorted { $0.key < $1.key }.map { ($0.key, list($0.value)) }))
        }
        return .object(spec)
    }

    private static func list(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }

    private static func requirement(_ key: String, _ operation: String, _ values: [String]) -> Value {
        var result: Object = ["key": .string(key), "operator": .string(operation)]
        if !values.isEmpty { result["values"] = list(values) }
        return .object(result)
    }

    /// Selectors only narrow: what cannot be read, or said in a review, is left out.
    private static func fields(_ text: String) -> Value? {
        guard !text.isEmpty, let found = try? FieldMatcher(parsing: text).requirements, !found.isEmpty else { return nil }
        return .array(found.map { requirement($0.field, $0.isEqual ? "In" : "NotIn", [$0.value]) })
    }

    private static func labels(_ text: String) -> Value? {
        guard !text.isEmpty, let found = try? LabelMatcher(parsing: text).requirements else { return nil }
        let said = found.compactMap { wanted -> Value? in
            switch wanted.operation {
            case .isIn: requirement(wanted.key, "In", wanted.values)
            case .notIn: requirement(wanted.key, "NotIn", wanted.values)
            case .exists: requirement(wanted.key, "Exists", [])
            case .doesNotExist: requirement(wanted.key, "DoesNotExist", [])
            case .greaterThan, .lessThan: nil
            }
        }
        return said.isEmpty ? nil : .array(said)
    }
}
