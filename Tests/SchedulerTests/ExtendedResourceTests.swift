import Core
import KubernetesAPI
import Scheduler
import Testing
import Values

@Suite struct ExtendedResourceTests {
    private static let resource = "example.com/gpu"

    private func slice(_ node: String, _ count: Int) -> ResourceSlice {
        ResourceSlice([
            "metadata": ["name": .string(node)],
            "spec": [
                "driver": "gpu.example.com", "nodeName": .string(node),
                "pool": ["name": .string(node), "generation": 1, "resourceSliceCount": 1],
                "devices": .array((0..<count).map { ["name": .string("gpu-\($0)")] }),
            ],
        ])
    }

    private func deviceClass(_ name: String, _ resource: String? = Self.resource, created: String = "2026-01-01T00:00:00Z") -> DeviceClass {
        var spec: Value = ["selectors": [["cel": ["expression": "device.driver == 'gpu.example.com'"]]]]
        spec["extendedResourceName"] = resource.map { .string($0) }
        return DeviceClass(["metadata": ["name": .string(name), "creationTimestamp": .string(created)], "spec": spec])
    }

    /// Devices by node, and how many of the resource a node has as such.
    private func state(_ devices: [String: Int], _ plain: [String: String] = [:], classes: [DeviceClass]? = nil) -> Decisions {
        var state = Decisions(profiles: ["default-scheduler": .standard], shareID: { "" })
        var news = Inbox.Contents()
        for name in ["n1", "n2"] {
            news.nodes[name] = .some(node(name) { $0.status.raw["allocatable"]?[Self.resource] = plain[name].map { Value.string($0) } })
        }
        for (name, count) in devices { news.resourceSlices[name] = .some(slice(name, count)) }
        for item in classes ?? [deviceClass("gpu")] { news.deviceClasses[item.metadata.name] = .some(item) }
        state.take(news, now: Timestamp(seconds: 0))
        return state
    }

    private func container(_ name: String, _ amount: Int?, of resource: String = Self.resource, isSidecar: Bool = false) -> Value {
        var container: Value = ["name": .string(name), "image": "x", "resources": ["requests": ["cpu": "1m"]]]
        if let amount { container["resources"]?["requests"]?[resource] = .string("\(amount)") }
        if isSidecar { container["restartPolicy"] = "Always" }
        return container
    }

    private func user(_ name: String, _ containers: [Value], initially: [Value] = []) -> PodState {
        PodState(
            pod(name) { pod in
                pod.spec.raw["containers"] = .array(containers)
                if !initially.isEmpty { pod.spec.raw["initContainers"] = .array(initially) }
            })
    }

    private func place(_ pod: PodState, _ state: Decisions) -> Placement {
        Profile.standard.place(state.cluster.cycle(for: pod), tieBreaker: { _ in 0 })
    }

    /// What the claim of a pod on a node asks for, and for whom.
    private func claim(_ pod: PodState, _ state: inout Decisions, on node: String = "n1") -> (requests: [String], mappings: [String]) {
        let decisions = state.reserveDevices(pod, on: node)
        let requests = (decisions.first?.requests?.array ?? []).map {
            "\($0["name"]?.string ?? "") \($0[path: "exactly", "deviceClassName"]?.string ?? "") \($0[path: "exactly", "count"]?.int ?? 0)"
        }
        let mappings = (decisions.first?.mappings?.array ?? []).map { mapping in
            ["containerName", "resourceName", "requestName"].map { mapping[$0]?.string ?? "" }.joined(separator: " ")
        }
        return (requests, mappings)
    }

    @Test func `a resource that a node does not have is given as devices, to one pod each`() {
        var state = state(["n2": 2])
        let first = user("p", [container("main", 1)])
        #expect(place(first, state) == .node("n2"))
        let decisions = state.reserveDevices(first, on: "n2")
        #expect(decisions.map { $0.allocation?.devices?.results.map(\.device) } == [["gpu-0"]])
        let second = user("q", [container("main", 2)])
        #expect(place(second, state) == .none(message: "0/2 nodes are available: 2 cannot allocate all claims."))
        #expect(place(user("r", [container("main", 1)]), state) == .node("n2"))
        // What came to nothing is given back.
        _ = state.assume(first, on: "n2")
        var news = Inbox.Contents()
        news.bindings = [(first, APIError.serviceUnavailable("down"))]
        state.take(news, now: Timestamp(seconds: 1))
        #expect(place(second, state) == .node("n2"))
    }

