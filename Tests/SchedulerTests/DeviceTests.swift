import Core
import JSON
import KubernetesAPI
import Scheduler
import Testing
import Values

@Suite struct DeviceTests {
    /// A pool of one slice on a node.
    private func slice(_ node: String, pool: String = "", generation: Int64 = 1, of count: Int64 = 1, _ devices: [Value]) -> ResourceSlice {
        ResourceSlice([
            "metadata": ["name": .string("\(node)-\(pool)-\(generation)")],
            "spec": [
                "driver": "gpu.example.com", "nodeName": .string(node),
                "pool": [
                    "name": .string(pool.isEmpty ? node : pool), "generation": .int(generation), "resourceSliceCount": .int(count),
                ],
                "devices": .array(devices),
            ],
        ])
    }

    private func device(_ name: String, memory: String = "40Gi", _ attributes: Object = [:]) -> Value {
        var all: Object = ["index": ["int": 0]]
        for member in attributes { all[member.key] = member.value }
        return ["name": .string(name), "attributes": .object(all), "capacity": ["memory": ["value": .string(memory)]]]
    }

    private func claim(_ name: String, _ requests: [Value], constraints: [Value] = [], config: [Value] = []) -> ResourceResourceClaim {
        ResourceResourceClaim([
            "metadata": ["namespace": "default", "name": .string(name), "uid": .string("uid-\(name)"), "resourceVersion": "1"],
            "spec": ["devices": ["requests": .array(requests), "constraints": .array(constraints), "config": .array(config)]],
        ])
    }

    private func exactly(_ name: String = "r", _ selectors: String..., count: Int64 = 1, more: Object = [:]) -> Value {
        .object(["name": .string(name), "exactly": request(count: count, selectors, more: more)])
    }

    private func request(count: Int64 = 1, _ selectors: [String], more: Object = [:]) -> Value {
        var request: Object = [
            "deviceClassName": "gpu", "allocationMode": "ExactCount", "count": .int(count),
            "selectors": .array(selectors.map { ["cel": ["expression": .string($0)]] }),
        ]
        for member in more { request[member.key] = member.value }
        return .object(request)
    }

    private func state(
        _ claims: [ResourceResourceClaim], slices: [ResourceSlice], nodes: [String] = ["n1", "n2"], selectors: [String] = []
    ) -> Decisions {
        var next = 0
        var state = Decisions(
            profiles: ["default-scheduler": .standard],
            shareID: {
                next += 1
                return "share-\(next)"
            })
        var news = Inbox.Contents()
        for name in nodes { news.nodes[name] = .some(node(name)) }
        for claim in claims { news.resourceClaims[ObjectKey(namespace: "default", name: claim.metadata.name)] = .some(claim) }
        for slice in slices { news.resourceSlices[slice.metadata.name] = .some(slice) }
        news.deviceClasses["gpu"] = .some(
            DeviceClass([
                "metadata": ["name": "gpu"],
                "spec": [
                    "selectors": .array(
                        (["device.driver == 'gpu.example.com'"] + selectors).map { ["cel": ["expression": .string($0)]] }),
                    "config": [["opaque": ["driver": "gpu.example.com", "parameters": ["a": 1]]]],
                ],
            ]))
        state.take(news, now: Timestamp(seconds: 0))
        return state
    }

    private func user(_ name: String, of claims: String...) -> PodState {
        PodState(
            pod(name) { pod in
                pod.spec.resourceClaims = ViewList(
                    claims.map { PodResourceClaim(["name": .string($0), "resourceClaimName": .string($0)]) })
            })
    }

    private func place(_ pod: PodState, _ state: Decisions) -> Placement {
        Profile.standard.place(state.cluster.cycle(for: pod), tieBreaker: { _ in 0 })
    }

    private func devices(_ decisions: [DynamicResources.Decision]) -> [String] {
        decisions.flatMap { ($0.allocation?.devices?.results ?? []).map { "\($0.request):\($0.pool)/\($0.device)" } }
    }

