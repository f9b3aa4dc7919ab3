import Values

/// Evaluates a checked expression and counts what it costs.
///
/// Costs are those of cel-go's runtime tracker: one for a name, a selection or a call, more where a call goes through a text or a list.
struct Interpreter {
    private var variables: [String: CELValue]
    private let limit: UInt64
    private(set) var cost: UInt64 = 0

    init(variables: [String: CELValue], limit: UInt64) {
        self.variables = variables
        self.limit = limit
    }

    private mutating func charge(_ amount: UInt64) throws {
        let (sum, overflow) = cost.addingReportingOverflow(amount)
        cost = sum
        if overflow || cost > limit { throw CELError("operation cancelled: actual cost limit exceeded", isFinal: true) }
    }

    mutating func evaluate(_ node: Node) throws -> CELValue {
        switch node.kind {
        case .literal(let value): return value
        case .identifier(let name):
            try charge(1)
            if let value = variables[name] { return value }
            if let type = Checker.type(named: name) { return .type(type) }
            throw CELError("no such attribute(s): \(name)")
        case .select(let operand, let field, let isTest, let isOptional):
            if let name = Checker.qualifiedName(node) {
                if let type = Checker.type(named: name) { return .type(type) }
                // A variable may have a dotted name.
                if let value = variables[name] {
                    try charge(1)
                    return value
                }
            }
            return try select(operand, field, isTest: isTest, isOptional: isOptional)
        case .call(let name, let target, let arguments): return try call(name, target, arguments)
        case .list(let items, let optional):
            try charge(10)
            var result: [CELValue] = []
            for (position, item) in items.enumerated() {
                let value = try evaluate(item)
                guard optional.contains(position) else {
                    result.append(value)
                    continue
                }
                guard case .optional(let wrapped) = value else { throw CELError.noOverload }
                if let wrapped { result.append(wrapped) }
            }
            return .list(result)
        case .map(let entries):
            try charge(30)
            var result = CELMap()
            for entry in entries {
                guard let key = CELKey(try evaluate(entry.key)) else { throw CELError("unsupported key type") }
                let value = try evaluate(entry.value)
                if entry.isOptional {
                    guard case .optional(let wrapped) = value else { throw CELError.noOverload }
                    if let wrapped { result[key] = wrapped }
                } else {
                    guard result[key] == nil else { throw CELError("Failed with repeated key") }
                    result[key] = value
                }
            }
            return .map(result)
        case .message(let name, let fields):
            try charge(40)
            var values: [(name: String, value: CELValue)] = []
            for (field, node, isOptional) in fields {
                let value = try evaluate(node)
                guard isOptional else {
                    values.append((field, value))
                    continue
                }
                guard case .optional(let wrapped) = value else { throw CELError.noOverload }
                if let wrapped { values.append((field, wrapped)) }
            }
            return .message(CELMessage(type: name, fields: values))
        case .macro(let macro): return try evaluate(macro)
        }
    }

    // MARK: Selection

    private mutating func select(_ operand: Node, _ field: String, isTest: Bool, isOptional: Bool) throws -> CELValue {
        var value = try evaluate(operand)
        if !isTest { try charge(1) }
        var wraps = isOptional
        if case .optional(let wrapped) = value {
            guard let wrapped else { return isTest ? .bool(false) : .optional(nil) }
            value = wrapped
            wraps = true
        }
        let found = try Self.field(field, of: value)
        if isTest { return .bool(found != nil) }
        if wraps { return .optional(found) }
        guard let found else { throw CELError.noKey(field) }
        return found
    }

    /// A member of a map or object; nil where it is absent.
    private static func field(_ name: String, of value: CELValue) throws -> CELValue? {
        switch value {
        case .map(let map): return map.lookUp(.string(name))
        case .object(let object, let type):
            guard let fieldType = type.type(of: name) else { return nil }
            return object[FieldName.unescape(name)].map { CELValue($0, as: fieldType) }
        case .opaque(let host): return try host.field(name)
        case .message(let message): return message[name]
        default: throw CELError.noOverload
        }
    }

    // MARK: Calls

    private mutating func call(_ name: String, _ target: Node?, _ arguments: [Node]) throws -> CELValue {
        switch name {
        case "_&&_", "_||_": return try junction(arguments[0], arguments[1], stop: name == "_||_")
        case "_?_:_":
            guard case .bool(let condition) = try evaluate(arguments[0]) else { throw CELError.noOverload }
            return try evaluate(arguments[condition ? 1 : 2])
        default: break
        }
        if let target, let prefix = Checker.qualifiedName(target), variables[String(prefix.prefix { $0 != "." })] == nil,
            let function = Library.all["\(prefix).\(name)"]
        {
            return try apply(function, "\(prefix).\(name)", arguments)
        }
        guard let function = Library.all[name] else { throw CELError.noOverload }
        if name == "orValue" || name == "or", let target, case .optional(let wrapped) = try evaluate(target) {
            // The other value is looked at only where it is needed.
            try charge(1)
            if let wrapped { return name == "or" ? .optional(wrapped) : wrapped }
            return try evaluate(arguments[0])
        }
        return try apply(function, name, (target.map { [$0] } ?? []) + arguments)
    }

