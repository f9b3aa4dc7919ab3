/// One call: what it costs at most, and how large its result is.
struct EstimatedCall {
    typealias Estimate = CostEstimator.Estimate

    /// What going through a text costs for each character, and what a pattern does for each of its own.
    private static let text = 0.1
    private static let pattern = 0.25
    /// The longest pattern of a named format, and the most there is to compare of one.
    private static let formatPattern = 128.0
    private static let formatSize: UInt64 = 64

    let name: String
    let target: Estimate?
    /// Of the result.
    let type: CELType
    var arguments: [Estimate] = []
    /// Arguments that are numbers, by position.
    var numbers: [Int: UInt64] = [:]

    init(name: String, target: Estimate?, type: CELType) {
        self.name = name
        self.target = target
        self.type = type
    }

    /// What comes before the call.
    private var before: UInt64 {
        var sum = target?.cost ?? 0
        for argument in arguments { sum = CostBounds.sum(sum, argument.cost) }
        return sum
    }

    private func size(_ position: Int) -> CostBounds { position < arguments.count ? arguments[position].size ?? .unknown : .one }
    private var targetSize: CostBounds { target?.size ?? .unknown }

    private func result(_ cost: UInt64, size: CostBounds? = nil, parts: CostEstimator.Parts? = nil, path: [String] = []) -> Estimate {
        Estimate(cost: CostBounds.sum(before, cost), size: size, parts: parts, path: path, type: type)
    }

    func estimate(_ estimator: CostEstimator) -> Estimate {
        switch name {
        case "_&&_", "_||_": return result(0)
        case "_?_:_" where arguments.count == 3: return choice
        case "dyn" where arguments.count == 1:
            return Estimate(cost: CostBounds.sum(before, 1), size: arguments[0].size, parts: arguments[0].parts, type: type)
        case "_==_", "_!=_": return result(equality)
        case "_<_", "_<=_", "_>_", "_>=_": return result(comparison)
        case "_+_": return addition
        case "@in": return result(membership)
        case "_[_]": return element
        case "check": return result(350_000)
        case "fieldSelector", "labelSelector":
            let requirements = CostBounds.scaled(size(0).cost(0.5), 50)
            return result(CostBounds.sum(10, CostBounds.sum(size(0).cost(Self.text), requirements)))
        case "string", "bytes", "strings.quote": return conversion
        case "format" where target != nil: return result(targetSize.cost(Self.text))
        case "sets.contains", "sets.intersects": return result(CostBounds.sum(1, size(0).times(size(1)).high))
        case "sets.equivalent": return result(CostBounds.sum(1, size(0).times(size(1)).cost(2)))
        default: return texts(estimator) ?? lists(estimator) ?? addresses ?? result(1)
        }
    }

    // MARK: Operators

    private var choice: Estimate {
        let cost = CostBounds.sum(arguments[0].cost, max(arguments[1].cost, arguments[2].cost))
        var parts: CostEstimator.Parts?
        if let one = arguments[1].parts, let other = arguments[2].parts {
            parts = CostEstimator.Parts(isList: one.isList, key: one.key.union(other.key), value: one.value.union(other.value))
        }
        return Estimate(cost: cost, size: size(1).union(size(2)), parts: parts, type: type)
    }

    private var smaller: UInt64 { CostBounds(low: 0, high: min(size(0).high, size(1).high)).cost(Self.text) }

    private var equality: UInt64 {
        guard name == "_==_", arguments.count == 2, arguments[0].type == arguments[1].type, case .opaque(let kind) = arguments[0].type
        else {
            return smaller
        }
        switch kind {
        case "kubernetes.NamedFormat": return CostBounds.scaled(Self.formatSize, Self.text)
        case "kubernetes.URL": return max(1, (arguments[1].size ?? .one).cost(Self.text))
        default: return 1
        }
    }

    private var comparison: UInt64 {
        switch (arguments.first?.type, arguments.last?.type) {
        case (.string, _), (_, .string), (.bytes, _), (_, .bytes): smaller
        // Known at run time only: the dearer way counts.
        case (.dyn, .dyn): max(1, smaller)
        default: 1
        }
    }

    private var addition: Estimate {
        let sum = size(0).plus(size(1))
        let kinds = [arguments.first?.type ?? .dyn, arguments.last?.type ?? .dyn]
        let kind = kinds.first { $0 != .dyn } ?? .dyn
        switch kind {
        case .string, .bytes: return result(sum.cost(Self.text), size: sum)
        case .list:
            var parts: CostEstimator.Parts?
            if let one = arguments.first?.parts, let other = arguments.last?.parts {
                parts = CostEstimator.Parts(isList: true, key: one.key.union(other.key), value: one.value.union(other.value))
            }
            return result(1, size: sum, parts: parts)
        case .dyn: return result(max(1, sum.cost(Self.text)), size: sum)
        default: return result(1)
        }
    }

    private var membership: UInt64 {
        switch arguments.last?.type {
        case .map?, .object?: 1
        case .list?: size(1).high
        default: max(1, size(1).high)
        }
    }

    private var element: Estimate {
        guard let container = arguments.first else { return result(1) }
        let step: String
        switch container.type {
        case .list: step = "@items"
        case .optional: return result(1)
        default: step = "@values"
        }
        return result(1, size: container.parts?.value, path: container.path + [step])
    }

    private var conversion: Estimate {
        let given = size(0)
        let cost = given.cost(Self.text)
        switch (name, arguments.first?.type) {
        case ("bytes", .string?): return result(cost, size: CostBounds(low: given.low, high: CostBounds.product(given.high, 4)))
        case ("string", .bytes?): return result(cost, size: CostBounds(low: given.low / 4, high: given.high))
        case ("strings.quote", _):
            let most = CostBounds.sum(CostBounds.product(given.high, 2), 2)
            return result(cost, size: CostBounds(low: CostBounds.sum(given.low, 2), high: most))
        default: return result(1)
        }
    }

