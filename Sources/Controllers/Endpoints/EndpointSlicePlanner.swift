import Core
import KubernetesAPI
import Values

/// Which slices a service should have, given its pods and the slices it has: as few changed slices as possible. Pure.
package struct EndpointSlicePlanner {
    /// One write that brings the slices nearer to the plan.
    package enum Action: Equatable {
        case create(EndpointSlice)
        case update(EndpointSlice)
        case delete(EndpointSlice)
    }

    static let managedBy = "endpointslice.kubernetes.io/managed-by"
    static let serviceName = "kubernetes.io/service-name"
    static let headless = "service.kubernetes.io/headless"
    static let manager = "endpointslice-controller.k8s.io"
    static let slicesLimit = 100

    let service: Service
    let pods: [Pod]
    /// The zone of a node; nil for a node that is not there.
    let zoneOfNode: (String) -> String?

    /// Nodes named by pods that are not there: their pods are left out.
    package private(set) var missingNodes: Set<String> = []
    /// Why there are no topology hints, by address type, where the service asks for them.
    package private(set) var hintProblems: [String: String] = [:]
    private let shares: [String: Double]?

    /// `pods` are those that the service selects; `shares` the part of the CPU that each zone has, as far as known.
    package init(service: Service, pods: [Pod], shares: [String: Double]? = nil, zoneOfNode: @escaping (String) -> String?) {
        self.shares = shares
        self.service = service
        self.pods = pods
        self.zoneOfNode = zoneOfNode
    }

    /// `existing` are the slices that carry the service's name and this controller's.
    package mutating func plan(existing: [EndpointSlice]) -> [Action] {
        let types = service.addressTypes
        let owned = existing.filter { slice in slice.metadata.ownerReferences.contains { $0.uid == service.metadata.uid } }
        let ownedNames = Set(owned.map(\.metadata.name))
        var actions: [Action] = existing.filter { !ownedNames.contains($0.metadata.name) || !types.contains($0.addressType) }
            .map { .delete($0) }
        for type in types {
            actions += plan(type, existing: owned.filter { $0.addressType == type }.sorted { $0.metadata.name < $1.metadata.name })
        }
        return actions
    }

    private mutating func plan(_ type: String, existing: [EndpointSlice]) -> [Action] {
        var groups: [[Value]: [(id: String, endpoint: Value)]] = [:]
        for pod in pods where !pod.isFinished && !pod.status.podIP.isEmpty {
            if zoneOfNode(pod.spec.nodeName) == nil, service.spec.publishNotReadyAddresses != true {
                missingNodes.insert(pod.spec.nodeName)
                continue
            }
            let addresses = addresses(of: pod, type)
            guard !addresses.isEmpty else { continue }
            groups[ports(of: pod), default: []].append((pod.metadata.uid, endpoint(pod, addresses)))
        }
        addHints(to: &groups, type, existing)
        var kept: [EndpointSlice] = []
        var created: [EndpointSlice] = []
        var surplus: [EndpointSlice] = []
        for slice in existing where groups[Self.portKey(slice)] == nil { surplus.append(slice) }
        for (ports, endpoints) in groups.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let present = existing.filter { Self.portKey($0) == ports }
            distribute(endpoints, ports, type, over: present, &kept, &created, &surplus)
        }
        if kept.isEmpty, created.isEmpty {
            // A service without endpoints has one empty slice, which says so.
            created = [slice(type, ports: [], endpoints: [])]
        }
        // A slice that goes and one that comes are one slice that changes.
        var actions: [Action] = []
        for fresh in created {
            guard let reused = surplus.popLast() else {
                actions.append(.create(fresh))
                continue
            }
            kept.append(merge(fresh, into: reused))
        }
        let before = Dictionary(uniqueKeysWithValues: existing.map { ($0.metadata.name, $0) })
        for slice in kept where before[slice.metadata.name] != slice { actions.append(.update(slice)) }
        return actions + surplus.map { .delete($0) }
    }

    /// Puts endpoints into the slices they are in already, the new ones where a slice changes anyway or has the least room
    /// that suffices, and what is left into new slices.
    private func distribute(
        _ endpoints: [(id: String, endpoint: Value)], _ ports: [Value], _ type: String, over present: [EndpointSlice],
        _ kept: inout [EndpointSlice], _ created: inout [EndpointSlice], _ surplus: inout [EndpointSlice]
    ) {
        var missing = Dictionary(endpoints.map { ($0.id, $0.endpoint) }) { first, _ in first }
        var contents: [[Value]] = []
        var isChanged: [Bool] = []
        for slice in present {
            var content: [Value] = []
            for old in slice.endpoints.values {
                guard let id = old[path: "targetRef", "uid"]?.string, let fresh = missing.removeValue(forKey: id) else { continue }
                content.append(fresh)
            }
            contents.append(content)
            isChanged.append(content != slice.endpoints.values || labels != slice.metadata.labels)
        }
        var left = endpoints.filter { missing[$0.id] != nil }.map(\.endpoint)[...]
        for position in contents.indices.sorted(by: { contents[$0].count > contents[$1].count })
        where isChanged[position] && !contents[position].isEmpty {
            let room = max(0, Self.slicesLimit - contents[position].count)
            contents[position] += left.prefix(room)
            left = left.dropFirst(room)
        }
        if !left.isEmpty, left.count < Self.slicesLimit {
            let fitting = contents.indices.filter { contents[$0].count + left.count <= Self.slicesLimit }
            if let best = fitting.max(by: { contents[$0].count < contents[$1].count }) {
                contents[best] += left
                left = []
            }
        }
        for (position, old) in present.enumerated() {
            if contents[position].isEmpty {
                surplus.append(old)
            } else {
                kept.append(merge(slice(type, ports: ports, endpoints: contents[position]), into: old))
            }
        }
        while !left.isEmpty {
            created.append(slice(type, ports: ports, endpoints: Array(left.prefix(Self.slicesLimit))))
            left = left.dropFirst(Self.slicesLimit)
        }
    }

    private mutating func addHints(
        to groups: inout [[Value]: [(id: String, endpoint: Value)]], _ type: String, _ existing: [EndpointSlice]
    ) {
        let isAutomatic = TopologyHints.isAutomatic(service)
        guard isAutomatic || !service.spec.trafficDistribution.isEmpty else { return }
        var hinted: [String: String] = [:]
        if isAutomatic {
            for endpoint in existing.flatMap(\.endpoints.values) {
                guard let id = endpoint[path: "targetRef", "uid"]?.string else { continue }
                hinted[id] = endpoint[path: "hints", "forZones"]?.array?.first?["name"]?.string
            }
        }
        let ready = groups.values.joined().filter { $0.endpoint[path: "conditions", "ready"]?.bool == true }
        let hints = TopologyHints(
            service,
            ready.map {
                TopologyHints.Candidate(
                    id: $0.id, zone: $0.endpoint["zone"]?.string ?? "", node: $0.endpoint["nodeName"]?.string ?? "",
                    hinted: hinted[$0.id] ?? "")
            }, shares: shares)
        hintProblems[type] = hints.problem
        for (key, endpoints) in groups {
            for (position, entry) in endpoints.enumerated() {
                if let hint = hints.hints[entry.id] { groups[key]?[position].endpoint["hints"] = hint }
            }
        }
    }

    // MARK: Parts

    private var labels: [String: String] {
        var labels = service.metadata.labels
        labels[Self.headless] = service.isHeadless ? "" : nil
        labels[Self.serviceName] = service.metadata.name
        labels[Self.managedBy] = Self.manager
        return labels
    }

    private func slice(_ type: String, ports: [Value], endpoints: [Value]) -> EndpointSlice {
        var slice = EndpointSlice()
        slice.metadata.namespace = service.metadata.namespace
        slice.metadata.generateName = "\(service.metadata.name)-"
        slice.metadata.labels = labels
        slice.metadata.ownerReferences = [OwnerReference(controller: service)]
        slice.addressType = type
        slice.raw["endpoints"] = .array(endpoints)
        slice.raw["ports"] = .array(ports)
        return slice
    }

    /// The old slice with what the new one says, the very same if it says the same.
    private func merge(_ fresh: EndpointSlice, into old: EndpointSlice) -> EndpointSlice {
        var merged = old
        if merged.metadata.labels != fresh.metadata.labels { merged.metadata.labels = fresh.metadata.labels }
        if Self.portKey(merged) != Self.portKey(fresh) { merged.raw["ports"] = fresh.raw["ports"] }
        if merged.endpoints != fresh.endpoints { merged.raw["endpoints"] = fresh.raw["endpoints"] }
        return merged
    }

    private func ports(of pod: Pod) -> [Value] {
        service.spec.ports.compactMap { port in
            guard let number = Service.port(port, of: pod) else { return nil }
            return Self.port(port.name, number, port.protocol, port.appProtocol)
        }
    }

    private static func port(_ name: String, _ number: Int?, _ transport: String, _ application: String) -> Value {
        var result: Object = ["name": .string(name)]
        if let number { result["port"] = .int(Int64(number)) }
        result["protocol"] = .string(transport.isEmpty ? "TCP" : transport)
        if !application.isEmpty { result["appProtocol"] = .string(application) }
        return .object(result)
    }

    private static func portKey(_ slice: EndpointSlice) -> [Value] {
        slice.ports.map { port($0.name, $0.port, $0.protocol, $0.appProtocol) }
    }

    private func addresses(of pod: Pod, _ type: String) -> [String] {
        let all = pod.status.podIPs.isEmpty ? [pod.status.podIP] : pod.status.podIPs.map(\.ip)
        return all.filter { $0.contains(":") == (type == "IPv6") }
    }

    private func endpoint(_ pod: Pod, _ addresses: [String]) -> Value {
        let isReady = pod.isReady
        let isTerminating = pod.metadata.isBeingDeleted
        var endpoint = Endpoint()
        endpoint.addresses = addresses
        var conditions = EndpointConditions()
        conditions.ready = service.spec.publishNotReadyAddresses == true || (isReady && !isTerminating)
        conditions.serving = isReady
        conditions.terminating = isTerminating
        endpoint.conditions = conditions
        endpoint.targetRef = pod.endpointReference
        endpoint.nodeName = pod.spec.nodeName
        endpoint.zone = zoneOfNode(pod.spec.nodeName) ?? ""
        if pod.hasHostname(in: service) { endpoint.hostname = pod.spec.hostname }
        return endpoint.raw
    }
}
