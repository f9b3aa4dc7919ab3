import Core
import KubernetesAPI
import Values

/// Which zones and nodes an endpoint of a service is meant for: by the service's `trafficDistribution`, or by its annotation
/// `topology-mode: Auto` in proportion to the CPU of the zones. Pure.
///
/// Source: `k8s.io/endpointslice/trafficdist` and `…/topologycache`.
struct TopologyHints {
    /// An endpoint that is ready.
    struct Candidate {
        let id: String
        let zone: String
        let node: String
        /// The zone it is meant for as its slice has it; empty: none.
        let hinted: String
    }

    /// How much more than its share of traffic an endpoint may get.
    private static let overloadThreshold = 0.2

    /// What the endpoints' `hints` say, by id; those that are not in it have none.
    private(set) var hints: [String: Value] = [:]
    /// Why there are no hints where the annotation asks for them.
    private(set) var problem: String?

    /// Whether the annotation asks for hints.
    static func isAutomatic(_ service: Service) -> Bool {
        let annotations = service.metadata.annotations
        let mode = annotations["service.kubernetes.io/topology-mode"] ?? annotations["service.kubernetes.io/topology-aware-hints"] ?? ""
        return mode == "Auto" || mode == "auto"
    }

    /// `shares` is the part of the CPU that each zone has; nil where a node does not tell its zone or CPU.
    init(_ service: Service, _ candidates: [Candidate], shares: [String: Double]?) {
        if Self.isAutomatic(service) {
            allocate(candidates, shares)
            return
        }
        let distribution = service.spec.trafficDistribution
        guard ["PreferClose", "PreferSameZone", "PreferSameNode"].contains(distribution) else { return }
        for candidate in candidates {
            var hint: Object = [:]
            if !candidate.zone.isEmpty { hint["forZones"] = [["name": .string(candidate.zone)]] }
            if distribution == "PreferSameNode", !candidate.node.isEmpty { hint["forNodes"] = [["name": .string(candidate.node)]] }
            if !hint.isEmpty { hints[candidate.id] = .object(hint) }
        }
    }

    /// The part of the CPU of ready nodes that each zone has; nil when that cannot be told or there is one zone only. Control-plane nodes
    /// do not count.
    static func shares(of nodes: [Node]) -> [String: Double]? {
        var byZone: [String: Int64] = [:]
        for node in nodes {
            let labels = node.metadata.labels
            let isExcluded = labels["node-role.kubernetes.io/control-plane"] != nil || labels["node-role.kubernetes.io/master"] != nil
            guard !isExcluded, node.status.conditions.contains(where: { $0.type == "Ready" && $0.status == "True" }) else { continue }
            let cpu = node.status.allocatable["cpu"].flatMap { Quantity($0) }?.milliValue ?? 0
            guard let zone = labels["topology.kubernetes.io/zone"], !zone.isEmpty, cpu > 0 else { return nil }
            byZone[zone] = (byZone[zone] ?? 0).adding(clamped: cpu)
        }
        let total = byZone.values.reduce(Int64(0)) { $0.adding(clamped: $1) }
        return byZone.count < 2 ? nil : byZone.mapValues { Double($0) / Double(total) }
    }

    // MARK: In proportion

    private struct Allocation {
        var minimum: Int
        var maximum: Int
        var desired: Double
    }

    private mutating func allocate(_ candidates: [Candidate], _ shares: [String: Double]?) {
        guard let shares else {
            problem = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
            return
        }
        let count = candidates.count
        let numbers = "(\(count) endpoints, \(shares.count) zones)"
        guard shares.count <= count else {
            problem = "Insufficient number of endpoints \(numbers)"
            return
        }
        var allocations: [String: Allocation] = [:]
        for (zone, share) in shares {
            let desired = share * Double(count)
            let minimum = Int((desired / (1 + Self.overloadThreshold)).rounded(.up))
            allocations[zone] = Allocation(minimum: minimum, maximum: 0, desired: max(desired, Double(minimum)))
        }
        let least = allocations.values.reduce(0) { $0 + $1.minimum }
        guard least <= count else {
            problem = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold \(numbers)"
            return
        }
        allocations = allocations.mapValues { allocation in
            var allocation = allocation
            allocation.maximum = allocation.minimum + count - least
            return allocation
        }
        guard candidates.allSatisfy({ !$0.zone.isEmpty }) else {
            problem = "One or more endpoints do not have a zone specified"
            return
        }
        distribute(candidates.sorted { $0.id < $1.id }, allocations)
    }

    /// Keeps hints that still fit, gives the others their own zone, and moves as many as it takes from zones that have too many.
    private mutating func distribute(_ candidates: [Candidate], _ allocations: [String: Allocation]) {
        var zones: [String: String] = [:]
        var counts: [String: Int] = [:]
        var movable: [Candidate] = []
        for candidate in candidates {
            if let allocation = allocations[candidate.hinted], counts[candidate.hinted, default: 0] < allocation.maximum {
                zones[candidate.id] = candidate.hinted
                counts[candidate.hinted, default: 0] += 1
            } else {
                zones[candidate.id] = candidate.zone
                counts[candidate.zone, default: 0] += 1
                movable.append(candidate)
            }
        }
        var (giving, receiving) = Self.exchange(counts, allocations)
        for candidate in movable {
            guard let left = giving[candidate.zone], left > 0, let to = receiving.filter({ $0.value > 0 }).keys.min() else { continue }
            zones[candidate.id] = to
            giving[candidate.zone] = left - 1
            receiving[to, default: 1] -= 1
        }
        for (id, zone) in zones { hints[id] = ["forZones": [["name": .string(zone)]]] }
    }

    /// How many endpoints each zone gives away and gets.
    private static func exchange(_ counts: [String: Int], _ allocations: [String: Allocation]) -> ([String: Int], [String: Int]) {
        var surplus: [String: Double] = [:]
        var lack: [String: Double] = [:]
        for (zone, allocation) in allocations {
            let difference = Double(counts[zone] ?? 0) - allocation.desired
            if difference > 0 { surplus[zone] = difference } else if difference < 0 { lack[zone] = -difference }
        }
        // Endpoints in zones without nodes that count are all to give.
        for (zone, count) in counts where allocations[zone] == nil { surplus[zone] = Double(count) }
        var giving: [String: Int] = [:]
        var receiving: [String: Int] = [:]
        func most(_ zones: [String: Double]) -> (key: String, value: Double)? {
            zones.filter { $0.value > 0 }.max { ($0.value, $1.key) < ($1.value, $0.key) }
        }
        while let from = most(surplus), let to = most(lack), from.value >= 1 || to.value >= 1, from.value >= 0.5, to.value >= 0.5 {
            giving[from.key, default: 0] += 1
            surplus[from.key] = from.value - 1
            receiving[to.key, default: 0] += 1
            lack[to.key] = to.value - 1
        }
        return (giving, receiving)
    }
}
