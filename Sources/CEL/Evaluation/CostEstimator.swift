/// The most an expression can cost, worked out from how large values can be.
///
/// Coarser than cel-go's: it knows the worst case of each call and loop, and takes what it cannot know for as large as a request may be.
struct CostEstimator {
    /// The largest body of a request, in bytes: nothing in it is larger.
    static let unknownSize: UInt64 = 3 * 1024 * 1024

    let size: ([String]) -> UInt64?

    /// What is known of a part: its greatest cost, how large its value is, and where the value came from.
    private struct Estimate {
        var cost: UInt64
        var size: UInt64
        var path: [String]?
    }

    func estimate(_ root: Node) -> UInt64 {
        var scopes: [String: (path: [String]?, size: UInt64)] = [:]
        return visit(root, &scopes).cost
    }

    private static func plus(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }

    private static func times(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? .max : product
    }

    private func sizeOf(_ path: [String]) -> UInt64 { size(path) ?? Self.unknownSize }

    private func visit(_ node: Node, _ scopes: inout [String: (path: [String]?, size: UInt64)]) -> Estimate {
        switch node.kind {
        case .literal(let value): return Estimate(cost: 0, size: value.size)
        case .identifier(let name):
            if let scope = scopes[name] { return Estimate(cost: 1, size: scope.size, path: scope.path) }
            return Estimate(cost: 1, size: sizeOf([name]), path: [name])
        case .select(let operand, let field, let isTest, _):
            let inner = visit(operand, &scopes)
            let path = inner.path.map { $0 + [field] }
            return Estimate(
                cost: Self.plus(inner.cost, isTest ? 0 : 1), size: isTest ? 1 : path.map(sizeOf) ?? Self.unknownSize, path: path)
        case .list(let items, _):
            return Estimate(cost: items.reduce(10) { Self.plus($0, visit($1, &scopes).cost) }, size: UInt64(items.count))
        case .map(let entries):
            let cost = entries.reduce(UInt64(30)) { Self.plus($0, Self.plus(visit($1.key, &scopes).cost, visit($1.value, &scopes).cost)) }
            return Estimate(cost: cost, size: UInt64(entries.count))
        case .message(_, let fields): return Estimate(cost: fields.reduce(40) { Self.plus($0, visit($1.value, &scopes).cost) }, size: 1)
        case .call(let name, let target, let arguments): return call(name, (target.map { [$0] } ?? []) + arguments, &scopes)
        case .macro(let macro): return loop(macro, &scopes)
        }
    }

    private func call(_ name: String, _ nodes: [Node], _ scopes: inout [String: (path: [String]?, size: UInt64)]) -> Estimate {
        let parts = nodes.map { visit($0, &scopes) }
        var cost = parts.reduce(UInt64(0)) { Self.plus($0, $1.cost) }
        func size(_ position: Int) -> UInt64 { position < parts.count ? parts[position].size : 1 }
        func tenth(_ amount: UInt64) -> UInt64 { amount / 10 + 1 }
        var result: UInt64 = 1
        var path: [String]?
        switch name {
        case "_&&_", "_||_", "!_": return Estimate(cost: cost, size: 1)
        case "_?_:_":
            return Estimate(cost: Self.plus(parts[0].cost, max(parts[1].cost, parts[2].cost)), size: max(size(1), size(2)))
        case "_[_]", "_[?_]":
            path = parts[0].path.map { $0 + ["@items"] }
            result = path.map(sizeOf) ?? Self.unknownSize
            cost = Self.plus(cost, 1)
        case "startsWith", "endsWith": cost = Self.plus(cost, tenth(size(1)))
        case "contains": cost = Self.plus(cost, Self.times(tenth(size(0)), tenth(size(1))))
        case "matches", "find", "findAll":
            cost = Self.plus(cost, Self.times(tenth(Self.plus(size(0), 1)), size(1) / 4 + 1))
            result = size(0)
        case "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_": cost = Self.plus(cost, tenth(min(size(0), size(1))))
        case "@in": cost = Self.plus(cost, size(1))
        case "_+_":
            result = Self.plus(size(0), size(1))
            cost = Self.plus(cost, tenth(result))
        case "sets.contains", "sets.intersects", "sets.equivalent": cost = Self.plus(cost, Self.times(size(0), size(1)))
        case "size", "type", "dyn", "int", "uint", "double", "bool", "hasValue", "value":
            cost = Self.plus(cost, 1)
            result = name == "dyn" || name == "value" ? size(0) : 1
        default:
            cost = Self.plus(cost, tenth(size(0)))
            result = size(0)
        }
        return Estimate(cost: cost, size: result, path: path)
    }

    private func loop(_ macro: Node.Macro, _ scopes: inout [String: (path: [String]?, size: UInt64)]) -> Estimate {
        let range = visit(macro.range, &scopes)
        let hidden = scopes
        if macro.function == .optMap || macro.function == .optFlatMap || macro.function == .bind {
            scopes[macro.variables[0]] = (range.path, range.size)
            let body = visit(macro.body, &scopes)
            scopes = hidden
            return Estimate(cost: Self.plus(range.cost, body.cost), size: body.size)
        }
        for (position, name) in macro.variables.enumerated() {
            let isIndex = macro.variables.count == 2 && position == 0
            let path = isIndex ? nil : range.path.map { $0 + ["@items"] }
            scopes[name] = (path, isIndex ? 1 : path.map(sizeOf) ?? Self.unknownSize)
        }
        let body = visit(macro.body, &scopes)
        let condition = macro.condition.map { visit($0, &scopes).cost } ?? 0
        scopes = hidden
        let round = Self.plus(Self.plus(body.cost, condition), 3)
        return Estimate(cost: Self.plus(range.cost, Self.times(range.size, round)), size: range.size)
    }
}
