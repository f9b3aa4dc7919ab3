import CEL
import Core
import Identity
import ResourceEngine
import Values

/// One entry of an AuthenticationConfiguration's `jwt`: whose tokens are taken, and which users they are.
package struct JWTRules: Sendable {
    /// A claim by name with what is put before its value, or an expression over `claims`.
    enum Source: Sendable {
        case claim(String, prefix: String)
        case expression(Expression)
    }

    struct Check: Sendable {
        let expression: Expression
        let message: String
    }

    /// What expressions may cost, all of a token together.
    private static let budget: UInt64 = 10_000_000
    private static let claims: [String: CELType] = ["claims": .map(.string, .dyn)]
    private static let userType = CELType.object(
        ObjectType(
            name: "kubernetes.UserInfo",
            fields: ["username": .string, "uid": .string, "groups": .list(.string), "extra": .map(.string, .list(.string))]))

    let issuer: String
    let discoveryURL: String
    let certificateAuthority: String
    let audiences: [String]
    private let requiredClaims: [(claim: String, value: String)]
    private let claimChecks: [Check]
    private let userChecks: [Check]
    private let username: Source
    private let groups: Source?
    private let uid: Source?
    private let extra: [(key: String, expression: Expression)]

    // MARK: Reading

    /// Throws `APIError` (400) that names what is wrong. `forbidden` are issuers that may not be named: the cluster's own.
    package init(_ json: Value, path: String, forbidden: [String]) throws {
        func problem(_ place: String, _ text: String) -> APIError { .badRequest("\(path).\(place): \(text)") }
        try Self.only(["issuer", "claimValidationRules", "claimMappings", "userValidationRules"], in: json, path)
        let issuer = json["issuer"] ?? [:]
        try Self.only(
            ["url", "discoveryURL", "certificateAuthority", "audiences", "audienceMatchPolicy"], in: issuer, "\(path).issuer")
        self.issuer = issuer["url"]?.string ?? ""
        guard let place = HTTPSLocation(self.issuer), !place.host.contains("@"), !self.issuer.contains("?"), !self.issuer.contains("#")
        else {
            throw problem("issuer.url", "must be an https URL without user, query and fragment: \"\(self.issuer)\"")
        }
        guard !forbidden.contains(self.issuer) else {
            throw problem("issuer.url", "must not overlap with disallowed issuers: \(forbidden)")
        }
        let discovery = issuer["discoveryURL"]?.string ?? ""
        if !discovery.isEmpty {
            guard let place = HTTPSLocation(discovery), !place.host.contains("@"), !discovery.contains("?"), !discovery.contains("#") else {
                throw problem("issuer.discoveryURL", "must be an https URL without user, query and fragment: \"\(discovery)\"")
            }
            guard discovery != self.issuer else { throw problem("issuer.discoveryURL", "must be different from url") }
        }
        discoveryURL = discovery.isEmpty ? IssuerKeys.discoveryURL(of: self.issuer) : discovery
        certificateAuthority = issuer["certificateAuthority"]?.string ?? ""
        audiences = (issuer["audiences"]?.array ?? []).compactMap(\.string)
        guard !audiences.isEmpty, !audiences.contains(""), Set(audiences).count == audiences.count else {
            throw problem("issuer.audiences", "at least one is required, none empty and none twice")
        }
        switch issuer["audienceMatchPolicy"]?.string ?? "" {
        case "MatchAny": break
        case "" where audiences.count == 1: break
        case let policy: throw problem("issuer.audienceMatchPolicy", "must be MatchAny for multiple audiences: \"\(policy)\"")
        }

        var texts: [String] = []
        func compile(_ text: String, _ variables: [String: CELType], returns types: [CELType], _ place: String) throws -> Expression {
            let expression: Expression
            do throws(CompilationError) {
                expression = try Expression(text, variables: variables)
            } catch { throw problem(place, "compilation failed: \(error)") }
            guard types.contains(expression.type) || expression.type == .dyn && types != [.bool] else {
                throw problem(place, "must evaluate to \(types.map(\.description).joined(separator: " or "))")
            }
            return expression
        }
        var required: [(claim: String, value: String)] = []
        var checks: [Check] = []
        for (index, rule) in (json["claimValidationRules"]?.array ?? []).enumerated() {
            let name = "claimValidationRules[\(index)]"
            try Self.only(["claim", "requiredValue", "expression", "message"], in: rule, "\(path).\(name)")
            let (claim, text) = (rule["claim"]?.string ?? "", rule["expression"]?.string ?? "")
            switch (claim.isEmpty, text.isEmpty) {
            case (false, true): required.append((claim, rule["requiredValue"]?.string ?? ""))
            case (true, false):
                texts.append(text)
                checks.append(
                    Check(
                        expression: try compile(text, Self.claims, returns: [.bool], "\(name).expression"),
                        message: rule["message"]?.string ?? ""))
            default: throw problem(name, "exactly one of claim and expression is required")
            }
        }
        requiredClaims = required
        claimChecks = checks

        let mappings = json["claimMappings"] ?? [:]
        try Self.only(["username", "groups", "uid", "extra"], in: mappings, "\(path).claimMappings")
        func source(_ name: String, takesPrefix: Bool, returns types: [CELType]) throws -> Source? {
            let value = mappings[name] ?? [:]
            try Self.only(
                takesPrefix ? ["claim", "prefix", "expression"] : ["claim", "expression"], in: value, "\(path).claimMappings.\(name)")
            let (claim, text) = (value["claim"]?.string ?? "", value["expression"]?.string ?? "")
            switch (claim.isEmpty, text.isEmpty) {
            case (true, true): return nil
            case (false, false): throw problem("claimMappings.\(name)", "claim and expression can't both be set")
            case (false, true):
                let prefix = value["prefix"]?.string
                guard prefix != nil || !takesPrefix else {
                    throw problem(
                        "claimMappings.\(name).prefix",
                        "prefix is required when claim is set. It can be set to an empty string to disable prefixing")
                }
                return .claim(claim, prefix: prefix ?? "")
            case (true, false):
                guard value["prefix"] == nil else { throw problem("claimMappings.\(name).prefix", "can't be set when expression is set") }
                texts.append(text)
                return .expression(try compile(text, Self.claims, returns: types, "claimMappings.\(name).expression"))
            }
        }
        guard let username = try source("username", takesPrefix: true, returns: [.string]) else {
            throw problem("claimMappings.username", "claim or expression is required")
        }
        self.username = username
        let usesEmail = mappings[path: "username", "expression"]?.string?.contains("claims.email") == true
        groups = try source("groups", takesPrefix: true, returns: [.string, .list(.string), .list(.dyn)])
        uid = try source("uid", takesPrefix: false, returns: [.string])
        var extra: [(key: String, expression: Expression)] = []
        for (index, entry) in (mappings["extra"]?.array ?? []).enumerated() {
            let name = "claimMappings.extra[\(index)]"
            try Self.only(["key", "valueExpression"], in: entry, "\(path).\(name)")
            let (key, text) = (entry["key"]?.string ?? "", entry["valueExpression"]?.string ?? "")
            guard key.contains("/"), key == key.lowercased(), !extra.contains(where: { $0.key == key }) else {
                throw problem("\(name).key", "must be a lower-case, domain-prefixed key that is named once: \"\(key)\"")
            }
            let domain = key.prefix { $0 != "/" }
            guard !["kubernetes.io", "k8s.io"].contains(where: { domain == $0 || domain.hasSuffix(".\($0)") }) else {
                throw problem("\(name).key", "k8s.io and kubernetes.io are reserved: \"\(key)\"")
            }
            texts.append(text)
            extra.append((key, try compile(text, Self.claims, returns: [.string, .list(.string), .list(.dyn)], "\(name).valueExpression")))
        }
        self.extra = extra
        // An address that nobody verified is anybody's.
        guard !usesEmail || texts.contains(where: { $0.contains("claims.email_verified") || $0.contains("claims.?email_verified") }) else {
            throw problem(
                "claimMappings.username.expression",
                "claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or "
                    + "claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression")
        }
        userChecks = try (json["userValidationRules"]?.array ?? []).enumerated().map { index, rule in
            try Self.only(["expression", "message"], in: rule, "\(path).userValidationRules[\(index)]")
            return Check(
                expression: try compile(
                    rule["expression"]?.string ?? "", ["user": Self.userType], returns: [.bool], "userValidationRules[\(index)].expression"),
                message: rule["message"]?.string ?? "")
        }
    }

    private static func only(_ fields: Set<String>, in json: Value, _ path: String) throws {
        guard let object = json.object else { throw APIError.badRequest("\(path): must be an object") }
        if let unknown = object.keys.first(where: { !fields.contains($0) }) {
            throw APIError.badRequest("\(path): unknown field \"\(unknown)\"")
        }
    }

    // MARK: Mapping

    /// The claim that is the user's groups; nil when an expression says them, or nothing does.
    var groupsClaim: String? {
        guard case .claim(let name, _)? = groups else { return nil }
        return name
    }

    /// The user that verified claims stand for. Throws `IdentityError`.
    func user(of claims: Value) throws -> UserInfo {
        var budget = Self.budget
        let value = CELValue(claims, as: .map(.string, .dyn))
        func evaluate(_ expression: Expression, _ variables: [String: CELValue], _ what: String) throws -> CELValue {
            do {
                let (result, cost) = try expression.evaluate(variables, limit: budget)
                budget -= min(cost, budget)
                return result
            } catch { throw IdentityError.untrusted("oidc: error evaluating \(what): \(error)") }
        }
        func refuse(_ check: Check, _ variables: [String: CELValue], _ what: String) throws {
            guard case .bool(true) = try evaluate(check.expression, variables, what) else {
                throw IdentityError.untrusted("oidc: \(what) failed: \(check.message.isEmpty ? check.expression.text : check.message)")
            }
        }
        var user = UserInfo(name: "", groups: [])
        switch username {
        case .claim(let name, let prefix):
            guard let text = claims[name]?.string else {
                throw IdentityError.untrusted("oidc: parse username claims \"\(name)\": no such string")
            }
            if name == "email", let isVerified = claims["email_verified"], isVerified != true {
                throw IdentityError.untrusted("oidc: email not verified")
            }
            user.name = prefix + text
        case .expression(let expression):
            guard case .string(let text) = try evaluate(expression, ["claims": value], "username claim expression") else {
                throw IdentityError.untrusted("oidc: username claim expression must return a string")
            }
            user.name = text
        }
        guard !user.name.isEmpty else { throw IdentityError.untrusted("oidc: empty username is not allowed") }
        switch groups {
        case .claim(let name, let prefix):
            switch claims[name] {
            case nil, .null: break
            case .string(let text): user.groups = [prefix + text]
            case .array(let items):
                user.groups = try items.map { item in
                    guard let text = item.string else { throw IdentityError.untrusted("oidc: parse groups claim \"\(name)\": not strings") }
                    return prefix + text
                }
            case _?: throw IdentityError.untrusted("oidc: parse groups claim \"\(name)\": not strings")
            }
        case .expression(let expression):
            user.groups = try Self.strings(try evaluate(expression, ["claims": value], "group claim expression"))
        case nil: break
        }
        switch uid {
        case .claim(let name, _):
            guard let text = claims[name]?.string else {
                throw IdentityError.untrusted("oidc: parse uid claim \"\(name)\": no such string")
            }
            user.uid = text
        case .expression(let expression):
            guard case .string(let text) = try evaluate(expression, ["claims": value], "uid claim expression") else {
                throw IdentityError.untrusted("oidc: uid claim expression must return a string")
            }
            user.uid = text
        case nil: break
        }
        if let id = claims["jti"]?.string, !id.isEmpty { user.extra["authentication.kubernetes.io/credential-id"] = ["JTI=\(id)"] }
        for (key, expression) in extra {
            let values = try Self.strings(try evaluate(expression, ["claims": value], "extra claim expression"))
            if !values.isEmpty { user.extra[key] = values }
        }
        for (claim, wanted) in requiredClaims {
            guard claims[claim]?.string == wanted else {
                throw IdentityError.untrusted("oidc: required claim \(claim) is not present or does not match")
            }
        }
        for check in claimChecks { try refuse(check, ["claims": value], "claim validation expression") }
        if !userChecks.isEmpty {
            let shown = CELValue(user.value, as: Self.userType)
            for check in userChecks { try refuse(check, ["user": shown], "user validation rule") }
        }
        return user
    }

    /// A string, a list of them, or nothing.
    private static func strings(_ value: CELValue) throws -> [String] {
        switch value {
        case .null: return []
        case .string(let text): return text.isEmpty ? [] : [text]
        case .list(let items):
            return try items.compactMap { item in
                guard case .string(let text) = item else { throw IdentityError.untrusted("oidc: expression must return strings") }
                return text.isEmpty ? nil : text
            }
        default: throw IdentityError.untrusted("oidc: expression must return a string or a list of strings")
        }
    }
}
