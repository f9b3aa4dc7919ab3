import Core
import Store
import Values

/// Answers reads of a resource that is computed when it is asked for and never stored: metrics, component statuses.
package protocol ObjectSource: Sendable {
    /// The object of that name. Throws `APIError` (404) when there is none.
    func object(_ key: ObjectKey, _ cluster: ClusterState) async throws -> Value
    /// All of a namespace, or of all of them when it is empty. The engine selects among them; whoever can do so cheaply before making a
    /// value asks `isSelected` with the object's key and labels.
    func objects(namespace: String, isSelected: @Sendable (ObjectKey, [String: String]) -> Bool, _ cluster: ClusterState) async throws
        -> [Value]
}

/// Get and list of what is never stored.
extension ResourceEngine {
    func read(_ request: APIRequest, _ resource: ServedResource, from source: any ObjectSource) async throws -> EngineResponse {
        let kind = resource.schema.kind
        switch request.verb {
        case .get:
            let value = try await source.object(ObjectKey(namespace: request.namespace, name: request.name), cluster)
            return EngineResponse(.object(.value(value.typed(kind))), resource: resource)
        case .list:
            try ListOptions.validate(request.options, isWatch: false)
            let selection = try Selection(request, resource)
            let items = try await source.objects(
                namespace: request.namespace, isSelected: { selection.matches($0, labels: $1) }, cluster)
            return EngineResponse(.list(ListResult(items: items.map { .value($0) }, resourceVersion: "")), resource: resource)
        default: throw APIError.verbNotAllowed
        }
    }
}

extension Value {
    /// The object with its kind and version in front.
    fileprivate func typed(_ kind: GroupVersionKind) -> Value {
        var result: Object = ["kind": .string(kind.kind), "apiVersion": .string(kind.apiVersion)]
        for member in object ?? Object() where member.key != "kind" && member.key != "apiVersion" {
            result.append(member.key, member.value)
        }
        return .object(result)
    }
}
