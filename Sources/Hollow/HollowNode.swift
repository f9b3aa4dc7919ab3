import Core
import KubernetesAPI
import Values

/// What a simulated node says of itself.
package struct HollowNode: Sendable {
    package let name: String
    /// Its address: made up, the same for the same number.
    package let address: String
    private let options: HollowOptions

    package init(number: Int, options: HollowOptions) {
        let digits = String(number)
        name = options.prefix + "-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        // 172.16.0.0/12 has room for a million.
        address = Self.address(0xAC10_0000 + UInt32(number) + 1)
        self.options = options
    }

    package static func address(_ number: UInt32) -> String {
        "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }

    /// The object to register, with its status.
    package func object(now: Timestamp) -> Node {
        var node = Node()
        node.metadata.name = name
        node.metadata.labels = [
            "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name, "martlet.dev/hollow": "true",
        ].merging(options.labels) { $1 }
        node.raw["status"] = status(now: now)
        return node
    }

    package func status(now: Timestamp) -> Value {
        let amounts: Value = [
            "cpu": .string(options.cpu), "memory": .string(options.memory), "pods": .string(String(options.podsPerNode)),
            "ephemeral-storage": "256Gi",
        ]
        func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) -> Value {
            [
                "type": .string(type), "status": .string(isTrue ? "True" : "False"), "reason": .string(reason),
                "message": .string(message), "lastHeartbeatTime": .string(now.rfc3339), "lastTransitionTime": .string(now.rfc3339),
            ]
        }
        return [
            "capacity": amounts, "allocatable": amounts,
            "conditions": [
                condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                condition("Ready", true, "KubeletReady", "kubelet is posting ready status"),
            ],
            "addresses": [["type": "InternalIP", "address": .string(address)], ["type": "Hostname", "address": .string(name)]],
            "nodeInfo": [
                "machineID": .string(name), "systemUUID": .string(name), "bootID": .string(name), "kernelVersion": "hollow",
                "osImage": "hollow", "containerRuntimeVersion": "hollow://1", "kubeletVersion": .string(options.version),
                "kubeProxyVersion": "", "operatingSystem": "linux", "architecture": "amd64",
            ],
        ]
    }
}

/// How many simulated nodes, and of what kind.
package struct HollowOptions: Sendable {
    package var nodes = 1
    /// What node names begin with: nodes of several processes must differ in it.
    package var prefix = "hollow"
    package var podsPerNode = 110
    package var cpu = "32"
    package var memory = "256Gi"
    package var labels: [String: String] = [:]
    /// The version that nodes report.
    package var version = "v1.36.0"
    package var stages = HollowStage.standard
    package var leaseSeconds = 40
    package var leaseInterval = Duration.seconds(10)
    package var statusInterval = Duration.seconds(300)
    /// How many writes of pods are under way at once.
    package var writers = 64
    /// The first address of the nodes' pods. 100.64.0.0/10: shared address space, four million.
    package var firstPodAddress: UInt32 = 0x6440_0001

    package init() {}
}

/// Addresses for pods that have no network: taken and given back.
package struct AddressPool {
    private var next: UInt32
    private var free: [UInt32] = []
    private var taken: [String: UInt32] = [:]

    package init(first: UInt32 = HollowOptions().firstPodAddress) { next = first }

    /// The address of a pod; always the same while it is there.
    package mutating func address(of uid: String) -> String {
        if let known = taken[uid] { return HollowNode.address(known) }
        let number: UInt32
        if let reused = free.popLast() {
            number = reused
        } else {
            number = next
            next += 1
        }
        taken[uid] = number
        return HollowNode.address(number)
    }

    package mutating func giveBack(_ uid: String) {
        if let number = taken.removeValue(forKey: uid) { free.append(number) }
    }
}
