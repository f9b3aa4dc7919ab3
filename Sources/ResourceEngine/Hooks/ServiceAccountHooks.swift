import Core
import Values

/// Service accounts: the `token` subresource.
struct ServiceAccountHooks: ResourceHooks {
    let tokenIssuer: (any TokenIssuer)?

    func prepareForCreate(_ object: inout Value, _ context: HookContext) { Self.keepNames(&object) }
    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) { Self.keepNames(&object) }

    /// Of a secret that belongs to the account only the name counts.
    private static func keepNames(_ object: inout Value) {
        guard let secrets = object["secrets"]?.array else { return }
        object["secrets"] = .array(secrets.map { $0["name"].map { ["name": $0] } ?? [:] })
    }

    func subresource(_ name: String) -> (any SubresourceHandler)? { name == "token" ? TokenRequestHandler(issuer: tokenIssuer) : nil }
}

/// `serviceaccounts/token`: checks the account and what the token is to be bound to, then lets the issuer sign.
struct TokenRequestHandler: SubresourceHandler {
    static let kind = GroupVersionKind(group: "authentication.k8s.io", version: "v1", kind: "TokenRequest")
    static let shortest: Int64 = 600
    static let longest: Int64 = 1 << 32

    let issuer: (any TokenIssuer)?

    func perform(_ request: APIRequest, body: Value, on resource: ServedResource, _ engine: ResourceEngine) async throws -> Value {
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        guard let account = try engine.cluster.get(resource.bucket, key) else {
            throw APIError.notFound(resource.groupResource, request.name)
        }
        guard let issuer else { throw APIError.serviceUnavailable("this server issues no service account tokens") }
        var wanted = body
        wanted["kind"] = .string(Self.kind.kind)
        wanted["apiVersion"] = .string(Self.kind.apiVersion)
        if wanted["spec"]?.object == nil { wanted["spec"] = .object(Object()) }
        let seconds = wanted[path: "spec", "expirationSeconds"]?.int ?? 3600
        wanted["spec"]?["expirationSeconds"] = .int(seconds)
        if wanted["metadata"]?.object == nil { wanted["metadata"] = .object(Object()) }
        if let name = wanted.meta("name")?.string, !name.isEmpty, name != request.name {
            let message = "Invalid value: \(Validator.quoted(name)): must match the service account name if specified"
            throw APIError.invalid(
                Self.kind, request.name, [.init(reason: "FieldValueInvalid", message: message, field: "metadata.name")])
        }
        if let namespace = wanted.meta("namespace")?.string, !namespace.isEmpty, namespace != request.namespace {
            throw APIError.badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        wanted.setMeta("name", .string(request.name))
        wanted.setMeta("namespace", .string(request.namespace))
        wanted.setMeta("creationTimestamp", .string(engine.cluster.clock.now.rfc3339))
        try check(seconds)
        let bound = try boundObject(wanted, request, engine)
        return try await issuer.issue(wanted, account: account, boundObject: bound, now: engine.cluster.clock.now)
    }

    private func check(_ seconds: Int64) throws {
        let problem: String
        if seconds < Self.shortest {
            problem = "may not specify a duration less than 10 minutes"
        } else if seconds > Self.longest {
            problem = "may not specify a duration larger than 2^32 seconds"
        } else {
            return
        }
        throw APIError.invalid(
            Self.kind, "",
            [.init(reason: "FieldValueInvalid", message: "Invalid value: \(seconds): \(problem)", field: "spec.expirationSeconds")])
    }

    /// A token may be bound to a pod of the account, a secret of the namespace or a node.
    private func boundObject(_ wanted: Value, _ request: APIRequest, _ engine: ResourceEngine) throws -> Value? {
        guard let reference = wanted[path: "spec", "boundObjectRef"], !reference.isNull else { return nil }
        let kind = reference["kind"]?.string ?? ""
        let name = reference["name"]?.string ?? ""
        let resource: String
        switch (reference["apiVersion"]?.string ?? "", kind) {
        case ("v1", "Pod"): resource = "pods"
        case ("v1", "Secret"): resource = "secrets"
        case ("v1", "Node"): resource = "nodes"
        case (let version, _):
            let group = version.contains("/") ? version : "/\(version)"
            throw APIError.badRequest("cannot bind token to object of type \(group), Kind=\(kind)")
        }
        let namespace = resource == "nodes" ? "" : request.namespace
        guard let object = try engine.cluster.get(resource, ObjectKey(namespace: namespace, name: name)) else {
            throw APIError.notFound(GroupResource(group: "", resource: resource), name)
        }
        let uid = reference["uid"]?.string ?? ""
        guard uid.isEmpty || uid == object.meta("uid")?.string else {
            throw APIError.conflict(
                GroupResource(group: "", resource: kind), name,
                "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might have been deleted and then recreated"
            )
        }
        if resource == "pods", object[path: "spec", "serviceAccountName"]?.string != request.name {
            throw APIError.badRequest(
                "cannot bind token for serviceaccount \"\(request.name)\" to pod running with different serviceaccount name.")
        }
        return object
    }
}
