import Core
import Values

/// Advice upstream sends along with objects that it accepts.
enum Warnings {
    static func collect(_ object: Place, old: Place?, _ kind: GroupVersionKind) -> [String] {
        var warnings: [String] = []
        finalizers(object, old, &warnings)
        switch kind.kind {
        case "Pod": pod(object["spec"], &warnings)
        case "PodTemplate": pod(object["template"]["spec"], &warnings)
        case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job":
            pod(object["spec"]["template"]["spec"], &warnings)
        case "CronJob": pod(object["spec"]["jobTemplate"]["spec"]["template"]["spec"], &warnings)
        case "Endpoints":
            if kind.group.isEmpty { warnings.append("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice") }
        default: break
        }
        return warnings
    }

    static func customResource(_ object: Place, old: Place?) -> [String] {
        var warnings: [String] = []
        let known = Set(old?["metadata"]["finalizers"].texts ?? [])
        for name in Set(object["metadata"]["finalizers"].texts).subtracting(known).sorted() {
            warnings += Formats.qualifiedName(name).map { "metadata.finalizers: \(Validator.quoted(name)): \($0)" }
            guard !name.contains("/"), !["kubernetes", "orphan", "foregroundDeletion"].contains(name) else { continue }
            let path = name.contains(".") ? " including a path (/)" : ""
            warnings.append(
                "metadata.finalizers: \(Validator.quoted(name)): prefer a domain-qualified finalizer name\(path) to avoid accidental conflicts "
                    + "with other finalizer writers")
        }
        return warnings
    }

    private static func finalizers(_ object: Place, _ old: Place?, _ warnings: inout [String]) {
        let known = Set(old?["metadata"]["finalizers"].texts ?? [])
        for name in object["metadata"]["finalizers"].texts
        where !known.contains(name) && !name.contains("/") && !["kubernetes", "orphan", "foregroundDeletion"].contains(name) {
            warnings.append(
                "metadata.finalizers: \(Validator.quoted(name)): prefer a domain-qualified finalizer name including a path (/) to avoid "
                    + "accidental conflicts with other finalizer writers")
        }
    }

    private static let renamedLabels = [
        "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"), "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
        "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
        "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
        "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
    ]

    private static func pod(_ spec: Place, _ warnings: inout [String]) {
        for key in spec["nodeSelector"].keys {
            guard let (version, name) = renamedLabels[key] else { continue }
            warnings.append("\(spec["nodeSelector"][key: key].path): deprecated since \(version); use \"\(name)\" instead")
        }
        for volume in spec["volumes"].items where volume["gitRepo"].isPresent {
            warnings.append("\(volume["gitRepo"].path): deprecated in v1.11, and disabled by default in v1.33+")
        }
        for container in spec["initContainers"].items + spec["containers"].items {
            var variables: [String: Place] = [:]
            for variable in container["env"].items {
                let name = variable["name"].text
                if variables[name] != nil {
                    warnings.append(
                        "\(variable.path): hides previous definition of \(Validator.quoted(name)), which may be dropped when using apply")
                }
                variables[name] = variable
            }
            var ports: [String: Place] = [:]
            for port in container["ports"].items {
                let key = "\(port["containerPort"].int ?? 0)/\(port["protocol"].text)/\(port["hostPort"].int ?? 0)/\(port["hostIP"].text)"
                if let first = ports[key] {
                    warnings.append("\(port.path): duplicate port definition with \(first.path)")
                } else {
                    ports[key] = port
                }
            }
        }
        if let grace = spec["terminationGracePeriodSeconds"].int, grace < 0 {
            warnings.append(
                "\(spec["terminationGracePeriodSeconds"].path): must be >= 0; negative values are invalid and will be treated as 1")
        }
        if spec["serviceAccount"].isPresent, !spec["serviceAccountName"].isPresent {
            warnings.append("\(spec["serviceAccount"].path): deprecated since v1.0; use spec.serviceAccountName instead")
        }
    }
}
