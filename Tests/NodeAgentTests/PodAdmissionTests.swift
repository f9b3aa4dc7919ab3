import Core
import KubernetesAPI
import NodeAgent
import Testing
import Values

@Suite struct PodAdmissionTests {
    private static let allocatable = ["cpu": "2", "memory": "1Gi", "pods": "3"]

    private static func pod(cpu: String = "0", port: Int64 = 0, address: String = "", networkProtocol: String = "TCP") -> Pod {
        var container: Object = ["name": "main", "resources": ["requests": ["cpu": .string(cpu)]]]
        if port > 0 {
            container["ports"] = [
                ["containerPort": 80, "hostPort": .int(port), "hostIP": .string(address), "protocol": .string(networkProtocol)]
            ]
        }
        return Pod(["metadata": ["name": "a", "namespace": "b"], "spec": ["containers": [.object(container)]]])
    }

    private static func rejection(_ pod: Pod, beside others: [Pod]) -> String? {
        PodAdmission.rejection(of: pod, beside: others, allocatable: allocatable)?.reason
    }

    @Test func `A pod that fits is taken`() {
        #expect(Self.rejection(Self.pod(cpu: "1500m"), beside: [Self.pod(cpu: "500m")]) == nil)
        #expect(Self.rejection(Self.pod(), beside: []) == nil)
    }

    @Test func `A pod that asks for more than is left is refused by the resource it lacks`() {
        let refusal = PodAdmission.rejection(of: Self.pod(cpu: "1501m"), beside: [Self.pod(cpu: "500m")], allocatable: Self.allocatable)
        #expect(refusal?.reason == "OutOfcpu")
        #expect(
            refusal?.message
                == "Pod was rejected: Node didn't have enough resource: cpu, requested: 1501, used: 500, capacity: 2000")
        #expect(Self.rejection(Self.pod(), beside: [Self.pod(), Self.pod(), Self.pod()]) == "OutOfpods")
    }

    @Test(arguments: [
        ("", "TCP", true), ("10.0.0.1", "TCP", true), ("10.0.0.2", "TCP", false), ("10.0.0.1", "UDP", false), ("0.0.0.0", "TCP", true),
    ])
    func `A port of the host is given once for each address and protocol`(address: String, networkProtocol: String, isRefused: Bool) {
        let taken = Self.pod(port: 8080, address: "10.0.0.1")
        let asked = Self.pod(port: 8080, address: address, networkProtocol: networkProtocol)
        #expect(Self.rejection(asked, beside: [taken]) == (isRefused ? "NodePorts" : nil))
        #expect(Self.rejection(Self.pod(port: 8081), beside: [taken]) == nil)
    }

    @Test func `Initial containers count by the largest, sidecars beside everything`() {
        let pod = Pod([
            "spec": [
                "containers": [["name": "main", "resources": ["requests": ["cpu": "1"]]]],
                "initContainers": [
                    ["name": "side", "restartPolicy": "Always", "resources": ["requests": ["cpu": "100m"]]],
                    ["name": "init", "resources": ["requests": ["cpu": "1500m"]]],
                ], "overhead": ["cpu": "50m"],
            ]
        ])
        #expect(PodAdmission.requests(pod) == ["cpu": 1650])
    }
}
