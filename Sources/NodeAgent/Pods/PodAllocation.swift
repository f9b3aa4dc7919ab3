import Core
import KubernetesAPI
import Values

/// What of the node a pod has been given: the resources of each container and of the pod as a whole (KEP-1287). Pure.
///
/// A pod's specification says what is wanted; until the node has room for it, what was given before stays in force.
struct PodAllocation: Sendable, Hashable {
    /// `ResourceRequirements` by container.
    private(set) var containers: [String: Value] = [:]
    /// The `ResourceRequirements` of the whole pod, if it has any.
    private(set) var whole: Value?

    init(_ pod: Pod) {
        for container in Array(pod.spec.containers) + Array(pod.spec.initContainers) {
            containers[container.name] = Self.canonical(container.raw["resources"])
        }
        if let resources = pod.spec.raw["resources"], !resources.isNull { whole = Self.canonical(resources) }
    }

    init?(_ stored: Value?) {
        guard let stored, let members = stored["containers"]?.object else { return nil }
        for member in members { containers[member.key] = member.value }
        whole = stored["whole"]
    }

    var stored: Value {
        var value: Value = ["containers": .object(Object(containers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))]
        value["whole"] = whole
        return value
    }

    /// The pod with these resources in place of those it wants. Containers unknown here keep theirs.
    func applied(to pod: Pod) -> Pod {
        guard PodAllocation(pod) != self else { return pod }
        var pod = pod
        for list in ["containers", "initContainers"] {
            guard var members = pod.spec.raw[list]?.array else { continue }
            for position in members.indices {
                if let given = members[position]["name"]?.string.flatMap({ containers[$0] }) { members[position]["resources"] = given }
            }
            pod.spec.raw[list] = .array(members)
        }
        pod.spec.raw["resources"] = whole
        return pod
    }

    /// Quantities in one form, so that "1" and "1000m" are the same.
    private static func canonical(_ resources: Value?) -> Value {
        guard var resources, resources.object != nil else { return .object(Object()) }
        for kind in ["limits", "requests"] {
            guard let amounts = resources[kind]?.object else { continue }
            resources[kind] = .object(
                Object(
                    amounts.map { ($0.key, $0.value.string.flatMap { Quantity($0) }.map { .string($0.description) } ?? $0.value) }
                        .sorted { $0.0 < $1.0 }))
        }
        return resources
    }
}

/// What a container may use of processor and memory, its pod's own limits included. Pure.
struct EffectiveResources: Sendable, Hashable {
    var cpuRequest: Int
    var cpuLimit: Int
    var memoryRequest: Int
    var memoryLimit: Int

    /// `resources` are the container's, `whole` its pod's: without a limit of its own a container has that of its pod (KEP-2837).
    init(_ resources: Value?, whole: Value?) {
        let own = ResourceRequirements(resources ?? .object(Object()))
        let shared = whole.map(ResourceRequirements.init)
        cpuLimit = PodResources.limit("cpu", own, shared)
        memoryLimit = PodResources.limit("memory", own, shared)
        cpuRequest = PodResources.amount(own.requests, "cpu") ?? cpuLimit
        memoryRequest = PodResources.amount(own.requests, "memory") ?? 0
    }
}
