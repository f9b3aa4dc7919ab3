import Linux

/// What the machine has and what of it pods may use. Blocks: it asks the file system.
struct NodeCapacity {
    let capacity: [String: String]
    let allocatable: [String: String]

    /// Kept back from pods, as upstream's default eviction thresholds do: 100 Mi of memory, a tenth of the disk.
    private static let memoryReserve = 100 << 20

    init(_ agent: NodeAgentConfiguration, _ machine: Machine) {
        let disk = (try? Files.fileSystem(agent.dataDirectory))?.capacity ?? 0
        var capacity = [
            "cpu": String(machine.processors), "memory": "\(machine.memoryBytes / 1024)Ki", "pods": String(agent.maximumPods),
            "ephemeral-storage": "\(disk / 1024)Ki", "hugepages-2Mi": "0",
        ]
        if machine.architecture == "amd64" { capacity["hugepages-1Gi"] = "0" }
        self.capacity = capacity
        var allocatable = capacity
        allocatable["memory"] = "\(max(0, machine.memoryBytes - Self.memoryReserve) / 1024)Ki"
        allocatable["ephemeral-storage"] = String(disk / 10 * 9)
        self.allocatable = allocatable
    }
}
