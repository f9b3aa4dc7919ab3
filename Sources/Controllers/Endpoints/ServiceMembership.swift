import Core
import KubernetesAPI
import Reconcile
import Values

/// Which pods a service selects and which services a pod belongs to, both by index.
struct ServiceMembership: Sendable {
    /// Pods by "namespace/label=value" of each of their labels.
    static let podLabels = InformerIndex(name: "labels") { value in
        let metadata = value["metadata"]
        let namespace = metadata?["namespace"]?.string ?? ""
        return (metadata?["labels"]?.object ?? Object()).map { "\(namespace)/\($0.key)=\($0.value.string ?? "")" }
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
        return labels.flatMap { services.byIndex(Self.serviceSelector, "\(metadata.namespace)/\($0.key)=\($0.value)") }
            .filter { LabelMatcher(labels: $0.spec.selector).matches(labels) }.map(\.key)
    }

    /// The services whose endpoints a change of a pod may change.
    func services(affectedBy change: Change<Pod>) -> Set<ObjectKey> {
        guard let old = change.old, let new = change.new else { return Set(services(of: change.latest)) }
        if Self.face(old) == Self.face(new) { return [] }
        return Set(services(of: old)).union(services(of: new))
    }

    /// All of a pod that can be seen in endpoints.
    private static func face(_ pod: Pod) -> [Value?] {
        [
            pod.metadata.raw["labels"], pod.metadata.raw["deletionTimestamp"], pod.metadata.raw["uid"], pod.spec.raw["nodeName"],
            pod.spec.raw["hostname"], pod.spec.raw["subdomain"], pod.status.raw["podIPs"], pod.status.raw["phase"], .bool(pod.isReady),
        ]
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
