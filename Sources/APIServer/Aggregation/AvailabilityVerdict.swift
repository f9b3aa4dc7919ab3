import Core
import Values

/// What the condition `Available` of an APIService says, in upstream's words.
package struct AvailabilityVerdict: Sendable, Equatable {
    package var status: String
    package var reason: String
    package var message: String

    package init(_ status: String, _ reason: String, _ message: String) {
        self.status = status
        self.reason = reason
        self.message = message
    }

    static let local = AvailabilityVerdict("True", "Local", "Local APIServices are always available")
    static let passed = AvailabilityVerdict("True", "Passed", "all checks passed")

    static func failed(_ why: String) -> AvailabilityVerdict { AvailabilityVerdict("False", "FailedDiscoveryCheck", why) }

    /// What the objects alone tell; nil when the server behind them has to be asked.
    package static func of(_ service: AggregatedService, kubernetesService: Value?, slices: [Value]) -> AvailabilityVerdict? {
        guard let backend = service.backend else { return .local }
        let quoted = "service/\(backend.name) in \"\(backend.namespace)\""
        guard let kubernetesService else { return AvailabilityVerdict("False", "ServiceNotFound", "\(quoted) is not present") }
        guard kubernetesService[path: "spec", "type"]?.string ?? "ClusterIP" == "ClusterIP" else { return nil }
        let ports = kubernetesService[path: "spec", "ports"]?.array ?? []
        guard let port = ports.first(where: { $0["port"]?.int == Int64(backend.port) }) else {
            return AvailabilityVerdict("False", "ServicePortError", "\(quoted) is not listening on port \(backend.port)")
        }
        guard !slices.isEmpty else {
            return AvailabilityVerdict("False", "EndpointsNotFound", "cannot find endpointslices for \(quoted)")
        }
        let portName = port["name"]?.string ?? ""
        let isSomebodyThere = slices.contains { slice in
            (slice["endpoints"]?.array ?? []).contains { $0[path: "conditions", "ready"]?.bool ?? true }
                && (slice["ports"]?.array ?? []).contains { ($0["name"]?.string ?? "") == portName && $0["port"]?.int != nil }
        }
        guard isSomebodyThere else {
            return AvailabilityVerdict(
                "False", "MissingEndpoints", "endpointslices for \(quoted) have no addresses with port name \"\(portName)\"")
        }
        return nil
    }
}
