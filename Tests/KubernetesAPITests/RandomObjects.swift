import Randomness
import SchemaEngine
import Values

/// Makes objects that fit a structure, of words that something depends on.
struct RandomObjects {
    private static let words = [
        "", "", "a", "b", "name", "two words", "quote\"back\\slash", "é\n", "True", "False", "Unknown", "Ready", "Running", "Succeeded",
        "Failed",
        "Pending", "Complete", "Completed", "Suspended", "Always", "NodeLost", "SchedulingGated", "PodScheduled", "Initialized",
        "PodInitializing", "In", "NotIn", "Exists", "DoesNotExist", "User", "Group", "ServiceAccount", "Healthy", "Available", "Dangling",
        "Resource", "ContainerResource", "Pods", "Object", "External", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "TCP",
        "ReadWriteOnce", "InternalIP", "Issued", "Approved", "Denied", "PodGroupScheduled", "DisruptionTarget", "10.0.0.1", "fd00::1",
        "50m",
    ]
    private static let keys = [
        "a", "b", "cpu", "memory", "storage", "limits.cpu", "app.kubernetes.io/name", "node-role.kubernetes.io/control-plane",
        "kubernetes.io/role", "ingressclass.kubernetes.io/is-default-class", "storageclass.kubernetes.io/is-default-class",
        "volume.beta.kubernetes.io/storage-class",
    ]
    private static let times = ["2026-11-21T11:58:30Z", "2026-11-20T09:00:00Z", "2020-01-01T00:00:00Z", "2026-11-21T12:00:05.000001Z"]

    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func object(_ structure: Structure) -> Value { value(.structure(structure), depth: 0) }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[random.below(list.count)] }

    private mutating func value(_ shape: Shape, depth: Int) -> Value {
        switch shape {
        case .structure(let structure):
            var object = Object()
            for field in structure.fields where isWanted(field, depth: depth) {
                object[field.name] =
                    field.enumeration.isEmpty || random.below(8) == 0
                    ? value(field.shape, depth: depth + 1) : .string(pick(field.enumeration))
            }
            return .object(object)
        case .list(let element, _): return .array((0..<random.below(4)).map { _ in value(element, depth: depth + 1) })
        case .map(let element, _):
            var object = Object()
            for _ in 0..<random.below(4) { object[pick(Self.keys)] = value(element, depth: depth + 1) }
            return .object(object)
        case .any: return pick([.null, 3, "x", ["a": ["b": [1, true]]], [1, "x"], 1.5])
        case .scalar(.bool): return .bool(random.below(2) == 0)
        case .scalar(.int32), .scalar(.int64): return .int(Int64(random.below(6)) - 1)
        case .scalar(.double): return .double(Double(random.below(100)) / 4)
        case .scalar(.intOrString): return random.below(2) == 0 ? .int(Int64(random.below(9))) : "25%"
        case .scalar(.quantity): return .string(pick(["0", "1", "100m", "2Gi", "1k"]))
        case .scalar(.time), .scalar(.microTime): return .string(pick(Self.times))
        case .scalar(.duration): return "1m30s"
        case .scalar(.string), .scalar(.bytes): return .string(pick(Self.words))
        }
    }

    /// The outer parts of an object are mostly there; what contains much becomes rarer further inside, or the objects would have no end.
    private mutating func isWanted(_ field: Field, depth: Int) -> Bool {
        switch field.shape {
        case .scalar: random.below(10) < 8
        case .any: random.below(10) < 3
        case .structure, .list, .map: depth < 9 && random.below(100) < [95, 85, 80, 75, 70, 50, 40, 30, 20][depth]
        }
    }
}
