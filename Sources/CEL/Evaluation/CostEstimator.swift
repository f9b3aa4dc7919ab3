/// The most an expression can cost, worked out from how large values can be: as cel-go and Kubernetes' libraries work it out, so that a
/// definition is refused where upstream refuses it.
///
/// Source: cel-go `checker/cost.go`, `k8s.io/apiserver/pkg/cel/library/cost.go`.
struct CostEstimator {
    let size: ([String]) -> UInt64?
    /// Of each part of the expression; a part without one is no value but a piece of a dotted name.
    let types: [ObjectIdentifier: CELType]

    /// What is known of a part: its greatest cost, how large its value is, what is in it, and where it came from.
    struct Estimate {
        var cost: UInt64
        var size: CostBounds?
        var parts: Parts?
        /// Empty: made by the expression itself.
        var path: [String] = []
        var type = CELType.dyn
    }

    /// How large the keys and the elements of a value are that the expression made.
    struct Parts {
        var isList: Bool
        var key: CostBounds
        var value: CostBounds
    }

    /// A name that the expression itself brings.
    private struct Local {
        var path: [String]
        var size: CostBounds?
        var parts: Parts?
    }

    private var scopes: [String: Local] = [:]

    init(types: [ObjectIdentifier: CELType], size: @escaping ([String]) -> UInt64?) {
        self.types = types
        self.size = size
    }

    mutating func estimate(_ root: Node) -> UInt64 { visit(root).cost }

    // MARK: Sizes

    /// How large a value is: what the expression itself tells, else what is known of where it came from, else what its type tells.
    func sized(_ given: Estimate, or local: CostBounds? = nil) -> Estimate {
        var result = given
        if given.size == nil { result.size = lookUp(given.path) ?? Self.scalar(given.type) ?? local }
        return result
    }

    /// What is known of the size of what lies at a path.
    func lookUp(_ path: [String]) -> CostBounds? {
        guard !path.isEmpty, let most = size(path) else { return nil }
        return CostBounds(low: 0, high: most)
    }

    private static func scalar(_ type: CELType) -> CostBounds? {
        switch type {
        case .bool, .double, .duration, .int, .timestamp, .uint: return CostBounds(low: 1, high: 1)
        case .optional(let wrapped): return scalar(wrapped)
        default: return nil
        }
    }

    private func type(of node: Node) -> CELType { types[ObjectIdentifier(node)] ?? .dyn }

    // MARK: Parts of an expression

    private mutating func visit(_ node: Node) -> Estimate {
        let type = type(of: node)
        switch node.kind {
        case .literal(let value):
            return sized(Estimate(cost: 0, size: Self.size(of: value), type: type))
        case .identifier(let name):
            guard let local = scopes[name] else { return sized(Estimate(cost: 1, path: [name], type: type)) }
            return sized(Estimate(cost: 1, parts: local.parts, path: local.path, type: type), or: local.size)
        case .select(let operand, let field, let isTest, let isOptional):
            return select(node, operand, field, isTest: isTest, isOptional: isOptional)
        case .list(let items, _):
            var cost: UInt64 = 10
            var value: CostBounds?
            for item in items {
                let part = visit(item)
                cost = CostBounds.sum(cost, part.cost)
                value = CostBounds.union(value, part.size ?? .unknown)
            }
            let parts = Parts(isList: true, key: .one, value: value ?? .zero)
            return Estimate(cost: cost, size: CostBounds(exactly: items.count), parts: parts, type: type)
        case .map(let entries):
            var cost: UInt64 = 30
            var (key, value): (CostBounds?, CostBounds?)
            for entry in entries {
                let (left, right) = (visit(entry.key), visit(entry.value))
                cost = CostBounds.sum(cost, CostBounds.sum(left.cost, right.cost))
                key = CostBounds.union(key, left.size ?? .unknown)
                value = CostBounds.union(value, right.size ?? .unknown)
            }
            let parts = Parts(isList: false, key: key ?? .zero, value: value ?? .zero)
            return Estimate(cost: cost, size: CostBounds(exactly: entries.count), parts: parts, type: type)
        case .message(_, let fields):
            var cost: UInt64 = 40
            for field in fields { cost = CostBounds.sum(cost, visit(field.value).cost) }
            return Estimate(cost: cost, type: type)
        case .call(let name, let target, let arguments): return call(node, name, target, arguments)
        case .macro(let macro): return loop(macro, node)
        }
    }

    private static func size(of value: CELValue) -> CostBounds? {
        switch value {
        case .string(let text): CostBounds(exactly: text.unicodeScalars.count)
        case .bytes(let bytes): CostBounds(exactly: bytes.count)
        default: .one
        }
    }

    private mutating func select(_ node: Node, _ operand: Node, _ field: String, isTest: Bool, isOptional: Bool) -> Estimate {
        let type = type(of: node)
        // A dotted name is one.
        guard types[ObjectIdentifier(operand)] != nil else {
            return sized(Estimate(cost: 1, path: [Checker.qualifiedName(node) ?? field], type: type))
        }
        let inner = visit(operand)
        if isTest { return sized(Estimate(cost: inner.cost, type: .bool)) }
        if isOptional { return sized(Estimate(cost: CostBounds.sum(inner.cost, 1), type: type)) }
        var cost = inner.cost
        switch inner.type {
        case .map, .object, .parameter: cost = CostBounds.sum(cost, 1)
        default: break
        }
        return sized(Estimate(cost: cost, path: inner.path + [field], type: type))
    }

