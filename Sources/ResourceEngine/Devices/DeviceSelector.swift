import CEL
import Core
import KubernetesAPI
import Values

/// A CEL expression that chooses devices (`spec.devices.requests[].exactly.selectors[].cel` and its kin), compiled.
///
/// Source: `k8s.io/dynamic-resource-allocation/cel`.
package struct DeviceSelectorExpression: Sendable {
    /// What one expression may cost, estimated and run.
    package static let costLimit: UInt64 = 1_000_000
    package static let longestText = 10 * 1024

    private static let attributes = CELType.map(.string, .map(.string, .dyn))
    private static let capacities = CELType.map(.string, .map(.string, .opaque("kubernetes.Quantity")))
    private static let device = ObjectType(
        name: "kubernetes.DRADevice",
        fields: ["driver": .string, "allowMultipleAllocations": .bool, "attributes": attributes, "capacity": capacities])

    private let expression: Expression

    /// Why an expression cannot choose devices, in upstream's words.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    package init(_ text: String) throws(Problem) {
        do throws(CompilationError) {
            expression = try Expression(text, variables: ["device": .object(Self.device)])
        } catch {
            throw Problem(description: "compilation failed: \(error)")
        }
        guard expression.type == .bool || expression.type == .dyn else {
            throw Problem(description: "must evaluate to bool or the unknown type, not \(expression.type)")
        }
    }

    /// Whether what the expression can cost at most is too much.
    package var isTooComplex: Bool { expression.estimatedCost(size: Self.size) > Self.costLimit * 100 }

    /// The limits of what a device may have of each part.
    private static func size(_ path: [String]) -> UInt64? {
        switch path.count {
        case 1: 1
        case 2: path[1] == "driver" ? 63 : 32
        case 3: 32
        default: 64
        }
    }

    /// Whether the expression chooses a device. Throws what went wrong in it.
    package func matches(_ device: SelectableDevice) throws -> Bool {
        guard case .bool(let answer) = try expression.evaluate(["device": device.value], limit: Self.costLimit).value else {
            throw CELError("the result is no bool")
        }
        return answer
    }
}

/// A device as expressions see it: names without a domain are in the driver's, and a domain that a device has nothing of is empty.
package struct SelectableDevice: Sendable {
    fileprivate let value: CELValue

    /// Throws for an attribute that cannot be shown.
    package init(_ device: Device, driver: String) throws {
        var attributes: [String: CELMap] = [:]
        for (name, attribute) in device.attributes.sorted(by: { $0.key < $1.key }) {
            let (domain, id) = Self.split(name, driver)
            attributes[domain, default: CELMap()][.string(id)] = try Self.value(of: attribute, name)
        }
        var capacities: [String: CELMap] = [:]
        for (name, capacity) in device.capacity.sorted(by: { $0.key < $1.key }) {
            guard let amount = Quantity(capacity.value) else { throw CELError("capacity \(name): \(Quantity.malformed)") }
            let (domain, id) = Self.split(name, driver)
            capacities[domain, default: CELMap()][.string(id)] = .quantity(amount)
        }
        var result = CELMap()
        result[.string("driver")] = .string(driver)
        result[.string("allowMultipleAllocations")] = .bool(device.allowMultipleAllocations ?? false)
        result[.string("attributes")] = Self.domains(attributes)
        result[.string("capacity")] = Self.domains(capacities)
        value = .map(result)
    }

    private static func domains(_ maps: [String: CELMap]) -> CELValue {
        var result = CELMap()
        for (domain, map) in maps.sorted(by: { $0.key < $1.key }) { result[.string(domain)] = .map(map) }
        result.answersAbsentKeysWithEmptyMap = true
        return .map(result)
    }

    private static func value(of attribute: DeviceAttribute, _ name: String) throws -> CELValue {
        if let number = attribute.int { return .int(Int64(number)) }
        if let flag = attribute.bool { return .bool(flag) }
        if let text = attribute.raw["string"]?.string { return .string(text) }
        if let text = attribute.raw["version"]?.string {
            guard let version = SemanticVersion(text) else { throw CELError("attribute \(name): parse semantic version: \(text)") }
            return .version(version)
        }
        throw CELError("attribute \(name): unsupported attribute value")
    }

    private static func split(_ name: String, _ driver: String) -> (domain: String, id: String) {
        guard let slash = name.firstIndex(of: "/") else { return (driver, name) }
        return (String(name[..<slash]), String(name[name.index(after: slash)...]))
    }
}