    private mutating func apply(_ function: Function, _ name: String, _ nodes: [Node]) throws -> CELValue {
        var values: [CELValue] = []
        values.reserveCapacity(nodes.count)
        for node in nodes { values.append(try evaluate(node)) }
        try charge(CallCost.before(name, values))
        let result = try function.apply(values)
        return result
    }

    /// `&&` and `||`: one side that decides is enough, even when the other one fails.
    private mutating func junction(_ left: Node, _ right: Node, stop: Bool) throws -> CELValue {
        var failure: (any Error)?
        for node in [left, right] {
            do {
                guard case .bool(let value) = try evaluate(node) else { throw CELError.noOverload }
                if value == stop { return .bool(stop) }
            } catch let error as CELError where !error.isFinal {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!stop)
    }

    // MARK: Macros

    private mutating func evaluate(_ macro: Node.Macro) throws -> CELValue {
        let range = try evaluate(macro.range)
        switch macro.function {
        case .bind: return try with(macro.variables, [range]) { try $0.evaluate(macro.body) }
        case .optMap, .optFlatMap:
            guard case .optional(let wrapped) = range else { throw CELError.noOverload }
            guard let wrapped else { return .optional(nil) }
            let value = try with(macro.variables, [wrapped]) { try $0.evaluate(macro.body) }
            return macro.function == .optMap ? .optional(value) : value
        default: break
        }
        let pairs = try Self.pairs(range, macro.variables.count)
        switch macro.function {
        case .all, .exists: return try quantify(macro, pairs, stop: macro.function == .exists)
        case .existsOne:
            var count = 0
            for pair in pairs { if try isTrue(macro.body, macro.variables, pair) { count += 1 } }
            return .bool(count == 1)
        case .filter:
            var result: [CELValue] = []
            for pair in pairs { if try isTrue(macro.body, macro.variables, pair) { result.append(pair[0]) } }
            return .list(result)
        case .map, .transformList:
            var result: [CELValue] = []
            for pair in pairs {
                if let condition = macro.condition, try !isTrue(condition, macro.variables, pair) { continue }
                result.append(try with(macro.variables, pair) { try $0.evaluate(macro.body) })
            }
            return .list(result)
        case .transformMap, .transformMapEntry:
            var result = CELMap()
            for pair in pairs {
                if let condition = macro.condition, try !isTrue(condition, macro.variables, pair) { continue }
                let value = try with(macro.variables, pair) { try $0.evaluate(macro.body) }
                if macro.function == .transformMap {
                    guard let key = CELKey(pair[0]) else { throw CELError("unsupported key type") }
                    result[key] = value
                } else {
                    guard case .map(let entries) = value else { throw CELError.noOverload }
                    for key in entries.keys {
                        guard result[key] == nil else { throw CELError("insert failed: key \(key.value) already exists") }
                        result[key] = entries[key]
                    }
                }
            }
            return .map(result)
        case .bind, .optMap, .optFlatMap: throw CELError.noOverload
        }
    }

    /// What the variables of a loop are in each of its rounds.
    private static func pairs(_ range: CELValue, _ count: Int) throws -> [[CELValue]] {
        switch range {
        case .list(let items):
            return count == 1 ? items.map { [$0] } : items.enumerated().map { [.int(Int64($0)), $1] }
        case .map, .object:
            guard let map = range.asMap else { throw CELError.noOverload }
            return map.keys.map { key in count == 1 ? [key.value] : [key.value, map[key] ?? .null] }
        default: throw CELError.noOverload
        }
    }

    private mutating func quantify(_ macro: Node.Macro, _ pairs: [[CELValue]], stop: Bool) throws -> CELValue {
        var failure: (any Error)?
        for pair in pairs {
            do {
                try charge(1)
                if try isTrue(macro.body, macro.variables, pair) == stop { return .bool(stop) }
            } catch let error as CELError where !error.isFinal {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!stop)
    }

    private mutating func isTrue(_ node: Node, _ names: [String], _ values: [CELValue]) throws -> Bool {
        guard case .bool(let result) = try with(names, values, { try $0.evaluate(node) }) else { throw CELError.noOverload }
        return result
    }

    private mutating func with<R>(_ names: [String], _ values: [CELValue], _ body: (inout Interpreter) throws -> R) rethrows -> R {
        let hidden = names.map { variables[$0] }
        for (name, value) in zip(names, values) { variables[name] = value }
        defer { for (name, value) in zip(names, hidden) { variables[name] = value } }
        return try body(&self)
    }
}

extension CELValue {
    /// How much there is to go through: characters, bytes or elements.
    var size: UInt64 {
        switch self {
        case .string(let text): UInt64(text.unicodeScalars.count)
        case .bytes(let bytes): UInt64(bytes.count)
        case .list(let items): UInt64(items.count)
        case .map(let map): UInt64(map.keys.count)
        case .object(let object, _): UInt64(object.count)
        default: 1
        }
    }
}
