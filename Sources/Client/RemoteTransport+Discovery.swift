import Core
import Values

extension RemoteTransport {
    /// A resource that the server serves in a version.
    package struct ServedResource: Sendable, Hashable {
        package let resource: GroupVersionResource
        package let kind: String
        package let isNamespaced: Bool
        package let verbs: Set<String>
    }

    /// Every resource of every group that answers, once, in the version the server prefers, or in each (aggregated discovery, v2). Groups whose
    /// servers are away are left out, as their resources cannot be asked for either.
    package func servedResources(inEveryVersion: Bool = false) async throws -> [ServedResource] {
        let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        var result: [ServedResource] = []
        for path in ["/api", "/apis"] {
            let list = try await document(path, accept: accept)
            guard list["kind"]?.string == "APIGroupDiscoveryList" else {
                throw APIError.notAcceptable("the server does not speak aggregated discovery (Kubernetes 1.30)")
            }
            for group in list["items"]?.array ?? [] {
                let name = group[path: "metadata", "name"]?.string ?? ""
                var seen: Set<String> = []
                // The server names the versions in the order in which it prefers them.
                for version in group["versions"]?.array ?? [] {
                    for resource in version["resources"]?.array ?? [] {
                        let plural = resource["resource"]?.string ?? ""
                        guard seen.insert(plural).inserted || inEveryVersion else { continue }
                        result.append(
                            ServedResource(
                                resource: GroupVersionResource(group: name, version: version["version"]?.string ?? "", resource: plural),
                                kind: resource[path: "responseKind", "kind"]?.string ?? "",
                                isNamespaced: resource["scope"]?.string == "Namespaced",
                                verbs: Set((resource["verbs"]?.array ?? []).compactMap(\.string))))
                    }
                }
            }
        }
        return result
    }
}
