import Core
import KubernetesAPI

/// Which devices are taken, and how much of those that several share: kept claim by claim.
struct DeviceLedger {
    /// How many allocations hold each device that is not shared (more than one only by mistake of others).
    private var holders: [DeviceID: Int] = [:]
    /// What is taken of shared devices, and by how many.
    private var shares: [DeviceID: (count: Int, consumed: [String: Quantity])] = [:]

    mutating func add(_ allocation: AllocationResult) { count(allocation, 1) }
    mutating func remove(_ allocation: AllocationResult) { count(allocation, -1) }

    private mutating func count(_ allocation: AllocationResult, _ step: Int) {
        // Administrators look at devices without taking them.
        for result in allocation.devices?.results ?? [] where result.adminAccess != true {
            let id = DeviceID(driver: result.driver, pool: result.pool, device: result.device)
            guard !result.shareID.isEmpty else {
                let number = holders[id, default: 0] + step
                holders[id] = number > 0 ? number : nil
                continue
            }
            var share = shares[id] ?? (0, [:])
            share.count += step
            for (name, text) in result.consumedCapacity {
                guard let amount = Quantity(text) else { continue }
                share.consumed[name, default: .zero] += step > 0 ? amount : -amount
            }
            shares[id] = share.count > 0 ? share : nil
        }
    }

    func isTaken(_ id: DeviceID) -> Bool { holders[id] != nil }
    func isShared(_ id: DeviceID) -> Bool { shares[id] != nil }
    /// Whether the device counts against what its pool's devices share.
    func isAllocated(_ id: DeviceID) -> Bool { isTaken(id) || isShared(id) }
    func consumed(_ id: DeviceID) -> [String: Quantity] { shares[id]?.consumed ?? [:] }
}
