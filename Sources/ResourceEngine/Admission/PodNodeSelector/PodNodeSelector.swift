import Core
import Values

/// Keeps the pods of a namespace to the nodes that its annotation, or the configuration, chooses.
struct PodNodeSelector: MutatingPlugin, ValidatingPlugin {
    let name = "PodNodeSelector"
    private static let annotation = "scheduler.alpha.kubernetes.io/node-selector"

    /// The labels of nodes by namespace: what pods may choose there.
    private let allowed: [String: [String: String]]
    /// For namespaces without the annotation.
    private let standard: [String: String]

    /// Reads `podNodeSelectorPluginConfig`: selectors by namespace, and `clusterDefaultNodeSelector`. Throws `APIError` that names the field.
    init(_ configuration: Value?) throws {
        var selectors: [String: [String: String]] = [:]
        for member in configuration?["podNodeSelectorPluginConfig"]?.object ?? Object() {
            guard let labels = Self.labels(member.value.string ?? "") else {
                throw APIError.badRequest("podNodeSelectorPluginConfig.\(member.key): is no list of labels as a=b,c=d")
            }
            selectors[member.key] = labels
        }
        standard = selectors.removeValue(forKey: "clusterDefaultNodeSelector") ?? [:]
        allowed = selectors
    }

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.isCore("pods"), let pod = request.object else { return }
        var selector = pod[path: "spec", "nodeSelector"]?.object ?? Object()
        for (key, value) in try chosen(request, cluster).sorted(by: { $0.key < $1.key }) {
            try Self.check(selector[key]?.string ?? value, value, request)
            selector[key] = .string(value)
        }
        if !selector.isEmpty { request.object?["spec"]?["nodeSelector"] = .object(selector) }
        try await validate(&request, cluster)
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.isCore("pods"), let pod = request.object else { return }
        let selector = pod[path: "spec", "nodeSelector"]?.object ?? Object()
        for (key, value) in try chosen(request, cluster) { try Self.check(selector[key]?.string ?? value, value, request) }
        guard let allowed = allowed[request.namespace], !allowed.isEmpty else { return }
        guard selector.allSatisfy({ allowed[$0.key] == $0.value.string }) else {
            throw request.forbidden("pod node label selector labels conflict with its namespace whitelist")
        }
    }

    private static func check(_ given: String, _ wanted: String, _ request: AdmissionRequest) throws {
        guard given == wanted else {
            throw request.forbidden("pod node label selector conflicts with its namespace node label selector")
        }
    }

    private func chosen(_ request: AdmissionRequest, _ cluster: ClusterState) throws -> [String: String] {
        guard let namespace = try cluster.get("namespaces", ObjectKey(name: request.namespace)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "namespaces"), request.namespace)
        }
        guard let text = namespace.metaStrings("annotations")[Self.annotation] else { return standard }
        guard let labels = Self.labels(text) else {
            throw request.forbidden("the annotation \(Self.annotation) of its namespace is no list of labels: \"\(text)\"")
        }
        return labels
    }

    /// "a=b,c=d"; nil when it is none.
    private static func labels(_ text: String) -> [String: String]? {
        var result: [String: String] = [:]
        for term in text.split(separator: ",", omittingEmptySubsequences: !text.contains(",")) {
            let sides = term.split(separator: "=", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
            guard sides.count == 2, !sides[0].isEmpty else { return nil }
            result[sides[0]] = sides[1]
        }
        return result
    }
}
