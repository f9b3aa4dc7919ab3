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

    private static let unable: [(spec: Value, reason: String, message: String)] = [
        (
            ["securityContext": ["sysctls": [["name": "kernel/msgmax", "value": "1"]]]], "SysctlForbidden",
            "forbidden sysctl: \"kernel.msgmax\" not allowlisted"
        ),
        (
            ["hostIPC": true, "securityContext": ["sysctls": [["name": "kernel.shm_rmid_forced", "value": "1"]]]], "SysctlForbidden",
            "forbidden sysctl: \"kernel.shm_rmid_forced\" not allowed with host ipc enabled"
        ),
        (
            ["securityContext": ["appArmorProfile": ["type": "RuntimeDefault"]]], "AppArmor",
            "Cannot enforce AppArmor: AppArmor is not enabled on the host"
        ),
        (
            ["securityContext": ["supplementalGroupsPolicy": "Strict"]], "SupplementalGroupsPolicyNotSupported",
            "SupplementalGroupsPolicy=Strict is not supported in this node"
        ),
        (["os": ["name": "windows"]], "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"),
    ]

    @Test(arguments: unable)
    func `A pod that asks for what the node cannot do is refused by name`(spec: Value, reason: String, message: String) {
        let pod = Pod(["metadata": ["name": "a", "namespace": "b"], "spec": spec])
        let refusal = PodAdmission.rejection(of: pod, beside: [], allocatable: Self.allocatable, enforcesAppArmor: false)
        #expect(refusal?.reason == reason)
        #expect(refusal?.message == "Pod was rejected: " + message)
    }

    @Test func `Harmless kernel settings are taken`() {
        let pod = Pod(["spec": ["securityContext": ["sysctls": [["name": "net.ipv4.tcp_syncookies", "value": "1"]]]]])
        #expect(Self.rejection(pod, beside: []) == nil)
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

    @Test func `Amounts that no sum holds are more than there is`() {
        let vast: Value = [
            "name": "a",
            "resources": [
                "requests": ["cpu": "9223372036854775", "memory": "7Ei"], "limits": ["cpu": "9223372036854775", "memory": "7Ei"],
            ],
        ]
        let pod = Pod([
            "metadata": ["name": "a", "namespace": "b"],
            "spec": ["containers": [vast, vast], "initContainers": [vast], "overhead": ["memory": "7Ei"]],
        ])
        #expect(PodAdmission.requests(pod) == ["cpu": .max, "memory": .max])
        #expect(PodAdmission.limits(pod) == ["cpu": .max, "memory": .max])
        #expect(Self.rejection(pod, beside: [pod, pod]) == "OutOfcpu")
    }
}
