import JSON
import KubernetesAPI
import Values

/// A node with four cores and 8 GiB, changed by `change`.
func node(
    _ name: String, cpu: String = "4", memory: String = "8Gi", pods: String = "110", _ change: (inout Node) -> Void = { _ in }
) -> Node {
    var node = Node()
    node.metadata.name = name
    node.metadata.labels = ["kubernetes.io/hostname": name]
    node.status.allocatable = ["cpu": cpu, "memory": memory, "pods": pods]
    change(&node)
    return node
}

/// A pending pod with one container, changed by `change`.
func pod(
    _ name: String, cpu: String = "", memory: String = "", on nodeName: String = "", _ change: (inout Pod) -> Void = { _ in }
) -> Pod {
    var pod = Pod()
    pod.metadata.name = name
    pod.metadata.namespace = "default"
    pod.metadata.uid = "uid-\(name)"
    pod.metadata.creationTimestamp = "2026-01-01T00:00:00Z"
    var container = Container()
    container.name = "c"
    container.image = "registry.example/app:1"
    var requests: [String: String] = [:]
    if !cpu.isEmpty { requests["cpu"] = cpu }
    if !memory.isEmpty { requests["memory"] = memory }
    if !requests.isEmpty {
        var resources = ResourceRequirements()
        resources.requests = requests
        container.resources = resources
    }
    pod.spec.containers = [container]
    pod.spec.nodeName = nodeName
    change(&pod)
    return pod
}

/// The view of a JSON text.
func parsed<V: View>(_ text: String, as type: V.Type = V.self) throws -> V { V(try JSONParser.parse(text)) }
