import Core

/// What an authoriser is told of a request: upstream's `authorizer.Attributes`.
package struct RequestAttributes: Sendable, Hashable {
    package var user: UserInfo
    /// Any verb of RBAC ("get", …, "bind", "escalate", "impersonate"), or the lower-case HTTP method of a path.
    package var verb: String
    package var resource: GroupVersionResource
    package var subresource = ""
    /// Empty for cluster-scoped requests and for requests of all namespaces.
    package var namespace = ""
    package var name = ""
    /// What a list, watch or deletion of a collection is narrowed to, as it was asked for; empty for other requests.
    package var fieldSelector = ""
    package var labelSelector = ""
    /// Set instead of a resource for requests of `/healthz`, `/version` and the like.
    package var nonResourcePath: String?

    package init(
        user: UserInfo, verb: String, resource: GroupVersionResource, subresource: String = "", namespace: String = "", name: String = ""
    ) {
        self.user = user
        self.verb = verb
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
    }

    /// A request of a path that is no resource.
    package init(user: UserInfo, verb: String, path: String) {
        self.init(user: user, verb: verb, resource: GroupVersionResource(group: "", version: "", resource: ""))
        nonResourcePath = path
    }

    /// The attributes of a request whose object has the given name: what `authorizer.requestResource` of expressions begins with.
    package init(_ request: APIRequest, name: String) {
        self.init(request)
        self.name = name
    }

    /// The attributes a request is authorised by; an upgraded stream counts as `create` unless its HTTP method was a read. A list or watch
    /// that selects one name is a request for that name, so that who may read one object may also watch it.
    package init(_ request: APIRequest) {
        self.init(
            user: request.user, verb: request.verb == .connect ? "create" : request.verb.rawValue, resource: request.resource,
            subresource: request.subresource, namespace: request.namespace, name: request.name)
        guard [.list, .watch, .deletecollection].contains(request.verb) else { return }
        fieldSelector = request.options.fieldSelector
        labelSelector = request.options.labelSelector
        guard name.isEmpty, !fieldSelector.isEmpty,
            let selected = try? FieldMatcher(parsing: fieldSelector).required("metadata.name")
        else { return }
        let isSegment = selected != "." && selected != ".." && !selected.contains("/") && !selected.contains("%")
        if isSegment { name = selected }
    }
}

extension RequestAttributes {
    /// The answer to a request that is not allowed: a refusal, or where an authoriser failed, a failure, as upstream has it.
    package func refusal(_ decision: AuthorizationDecision) -> APIError {
        decision.error.map { .internalError($0) } ?? forbidden(decision.reason)
    }

    /// The refusal of this request, in upstream's words.
    package func forbidden(_ reason: String = "") -> APIError {
        let suffix = reason.isEmpty ? "" : ": \(reason)"
        if let nonResourcePath {
            return .forbidden(
                GroupResource(group: "", resource: ""), "",
                "User \"\(user.name)\" cannot \(verb) path \"\(nonResourcePath)\"\(suffix)")
        }
        let full = subresource.isEmpty ? resource.resource : "\(resource.resource)/\(subresource)"
        let place = namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(namespace)\""
        return .forbidden(
            GroupResource(group: resource.group, resource: resource.resource), name,
            "User \"\(user.name)\" cannot \(verb) resource \"\(full)\" in API group \"\(resource.group)\" \(place)\(suffix)")
    }
}
