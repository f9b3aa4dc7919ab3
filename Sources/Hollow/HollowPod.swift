import Core
import KubernetesAPI
import Values

/// What a simulated node needs of a pod, taken out of the object once.
package struct HollowPod: Sendable, Equatable {
    package struct Container: Sendable, Equatable {
        package let name: String
        package let image: String
    }

    package let key: ObjectKey
    package let uid: String
    package let node: String
    package let labels: [String: String]
    package let ownerKind: String
    package let phase: String
    package let isReady: Bool
    package let isDeleting: Bool
    /// Whether somebody wants to look at it before it goes.
    package let isHeld: Bool
    package let grace: Duration
    package let restarts: Int
    package let startTime: String
    package let address: String
    package let usesHostNetwork: Bool
    package let containers: [Container]
    package let initContainers: [Container]

    package init(_ pod: Pod) {
        let (metadata, spec, status) = (pod.metadata, pod.spec, pod.status)
        key = ObjectKey(namespace: metadata.namespace, name: metadata.name)
        uid = metadata.uid
        node = spec.nodeName
        labels = metadata.labels
        let controller = metadata.ownerReferences.values.first { $0["controller"]?.bool == true }
        ownerKind = controller?["kind"]?.string ?? ""
        phase = status.phase
        let ready = status.conditions.values.first { $0["type"]?.string == "Ready" }
        isReady = ready?["status"]?.string == "True"
        isDeleting = !metadata.deletionTimestamp.isEmpty
        isHeld = !metadata.finalizers.isEmpty
        grace = .seconds(metadata.deletionGracePeriodSeconds.map { Int64($0) } ?? 0)
        restarts = status.containerStatuses.values.reduce(0) { max($0, ContainerStatus($1).restartCount) }
        startTime = status.startTime
        address = status.podIP
        usesHostNetwork = spec.hostNetwork ?? false
        func containers(_ list: [Value]) -> [Container] {
            list.map { Container(name: $0["name"]?.string ?? "", image: $0["image"]?.string ?? "") }
        }
        self.containers = containers(spec.containers.values)
        initContainers = containers(spec.initContainers.values)
    }

    /// What `init` reads of a pod, as `APIRequest.Options.members`.
    package static let members = """
        apiVersion kind \
        metadata(namespace,name,uid,resourceVersion,labels,ownerReferences,deletionTimestamp,deletionGracePeriodSeconds,finalizers) \
        spec(nodeName,hostNetwork,containers(name,image),initContainers(name,image)) \
        status(phase,podIP,startTime,conditions(type,status),containerStatuses(name,restartCount))
        """

    /// The parts of a pod that `init` reads: what an informer need keep.
    package static func trim(_ object: inout Value) {
        var metadata = object["metadata"] ?? [:]
        metadata["managedFields"] = nil
        metadata["annotations"] = nil
        let spec = object["spec"] ?? [:]
        let status = object["status"] ?? [:]
        func names(_ member: String) -> Value {
            .array((spec[member]?.array ?? []).map { ["name": $0["name"] ?? "", "image": $0["image"] ?? ""] })
        }
        var kept: Object = ["nodeName": spec["nodeName"] ?? "", "containers": names("containers")]
        if spec["initContainers"] != nil { kept["initContainers"] = names("initContainers") }
        if let hostNetwork = spec["hostNetwork"] { kept["hostNetwork"] = hostNetwork }
        var seen: Object = ["phase": status["phase"] ?? ""]
        if let address = status["podIP"] { seen["podIP"] = address }
        if let start = status["startTime"] { seen["startTime"] = start }
        let ready = (status["conditions"]?.array ?? []).filter { $0["type"]?.string == "Ready" }
        if !ready.isEmpty { seen["conditions"] = .array(ready) }
        if let statuses = status["containerStatuses"]?.array {
            seen["containerStatuses"] = .array(
                statuses.map { ["name": $0["name"] ?? "", "restartCount": $0["restartCount"] ?? 0] })
        }
        object = ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": .object(kept), "status": .object(seen)]
    }

    /// Whether a stage may fit one and not the other.
    package func differs(from other: HollowPod) -> Bool {
        phase != other.phase || isReady != other.isReady || isDeleting != other.isDeleting || restarts != other.restarts
            || labels != other.labels || grace != other.grace
    }
}