    @Test func `a pod goes where the devices are that its claim selects, and takes them`() {
        let pools = [
            slice("n1", [device("small", memory: "10Gi")]), slice("n2", [device("small", memory: "10Gi"), device("large")]),
        ]
        let big = "device.capacity['gpu.example.com'].memory.compareTo(quantity('20Gi')) >= 0"
        var state = state([claim("a", [exactly("r", big)]), claim("b", [exactly("r", big)])], slices: pools)
        let first = user("p", of: "a")
        #expect(place(first, state) == .node("n2"))
        let decisions = state.reserveDevices(first, on: "n2")
        #expect(devices(decisions) == ["r:n2/large"])
        let selector = decisions[0].allocation?.nodeSelector?.nodeSelectorTerms[0].matchFields[0]
        #expect(selector?.key == "metadata.name" && selector?.values == ["n2"], "a device of a node binds the claim to it")
        #expect(decisions[0].allocation?.devices?.config.map(\.source) == ["FromClass"])
        #expect(place(user("q", of: "b"), state) == .none(message: "0/2 nodes are available: 2 cannot allocate all claims."))
        #expect(
            place(user("q", of: "a"), state)
                == .none(message: "0/2 nodes are available: resource claim default/a is in the process of being allocated."))
    }

    @Test func `what came to nothing is given back`() {
        var state = state([claim("a", [exactly()]), claim("b", [exactly()])], slices: [slice("n1", [device("d")])])
        let first = user("p", of: "a")
        _ = state.reserveDevices(first, on: "n1")
        _ = state.assume(first, on: "n1")
        #expect(place(user("q", of: "b"), state) != .node("n1"))
        var news = Inbox.Contents()
        news.bindings = [(first, APIError.serviceUnavailable("down"))]
        state.take(news, now: Timestamp(seconds: 1))
        #expect(place(user("q", of: "b"), state) == .node("n1"))
    }

    @Test func `of alternatives the first is taken that can be had, and nodes with an earlier one are better`() {
        let alternatives: Value = [
            "name": "r",
            "firstAvailable": .array([
                .object(
                    (request(["device.attributes['gpu.example.com'].kind == 'fast'"]).object ?? Object()).adding("name", "fast")),
                .object((request(count: 2, []).object ?? Object()).adding("name", "two")),
            ]),
        ]
        let slow: Object = ["kind": ["string": "slow"]]
        let fast: Object = ["kind": ["string": "fast"]]
        var state = state(
            [claim("a", [alternatives]), claim("b", [alternatives])],
            slices: [slice("n1", [device("a", slow), device("b", slow)]), slice("n2", [device("a", slow), device("b", fast)])])
        #expect(place(user("p", of: "a"), state) == .node("n2"))
        #expect(devices(state.reserveDevices(user("p", of: "a"), on: "n2")) == ["r/fast:n2/b"])
        #expect(place(user("q", of: "b"), state) == .node("n1"))
        #expect(devices(state.reserveDevices(user("q", of: "b"), on: "n1")) == ["r/two:n1/a", "r/two:n1/b"])
    }

    @Test func `devices of a claim have one value of an attribute, or each its own, as its constraints want`() {
        func board(_ name: String, _ board: String, _ port: Int64) -> Value {
            device(name, ["board": ["string": .string(board)], "port": ["int": .int(port)]])
        }
        let pool = slice("n1", [board("a", "x", 1), board("b", "y", 1), board("c", "y", 2)])
        let two = exactly(count: 2)
        let same = claim("a", [two], constraints: [["matchAttribute": "gpu.example.com/board"]])
        var one = state([same], slices: [pool])
        #expect(devices(one.reserveDevices(user("p", of: "a"), on: "n1")) == ["r:n1/b", "r:n1/c"])
        let distinct = claim("a", [two], constraints: [["distinctAttribute": "gpu.example.com/port", "requests": ["r"]]])
        var other = state([distinct], slices: [pool])
        #expect(devices(other.reserveDevices(user("p", of: "a"), on: "n1")) == ["r:n1/a", "r:n1/c"])
        let three = claim("a", [exactly(count: 3)], constraints: [["distinctAttribute": "gpu.example.com/port"]])
        #expect(place(user("p", of: "a"), state([three], slices: [pool])) != .node("n1"))
    }

    @Test func `a request for all devices takes every one that is selected, and waits while the pool is being changed`() {
        let everything = exactly(count: 0, more: ["allocationMode": "All"])
        var whole = state([claim("a", [everything])], slices: [slice("n1", [device("a"), device("b")])], nodes: ["n1"])
        #expect(devices(whole.reserveDevices(user("p", of: "a"), on: "n1")) == ["r:n1/a", "r:n1/b"])
        let part = state([claim("a", [everything])], slices: [slice("n1", of: 2, [device("a")])], nodes: ["n1"])
        #expect(
            place(user("p", of: "a"), part)
                == .none(
                    message:
                        "0/1 nodes are available: 1 claim default/a, request r: asks for all devices, but resource pool gpu.example.com/n1 is currently being updated."
                ))
    }

    @Test func `an administrator looks at devices that others have, and takes none of them`() {
        let watching = exactly(more: ["adminAccess": true])
        var state = state([claim("a", [exactly()]), claim("b", [watching])], slices: [slice("n1", [device("d")])], nodes: ["n1"])
        _ = state.reserveDevices(user("p", of: "a"), on: "n1")
        let decisions = state.reserveDevices(user("q", of: "b"), on: "n1")
        #expect(devices(decisions) == ["r:n1/d"])
        #expect(decisions[0].allocation?.devices?.results[0].adminAccess == true)
    }

    @Test func `taints keep devices from those who do not tolerate them`() {
        var tainted = device("d")
        tainted["taints"] = [["key": "broken", "value": "yes", "effect": "NoSchedule"]]
        let tolerant = exactly(more: ["tolerations": [["key": "broken", "operator": "Exists"]]])
        let state = state([claim("a", [exactly()]), claim("b", [tolerant])], slices: [slice("n1", [tainted])], nodes: ["n1"])
        #expect(place(user("p", of: "a"), state) != .node("n1"))
        #expect(place(user("q", of: "b"), state) == .node("n1"))
    }

    @Test func `devices that share counters are taken while there is enough of them`() {
        func part(_ name: String, _ amount: String) -> Value {
            var made = device(name)
            made["consumesCounters"] = [["counterSet": "card", "counters": ["memory": ["value": .string(amount)]]]]
            return made
        }
        var counters = slice("n1", of: 2, [])
        counters.metadata.name = "counters"
        counters.raw["spec"]?["sharedCounters"] = [["name": "card", "counters": ["memory": ["value": "10"]]]]
        let parts = slice("n1", of: 2, [part("half", "5"), part("most", "8"), part("rest", "5")])
        var state = state(
            [claim("a", [exactly()]), claim("b", [exactly()]), claim("c", [exactly()])], slices: [counters, parts], nodes: ["n1"])
        #expect(devices(state.reserveDevices(user("p", of: "a"), on: "n1")) == ["r:n1/half"])
        #expect(devices(state.reserveDevices(user("q", of: "b"), on: "n1")) == ["r:n1/rest"], "most would take too much")
        #expect(place(user("r", of: "c"), state) != .node("n1"))
    }

    @Test func `a device that several may have is shared as far as its capacity goes, in steps it allows`() {
        let shared: Value = [
            "name": "d", "allowMultipleAllocations": true,
            "capacity": [
                "memory": ["value": "10Gi", "requestPolicy": ["default": "1Gi", "validRange": ["min": "1Gi", "step": "1Gi"]]]
            ],
        ]
        func wanting(_ name: String, _ amount: String) -> ResourceResourceClaim {
            claim(name, [exactly(more: ["capacity": ["requests": ["memory": .string(amount)]]])])
        }
        var state = state(
            [wanting("a", "3500Mi"), wanting("b", "7Gi"), wanting("c", "6Gi")], slices: [slice("n1", [shared])], nodes: ["n1"])
        let first = state.reserveDevices(user("p", of: "a"), on: "n1")
        #expect(first[0].allocation?.devices?.results[0].consumedCapacity == ["memory": "4Gi"])
        #expect(first[0].allocation?.devices?.results[0].shareID == "share-1")
        #expect(place(user("q", of: "b"), state) != .node("n1"))
        #expect(devices(state.reserveDevices(user("r", of: "c"), on: "n1")) == ["r:n1/d"])
    }

    @Test func `an expression that fails or does not compile is told, and a class that is missing`() {
        let pools = [slice("n1", [device("d")])]
        let failing = claim("a", [exactly("r", "device.attributes['other.example.com'].none == 1")])
        guard case .none(let message) = place(user("p", of: "a"), state([failing], slices: pools, nodes: ["n1"])) else {
            Issue.record("the pod was placed")
            return
        }
        #expect(message.contains("claim default/a: selector #0: CEL runtime error: no such key: none"))
        var unknown = claim("a", [exactly()])
        unknown.raw["spec"]?["devices"]?["requests"]?.elements[0]["exactly"]?["deviceClassName"] = "none"
        #expect(
            place(user("p", of: "a"), state([unknown], slices: pools, nodes: ["n1"]))
                == .none(message: "0/1 nodes are available: request r: device class none does not exist."))
    }

    @Test func `a pod with claims that are not there waits without being tried, and is tried at once when they are`() {
        var state = state([], slices: [slice("n1", [device("d")])], nodes: ["n1"])
        var news = Inbox.Contents()
        let key = ObjectKey(namespace: "default", name: "p")
        news.pods[key] = .some(
            pod("p") { $0.spec.resourceClaims = [PodResourceClaim(["name": "x", "resourceClaimName": "a"])] })
        state.take(news, now: Timestamp(seconds: 0))
        guard let (first, _) = state.queue.next() else {
            Issue.record("the pod is not in the queue")
            return
        }
        #expect(DynamicResources.obstacle(first, state.cluster.devices) == "resourceclaim \"a\" not found")
        state.queue.hold(first, now: Timestamp(seconds: 0))
        #expect(state.queue.next() == nil)
        var more = Inbox.Contents()
        more.resourceClaims[ObjectKey(namespace: "default", name: "a")] = .some(claim("a", [exactly()]))
        state.take(more, now: Timestamp(seconds: 0))
        let again = state.queue.next()
        #expect(again?.attempts == 1, "waiting was no attempt, and no back-off follows")
        #expect(again.map { place($0.pod, state) } == .node("n1"))
    }

    @Test func `devices that nobody uses are given back when they keep a pod from every node`() {
        var elsewhere = claim("a", [exactly()])
        elsewhere.raw["status"] = [
            "allocation": [
                "nodeSelector": [
                    "nodeSelectorTerms": [["matchFields": [["key": "metadata.name", "operator": "In", "values": ["gone"]]]]]
                ]
            ]
        ]
        let state = state([elsewhere], slices: [])
        let pod = user("p", of: "a")
        #expect(place(pod, state) == .none(message: "0/2 nodes are available: 2 resourceclaim not available on the node."))
        #expect(DynamicResources.idle(state.cluster.cycle(for: pod)) == [ObjectKey(namespace: "default", name: "a")])
    }
}

extension Object {
    fileprivate func adding(_ key: String, _ value: Value) -> Object {
        var result = self
        result[key] = value
        return result
    }
}
