import Core
import KubernetesAPI
import Values

/// What a pod counts for while its resources are changed in place: of each amount the largest of what is wanted, what the node has
/// granted and what the containers have; what was found impossible is not counted (KEP-1287). Pure.
enum EffectiveResources {
    /// The specification with these requests in it.
    static func spec(of pod: Pod) -> PodSpec {
        guard !pod.spec.nodeName.isEmpty else { return pod.spec }
        let isInfeasible = pod.status.conditions.contains {
            $0.type == "PodResizePending" && $0.status == "True" && $0.reason == "Infeasible"
        }
        var spec = pod.spec
        for (list, statuses) in [("containers", pod.status.containerStatuses), ("initContainers", pod.status.initContainerStatuses)] {
            guard let containers = spec.raw[list]?.array else { continue }
            for (position, container) in containers.enumerated() {
                if list == "initContainers", container["restartPolicy"]?.string != "Always" { continue }
                guard let status = statuses[named: container["name"]?.string ?? ""], status.resources != nil else { continue }
                let wanted = container[path: "resources", "requests"]
                let (granted, actual) = (status.raw["allocatedResources"], status.raw[path: "resources", "requests"])
                if granted == wanted, actual == wanted { continue }
                spec.raw[list]?.elements[position]["resources"]?["requests"] = largest(isInfeasible ? nil : wanted, granted, actual)
            }
        }
        if let whole = spec.raw[path: "resources", "requests"], let actual = pod.status.raw["resources"] {
            let granted = pod.status.raw["allocatedResources"]
            spec.raw["resources"]?["requests"] = largest(isInfeasible ? nil : whole, granted, actual["requests"])
        }
        return spec
    }

    private static func largest(_ lists: Value?...) -> Value {
        var result: [String: Quantity] = [:]
        for list in lists {
            for member in list?.object ?? Object() {
                guard let amount = member.value.string.flatMap({ Quantity($0) }) else { continue }
                result[member.key] = max(result[member.key] ?? amount, amount)
            }
        }
        return .object(Object(result.map { ($0.key, .string($0.value.description)) }))
    }
}
