/// Kubernetes' authorizer library: what may be asked, not who answers; and that of JSON patches.
extension Library {
    private static let authorizer = CELType.opaque("kubernetes.authorization.Authorizer")
    private static let path = CELType.opaque("kubernetes.authorization.PathCheck")
    private static let group = CELType.opaque("kubernetes.authorization.GroupCheck")
    private static let resource = CELType.opaque("kubernetes.authorization.ResourceCheck")
    private static let decision = CELType.opaque("kubernetes.authorization.Decision")

    private static func host(_ name: String, _ signatures: [Signature]) -> (String, Function) {
        (
            name,
            Function(signatures) { values in
                guard case .opaque(let host)? = values.first else { throw CELError.noOverload }
                return try host.call(name, Array(values.dropFirst()))
            }
        )
    }

    static let authorization = Library(
        functions: Dictionary(
            uniqueKeysWithValues: [
                host("path", [.member(authorizer, [.string], path)]),
                host("group", [.member(authorizer, [.string], group)]),
                host("serviceAccount", [.member(authorizer, [.string, .string], authorizer)]),
                host("resource", [.member(group, [.string], resource)]),
                host("subresource", [.member(resource, [.string], resource)]),
                host("namespace", [.member(resource, [.string], resource)]),
                host("name", [.member(resource, [.string], resource)]),
                host("fieldSelector", [.member(resource, [.string], resource)]),
                host("labelSelector", [.member(resource, [.string], resource)]),
                host("check", [.member(path, [.string], decision), .member(resource, [.string], decision)]),
                host("allowed", [.member(decision, [], .bool)]),
                host("reason", [.member(decision, [], .string)]),
                host("errored", [.member(decision, [], .bool)]),
                host("error", [.member(decision, [], .string)]),
                (
                    "jsonpatch.escapeKey",
                    Function([Signature([.string], .string)]) { values in
                        guard case .string(let key)? = values.first else { throw CELError.noOverload }
                        // RFC 6901, section 3: "~" before "/", or the second would undo the first.
                        let tildes = key.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                        return .string(tildes.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1"))
                    }
                ),
            ]))
}
