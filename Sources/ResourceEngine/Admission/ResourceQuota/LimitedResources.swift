import Core
import KubernetesAPI
import Values

/// What may only be used where a quota says how much: upstream's ResourceQuotaConfiguration.
struct LimitedResources: Sendable {
    private struct Entry: Sendable {
        let resource: GroupResource
        /// Parts of the names that quotas have for what is used.
        let parts: [String]
        let scopes: [QuotaScope]
    }

    private let entries: [Entry]

    /// Throws `APIError` that names the field.
    init(_ configuration: Value?) throws {
        guard let configuration else {
            entries = []
            return
        }
        try configuration.requireConfiguration(
            [
                ("apiserver.config.k8s.io/v1", "ResourceQuotaConfiguration"), ("resourcequota.admission.k8s.io/v1beta1", "Configuration"),
                ("resourcequota.admission.k8s.io/v1alpha1", "Configuration"),
            ], fields: ["limitedResources"])
        entries = try (configuration["limitedResources"]?.array ?? []).enumerated().map { index, entry in
            let place = "limitedResources[\(index)]"
            for member in entry.object ?? Object()
            where !["apiGroup", "resource", "matchContains", "matchScopes"].contains(member.key) {
                throw APIError.badRequest("unknown field \"\(place).\(member.key)\"")
            }
            guard let resource = entry["resource"]?.string, !resource.isEmpty else {
                throw APIError.badRequest("\(place).resource: Required value")
            }
            let scopes = try (entry["matchScopes"]?.array ?? []).enumerated().map { number, scope in
                let known = ["In", "NotIn", "Exists", "DoesNotExist"], `operator` = scope["operator"]?.string ?? ""
                guard known.contains(`operator`) else {
                    throw APIError.badRequest(
                        "\(place).matchScopes[\(number)].operator: must be one of \(known.joined(separator: ", ")): \"\(`operator`)\"")
                }
                return QuotaScope(
                    name: scope["scopeName"]?.string ?? "", operator: `operator`, values: scope["values"]?.array?.compactMap(\.string) ?? []
                )
            }
            return Entry(
                resource: GroupResource(group: entry["apiGroup"]?.string ?? "", resource: resource),
                parts: entry["matchContains"]?.array?.compactMap(\.string) ?? [], scopes: scopes)
        }
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Of what an object uses that which a quota must cover, by the names of quotas.
    func names(_ used: [String: Quantity], of resource: GroupResource) -> Set<String> {
        let parts = entries.filter { $0.resource == resource }.flatMap(\.parts)
        guard !parts.isEmpty else { return [] }
        return Set(used.filter { name, amount in amount > .zero && parts.contains(where: name.contains) }.keys)
    }

    /// The scopes an object is in that a quota must cover. Those of all entries count for every object that knows scopes, as upstream has it.
    func scopes(_ object: Value, _ usage: QuotaUsage) -> [QuotaScope] { entries.flatMap(\.scopes).filter { usage.isIn($0, object) } }
}
