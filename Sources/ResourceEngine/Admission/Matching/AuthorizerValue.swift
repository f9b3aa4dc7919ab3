import CEL
import Core

/// `authorizer` in expressions: whether the user of the request, or a service account, may do something.
struct AuthorizerValue: CELOpaque {
    let answers: AccessAnswers
    let user: UserInfo

    var type: CELType { AdmissionTypes.authorizer }

    func call(_ function: String, _ arguments: [CELValue]) throws -> CELValue {
        let texts = try arguments.map { try $0.text }
        switch function {
        case "path": return .opaque(PathCheckValue(answers: answers, user: user, path: texts[0]))
        case "group": return .opaque(GroupCheckValue(answers: answers, user: user, group: texts[0]))
        case "serviceAccount":
            return .opaque(AuthorizerValue(answers: answers, user: .serviceAccount(texts[1], namespace: texts[0])))
        default: throw CELError("no such overload")
        }
    }
}

/// A check of a path that is no resource.
private struct PathCheckValue: CELOpaque {
    let answers: AccessAnswers
    let user: UserInfo
    let path: String

    var type: CELType { .opaque("kubernetes.authorization.PathCheck") }

    func call(_ function: String, _ arguments: [CELValue]) throws -> CELValue {
        guard function == "check" else { throw CELError("no such overload") }
        let attributes = RequestAttributes(user: user, verb: try arguments[0].text, path: path)
        return .opaque(DecisionValue(decision: try answers.decision(attributes)))
    }
}

/// A check of which only the group is known.
private struct GroupCheckValue: CELOpaque {
    let answers: AccessAnswers
    let user: UserInfo
    let group: String

    var type: CELType { .opaque("kubernetes.authorization.GroupCheck") }

    func call(_ function: String, _ arguments: [CELValue]) throws -> CELValue {
        guard function == "resource" else { throw CELError("no such overload") }
        // Rules do not look at versions; upstream asks for any.
        let resource = GroupVersionResource(group: group, version: "*", resource: try arguments[0].text)
        return .opaque(
            ResourceCheckValue(answers: answers, attributes: RequestAttributes(user: user, verb: "", resource: resource)))
    }
}

/// A check of a resource, as far as it has been told.
struct ResourceCheckValue: CELOpaque {
    let answers: AccessAnswers
    var attributes: RequestAttributes

    var type: CELType { AdmissionTypes.resourceCheck }

    func call(_ function: String, _ arguments: [CELValue]) throws -> CELValue {
        let text = try arguments.first?.text ?? ""
        var next = self
        switch function {
        case "subresource": next.attributes.subresource = text
        case "namespace": next.attributes.namespace = text
        case "name": next.attributes.name = text
        case "fieldSelector": next.attributes.fieldSelector = text
        case "labelSelector": next.attributes.labelSelector = text
        case "check":
            next.attributes.verb = text
            return .opaque(DecisionValue(decision: try answers.decision(next.attributes)))
        default: throw CELError("no such overload")
        }
        return .opaque(next)
    }
}

/// What the authoriser said.
private struct DecisionValue: CELOpaque {
    let decision: AuthorizationDecision

    var type: CELType { .opaque("kubernetes.authorization.Decision") }

    func call(_ function: String, _ arguments: [CELValue]) throws -> CELValue {
        switch function {
        case "allowed": .bool(decision.isAllowed)
        case "reason": .string(decision.reason)
        case "errored": .bool(decision.error != nil)
        case "error": .string(decision.error ?? "")
        default: throw CELError("no such overload")
        }
    }
}

extension CELValue {
    fileprivate var text: String {
        get throws {
            guard case .string(let text) = self else { throw CELError("no such overload") }
            return text
        }
    }
}
