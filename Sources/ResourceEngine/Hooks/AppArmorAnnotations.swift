import Values

/// AppArmor profiles as they were asked for before v1.30, by an annotation for each container (KEP-24).
enum AppArmorAnnotations {
    static let prefix = "container.apparmor.security.beta.kubernetes.io/"

    /// What an annotation says as a field; nil when it says nothing that is known.
    static func profile(_ annotation: String) -> Value? {
        switch annotation {
        case "unconfined": return ["type": "Unconfined"]
        case "runtime/default": return ["type": "RuntimeDefault"]
        default:
            guard annotation.hasPrefix("localhost/"), annotation.utf8.count > "localhost/".utf8.count else { return Optional.none }
            return ["type": "Localhost", "localhostProfile": .string(String(annotation.dropFirst("localhost/".count)))]
        }
    }

    /// Gives each container of a new pod the field that its annotation stands for, where it has none and the pod as a whole has another.
    static func fill(_ pod: inout Value) {
        guard let annotations = pod.meta("annotations")?.object, pod[path: "spec", "os", "name"]?.string != "windows",
            annotations.keys.contains(where: { $0.hasPrefix(prefix) })
        else { return }
        let common = pod[path: "spec", "securityContext", "appArmorProfile"]
        for list in ["initContainers", "containers"] {
            for position in (pod[path: "spec", list]?.array ?? []).indices {
                guard let container = pod[path: "spec", list]?.array?[position], let name = container["name"]?.string,
                    container[path: "securityContext", "appArmorProfile"] == nil, let text = annotations[prefix + name]?.string,
                    let profile = profile(text), profile != common
                else { continue }
                if container["securityContext"]?.object == nil {
                    pod["spec"]?[list]?.elements[position]["securityContext"] = .object(Object())
                }
                pod["spec"]?[list]?.elements[position]["securityContext"]?["appArmorProfile"] = profile
            }
        }
    }
}
