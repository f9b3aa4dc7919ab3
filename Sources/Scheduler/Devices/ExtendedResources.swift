import Core
import KubernetesAPI
import Values

/// What a pod asks for as extended resources that device classes stand behind (`extendedResourceName`, or `deviceclass.resource.kubernetes.io/`
/// and the name of the class). Nodes that do not have them as such give devices for them, by a claim that is made for the pod when it gets its
/// place (KEP-5004). Pure.
///
/// Source: `pkg/scheduler/framework/plugins/dynamicresources/extendeddynamicresources.go`.
struct ExtendedResources {
    static let annotation = "resource.kubernetes.io/extended-resource-claim"
    static let classPrefix = "deviceclass.resource.kubernetes.io/"

    /// A claim that is to be made, and which container has which of its requests for which resource.
    struct Claim: Sendable {
        let key: ObjectKey
        let requests: Value
        let mappings: Value

        /// As the allocator sees it.
        var facts: ClaimFacts {
            ClaimFacts(
                ResourceResourceClaim([
                    "metadata": ["namespace": .string(key.namespace), "name": .string(key.name)],
                    "spec": ["devices": ["requests": requests]],
                ]))
        }
    }

    private struct Container {
        let position: Int
        let name: String
        /// It ends before those that come after it begin.
        let isBrief: Bool
        let requests: [String: Int64]
    }

    private struct Request {
        let name: String
        let className: String
        let count: Int64

        var value: Value {
            [
                "name": .string(name),
                "exactly": ["deviceClassName": .string(className), "allocationMode": "ExactCount", "count": .int(count)],
            ]
        }
    }

    private let pod: PodState
    /// The class behind each resource that the pod asks for, where there is one.
    private let classes: [String: String]

    /// Nil when no class stands behind anything that the pod asks for.
    init?(_ pod: PodState, _ inventory: DeviceInventory) {
        var classes: [String: String] = [:]
        for (name, amount) in pod.requests.scalars where amount > 0 { classes[name] = inventory.deviceClass(behind: name) }
        guard !classes.isEmpty else { return nil }
        self.pod = pod
        self.classes = classes
    }

    /// What stands for the claim until it is made. Its name is none that a claim can have.
    static func key(namespace: String, pod: String) -> ObjectKey { ObjectKey(namespace: namespace, name: "<extended-resources>/\(pod)") }

    /// What a node has to give devices for, in order: it does not have it as a resource.
    func wanted(from node: NodeState) -> [String] { classes.keys.filter { (node.allocatable.scalars[$0] ?? 0) == 0 }.sorted() }

    // MARK: The claim

    /// The claim for some of the resources; nil when there are none.
    func claim(for resources: [String]) -> Claim? {
        guard !resources.isEmpty else { return nil }
        var requests: [Request] = []
        var mappings: [(container: String, resource: String, request: String)] = []
        let containers = containers
        for resource in resources {
            guard let className = classes[resource] else { continue }
            // A container that ends early may use devices of those that come after it.
            var lasting: [Int: Request] = [:]
            for container in containers where !container.isBrief {
                guard let made = Self.request(container, resource, className, count: container.requests[resource] ?? 0) else { continue }
                lasting[container.position] = made
                mappings.append((container.name, resource, made.name))
            }
            var brief: [Request] = []
            var borrowed: [(container: String, resource: String, request: String)] = []
            for container in containers where container.isBrief {
                var missing = container.requests[resource] ?? 0
                for position in lasting.keys.sorted() where position >= container.position && missing > 0 {
                    guard let other = lasting[position] else { continue }
                    borrowed.append((container.name, resource, other.name))
                    missing -= other.count
                }
                guard let made = Self.request(container, resource, className, count: missing) else { continue }
                brief.append(made)
                borrowed.append((container.name, resource, made.name))
            }
            // They run one after the other: the largest request does for all of them.
            let largest = brief.reduce(nil as Request?) { most, next in next.count > most?.count ?? 0 ? next : most }
            let names = Set(brief.map(\.name))
            if let largest {
                requests.append(largest)
                borrowed = borrowed.map { names.contains($0.request) ? ($0.container, $0.resource, largest.name) : $0 }
            }
            requests += lasting.values
            mappings += borrowed
        }
        return Claim(
            key: Self.key(namespace: pod.key.namespace, pod: pod.key.name),
            requests: .array(requests.sorted { $0.name < $1.name }.map(\.value)),
            mappings: .array(
                mappings.map {
                    ["containerName": .string($0.container), "resourceName": .string($0.resource), "requestName": .string($0.request)]
                }))
    }

    /// A container's own request: named by its place and by that of the resource among those it asks for.
    private static func request(_ container: Container, _ resource: String, _ className: String, count: Int64) -> Request? {
        guard count > 0, let place = container.requests.keys.sorted().firstIndex(of: resource) else { return nil }
        return Request(name: "container-\(container.position)-request-\(place)", className: className, count: count)
    }

    private var containers: [Container] {
        let initial = pod.spec["initContainers"]?.array ?? []
        return (initial + (pod.spec["containers"]?.array ?? [])).enumerated().map { position, container in
            let requests = (container[path: "resources", "requests"]?.object ?? Object()).map { member in
                (member.key, member.value.string.flatMap { Quantity($0) }?.value ?? 0)
            }
            return Container(
                position: position, name: container["name"]?.string ?? "",
                isBrief: position < initial.count && container["restartPolicy"]?.string != "Always",
                requests: Dictionary(requests) { first, _ in first })
        }
    }
}
