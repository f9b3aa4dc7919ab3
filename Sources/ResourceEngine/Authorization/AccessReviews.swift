import Core
import JSON
import Values

/// Answers what a user may do: SubjectAccessReview and its kin of `authorization.k8s.io/v1`, and who one is.
package enum AccessReviews {
    /// The handlers by the plural of their kind, for `BuiltInServices`. `authorizer` decides; `rules` are who can list them.
    package static func handlers(_ authorizer: any Authorizer, rules: [any RuleListing], clock: any Clock) -> [String: any ReviewHandler] {
        [
            "subjectaccessreviews": AccessReview(authorizer: authorizer, subject: .named),
            "localsubjectaccessreviews": AccessReview(authorizer: authorizer, subject: .namedInNamespace),
            "selfsubjectaccessreviews": AccessReview(authorizer: authorizer, subject: .sender),
            "selfsubjectrulesreviews": RulesReview(authorizer: authorizer, rules: rules), "selfsubjectreviews": SelfReview(clock: clock),
        ]
    }
}

/// Whether somebody may do something.
struct AccessReview: ReviewHandler {
    enum Subject: Sendable {
        case named, namedInNamespace, sender
    }

    let authorizer: any Authorizer
    let subject: Subject

    func review(_ object: Value, _ request: APIRequest) async throws -> Value {
        let spec = object["spec"] ?? .object(Object())
        let (resource, path) = (spec["resourceAttributes"]?.object, spec["nonResourceAttributes"]?.object)
        try check(object, request.namespace)
        let user = subject == .sender ? request.user : Self.user(spec)
        let decision = await authorizer.authorize(Self.attributes(user, resource.map { .object($0) }, path.map { .object($0) }))
        var status: Object = ["allowed": .bool(decision.isAllowed)]
        if case .deny = decision { status["denied"] = true }
        if !decision.reason.isEmpty { status["reason"] = .string(decision.reason) }
        if let error = decision.error { status["evaluationError"] = .string(error) }
        var answer = object
        answer["status"] = .object(status)
        return answer
    }

    /// Upstream's validation of the spec.
    private func check(_ object: Value, _ namespace: String) throws {
        var validator = Validator()
        let place = Place(object)
        let spec = place["spec"]
        let (resource, path) = (spec["resourceAttributes"], spec["nonResourceAttributes"])
        // As Go names the fields.
        let shown: Value = ["Path": path["path"].value ?? "", "Verb": path["verb"].value ?? ""]
        if resource.isPresent, path.isPresent {
            validator.invalid(path, "cannot be specified in combination with resourceAttributes", value: shown)
        } else if !resource.isPresent, !path.isPresent {
            validator.invalid(resource, "exactly one of nonResourceAttributes or resourceAttributes must be specified", value: .null)
        }
        if subject != .sender, spec["user"].isEmpty, spec["groups"].isEmpty {
            validator.invalid(spec["user"], "at least one of user or group must be specified", value: "")
        }
        validator.selectors(ofReview: resource)
        var metadata = object["metadata"] ?? .object(Object())
        metadata["managedFields"] = nil
        if subject == .namedInNamespace { metadata["namespace"] = nil }
        if !metadata.isEmpty {
            validator.invalid(place["metadata"], "must be empty" + (subject == .namedInNamespace ? " except for namespace" : ""))
        }
        if subject == .namedInNamespace {
            if resource.isPresent, resource["namespace"].text != namespace {
                validator.invalid(
                    resource["namespace"], "must match metadata.namespace", value: .string(resource["namespace"].text))
            }
            if path.isPresent { validator.invalid(path, "disallowed on this kind of request", value: shown) }
        }
        guard validator.isClean else {
            // Upstream's message has the group and no kind.
            throw APIError.invalid(GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: ""), "", validator.causes)
        }
    }

    private static func user(_ spec: Value) -> UserInfo {
        var user = UserInfo(
            name: spec["user"]?.string ?? "", groups: spec["groups"]?.array?.compactMap(\.string) ?? [], uid: spec["uid"]?.string ?? "")
        for member in spec["extra"]?.object ?? Object() { user.extra[member.key] = member.value.array?.compactMap(\.string) ?? [] }
        return user
    }

    private static func attributes(_ user: UserInfo, _ resource: Value?, _ path: Value?) -> RequestAttributes {
        if let path { return RequestAttributes(user: user, verb: path["verb"]?.string ?? "", path: path["path"]?.string ?? "") }
        func text(_ key: String) -> String { resource?[key]?.string ?? "" }
        var attributes = RequestAttributes(
            user: user, verb: text("verb"),
            resource: GroupVersionResource(
                group: text("group"), version: text("version").isEmpty ? "*" : text("version"), resource: text("resource")),
            subresource: text("subresource"), namespace: text("namespace"), name: text("name"))
        attributes.fieldSelector = selector(resource?["fieldSelector"])
        attributes.labelSelector = selector(resource?["labelSelector"])
        return attributes
    }

    /// What requests would be narrowed to: the text, or those requirements that can be said in one. Others narrow nothing, which may refuse
    /// more and never less.
    private static func selector(_ value: Value?) -> String {
        guard let value else { return "" }
        if let raw = value["rawSelector"]?.string, !raw.isEmpty { return raw }
        return (value["requirements"]?.array ?? []).compactMap { requirement in
            guard let key = requirement["key"]?.string, let values = requirement["values"]?.array, values.count == 1,
                let wanted = values[0].string, !(key + wanted).contains(where: { ",=!\\".contains($0) })
            else { return nil }
            switch requirement["operator"]?.string {
            case "In": return "\(key)=\(wanted)"
            case "NotIn": return "\(key)!=\(wanted)"
            default: return nil
            }
        }.joined(separator: ",")
    }
}

