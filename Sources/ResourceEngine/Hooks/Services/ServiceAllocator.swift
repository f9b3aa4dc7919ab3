import Core
import Logging
import Synchronization
import Values

/// Which Service has which cluster address and node ports. The ranges of addresses are those of the ServiceCIDRs that are ready; an address is
/// taken while an IPAddress of its name exists, while a stored Service holds it or a write under way has chosen it. Filled from the stored
/// services at first use, then kept by every write. Safe from any thread; every step is O(log n) but for the search of a free place, which
/// goes on where the last one stopped.
final class ServiceAllocator: Sendable {
    enum Refusal: Error, Equatable {
        case taken, outside, exhausted
    }

    private struct State {
        var isLoaded = false
        var addresses: [UInt32: String] = [:]
        var ports: [Int: String] = [:]
        var searched: [IPv4Range: UInt32] = [:]
        var nextPort = 0
    }

    private let configured: IPv4Range
    private let ports: ClosedRange<Int>
    private let serviceRanges = ConfigurationCache(
        "networking.k8s.io/servicecidrs", logger: Logger(label: "services"), make: ServiceRange.init)
    private let state = Mutex(State())

    init(_ ranges: ServiceRanges) {
        guard let range = IPv4Range(ranges.clusterIPs) else {
            preconditionFailure("the service range \(ranges.clusterIPs) is no IPv4 CIDR")
        }
        configured = range
        ports = ranges.nodePorts
    }

    /// The ranges that new addresses come from, the cluster's first one first. Until there is any ServiceCIDR it is the configured one.
    func ranges(_ cluster: ClusterState) -> [IPv4Range] {
        let all = serviceRanges.current(cluster)
        guard !all.isEmpty else { return [configured] }
        return all.filter { $0.isReady && $0.isDefault }.flatMap(\.ranges) + all.filter { $0.isReady && !$0.isDefault }.flatMap(\.ranges)
    }

    /// Takes over what stored services hold, once.
    func load(_ services: () throws -> [Value]) throws {
        guard !state.withLock({ $0.isLoaded }) else { return }
        let stored = try services()
        state.withLock { state in
            guard !state.isLoaded else { return }
            state.isLoaded = true
            for service in stored {
                let owner = service.meta("uid")?.string ?? ""
                for address in ServiceFields.addresses(service) { state.addresses[address] = owner }
                for port in ServiceFields.nodePorts(service) { state.ports[port] = owner }
            }
        }
    }

    /// Takes the given address for the service with this uid; true when it was free, false when the service has it already.
    func take(_ address: UInt32, for owner: String, _ cluster: ClusterState) throws(Refusal) -> Bool {
        let isInside = isInside(address, cluster)
        return try state.withLock { state throws(Refusal) in
            if let present = state.addresses[address] {
                guard present == owner else { throw isInside ? .taken : .outside }
                return false
            }
            guard isInside else { throw .outside }
            guard !IPAddressRecord.exists(address, cluster) else { throw .taken }
            state.addresses[address] = owner
            return true
        }
    }

    /// Whether a dry run may ask for the address: it is of a range, or the service has it.
    func allows(_ address: UInt32, for owner: String, _ cluster: ClusterState) -> Bool {
        isInside(address, cluster) || state.withLock { $0.addresses[address] == owner }
    }

    /// Whether a service may have the address: a host's of a range that is ready.
    private func isInside(_ address: UInt32, _ cluster: ClusterState) -> Bool { ranges(cluster).contains { $0.hasHost(address) } }

    /// Takes any free address of the first range that has one.
    func takeAddress(for owner: String, _ cluster: ClusterState) throws(Refusal) -> UInt32 {
        let ranges = ranges(cluster)
        return try state.withLock { state throws(Refusal) in
            for range in ranges {
                let (lowest, highest) = (range.first + 1, range.first + (range.count - 2))
                let middle = lowest + range.reserved
                let start = state.searched[range] ?? middle
                for part in [start...highest, middle...max(middle, start), lowest...max(lowest, middle - 1)] {
                    for address in part where state.addresses[address] == nil && !IPAddressRecord.exists(address, cluster) {
                        state.addresses[address] = owner
                        state.searched[range] = address < middle || address == highest ? middle : address + 1
                        return address
                    }
                }
            }
            throw .exhausted
        }
    }

    func take(port: Int, for owner: String) throws(Refusal) -> Bool {
        guard ports.contains(port) else { throw .outside }
        return try state.withLock { state throws(Refusal) in
            if let present = state.ports[port] {
                guard present == owner else { throw .taken }
                return false
            }
            state.ports[port] = owner
            return true
        }
    }

    func takePort(for owner: String) throws(Refusal) -> Int {
        try state.withLock { state throws(Refusal) in
            let band = min(max(16, ports.count / 32), 128)
            for step in 0..<ports.count {
                let port = ports.lowerBound + (band + state.nextPort + step) % ports.count
                guard state.ports[port] == nil else { continue }
                state.ports[port] = owner
                state.nextPort = (state.nextPort + step + 1) % ports.count
                return port
            }
            throw .exhausted
        }
    }

    /// Gives back what a service holds.
    func release(addresses: [UInt32], ports: [Int], of owner: String) {
        state.withLock { state in
            for address in addresses where state.addresses[address] == owner { state.addresses[address] = nil }
            for port in ports where state.ports[port] == owner { state.ports[port] = nil }
        }
    }

    var portRange: String { "\(ports.lowerBound)-\(ports.upperBound)" }
}

/// What a Service asks for and holds.
enum ServiceFields {
    static func type(_ service: Value) -> String { service[path: "spec", "type"]?.string ?? "ClusterIP" }
    static func needsAddress(_ service: Value) -> Bool { type(service) != "ExternalName" }
    static func isHeadless(_ service: Value) -> Bool { service[path: "spec", "clusterIP"]?.string == "None" }
    static func needsNodePorts(_ service: Value) -> Bool {
        switch type(service) {
        case "NodePort": true
        case "LoadBalancer": service[path: "spec", "allocateLoadBalancerNodePorts"]?.bool ?? true
        default: false
        }
    }
    static func needsHealthCheckPort(_ service: Value) -> Bool {
        type(service) == "LoadBalancer" && service[path: "spec", "externalTrafficPolicy"]?.string == "Local"
    }

    static func addresses(_ service: Value) -> [UInt32] {
        var texts = (service[path: "spec", "clusterIPs"]?.array ?? []).compactMap(\.string)
        if texts.isEmpty, let only = service[path: "spec", "clusterIP"]?.string { texts = [only] }
        return texts.compactMap(IPv4Range.address)
    }

    static func nodePorts(_ service: Value) -> [Int] {
        var result = (service[path: "spec", "ports"]?.array ?? []).compactMap { $0["nodePort"]?.int.map(Int.init) }
        if let port = service[path: "spec", "healthCheckNodePort"]?.int { result.append(Int(port)) }
        return result.filter { $0 > 0 }
    }
}
