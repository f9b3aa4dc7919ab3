import Core
import Values

/// Makes nodes pull every image anew, so that a pod cannot run one that only others may pull.
struct AlwaysPullImages: MutatingPlugin, ValidatingPlugin {
    let name = "AlwaysPullImages"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard Self.concerns(request) else { return }
        for list in PodContainers.lists {
            guard let containers = request.object?[path: "spec", list]?.array, !containers.isEmpty else { continue }
            request.object?["spec"]?[list] = .array(containers.map { Self.pulled($0, "imagePullPolicy") })
        }
        guard let volumes = request.object?[path: "spec", "volumes"]?.array else { return }
        request.object?["spec"]?["volumes"] = .array(
            volumes.map { volume in
                guard let image = volume["image"], image.object != nil else { return volume }
                var result = volume
                result["image"] = Self.pulled(image, "pullPolicy")
                return result
            })
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard Self.concerns(request), let pod = request.object else { return }
        var problems: [String] = []
        func check(_ policy: Value?, _ place: String) {
            guard policy?.string != "Always" else { return }
            problems.append("\(place): Unsupported value: \"\(policy?.string ?? "")\": supported values: \"Always\"")
        }
        for (container, place) in PodContainers.all(pod) { check(container["imagePullPolicy"], "\(place).imagePullPolicy") }
        for (index, volume) in (pod[path: "spec", "volumes"]?.array ?? []).enumerated() {
            guard let image = volume["image"], image.object != nil else { continue }
            check(image["pullPolicy"], "spec.volumes[\(index)].image.pullPolicy")
        }
        guard problems.isEmpty else { throw request.forbidden(problems.joined(separator: ", ")) }
    }

    private static func pulled(_ value: Value, _ field: String) -> Value {
        var result = value
        result[field] = "Always"
        return result
    }

    /// New pods, and old ones with a new image.
    private static func concerns(_ request: AdmissionRequest) -> Bool {
        guard request.isCore("pods"), let pod = request.object else { return false }
        guard request.operation == .update else { return request.operation == .create }
        let old = Set(request.oldObject.map { PodContainers.all($0).map { $0.container["image"]?.string ?? "" } } ?? [])
        return PodContainers.all(pod).contains { !old.contains($0.container["image"]?.string ?? "") }
    }
}

/// The containers of pods, whatever they are for.
enum PodContainers {
    static let lists = ["initContainers", "containers", "ephemeralContainers"]

    /// Each with its place in the pod.
    static func all(_ pod: Value, in chosen: [String] = lists) -> [(container: Value, place: String)] {
        chosen.flatMap { list in
            (pod[path: "spec", list]?.array ?? []).enumerated().map { ($0.element, "spec.\(list)[\($0.offset)]") }
        }
    }
}