/// All that the sender may do in a namespace.
struct RulesReview: ReviewHandler {
    let authorizer: any Authorizer
    let rules: [any RuleListing]

    func review(_ object: Value, _ request: APIRequest) async throws -> Value {
        let namespace = object[path: "spec", "namespace"]?.string ?? ""
        guard !namespace.isEmpty else { throw APIError.badRequest("no namespace on request") }
        let listed = rules.map { $0.rules(for: request.user, in: namespace) }
        let isComplete = listed.allSatisfy(\.isComplete)
        let problem = authorizer.unlistedRules(of: request.user)
        func list(_ values: [String]) -> Value { .array(values.map { .string($0) }) }
        var resources: [Value] = []
        var paths: [Value] = []
        for rule in listed.flatMap(\.rules) {
            if !rule.resources.isEmpty {
                var entry: Object = ["verbs": list(rule.verbs), "apiGroups": list(rule.groups), "resources": list(rule.resources)]
                if !rule.names.isEmpty { entry["resourceNames"] = list(rule.names) }
                resources.append(.object(entry))
            }
            if !rule.paths.isEmpty { paths.append(["verbs": list(rule.verbs), "nonResourceURLs": list(rule.paths)]) }
        }
        var answer = object
        answer["metadata"] = .object(Object())
        answer["spec"] = .object(Object())
        answer["status"] = [
            "resourceRules": .array(resources), "nonResourceRules": .array(paths), "incomplete": .bool(!isComplete || problem != nil),
        ]
        if let problem { answer["status"]?["evaluationError"] = .string(problem) }
        return answer
    }
}

/// Who the sender is.
struct SelfReview: ReviewHandler {
    let clock: any Clock

    func review(_ object: Value, _ request: APIRequest) async throws -> Value {
        var answer = object
        answer["metadata"] = ["creationTimestamp": .string(clock.now.rfc3339)]
        answer["status"] = ["userInfo": request.user.value]
        return answer
    }
}

extension UserInfo {
    /// As `authentication.k8s.io/v1 UserInfo`.
    package var value: Value {
        var result: Object = ["username": .string(name)]
        if !uid.isEmpty { result["uid"] = .string(uid) }
        if !groups.isEmpty { result["groups"] = .array(groups.map { .string($0) }) }
        if !extra.isEmpty {
            let members = extra.sorted { $0.key < $1.key }.map { ($0.key, Value.array($0.value.map { .string($0) })) }
            result["extra"] = .object(Object(members))
        }
        return .object(result)
    }
}
