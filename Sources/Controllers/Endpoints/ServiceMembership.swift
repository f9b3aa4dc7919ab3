import Core
import KubernetesAPI
import Reconcile
import Values

/// Which pods a service selects and which services a pod belongs to, both by index.
struct ServiceMembership: Sendable {
    /// Pods by "namespace/label=value" of each of their labels.
    static let podLabels = InformerIndex(name: "labels", of: ["metadata", "labels"]) { value in
        let metadata = value["metadata"]
        let namespace = metadata?["namespace"]?.string ?? ""
        return (metadata?["labels"]?.object ?? Object()).members.map { "\(namespace)/\($0.key)=\($0.value.string ?? "")" }
    }
    /// Services by "namespace/label=value" of one pair of their selector: whatever they select has it.
    static let serviceSelector = InformerIndex(name: "selector", of: Service.self) { service in
        pair(of: service).map { [$0] } ?? []
    }

    let services: Informer<Service>
    let pods: Informer<Pod>

    init(services: Informer<Service>, pods: Informer<Pod>) {
        self.services = services
        self.pods = pods
        services.add(Self.serviceSelector)
        pods.add(Self.podLabels)
    }

    private static func pair(of service: Service) -> String? {
        guard let first = service.spec.selector.min(by: { $0.key < $1.key }) else { return nil }
        return "\(service.metadata.namespace)/\(first.key)=\(first.value)"
    }

    /// The pods a service selects, by name.
    func pods(of service: Service) -> [Pod] {
        guard let pair = Self.pair(of: service) else { return [] }
        let matcher = LabelMatcher(labels: service.spec.selector)
        return pods.byIndex(Self.podLabels, pair).filter { matcher.matches($0.metadata.labels) }
            .sorted { $0.metadata.name < $1.metadata.name }
    }

    /// The services that select a pod.
    func services(of pod: Pod) -> [ObjectKey] {
        let metadata = pod.metadata
        let labels = metadata.labels
        var keys: [ObjectKey] = []
        for (name, value) in labels {
            for service in services.byIndex(Self.serviceSelector, "\(metadata.namespace)/\(name)=\(value)")
            where LabelMatcher(labels: service.spec.selector).matches(labels) { keys.append(service.key) }
        }
        return keys
    }

    /// The services whose endpoints changes of pods may change.
    func services(affectedBy changes: [Change<Pod>]) -> Set<ObjectKey> {
        var affected = Set<ObjectKey>()
        for change in changes { affected.formUnion(services(affectedBy: change)) }
        return affected
    }

    /// Those that one change may change.
    private func services(affectedBy change: Change<Pod>) -> Set<ObjectKey> {
        guard let old = change.old, let new = change.new else { return Set(services(of: change.latest)) }
        if Self.looksTheSame(old, new) { return [] }
        var affected = Set(services(of: new))
        if old.metadata.raw["labels"] != new.metadata.raw["labels"] { affected.formUnion(services(of: old)) }
        return affected
    }

    /// Whether nothing differs that can be seen of a pod in endpoints.
    private static func looksTheSame(_ old: Pod, _ new: Pod) -> Bool {
        let (before, now) = (old.raw, new.raw)
        func isSame(_ part: String, _ members: String...) -> Bool {
            let (before, now) = (before[part], now[part])
            if let before, let now, before.isIdentical(to: now) { return true }
            for member in members where before?[member] != now?[member] { return false }
            return true
        }
        return isSame("spec", "nodeName", "hostname", "subdomain") && isSame("status", "phase", "podIPs")
            && isSame("metadata", "labels", "deletionTimestamp", "uid") && old.isReady == new.isReady
    }
}

extension Service {
    /// Whether controllers find its endpoints: services without a selector have theirs written by somebody else.
    var hasManagedEndpoints: Bool { spec.type != "ExternalName" && !spec.selector.isEmpty }
    var isHeadless: Bool { spec.clusterIP == "None" || spec.clusterIP.isEmpty }

    /// The families its endpoints are published in, as EndpointSlice spells them.
    var addressTypes: [String] {
        let families = spec.ipFamilies.filter { $0 == "IPv4" || $0 == "IPv6" }
        if !families.isEmpty { return families }
        return isHeadless ? ["IPv4", "IPv6"] : [spec.clusterIP.contains(":") ? "IPv6" : "IPv4"]
    }

    /// The port of a pod behind one of the service's ports; nil when the pod has none of that name.
    static func port(_ port: ServicePort, of pod: Pod) -> Int? {
        guard let target = port.targetPort else { return port.port }
        if let number = target.int { return Int(number) }
        guard let name = target.string else { return nil }
        let transport = port.protocol.isEmpty ? "TCP" : port.protocol
        let sidecars = pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
        for container in Array(pod.spec.containers) + sidecars {
            for candidate in container.ports where candidate.name == name {
                if (candidate.protocol.isEmpty ? "TCP" : candidate.protocol) == transport { return candidate.containerPort }
            }
        }
        return nil
    }
}

extension Pod {
    /// Whether the pod has an address of its own in cluster DNS below the service.
    func hasHostname(in service: Service) -> Bool {
        !spec.hostname.isEmpty && spec.subdomain == service.metadata.name && metadata.namespace == service.metadata.namespace
    }

    var endpointReference: ObjectReference {
        var reference = ObjectReference()
        reference.kind = "Pod"
        reference.namespace = metadata.namespace
        reference.name = metadata.name
        reference.uid = metadata.uid
        return reference
    }
}