    private mutating func call(_ node: Node, _ name: String, _ target: Node?, _ arguments: [Node]) -> Estimate {
        let type = type(of: node)
        var receiver = target
        var function = name
        if let target, types[ObjectIdentifier(target)] == nil, let prefix = Checker.qualifiedName(target) {
            // `ip.isCanonical(x)` is a function with a dotted name.
            function = "\(prefix).\(name)"
            receiver = nil
        }
        var call = EstimatedCall(name: function, target: receiver.map { visit($0) }, type: type)
        for argument in arguments {
            call.arguments.append(visit(argument))
            if case .literal(.int(let number)) = argument.kind { call.numbers[call.arguments.count - 1] = UInt64(clamping: number) }
        }
        return sized(call.estimate(self))
    }

    // MARK: Loops

    private mutating func loop(_ macro: Node.Macro, _ node: Node) -> Estimate {
        let range = visit(macro.range)
        let type = type(of: node)
        let hidden = scopes
        defer { scopes = hidden }
        switch macro.function {
        case .bind:
            scopes[macro.variables[0]] = Local(path: range.path, size: range.size, parts: range.parts)
            let body = visit(macro.body)
            let cost = CostBounds.sum(CostBounds.sum(range.cost, body.cost), 10)
            return sized(Estimate(cost: cost, size: body.size, parts: body.parts, type: type))
        case .optMap, .optFlatMap: return optional(macro, range, type)
        default: break
        }
        bind(macro.variables, range)
        let condition = macro.condition.map { visit($0).cost }
        let body = visit(macro.body)
        let count = range.size ?? .unknown
        var result = Estimate(cost: 0, type: type)
        /// Before the loop, for each element, and behind it.
        var (start, round, end): (UInt64, UInt64, UInt64) = (0, 0, 1)
        switch macro.function {
        case .all: round = CostBounds.sum(body.cost, 3)
        case .exists: round = CostBounds.sum(body.cost, 4)
        case .existsOne: (round, end) = (CostBounds.sum(body.cost, 2), 2)
        case .map, .transformList: (start, round) = (10, CostBounds.sum(body.cost, 12))
        case .filter: (start, round) = (10, CostBounds.sum(body.cost, 13))
        case .transformMap: (start, round) = (30, CostBounds.sum(body.cost, 3))
        case .transformMapEntry: (start, round) = (30, CostBounds.sum(body.cost, 2))
        case .bind, .optMap, .optFlatMap: break
        }
        if let condition { round = CostBounds.sum(condition, round) }
        switch macro.function {
        case .all, .exists, .existsOne: result.size = .one
        case .map, .transformList:
            result.size = count
            result.parts = Parts(isList: true, key: .one, value: CostBounds(low: 0, high: (body.size ?? .unknown).high))
        case .filter:
            result.size = count
            let element = sized(Estimate(cost: 0, path: scopes[macro.variables[0]]?.path ?? []), or: scopes[macro.variables[0]]?.size)
            result.parts = Parts(isList: true, key: .one, value: CostBounds(low: 0, high: (element.size ?? .unknown).high))
        default: result.size = count
        }
        result.cost = CostBounds.sum(CostBounds.sum(range.cost, start), CostBounds.sum(end, CostBounds.product(count.high, round)))
        return result
    }

    /// Names what a loop goes over.
    private mutating func bind(_ names: [String], _ range: Estimate) {
        var isList = range.parts?.isList ?? false
        if range.parts == nil, case .list = range.type { isList = true }
        let key = Local(path: range.path + [isList ? "@indices" : "@keys"], size: range.parts?.key, parts: nil)
        let value = Local(path: range.path + [isList ? "@items" : "@values"], size: range.parts?.value, parts: nil)
        if names.count == 2 {
            scopes[names[0]] = key
            scopes[names[1]] = value
        } else {
            scopes[names[0]] = isList ? value : key
        }
    }

    /// `x.hasValue() ? optional.of(cel.bind(v, x.value(), body)) : optional.none()`, as the language has it.
    private mutating func optional(_ macro: Node.Macro, _ range: Estimate, _ type: CELType) -> Estimate {
        var wrapped = CELType.dyn
        if case .optional(let inner) = range.type { wrapped = inner }
        let value = sized(Estimate(cost: CostBounds.sum(range.cost, 1), type: wrapped))
        scopes[macro.variables[0]] = Local(path: [], size: value.size, parts: nil)
        let body = visit(macro.body)
        let isMap = macro.function == .optMap
        let then = CostBounds.sum(CostBounds.sum(value.cost, body.cost), isMap ? 11 : 10)
        return sized(Estimate(cost: CostBounds.sum(value.cost, max(then, 1)), type: type))
    }
}
