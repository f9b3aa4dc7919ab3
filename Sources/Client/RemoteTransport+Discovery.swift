import Core
import Values

extension RemoteTransport {
    /// A resource that the server serves, in its group's preferred version.
    package struct ServedResource: Sendable, Hashable {
        package let resource: GroupVersionResource
        package let kind: String
        package let isNamespaced: Bool
        package let verbs: Set<String>
    }

    /// Every resource of every group that answers, in the version the server prefers (aggregated discovery, v2). Groups whose servers
    /// are away are left out, as their resources cannot be asked for either.
    package func servedResources() async throws -> [ServedResource] {
        let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        var result: [ServedResource] = []
        for path in ["/api", "/apis"] {
            let list = try await document(path, accept: accept)
            guard list["kind"]?.string == "APIGroupDiscoveryList" else {
                throw APIError.notAcceptable("the server does not speak aggregated discovery (Kubernetes 1.30)")
            }
            for group in list["items"]?.array ?? [] {
                guard let version = group["versions"]?.array?.first else { continue }
                for resource in version["resources"]?.array ?? [] {
                    result.append(
                        ServedResource(
                            resource: GroupVersionResource(
                                group: group[path: "metadata", "name"]?.string ?? "", version: version["version"]?.string ?? "",
                                resource: resource["resource"]?.string ?? ""),
                            kind: resource[path: "responseKind", "kind"]?.string ?? "",
                            isNamespaced: resource["scope"]?.string == "Namespaced",
                            verbs: Set((resource["verbs"]?.array ?? []).compactMap(\.string))))
                }
            }
        }
        return result
    }
}
