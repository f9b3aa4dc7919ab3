import Core
import Cryptography
import ResourceEngine
import SchemaEngine
import Values

/// The discovery documents, made from what the registry serves and from what other API servers tell of themselves.
struct Discovery: Sendable {
    let registry: ResourceRegistry
    let aggregator: Aggregator?

    private struct Group {
        var name: String
        var versions: [Version]
    }

    private struct Version {
        var version: String
        /// What this server answers itself.
        var resources: [ResourceSchema] = []
        /// Whether another server answers.
        var isRemote = false
    }

    /// Upstream's ranks of its own groups, for as long as no APIService tells them; others come after them, those of equal rank by name.
    private static let ranks: [String: Int] = Dictionary(
        BootstrapFacts.apiServices.map { wanted in
            (wanted.object[path: "spec", "group"]?.string ?? "", Int(wanted.object[path: "spec", "groupPriorityMinimum"]?.int ?? 0))
        } + [("apiregistration.k8s.io", 17900)]
    ) { first, _ in first }

    /// Groups in order, their versions by preference, resources by name.
    private func tree() -> [Group] {
        var groups: [String: [String: Version]] = [:]
        for resource in registry.all {
            let (group, version) = (resource.schema.resource.group, resource.schema.resource.version)
            groups[group, default: [:]][version, default: Version(version: version)].resources.append(resource.schema)
        }
        var ranks = Self.ranks
        var versionRanks: [GroupVersion: Int] = [:]
        for service in aggregator?.services ?? [] {
            ranks[service.group] = max(ranks[service.group] ?? 0, service.groupPriority)
            versionRanks[GroupVersion(service.group, service.version)] = service.versionPriority
            guard service.backend != nil else { continue }
            groups[service.group, default: [:]][service.version] = Version(version: service.version, isRemote: true)
        }
        func rank(_ group: String) -> Int { ranks[group] ?? 1000 }
        return groups.sorted { (-rank($0.key), $0.key) < (-rank($1.key), $1.key) }.map { group, versions in
            // Custom resources' versions rank as upstream registers them.
            func rank(_ version: Version) -> Int { versionRanks[GroupVersion(group, version.version)] ?? 100 }
            let sorted = versions.values.sorted { left, right in
                rank(left) == rank(right)
                    ? VersionPriority(left.version) > VersionPriority(right.version) : rank(left) > rank(right)
            }
            return Group(
                name: group,
                versions: sorted.map { version in
                    var version = version
                    version.resources.sort { $0.resource.resource < $1.resource.resource }
                    return version
                })
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
        guard let resources = tree().first(where: { $0.name == group })?.versions.first(where: { $0.version == version })?.resources,
            !resources.isEmpty
        else {
            return nil
        }
        let list = resources.flatMap { schema -> [Value] in
            var own: Value = [
                "name": .string(schema.resource.resource), "singularName": .string(schema.singular),
                "namespaced": .bool(schema.isNamespaced),
                "kind": .string(schema.kind.kind), "verbs": Self.list(Self.verbs(schema)),
            ]
            if !schema.shortNames.isEmpty { own["shortNames"] = Self.list(schema.shortNames) }
            if !schema.categories.isEmpty { own["categories"] = Self.list(schema.categories) }
            if let hash = storageHash(schema) { own["storageVersionHash"] = .string(hash) }
            return [own] + schema.subresources.sorted { $0.name < $1.name }.map { Self.subresource($0, of: schema) }
        }
        var result: Object = ["kind": "APIResourceList"]
        // The core group's is as it was before there were other groups.
        if !group.isEmpty { result["apiVersion"] = "v1" }
        result["groupVersion"] = .string(group.isEmpty ? version : "\(group)/\(version)")
        result["resources"] = .array(list)
        return .object(result)
    }

    /// By which clients see that objects are stored in another version than before: upstream's hash of the stored kind.
    private func storageHash(_ schema: ResourceSchema) -> String? {
        guard !Set(schema.verbs).isDisjoint(with: ["get", "list"]), schema.resource.resource != "componentstatuses",
            let stored = registry[schema.resource]?.storageSchema.kind
        else { return nil }
        return Base64.encode(Array(HashAlgorithm.sha256.hash(Array("\(stored.group)/\(stored.version)/\(stored.kind)".utf8)).prefix(8)))
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

    /// In the order in which upstream names them.
    private static func verbs(_ schema: ResourceSchema) -> [String] {
        guard schema.custom != nil else { return schema.verbs.sorted() }
        return ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"].filter(schema.verbs.contains)
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
            let versions = group.versions.map { entry -> Value in
                if entry.isRemote { return remote(group.name, entry.version) }
                return [
                    "version": .string(entry.version), "resources": .array(entry.resources.map(Self.aggregated)), "freshness": "Current",
                ]
            }
            return ["metadata": .object(metadata), "versions": .array(versions)]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": .object(Object()), "items": .array(items),
        ]
    }

    /// What another server told last; a version whose server could not be asked is stale, so that clients ask it themselves.
    private func remote(_ group: String, _ version: String) -> Value {
        let known = aggregator?.documents.entry(GroupVersion(group, version))
        var result: Object = ["version": .string(version)]
        if let resources = known?.discovery?["resources"] { result["resources"] = resources }
        result["freshness"] = known?.discovery == nil || known?.isStale == true ? "Stale" : "Current"
        return .object(result)
    }

    private static func aggregated(_ schema: ResourceSchema) -> Value {
        // Of built-in kinds upstream names group and version only where they are others than the resource's.
        func response(_ kind: GroupVersionKind) -> Value {
            let isOwn = schema.custom == nil && kind.group == schema.resource.group && kind.version == schema.resource.version
            return ["group": .string(isOwn ? "" : kind.group), "version": .string(isOwn ? "" : kind.version), "kind": .string(kind.kind)]
        }
        var entry: Value = [
            "resource": .string(schema.resource.resource), "responseKind": response(schema.kind),
            "scope": .string(schema.isNamespaced ? "Namespaced" : "Cluster"), "singularResource": .string(schema.singular),
            "verbs": list(verbs(schema)),
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
