import KubernetesAPI
import Values

/// A constraint between the devices of a claim, and what those that were chosen so far have: all the same value of an attribute, or
/// none like another.
struct DeviceConstraintState {
    /// How a constraint may name the request that a device is for.
    struct Names {
        let request: String
        /// "request/alternative" where there are several.
        let alternative: String?
    }

    private let requests: Set<String>
    private let attribute: String
    private let isDistinct: Bool
    /// The values of the chosen devices, in the order they were chosen.
    private var values: [Value] = []

    init(_ constraint: DeviceConstraint) {
        requests = Set(constraint.requests)
        isDistinct = constraint.matchAttribute.isEmpty
        attribute = isDistinct ? constraint.distinctAttribute : constraint.matchAttribute
    }

    private func concerns(_ names: Names) -> Bool {
        requests.isEmpty || requests.contains(names.request) || names.alternative.map(requests.contains) ?? false
    }

    /// Takes in a device; false where it does not go with the others, and nothing has changed.
    mutating func add(_ device: DeviceFacts, _ names: Names) -> Bool {
        guard concerns(names) else { return true }
        guard let value = device.attribute(attribute)?.raw, ["int", "bool", "string", "version"].contains(where: { value[$0] != nil })
        else { return false }
        if let first = values.first, isDistinct ? values.contains(value) : first != value { return false }
        values.append(value)
        return true
    }

    /// Takes the device out again that was added last.
    mutating func remove(_ names: Names) {
        if concerns(names) { values.removeLast() }
    }
}
