import Core
import KubernetesAPI
import ResourceEngine

/// A device by driver, pool and name.
package struct DeviceID: Hashable, Sendable, CustomStringConvertible {
    package let driver: String
    package let pool: String
    package let device: String

    package init(driver: String, pool: String, device: String) {
        self.driver = driver
        self.pool = pool
        self.device = device
    }

    package var poolID: PoolID { PoolID(driver: driver, pool: pool) }
    package var description: String { "\(driver)/\(pool)/\(device)" }
}

/// A pool of devices by driver and name.
package struct PoolID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let driver: String
    package let pool: String

    package static func < (left: PoolID, right: PoolID) -> Bool { (left.driver, left.pool) < (right.driver, right.pool) }
    package var description: String { "\(driver)/\(pool)" }
}

/// The nodes that a device can be used from.
enum DeviceReach {
    case node(String)
    case everywhere
    case nodes([NodeTerm], NodeSelector)
    /// Nothing that is known was said: nowhere.
    case nowhere

    init(node: String, allNodes: Bool, selector: NodeSelector?) {
        if !node.isEmpty {
            self = .node(node)
        } else if allNodes {
            self = .everywhere
        } else if let selector {
            self = .nodes(selector.nodeSelectorTerms.map(NodeTerm.init), selector)
        } else {
            self = .nowhere
        }
    }

    func includes(_ node: NodeState) -> Bool {
        switch self {
        case .node(let name): name == node.name
        case .everywhere: true
        case .nodes(let terms, _): terms.contains { $0.matches(node) }
        case .nowhere: false
        }
    }
}

/// How much there is of one thing that a device may be asked for, and what may be asked.
struct DeviceCapacityFacts {
    let value: Quantity
    let standard: Quantity?
    let validValues: [Quantity]
    let range: (least: Quantity, most: Quantity?, step: Quantity?)?

    init(_ capacity: DeviceCapacity) {
        func amount(_ text: String) -> Quantity? { Quantity(text) }
        value = amount(capacity.value) ?? .zero
        let policy = capacity.requestPolicy
        standard = policy.flatMap { amount($0.default) }
        validValues = (policy?.validValues ?? []).compactMap(amount)
        range = policy?.validRange.flatMap { range in amount(range.min).map { ($0, amount(range.max), amount(range.step)) } }
    }

    /// What a request takes of it: rounded up to what may be asked; all of it, or the policy's default, where nothing is said.
    func consumed(by request: Quantity?) -> Quantity {
        guard let request else { return standard ?? value }
        if let range {
            guard request > range.least else { return range.least }
            guard let step = range.step, step.value > 0 else { return request }
            let (least, size) = (Int128(range.least.value), Int128(step.value))
            let steps = (Int128(request.value) - least + size - 1) / size
            return Quantity(Int64(clamping: least + steps * size), format: .binary)
        }
        return validValues.first { request <= $0 } ?? request
    }

    /// Whether so much may be taken at once.
    func permits(_ amount: Quantity) -> Bool {
        if amount == standard { return true }
        if let range { return range.most.map { amount <= $0 } ?? true }
        return validValues.isEmpty || validValues.contains(amount)
    }
}

/// A device of a slice. What expressions say of it is remembered: owned by the scheduler's task.
final class DeviceFacts {
    /// How many expressions' answers are kept.
    private static let memory = 64

    let id: DeviceID
    let device: Device
    /// Where it can be used from, when that differs within its slice.
    let reach: DeviceReach?
    /// What the slice says of all its devices.
    let sliceReach: DeviceReach
    let isShareable: Bool
    let bindsToNode: Bool
    let taints: [DeviceTaint]
    let counters: [(set: String, amounts: [String: Quantity])]
    let capacity: [String: DeviceCapacityFacts]
    private lazy var selectable = Result { try SelectableDevice(device, driver: id.driver) }
    private var answers: [String: Result<Bool, any Error>] = [:]

    init(_ device: Device, in slice: ResourceSliceSpec, reach sliceReach: DeviceReach) {
        self.device = device
        self.sliceReach = sliceReach
        id = DeviceID(driver: slice.driver, pool: slice.pool.name, device: device.name)
        reach =
            slice.perDeviceNodeSelection == true
            ? DeviceReach(node: device.nodeName, allNodes: device.allNodes ?? false, selector: device.nodeSelector) : nil
        isShareable = device.allowMultipleAllocations ?? false
        bindsToNode = device.bindsToNode ?? false
        taints = device.taints.filter { $0.effect == "NoSchedule" || $0.effect == "NoExecute" }
        counters = device.consumesCounters.map { ($0.counterSet, $0.counters.compactMapValues { Quantity($0.value) }) }
        capacity = device.capacity.mapValues(DeviceCapacityFacts.init)
    }

    /// Whether an expression chooses the device. Throws what is wrong with the expression or went wrong in it.
    func isChosen(by text: String, _ compile: (String) throws -> DeviceSelectorExpression) throws -> Bool {
        if let known = answers[text] { return try known.get() }
        if answers.count >= Self.memory { answers = [:] }
        let answer: Result<Bool, any Error>
        do {
            let expression = try compile(text)
            answer = Result {
                do { return try expression.matches(try selectable.get()) } catch {
                    throw DeviceProblem("CEL runtime error: \(error)")
                }
            }
        } catch {
            answer = .failure(DeviceProblem("CEL compile error: \(error)"))
        }
        answers[text] = answer
        return try answer.get()
    }

    /// The value of an attribute by its full name; the driver's own may be written without their domain.
    func attribute(_ name: String) -> DeviceAttribute? {
        let attributes = device.raw["attributes"]
        if let found = attributes?[name] { return DeviceAttribute(found) }
        guard let slash = name.firstIndex(of: "/"), name[..<slash] == id.driver else { return nil }
        return attributes?[String(name[name.index(after: slash)...])].map(DeviceAttribute.init)
    }
}

/// Why devices cannot be allocated to a claim on any node.
package struct DeviceProblem: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// A ResourceSlice: some devices of a pool, or the counters that they share.
final class SliceFacts {
    let name: String
    let poolID: PoolID
    let generation: Int
    let sliceCount: Int
    /// The one node it is about; empty: see `reach` and the devices.
    let nodeName: String
    let isPerDevice: Bool
    let reach: DeviceReach
    let devices: [DeviceFacts]
    let counterSets: [(name: String, amounts: [String: Quantity])]

    init(_ slice: ResourceSlice) {
        let spec = slice.spec
        name = slice.metadata.name
        poolID = PoolID(driver: spec.driver, pool: spec.pool.name)
        generation = spec.pool.generation
        sliceCount = spec.pool.resourceSliceCount
        nodeName = spec.nodeName
        isPerDevice = spec.perDeviceNodeSelection == true
        let reach = DeviceReach(node: spec.nodeName, allNodes: spec.allNodes ?? false, selector: spec.nodeSelector)
        self.reach = reach
        devices = spec.devices.map { DeviceFacts($0, in: spec, reach: reach) }
        counterSets = spec.sharedCounters.map { ($0.name, $0.counters.compactMapValues { Quantity($0.value) }) }
    }

    /// Whether anything in it can be used from the node; counters are needed wherever their devices are.
    func concerns(_ node: NodeState) -> Bool {
        if !counterSets.isEmpty { return true }
        return isPerDevice ? devices.contains { $0.reach?.includes(node) == true } : reach.includes(node)
    }
}
