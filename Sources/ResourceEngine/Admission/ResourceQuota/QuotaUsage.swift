import Core
import KubernetesAPI
import Values

/// What objects of a resource count for in resource quotas, by the names quotas use ("pods", "requests.cpu", "count/deployments.apps").
/// The rules are those of upstream's quota evaluators. Pure.
package struct QuotaUsage {
    private static let storageClass = ".storageclass.storage.k8s.io/"
    package static let deviceClass = ".deviceclass.resource.k8s.io/devices"
    /// The most devices that one claim can be given.
    private static let mostDevices: Int64 = 32
    /// Counted by their bare name, too, as they were before any resource could be.
    private static let bareNames: Set<String> = ["configmaps", "secrets", "replicationcontrollers", "resourcequotas"]

    let resource: GroupResource
    let now: Timestamp

    /// The use at a moment.
    package init(resource: GroupResource, now: Timestamp) {
        self.resource = resource
        self.now = now
    }

    private var countName: String { "count/\(resource)" }

    /// The use of one object.
    package func used(_ object: Value) -> [String: Quantity] {
        var result = [countName: Quantity(1)]
        switch resource.description {
        case "pods": result.merge(PodUsage(pod: Pod(object), now: now).used) { $1 }
        case "services": result.merge(services(Service(object))) { $1 }
        case "persistentvolumeclaims": result.merge(claims(PersistentVolumeClaim(object))) { $1 }
        case "resourceclaims.resource.k8s.io": result.merge(devices(ResourceResourceClaim(object))) { $1 }
        case let name where Self.bareNames.contains(name): result[name] = Quantity(1)
        default: break
        }
        return result
    }

    /// Whether a limit of this name is about the resource.
    func concerns(_ name: String) -> Bool {
        if name == countName { return true }
        switch resource.description {
        case "pods":
            if ["pods", "cpu", "memory", "ephemeral-storage"].contains(name) || name.hasPrefix("hugepages-") || name.hasPrefix("limits.") {
                return true
            }
            return name.hasPrefix("requests.") && name != "requests.storage"
        case "services": return ["services", "services.nodeports", "services.loadbalancers"].contains(name)
        case "persistentvolumeclaims":
            return ["persistentvolumeclaims", "requests.storage"].contains { name == $0 || name.hasSuffix(Self.storageClass + $0) }
        case "resourceclaims.resource.k8s.io": return name.hasSuffix(Self.deviceClass)
        case let own: return Self.bareNames.contains(own) && name == own
        }
    }

    /// Whether a quota with these scopes counts the object.
    package func isInScope(_ object: Value, _ spec: ResourceQuotaSpec) -> Bool {
        QuotaScope.all(of: spec).allSatisfy { isIn($0, object) }
    }

    /// Whether the object is in a scope. Scopes are about pods, one about claims.
    func isIn(_ scope: QuotaScope, _ object: Value) -> Bool {
        switch resource.description {
        case "pods": PodUsage(pod: Pod(object), now: now).isIn(scope)
        case "persistentvolumeclaims": scope.name == "VolumeAttributesClass" && scope.selects(Self.attributesClasses(object))
        default: false
        }
    }

    private static func attributesClasses(_ claim: Value) -> [String] {
        let names = [
            claim[path: "spec", "volumeAttributesClassName"], claim[path: "status", "currentVolumeAttributesClassName"],
            claim[path: "status", "modifyVolumeStatus", "targetVolumeAttributesClassName"],
        ]
        return Array(Set(names.compactMap { $0?.string }.filter { !$0.isEmpty }))
    }

    private func services(_ service: Service) -> [String: Quantity] {
        var (ports, balancers) = (0, 0)
        switch service.spec.type {
        case "NodePort": ports = service.spec.ports.count
        case "LoadBalancer":
            balancers = 1
            let allocates = service.spec.allocateLoadBalancerNodePorts != false
            ports = service.spec.ports.count { allocates || ($0.nodePort ?? 0) != 0 }
        default: break
        }
        return [
            "services": Quantity(1), "services.nodeports": Quantity(Int64(ports)), "services.loadbalancers": Quantity(Int64(balancers)),
        ]
    }

    private func claims(_ claim: PersistentVolumeClaim) -> [String: Quantity] {
        var result = ["persistentvolumeclaims": Quantity(1)]
        let amounts = [claim.spec.resources?.requests["storage"], claim.status.allocatedResources["storage"]]
        if let storage = amounts.compactMap({ $0.flatMap { Quantity($0) } }).max() { result["requests.storage"] = storage }
        let annotated = claim.metadata.annotations["volume.beta.kubernetes.io/storage-class"]
        let storageClass = annotated ?? claim.spec.storageClassName
        guard !storageClass.isEmpty else { return result }
        for (name, amount) in result { result[storageClass + Self.storageClass + name] = amount }
        return result
    }

    /// The devices of each class that a claim may be given: of alternatives the most that any asks for.
    private func devices(_ claim: ResourceResourceClaim) -> [String: Quantity] {
        func count(_ mode: String, _ count: Int?) -> Int64 { mode == "All" ? Self.mostDevices : Int64(count ?? 0) }
        var result: [String: Int64] = [:]
        for request in claim.spec.devices?.requests ?? [] {
            if let exactly = request.exactly {
                result[exactly.deviceClassName, default: 0] += count(exactly.allocationMode, exactly.count)
                continue
            }
            let alternatives = request.firstAvailable.map { ($0.deviceClassName, count($0.allocationMode, $0.count)) }
            for (name, most) in Dictionary(alternatives, uniquingKeysWith: max) { result[name, default: 0] += most }
        }
        return Dictionary(uniqueKeysWithValues: result.map { ($0.key + Self.deviceClass, Quantity($0.value)) })
    }

    // MARK: Limits

    private static let requiredNames: Set<String> = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]

    /// What a pod must say of its containers when such limits are on it; nil when it says so.
    func missing(_ object: Value, _ limited: [String]) -> String? {
        guard resource.description == "pods" else { return nil }
        let pod = Pod(object)
        if let whole = pod.spec.resources, !whole.requests.isEmpty || !whole.limits.isEmpty { return nil }
        var containers: [String: Set<String>] = [:]
        for container in Array(pod.spec.containers) + Array(pod.spec.initContainers) {
            for name in Self.requiredNames.intersection(limited) {
                let part = name.split(separator: ".").last.map(String.init) ?? name
                let amounts = (name.hasPrefix("limits.") ? container.resources?.limits : container.resources?.requests) ?? [:]
                if amounts[part] == nil { containers[name, default: []].insert(container.name) }
            }
        }
        guard !containers.isEmpty else { return nil }
        let parts = containers.sorted { $0.key < $1.key }.map { "\($0.key) for: \($0.value.sorted().joined(separator: ","))" }
        return "must specify \(parts.joined(separator: "; "))"
    }
}
