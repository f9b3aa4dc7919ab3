/// A place in an expression whose types do not go together.
struct TypeProblem: Error {
    let message: String
    let offset: Int
}

/// Works out the type of an expression and refuses what cannot be called.
struct Checker {
    private(set) var problems: [TypeProblem] = []
    /// Names in scope, the innermost last.
    private var scopes: [(name: String, type: CELType)]
    private(set) var usedNames: Set<String> = []
    private let messages: MessageTypes
    /// The type of each part that was checked; nil: nobody asks.
    private(set) var types: [ObjectIdentifier: CELType]?

    init(recordingWith variables: [String: CELType], messages: MessageTypes) {
        self.init(variables: variables, messages: messages)
        types = [:]
    }

    init(variables: [String: CELType], messages: MessageTypes = .none) {
        scopes = variables.map { ($0.key, $0.value) }
        self.messages = messages
    }

    private static let typeNames: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes, "null_type": .null,
        "list": .list(.dyn),
        "map": .map(.dyn, .dyn), "type": .type, "dyn": .dyn, "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
        "optional_type": .optional(.dyn), "net.IP": .opaque("net.IP"), "net.CIDR": .opaque("net.CIDR"),
        "kubernetes.Quantity": .opaque("kubernetes.Quantity"), "kubernetes.URL": .opaque("kubernetes.URL"),
        "kubernetes.Semver": .opaque("kubernetes.Semver"),
    ]

    static func type(named name: String) -> CELType? { typeNames[name] }

    private mutating func report(_ message: String, _ node: Node) -> CELType {
        problems.append(TypeProblem(message: message, offset: node.offset))
        return .dyn
    }

    mutating func check(_ node: Node) -> CELType {
        let type = typed(node)
        types?[ObjectIdentifier(node)] = type
        return type
    }

    private mutating func typed(_ node: Node) -> CELType {
        switch node.kind {
        case .literal(let value): return value.type
        case .identifier(let name):
            if let type = scopes.last(where: { $0.name == name })?.type {
                usedNames.insert(name)
                return type
            }
            if Self.typeNames[name] != nil { return .type }
            return report("undeclared reference to '\(name)' (in container '')", node)
        case .select(let operand, let field, let isTest, let isOptional):
            return select(node, operand, field, isTest: isTest, isOptional: isOptional)
        case .call(let name, let target, let arguments): return call(node, name, target, arguments)
        case .list(let items, let optional):
            var element: CELType?
            for (position, item) in items.enumerated() {
                var type = check(item)
                if optional.contains(position), case .optional(let wrapped) = type { type = wrapped }
                element = join(element, type, item)
            }
            return .list(element ?? .dyn)
        case .map(let entries):
            var (key, value): (CELType?, CELType?)
            for entry in entries {
                key = join(key, check(entry.key), entry.key)
                var type = check(entry.value)
                if entry.isOptional, case .optional(let wrapped) = type { type = wrapped }
                value = join(value, type, entry.value)
            }
            return .map(key ?? .dyn, value ?? .dyn)
        case .message(let name, let fields):
            guard let known = messages.fields(name) else { return report("undeclared reference to '\(name)' (in container '')", node) }
            for (field, value, isOptional) in fields {
                var type = check(value)
                if isOptional, case .optional(let wrapped) = type { type = wrapped }
                guard let wanted = known(field) else {
                    _ = report("undefined field '\(field)'", value)
                    continue
                }
                if !Self.isAssignable(type, wanted) {
                    _ = report("expected type of field '\(field)' is '\(wanted)' but provided type is '\(type)'", value)
                }
            }
            return .opaque(name)
        case .macro(let macro): return check(macro, node)
        }
    }

    /// The type of an aggregate's parts: they must be of one type (`cel.HomogeneousAggregateLiterals`).
    private mutating func join(_ known: CELType?, _ type: CELType, _ node: Node) -> CELType {
        guard let known else { return type }
        if Self.isAssignable(type, known) { return known }
        if Self.isAssignable(known, type) { return type }
        return report("expected type '\(known)' but found '\(type)'", node)
    }

    // MARK: Selection

    private mutating func select(_ node: Node, _ operand: Node, _ field: String, isTest: Bool, isOptional: Bool) -> CELType {
        // A dotted name may be that of a type.
        if let name = Self.qualifiedName(node) {
            if Self.typeNames[name] != nil { return .type }
            // A variable may have a dotted name.
            if let type = scopes.last(where: { $0.name == name })?.type {
                usedNames.insert(name)
                return type
            }
        }
        var type = check(operand)
        var wraps = isOptional
        if case .optional(let wrapped) = type {
            type = wrapped
            wraps = true
        }
        let found: CELType
        switch type {
        case .dyn, .parameter: found = .dyn
        case .map(_, let value): found = value
        case .object(let object):
            guard let fieldType = object.type(of: field) else { return report("undefined field '\(field)'", node) }
            found = fieldType
        default: return report("type '\(type)' does not support field selection", node)
        }
        return isTest ? .bool : wraps ? .optional(found) : found
    }

    static func qualifiedName(_ node: Node) -> String? {
        switch node.kind {
        case .identifier(let name): return name
        case .select(let operand, let field, isTest: false, isOptional: false): return qualifiedName(operand).map { "\($0).\(field)" }
        default: return nil
        }
    }

    // MARK: Calls

    private mutating func call(_ node: Node, _ name: String, _ target: Node?, _ arguments: [Node]) -> CELType {
        // `ip.isCanonical(x)` is a function with a dotted name, unless a variable is called `ip`.
        if let target, let prefix = Self.qualifiedName(target), !scopes.contains(where: { $0.name == prefix.prefix { $0 != "." } }),
            let function = Library.all["\(prefix).\(name)"]
        {
            return resolve(function, "\(prefix).\(name)", arguments.map { check($0) }, isMember: false, node)
        }
        var types: [CELType] = []
        if let target { types.append(check(target)) }
        for argument in arguments { types.append(check(argument)) }
        guard let function = Library.all[name] else { return report("undeclared reference to '\(name)' (in container '')", node) }
        return resolve(function, name, types, isMember: target != nil, node)
    }

    private mutating func resolve(_ function: Function, _ name: String, _ types: [CELType], isMember: Bool, _ node: Node) -> CELType {
        var result: CELType?
        for signature in function.signatures where signature.isMember == isMember && signature.parameters.count == types.count {
            var bindings: [String: CELType] = [:]
            guard zip(signature.parameters, types).allSatisfy({ Self.match($0, $1, &bindings) }) else { continue }
            let type = Self.substitute(signature.result, bindings)
            // More than one way is open when something is known at run time only.
            if let known = result, known != type {
                result = .dyn
            } else {
                result = type
            }
        }
        if let result { return result }
        let list = types.map(\.description)
        let shown = isMember ? "\(list[0]).(\(list.dropFirst().joined(separator: ", ")))" : "(\(list.joined(separator: ", ")))"
        return report("found no matching overload for '\(name)' applied to '\(shown)'", node)
    }

    /// Whether a value of a type may stand for a parameter, with its free types bound.
    private static func match(_ parameter: CELType, _ type: CELType, _ bindings: inout [String: CELType]) -> Bool {
        switch (parameter, type) {
        case (.parameter(let name), _):
            guard let bound = bindings[name] else {
                bindings[name] = type
                return true
            }
            if isAssignable(type, bound) { return true }
            guard isAssignable(bound, type) else { return false }
            bindings[name] = type
            return true
        case (.dyn, _), (_, .dyn): return true
        case (.list(let a), .list(let b)): return match(a, b, &bindings)
        case (.map(let a, let b), .map(let c, let d)): return match(a, c, &bindings) && match(b, d, &bindings)
        case (.map(_, let value), .object): return match(value, .dyn, &bindings)
        case (.optional(let a), .optional(let b)): return match(a, b, &bindings)
        default: return isAssignable(type, parameter)
        }
    }

    private static func substitute(_ type: CELType, _ bindings: [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name): bindings[name] ?? .dyn
        case .list(let element): .list(substitute(element, bindings))
        case .map(let key, let value): .map(substitute(key, bindings), substitute(value, bindings))
        case .optional(let wrapped): .optional(substitute(wrapped, bindings))
        default: type
        }
    }

    static func isAssignable(_ type: CELType, _ wanted: CELType) -> Bool {
        switch (type, wanted) {
        case (.dyn, _), (_, .dyn): return true
        case (.list(let a), .list(let b)): return isAssignable(a, b)
        case (.map(let a, let b), .map(let c, let d)): return isAssignable(a, c) && isAssignable(b, d)
        case (.optional(let a), .optional(let b)): return isAssignable(a, b)
        case (.null, .object), (.null, .opaque), (.null, .timestamp), (.null, .duration), (.null, .optional): return true
        case (.object, .null), (.opaque, .null), (.timestamp, .null), (.duration, .null), (.optional, .null): return true
        default: return type == wanted
        }
    }

    // MARK: Macros

    private mutating func check(_ macro: Node.Macro, _ node: Node) -> CELType {
        let range = check(macro.range)
        if macro.function == .bind { return scoped([(macro.variables[0], range)]) { $0.check(macro.body) } }
        if macro.function == .optMap || macro.function == .optFlatMap {
            var wrapped = CELType.dyn
            if case .optional(let inner) = range { wrapped = inner }
            let body = scoped([(macro.variables[0], wrapped)]) { $0.check(macro.body) }
            return macro.function == .optMap ? .optional(body) : body
        }
        let (first, second): (CELType, CELType)
        switch range {
        case .list(let element): (first, second) = macro.variables.count == 2 ? (.int, element) : (element, .dyn)
        case .map(let key, let value): (first, second) = (key, value)
        case .dyn: (first, second) = (.dyn, .dyn)
        default:
            return report("expression of type '\(range)' cannot be range of a comprehension (must be list, map, or dynamic)", macro.range)
        }
        let names = zip(macro.variables, [first, second]).map { ($0, $1) }
        return scoped(names) { checker in
            if let condition = macro.condition { checker.requireBool(condition) }
            switch macro.function {
            case .all, .exists, .existsOne, .filter:
                checker.requireBool(macro.body)
                if case .filter = macro.function {
                    if case .list = range { return range }
                    return .list(first)
                }
                return .bool
            case .map, .transformList: return .list(checker.check(macro.body))
            case .transformMap:
                let key: CELType = if case .list = range { .int } else { first }
                return .map(key, checker.check(macro.body))
            case .transformMapEntry:
                let body = checker.check(macro.body)
                if case .map = body { return body }
                return .map(.dyn, .dyn)
            case .bind, .optMap, .optFlatMap: return checker.check(macro.body)
            }
        }
    }

    private mutating func requireBool(_ node: Node) {
        let type = check(node)
        if type != .bool, type != .dyn { _ = report("expected type 'bool' but found '\(type)'", node) }
    }

    private mutating func scoped<R>(_ names: [(String, CELType)], _ body: (inout Checker) -> R) -> R {
        let count = scopes.count
        scopes += names.map { (name: $0.0, type: $0.1) }
        defer { scopes.removeLast(scopes.count - count) }
        return body(&self)
    }
}
