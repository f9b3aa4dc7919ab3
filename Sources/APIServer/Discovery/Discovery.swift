import Core
import ResourceEngine
import SchemaEngine
import Values

/// The discovery documents, made from what the registry serves.
struct Discovery: Sendable {
    let registry: ResourceRegistry

    private struct Group {
        var name: String
        var versions: [(version: String, resources: [ResourceSchema])]
    }

    /// Upstream's order of its own groups; others come after them by name.
    private static let order = [
        "", "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch",
        "certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io",
        "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "resource.k8s.io",
        "flowcontrol.apiserver.k8s.io",
    ]

    /// Groups in order, their versions by preference, resources by name.
    private func tree() -> [Group] {
        var groups: [String: [String: [ResourceSchema]]] = [:]
        for resource in registry.all {
            groups[resource.schema.resource.group, default: [:]][resource.schema.resource.version, default: []].append(resource.schema)
        }
        func rank(_ group: String) -> Int { Self.order.firstIndex(of: group) ?? Self.order.count }
        return groups.sorted { (rank($0.key), $0.key) < (rank($1.key), $1.key) }.map { group, versions in
            let sorted = versions.sorted { VersionPriority($0.key) > VersionPriority($1.key) }
            return Group(name: group, versions: sorted.map { ($0.key, $0.value.sorted { $0.resource.resource < $1.resource.resource }) })
        }
    }

    // MARK: Classic

    func coreVersions(address: String) -> Value {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": .string(address)]],
        ]
    }

    func groups() -> Value {
        let list = tree().filter { !$0.name.isEmpty }.map { Value.object(Self.summary($0)) }
        return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(list)]
    }

    func group(_ name: String) -> Value? {
        guard !name.isEmpty, let found = tree().first(where: { $0.name == name }) else { return nil }
        var result: Object = ["kind": "APIGroup", "apiVersion": "v1"]
        for member in Self.summary(found) { result.append(member.key, member.value) }
        return .object(result)
    }

    private static func summary(_ group: Group) -> Object {
        let versions = group.versions.map { entry -> Value in
            ["groupVersion": .string("\(group.name)/\(entry.version)"), "version": .string(entry.version)]
        }
        return ["name": .string(group.name), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
    }

    func resources(group: String, version: String) -> Value? {
        guard let resources = tree().first(where: { $0.name == group })?.versions.first(where: { $0.version == version })?.resources else {
            return nil
        }
        let list = resources.flatMap { schema -> [Value] in
            var own: Value = [
                "name": .string(schema.resource.resource), "singularName": .string(schema.singular),
                "namespaced": .bool(schema.isNamespaced),
                "kind": .string(schema.kind.kind), "verbs": Self.list(schema.verbs.sorted()),
            ]
            if !schema.shortNames.isEmpty { own["shortNames"] = Self.list(schema.shortNames) }
            if !schema.categories.isEmpty { own["categories"] = Self.list(schema.categories) }
            return [own] + schema.subresources.sorted { $0.name < $1.name }.map { Self.subresource($0, of: schema) }
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(list),
        ]
    }

    private static func subresource(_ part: ResourceSchema.Subresource, of schema: ResourceSchema) -> Value {
        let kind = kind(of: part, schema)
        var entry: Value = [
            "name": .string("\(schema.resource.resource)/\(part.name)"), "singularName": "", "namespaced": .bool(schema.isNamespaced),
        ]
        if kind.group != schema.kind.group || kind.version != schema.kind.version {
            if !kind.group.isEmpty { entry["group"] = .string(kind.group) }
            entry["version"] = .string(kind.version)
        }
        entry["kind"] = .string(kind.kind)
        entry["verbs"] = list(part.verbs.sorted())
        return entry
    }

    private static func list(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }

    /// The kind by which discovery names a subresource: of streams it is their options.
    private static func kind(of part: ResourceSchema.Subresource, _ schema: ResourceSchema) -> GroupVersionKind {
        if let kind = part.kind { return kind }
        let options = ["exec": "PodExecOptions", "attach": "PodAttachOptions", "portforward": "PodPortForwardOptions"]
        let name = part.name == "proxy" ? "\(schema.kind.kind)ProxyOptions" : options[part.name] ?? schema.kind.kind
        return GroupVersionKind(group: schema.kind.group, version: schema.kind.version, kind: name)
    }

    // MARK: Aggregated

    /// `APIGroupDiscoveryList` of the core group (`/api`) or of all others (`/apis`).
    func aggregated(core: Bool) -> Value {
        let items = tree().filter { $0.name.isEmpty == core }.map { group -> Value in
            var metadata = Object()
            if !core { metadata["name"] = .string(group.name) }
            metadata["creationTimestamp"] = .null
            let versions = group.versions.map { entry -> Value in
                ["version": .string(entry.version), "resources": .array(entry.resources.map(Self.aggregated)), "freshness": "Current"]
            }
            return ["metadata": .object(metadata), "versions": .array(versions)]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": .object(Object()), "items": .array(items),
        ]
    }

    private static func aggregated(_ schema: ResourceSchema) -> Value {
        func response(_ kind: GroupVersionKind) -> Value {
            ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]
        }
        var entry: Value = [
            "resource": .string(schema.resource.resource), "responseKind": response(schema.kind),
            "scope": .string(schema.isNamespaced ? "Namespaced" : "Cluster"), "singularResource": .string(schema.singular),
            "verbs": list(schema.verbs.sorted()),
        ]
        if !schema.shortNames.isEmpty { entry["shortNames"] = list(schema.shortNames) }
        if !schema.categories.isEmpty { entry["categories"] = list(schema.categories) }
        if !schema.subresources.isEmpty {
            let parts = schema.subresources.sorted { $0.name < $1.name }.map { part -> Value in
                ["subresource": .string(part.name), "responseKind": response(kind(of: part, schema)), "verbs": list(part.verbs.sorted())]
            }
            entry["subresources"] = .array(parts)
        }
        return entry
    }
}
