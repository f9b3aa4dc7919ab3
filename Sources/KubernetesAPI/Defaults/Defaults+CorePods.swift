import Core
import SchemaEngine
import Values

/// Pods and containers (`pkg/apis/core/v1/defaults.go`).
extension BuiltInDefaults {
    static let pods: [String: Defaulter.Function] = [
        "io.k8s.api.core.v1.Container": view(Container.self) { container in
            if container.imagePullPolicy.isEmpty { container.imagePullPolicy = pullPolicy(ofImage: container.image) }
        },
        "io.k8s.api.core.v1.EphemeralContainer": view(EphemeralContainer.self) { container in
            if container.imagePullPolicy.isEmpty { container.imagePullPolicy = pullPolicy(ofImage: container.image) }
        },
        "io.k8s.api.core.v1.PodSpec": view(PodSpec.self) { spec in
            // Two names for one thing; the newer one rules.
            if spec.serviceAccountName.isEmpty { spec.serviceAccountName = spec.serviceAccount }
            spec.serviceAccount = spec.serviceAccountName
        },
        "io.k8s.api.core.v1.PodStatus": view(PodStatus.self) { status in
            if !status.podIP.isEmpty, status.podIPs.first?.ip != status.podIP { status.podIPs = [PodIP(["ip": .string(status.podIP)])] }
            if !status.hostIP.isEmpty, status.hostIPs.isEmpty { status.hostIPs = [HostIP(["ip": .string(status.hostIP)])] }
        },
        "io.k8s.api.core.v1.Pod": view(Pod.self) { pod in
            for position in pod.spec.containers.indices { requestLimits(&pod.spec.containers[position]) }
            for position in pod.spec.initContainers.indices { requestLimits(&pod.spec.initContainers[position]) }
            PodLevelResources.fill(&pod.spec)
            if pod.spec.enableServiceLinks == nil { pod.spec.enableServiceLinks = true }
            // The host's network has no mapping: a port of the container is one of the host. Templates are left as they were written.
            guard pod.spec.hostNetwork == true else { return }
            for position in pod.spec.containers.indices { takeHostPorts(&pod.spec.containers[position]) }
            for position in pod.spec.initContainers.indices { takeHostPorts(&pod.spec.initContainers[position]) }
        },
    ]

    /// An image without a tag or digest, and the tag `latest`, is always pulled. What is no image name is not.
    static func pullPolicy(ofImage image: String) -> String { tag(ofImage: image) == "latest" ? "Always" : "IfNotPresent" }

    private static func tag(ofImage image: String) -> String {
        let bytes = Array(image.utf8)
        let (slash, colon, dot) = (UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "."))
        let name = bytes.prefix { $0 != UInt8(ascii: "@") }
        let path = name.split(separator: slash, omittingEmptySubsequences: false)
        guard let last = path.last, !last.isEmpty, path.allSatisfy({ !$0.isEmpty }) else { return "" }
        let parts = last.split(separator: colon, omittingEmptySubsequences: false)
        // Only a registry's host, the first of several parts, may have capital letters.
        let isHost = path.count > 1 && (path[0].contains(dot) || path[0].contains(colon) || path[0].elementsEqual("localhost".utf8))
        let repository = (isHost ? path.dropFirst().dropLast() : path.dropLast()) + [parts[0]]
        let isWellFormed = repository.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == dot || $0 == 0x5F }
        }
        guard isWellFormed, parts.count <= 2 else { return "" }
        if parts.count == 2 { return String(decoding: parts[1], as: UTF8.self) }
        return name.count < bytes.count ? "" : "latest"
    }

    private static func takeHostPorts(_ container: inout Container) {
        for position in container.ports.indices where (container.ports[position].hostPort ?? 0) == 0 {
            container.ports[position].hostPort = container.ports[position].containerPort
        }
    }

    private static func requestLimits(_ container: inout Container) {
        guard let limits = container.resources?.limits, !limits.isEmpty else { return }
        container.resources?.requests.merge(limits) { request, _ in request }
    }
}

/// Requests and limits of a whole pod that follow from those of its containers (KEP-2837).
enum PodLevelResources {
    static func fill(_ spec: inout PodSpec) {
        guard var resources = spec.resources, !resources.limits.isEmpty || !resources.requests.isEmpty else { return }
        for (name, amount) in total(spec, \.limits) where name.hasPrefix("hugepages-") {
            if resources.requests[name] == nil, resources.limits[name] == nil { resources.limits[name] = amount.description }
        }
        if !resources.limits.isEmpty {
            for (name, amount) in total(spec, \.requests) where name == "cpu" || name == "memory" {
                if resources.requests[name] == nil { resources.requests[name] = amount.description }
            }
            for (name, amount) in resources.limits where name == "cpu" || name == "memory" || name.hasPrefix("hugepages-") {
                if resources.requests[name] == nil { resources.requests[name] = amount }
            }
        }
        spec.resources = resources
    }

    /// What the containers ask for together: the running ones at once, or one init container with the sidecars started before it.
    private static func total(_ spec: PodSpec, _ list: (ResourceRequirements) -> [String: String]) -> [String: Quantity] {
        var running: [String: Quantity] = [:]
        func add(_ amounts: [String: String], to sum: inout [String: Quantity]) {
            for (name, text) in amounts { sum[name, default: .zero] += Quantity(text) ?? .zero }
        }
        for container in spec.containers { add(container.resources.map(list) ?? [:], to: &running) }
        var sidecars: [String: Quantity] = [:]
        var peak: [String: Quantity] = [:]
        for container in spec.initContainers {
            let amounts = container.resources.map(list) ?? [:]
            var now = sidecars
            add(amounts, to: &now)
            if container.restartPolicy == "Always" {
                sidecars = now
                add(amounts, to: &running)
            }
            peak.merge(now) { max($0, $1) }
        }
        return running.merging(peak) { max($0, $1) }
    }
}