    @Test func `a node that has the resource as such gives no devices`() {
        var state = state(["n1": 1, "n2": 0], ["n1": "1"])
        let one = user("p", [container("main", 1)])
        #expect(place(one, state) == .node("n1"))
        let decisions = state.reserveDevices(one, on: "n1")
        #expect(decisions.isEmpty)
        _ = state.assume(one, on: "n1")
        guard case .none(let message) = place(user("q", [container("main", 1)]), state) else { return #expect(Bool(false)) }
        #expect(message == "0/2 nodes are available: 1 Insufficient example.com/gpu, 1 cannot allocate all claims.")
    }

    @Test func `without a class behind it a resource is none`() {
        let state = state(["n1": 1], classes: [deviceClass("gpu", nil)])
        #expect(
            place(user("p", [container("main", 1)]), state) == .none(message: "0/2 nodes are available: 2 Insufficient example.com/gpu."))
        #expect(place(user("q", [container("main", 1, of: "deviceclass.resource.kubernetes.io/gpu")]), state) == .node("n1"))
    }

    @Test func `of several classes the newest stands behind a resource, then the first by name`() {
        let old = deviceClass("a", created: "2025-01-01T00:00:00Z")
        var state = state(["n1": 9], classes: [old, deviceClass("c"), deviceClass("b")])
        let (requests, _) = claim(user("p", [container("main", 1)]), &state)
        #expect(requests == ["container-0-request-1 b 1"])
    }

    @Test func `containers that end early use the devices of those that come later`() {
        var state = state(["n1": 9])
        let pod = user(
            "p", [container("main", 2), container("idle", nil), container("more", 1)],
            initially: [container("a", 1), container("b", 5), container("side", 1, isSidecar: true), container("c", 4)])
        let (requests, mappings) = claim(pod, &state)
        #expect(
            requests == [
                "container-1-request-1 gpu 1", "container-2-request-1 gpu 1", "container-4-request-1 gpu 2", "container-6-request-1 gpu 1",
            ])
        #expect(
            mappings == [
                "side example.com/gpu container-2-request-1", "main example.com/gpu container-4-request-1",
                "more example.com/gpu container-6-request-1", "a example.com/gpu container-2-request-1",
                "b example.com/gpu container-2-request-1", "b example.com/gpu container-4-request-1",
                "b example.com/gpu container-6-request-1", "b example.com/gpu container-1-request-1",
                "c example.com/gpu container-4-request-1", "c example.com/gpu container-6-request-1",
                "c example.com/gpu container-1-request-1",
            ])
    }

    @Test func `a claim of an earlier attempt goes first, and its devices are counted once`() {
        var state = state(["n1": 1])
        let first = user("p", [container("main", 1)])
        let allocation = state.reserveDevices(first, on: "n1")[0].allocation
        let key = ObjectKey(namespace: "default", name: "p-extended-resources-x")
        var made = ResourceResourceClaim([
            "metadata": [
                "namespace": "default", "name": .string(key.name), "uid": "c", "resourceVersion": "1",
                "annotations": ["resource.kubernetes.io/extended-resource-claim": "true"],
                "ownerReferences": [["apiVersion": "v1", "kind": "Pod", "name": "p", "uid": .string(first.uid), "controller": true]],
            ]
        ])
        made.status.allocation = allocation
        var news = Inbox.Contents()
        news.resourceClaims[key] = .some(made)
        state.take(news, now: Timestamp(seconds: 1))
        #expect(place(first, state) == .none(message: "0/2 nodes are available: 2 cannot schedule extended resource claim."))
        #expect(DynamicResources.idle(state.cluster.cycle(for: first)) == [key])
        #expect(place(user("q", [container("main", 1)]), state) != .node("n1"))
        news = Inbox.Contents()
        news.resourceClaims[key] = .some(nil)
        state.take(news, now: Timestamp(seconds: 2))
        #expect(place(first, state) == .node("n1"))
    }
}
