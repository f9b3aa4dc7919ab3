import Controllers
import Core
import KubernetesAPI
import TestSupport
import Testing
import Values

@Suite struct TopologyTests {
    private func service(_ change: (inout Service) -> Void) -> Service {
        var service = Service(["metadata": ["name": "web", "namespace": "default", "uid": "s"], "spec": ["ipFamilies": ["IPv4"]]])
        service.spec.selector = ["app": "web"]
        service.spec.clusterIP = "10.96.0.10"
        service.spec.clusterIPs = ["10.96.0.10"]
        service.spec.ports = [ServicePort(["name": "http", "port": 80, "targetPort": 8080])]
        change(&service)
        return service
    }

    /// Ready pods, by the nodes they are on; a node's zone is the first letter of its name.
    private func pods(_ nodes: String...) -> [Pod] {
        nodes.enumerated().map { index, node in
            Pod([
                "metadata": ["name": .string("p\(index)"), "namespace": "default", "uid": .string("uid-\(index)")],
                "spec": ["nodeName": .string(node)],
                "status": [
                    "phase": "Running", "podIP": .string("10.0.0.\(index + 1)"),
                    "conditions": [["type": "Ready", "status": "True"]],
                ],
            ])
        }
    }

    private func hints(_ service: Service, _ pods: [Pod], shares: [String: Double]? = nil, existing: [EndpointSlice] = [])
        -> (zones: [String], nodes: [String], problem: String?, slices: [EndpointSlice])
    {
        var planner = EndpointSlicePlanner(service: service, pods: pods, shares: shares) { String($0.prefix(1)) }
        let slices = planner.plan(existing: existing).compactMap { action -> EndpointSlice? in
            switch action {
            case .create(let slice), .update(let slice): slice
            case .delete: nil
            }
        }
        let endpoints = slices.flatMap(\.endpoints).sorted { $0.addresses[0] < $1.addresses[0] }
        return (
            endpoints.map { ($0.hints?.forZones.map(\.name) ?? []).joined(separator: "+") },
            endpoints.map { ($0.hints?.forNodes.map(\.name) ?? []).joined(separator: "+") }, planner.hintProblems["IPv4"], slices
        )
    }

    @Test func `traffic that is to stay near is told by the zones and nodes of its endpoints`() {
        let close = service { $0.spec.trafficDistribution = "PreferClose" }
        #expect(hints(close, pods("a1", "b1")).zones == ["a", "b"])
        #expect(hints(close, pods("a1", "b1")).nodes == ["", ""])
        let node = service { $0.spec.trafficDistribution = "PreferSameNode" }
        #expect(hints(node, pods("a1", "b1")).nodes == ["a1", "b1"])
        #expect(hints(service { _ in }, pods("a1")).zones == [""])
    }

    @Test func `endpoints are shared out in proportion to the CPU of the zones`() {
        let auto = service { $0.metadata.annotations["service.kubernetes.io/topology-mode"] = "Auto" }
        let uneven = hints(auto, pods("a1", "a1", "a2", "b1"), shares: ["a": 0.5, "b": 0.5])
        #expect(uneven.zones.filter { $0 == "a" }.count == 2 && uneven.zones.filter { $0 == "b" }.count == 2)
        #expect(uneven.problem == nil)
        #expect(uneven.zones[3] == "b", "who is in a zone that lacks endpoints stays there")
    }

    @Test func `where it cannot be done fairly there are no hints, and the reason is told`() {
        let auto = service { $0.metadata.annotations["service.kubernetes.io/topology-mode"] = "Auto" }
        let few = hints(auto, pods("a1"), shares: ["a": 0.5, "b": 0.5])
        #expect(few.zones == [""] && few.problem == "Insufficient number of endpoints (1 endpoints, 2 zones)")
        let unknown = hints(auto, pods("a1", "b1"), shares: nil)
        #expect(
            unknown.problem == "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes")
        let unfair = hints(auto, pods("a1", "b1"), shares: ["a": 0.9, "b": 0.1])
        #expect(unfair.problem?.hasPrefix("Unable to allocate minimum required endpoints") == true)
    }
}