    // MARK: Texts

    private func texts(_ estimator: CostEstimator) -> Estimate? {
        switch name {
        case "startsWith", "endsWith": return result(size(0).cost(Self.text))
        case "contains" where target != nil: return result(CostBounds.product(targetSize.cost(Self.text), size(0).cost(Self.text)))
        case "matches" where target != nil: return result(search)
        case "find", "findAll":
            guard target != nil, !arguments.isEmpty else { return nil }
            return result(search, size: CostBounds(low: 0, high: targetSize.high))
        case "url", "jsonpatch.escapeKey": return result(size(0).cost(Self.text), size: size(0))
        case "lowerAscii", "upperAscii", "substring", "trim": return result(targetSize.cost(Self.text), size: targetSize)
        case "replace":
            guard target != nil, arguments.count >= 2 else { return nil }
            return result(targetSize.cost(2 * Self.text), size: replaced)
        case "split": return result(targetSize.cost(2 * Self.text), size: CostBounds(low: 0, high: numbers[1] ?? targetSize.high))
        case "join": return join(estimator)
        case "quantity", "isQuantity", "semver", "isSemver": return result(size(0).cost(Self.text))
        case "validate": return result(CostBounds.scaled(size(0).cost(Self.text), Self.formatPattern * Self.pattern))
        default: return nil
        }
    }

    /// A text of one more character, so that an empty one is not for nothing.
    private var search: UInt64 {
        CostBounds.product(targetSize.plus(.one).cost(Self.text), size(0).cost(Self.pattern))
    }

    /// How long a text can be after parts of it were replaced.
    private var replaced: CostBounds {
        let (given, old, new) = (targetSize, size(0), size(1))
        var count = CostBounds.zero
        var kept = CostBounds.zero
        if old.low == 0 {
            // Behind each character, and before the first.
            (count.high, kept.high) = (CostBounds.sum(given.high, 1), given.high)
        } else if new.high <= old.low {
            kept.high = given.high
        } else {
            count.high = CostBounds.scaled(given.high, 1 / Double(old.low))
        }
        if old.high == 0 {
            (count.low, kept.low) = (CostBounds.sum(given.low, 1), given.low)
        } else if old.high <= new.low {
            kept.low = given.low
        } else {
            count.low = CostBounds.scaled(given.low, 1 / Double(old.high))
        }
        return count.times(new).plus(kept)
    }

    private func join(_ estimator: CostEstimator) -> Estimate {
        var length = CostBounds.zero
        if let items = elementSize(estimator) { length = targetSize.times(items.size) }
        if !arguments.isEmpty {
            let gaps = CostBounds(low: targetSize.low > 0 ? targetSize.low - 1 : 0, high: targetSize.high > 0 ? targetSize.high - 1 : 0)
            length = length.plus(size(0).times(gaps))
        }
        return result(length.cost(Self.text), size: length)
    }

    /// How large the elements of the target are; nil when it is no list.
    private func elementSize(_ estimator: CostEstimator) -> (size: CostBounds, type: CELType)? {
        guard let target, case .list(let element) = target.type else { return nil }
        let path = target.path.isEmpty ? [] : target.path + ["@items"]
        return (estimator.lookUp(path) ?? .unknown, element)
    }

    // MARK: Lists

    private func lists(_ estimator: CostEstimator) -> Estimate? {
        switch name {
        case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf":
            guard target != nil else { return nil }
            guard let items = elementSize(estimator) else { return result(targetSize.cost(Self.text)) }
            let isText = items.type == .string || items.type == .bytes
            let each = isText ? CostBounds.sum(1, items.size.cost(Self.text)) : 1
            return result(CostBounds.product(targetSize.high, each))
        case "slice":
            guard arguments.count == 2 else { return nil }
            let end = numbers[1] ?? targetSize.high, start = numbers[0] ?? 0
            return made(1, CostBounds(low: 0, high: end >= start ? end - start : .max))
        case "lists.range": return made(1, CostBounds(low: 0, high: numbers[0] ?? .max))
        case "reverse":
            guard case .list? = target?.type else { return nil }
            return made(1, targetSize)
        case "flatten": return made(Double(arguments.isEmpty ? 1 : numbers[0] ?? .max), targetSize)
        case "distinct": return made(2, targetSize.times(targetSize))
        case "sort":
            var isText = false
            if case .list(let element)? = target?.type { isText = element == .string || element == .bytes }
            return made(isText ? 2 + Self.text : 2, targetSize.times(targetSize))
        default: return nil
        }
    }

    /// A call that makes a list.
    private func made(_ factor: Double, _ count: CostBounds) -> Estimate { result(CostBounds.sum(count.cost(factor), 11), size: count) }

    // MARK: Addresses

    private var addresses: Estimate? {
        // An address has 4 or 16 bytes, and two of them are gone through.
        let compared = CostBounds.scaled(32, Self.text)
        var parsed: UInt64 = 0
        if let kind = arguments.first?.type, kind == .string || kind == .dyn { parsed = size(0).cost(Self.text) }
        switch name {
        case "ip" where target != nil: return result(1)
        case "ip", "cidr", "isIP", "isCIDR": return result(size(0).cost(Self.text))
        case "ip.isCanonical": return result(size(0).cost(2 * Self.text))
        case "containsIP": return result(CostBounds.sum(compared, parsed))
        case "containsCIDR": return result(CostBounds.sum(CostBounds.sum(compared, parsed), CostBounds.scaled(16, Self.text) + 1))
        default: return nil
        }
    }
}
