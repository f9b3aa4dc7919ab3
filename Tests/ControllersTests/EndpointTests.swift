import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct EndpointTests {
    private let loops = ["deployment-controller", "replicaset-controller", "endpointslice-controller", "endpoints-controller"]

    private func service(_ name: String, selecting app: String, change: (inout Service) -> Void = { _ in }) -> Service {
        var service = Service()
        service.metadata.name = name
        service.metadata.namespace = "default"
        service.spec.selector = ["app": app]
        var port = ServicePort()
        port.name = "http"
        port.port = 80
        port.targetPort = 8080
        service.spec.ports = [port]
        service.spec.clusterIP = "10.96.0.10"
        change(&service)
        service.spec.clusterIPs = [service.spec.clusterIP]
        return service
    }

    private func node(_ name: String) -> Node {
        var node = Node()
        node.metadata.name = name
        node.metadata.labels = ["topology.kubernetes.io/zone": "east"]
        return node
    }

    private func slices(_ plane: ControlPlane, of service: String) -> [EndpointSlice] {
        plane.informers.informer(EndpointSlice.self).list().filter { $0.metadata.labels["kubernetes.io/service-name"] == service }
    }

    /// Waits until the slices of a service are as wanted.
    private func wait(
        _ plane: ControlPlane, _ service: String, until condition: @escaping @Sendable ([EndpointSlice]) -> Bool
    ) async throws -> [EndpointSlice] {
        let signal = Signal()
        plane.informers.informer(EndpointSlice.self).raise(signal)
        while true {
            let present = slices(plane, of: service)
            if condition(present) { return present }
            try await signal.wait()
        }
    }

    @Test func `a service without a selector is left to whoever writes its endpoints`() async throws {
        try await ControlPlane.run(loops) { plane in
            _ = try await plane.client.create(service("external", selecting: "") { $0.spec.selector = [:] })
            _ = try await plane.client.create(service("web", selecting: "web") { $0.spec.clusterIP = "10.96.0.11" })
            _ = try await wait(plane, "web") { $0.count == 1 }
            #expect(slices(plane, of: "external").isEmpty)
            #expect(plane.informers.informer(Endpoints.self).get(ObjectKey(namespace: "default", name: "external")) == nil)
        }
    }

    @Test func `the ready pods of a service are in its slice and in its endpoints`() async throws {
        try await ControlPlane.run(loops) { plane in
            _ = try await plane.client.create(node("one"))
            _ = try await plane.client.create(service("web", selecting: "web"))
            try await plane.createDeployment("web", replicas: 2) { $0.spec.template.spec.nodeName = "one" }
            let found = try await wait(plane, "web") { $0.count == 1 && $0[0].endpoints.count { $0.conditions?.ready == true } == 2 }
            let slice = found[0]
            #expect(slice.metadata.name.hasPrefix("web-"))
            #expect(slice.metadata.labels["endpointslice.kubernetes.io/managed-by"] == "endpointslice-controller.k8s.io")
            #expect(slice.addressType == "IPv4")
            #expect(slice.ports.map { "\($0.name) \($0.port ?? 0)/\($0.protocol)" } == ["http 8080/TCP"])
            let endpoint = slice.endpoints[0]
            #expect(endpoint.nodeName == "one")
            #expect(endpoint.zone == "east")
            #expect(endpoint.targetRef?.kind == "Pod")
            #expect(endpoint.conditions?.serving == true)
            #expect(endpoint.conditions?.terminating == false)
            let old = try await plane.wait(Endpoints.self, "web") { $0?.subsets.first?.addresses.count == 2 }
            #expect(old?.subsets[0].ports.map(\.port) == [8080])

            try await plane.change(Deployment.self, "web") { $0.spec.replicas = 0 }
            let empty = try await wait(plane, "web") { $0.count == 1 && $0[0].endpoints.isEmpty }
            #expect(empty[0].metadata.name == slice.metadata.name)
            try await plane.wait(Endpoints.self, "web") { $0?.subsets.isEmpty == true }
        }
    }
}

@Suite struct EndpointSlicePlannerTests {
    private func pod(_ number: Int, ready: Bool = true, deleting: Bool = false) -> Pod {
        var pod = Pod()
        pod.metadata.name = "p\(number)"
        pod.metadata.uid = "uid-\(number)"
        pod.metadata.namespace = "default"
        if deleting { pod.metadata.deletionTimestamp = "2026-01-01T00:00:00Z" }
        pod.spec.nodeName = "one"
        pod.status.phase = "Running"
        pod.status.podIP = "10.0.\(number / 256).\(number % 256)"
        var condition = PodCondition()
        condition.type = "Ready"
        condition.status = ready ? "True" : "False"
        pod.status.conditions = [condition]
        return pod
    }

    private var service: Service {
        var service = Service()
        service.metadata.name = "web"
        service.metadata.namespace = "default"
        service.metadata.uid = "service"
        service.spec.clusterIP = "10.96.0.10"
        service.spec.selector = ["app": "web"]
        var port = ServicePort()
        port.port = 80
        service.spec.ports = [port]
        return service
    }

    private func plan(_ pods: [Pod], _ existing: [EndpointSlice] = []) -> [EndpointSlicePlanner.Action] {
        var planner = EndpointSlicePlanner(service: service, pods: pods) { $0 == "one" ? "" : nil }
        return planner.plan(existing: existing)
    }

    private func apply(_ actions: [EndpointSlicePlanner.Action], to existing: [EndpointSlice] = []) -> [EndpointSlice] {
        var slices = existing
        for action in actions {
            switch action {
            case .create(var slice):
                slice.metadata.name = "web-\(slices.count)"
                slices.append(slice)
            case .update(let slice): slices = slices.map { $0.metadata.name == slice.metadata.name ? slice : $0 }
            case .delete(let slice): slices.removeAll { $0.metadata.name == slice.metadata.name }
            }
        }
        return slices
    }

    @Test func `no slice holds more than a hundred endpoints`() {
        let slices = apply(plan((0..<250).map { pod($0) }))
        #expect(slices.map(\.endpoints.count).sorted() == [50, 100, 100])
    }

    @Test func `what is right already is left alone`() {
        let pods = (0..<120).map { pod($0) }
        #expect(plan(pods, apply(plan(pods))).isEmpty)
        #expect(plan([], apply(plan([]))).isEmpty)
    }

    @Test func `one pod more changes one slice`() {
        let slices = apply(plan((0..<120).map { pod($0) }))
        let actions = plan((0..<121).map { pod($0) }, slices)
        #expect(actions.count == 1)
        #expect(apply(actions, to: slices).map(\.endpoints.count).sorted() == [21, 100])
    }

    @Test func `a pod that is going serves and is not ready, one on an unknown node is left out`() {
        var stray = pod(2)
        stray.spec.nodeName = "gone"
        var planner = EndpointSlicePlanner(service: service, pods: [pod(1, deleting: true), stray]) { $0 == "one" ? "" : nil }
        let slices = apply(planner.plan(existing: []))
        #expect(planner.missingNodes == ["gone"])
        let endpoints = slices.flatMap(\.endpoints)
        #expect(endpoints.map { $0.targetRef?.name } == ["p1"])
        #expect(endpoints[0].conditions?.ready == false)
        #expect(endpoints[0].conditions?.serving == true)
        #expect(endpoints[0].conditions?.terminating == true)
    }
}
