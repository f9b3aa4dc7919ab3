import Core
import JSON
import Values

/// Gives the pods of a namespace the tolerations that its annotation, or the configuration, names, and none beyond those it lists.
struct PodTolerationRestriction: MutatingPlugin, ValidatingPlugin {
    let name = "PodTolerationRestriction"
    private static let defaults = "scheduler.alpha.kubernetes.io/defaultTolerations"
    private static let list = "scheduler.alpha.kubernetes.io/tolerationsWhitelist"

    private let standard: [Value]
    private let allowed: [Value]

    /// Reads `podtolerationrestriction.admission.k8s.io/v1alpha1 Configuration`. Throws `APIError` that names the field.
    init(_ configuration: Value?) throws {
        func tolerations(_ field: String) throws -> [Value] {
            guard let given = configuration?[field], !given.isNull else { return [] }
            guard let list = given.array, list.allSatisfy({ $0.object != nil }) else {
                throw APIError.badRequest("\(field): must be a list of tolerations")
            }
            return list
        }
        standard = try tolerations("default")
        allowed = try tolerations("whitelist")
    }

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, request.isCore("pods"), let pod = request.object else { return }
        var added: [Value] = []
        if request.operation == .create { added = try tolerations(Self.defaults, request, cluster) ?? standard }
        if PodQualityOfService.of(pod["spec"] ?? [:]) != "BestEffort" {
            added.append(["key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"])
        }
        if !added.isEmpty {
            let merged = Self.merged((pod[path: "spec", "tolerations"]?.array ?? []) + added)
            request.object?["spec"]?["tolerations"] = .array(merged)
        }
        try await validate(&request, cluster)
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, request.isCore("pods"),
            let given = request.object?[path: "spec", "tolerations"]?.array, !given.isEmpty
        else { return }
        let own = try tolerations(Self.list, request, cluster)
        let allowed = own ?? allowed
        guard allowed.isEmpty || given.allSatisfy({ one in allowed.contains { Self.covers($0, one) } }) else {
            throw request.forbidden(
                "pod tolerations (possibly merged with namespace default tolerations) conflict with its "
                    + "\(own == nil ? "cluster" : "namespace") whitelist")
        }
    }

    /// Those an annotation of the namespace names; nil when it has none.
    private func tolerations(_ annotation: String, _ request: AdmissionRequest, _ cluster: ClusterState) throws -> [Value]? {
        guard let namespace = try cluster.get("namespaces", ObjectKey(name: request.namespace)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "namespaces"), request.namespace)
        }
        guard let text = namespace.metaStrings("annotations")[annotation] else { return nil }
        if text.isEmpty { return [] }
        guard let list = try? JSONParser.parse(Array(text.utf8)).array, list.allSatisfy({ $0.object != nil }) else {
            throw request.forbidden("the annotation \(annotation) of its namespace is no list of tolerations")
        }
        return list
    }

    /// Without those that another covers.
    private static func merged(_ all: [Value]) -> [Value] {
        var merged: [Value] = []
        for (index, one) in all.enumerated() where !merged.contains(where: { covers($0, one) }) {
            if !all[(index + 1)...].contains(where: { $0 != one && covers($0, one) }) { merged.append(one) }
        }
        return merged
    }

    /// Whether a toleration tolerates all that another does.
    private static func covers(_ large: Value, _ small: Value) -> Bool {
        if large == small { return true }
        func text(_ toleration: Value, _ field: String) -> String { toleration[field]?.string ?? "" }
        let operation = text(large, "operator")
        guard text(small, "key") == text(large, "key") || text(large, "key").isEmpty && operation == "Exists",
            text(small, "effect") == text(large, "effect") || text(large, "effect").isEmpty
        else { return false }
        if text(large, "effect") == "NoExecute", let longest = large["tolerationSeconds"]?.int {
            guard let seconds = small["tolerationSeconds"]?.int, seconds <= longest else { return false }
        }
        switch operation {
        case "", "Equal": return text(small, "operator") == "Equal" && text(small, "value") == text(large, "value")
        default: return operation == "Exists"
        }
    }
}
