import Core

/// Operators: arithmetic, order, equality, indexing, membership, size.
extension Library {
    private static let a = CELType.parameter("A")
    private static let b = CELType.parameter("B")
    private static let numbers: [CELType] = [.int, .uint, .double]

    static let operators = Library(functions: [
        "_&&_": Function([Signature([.bool, .bool], .bool)]) { _ in throw CELError.noOverload },
        "_||_": Function([Signature([.bool, .bool], .bool)]) { _ in throw CELError.noOverload },
        "_?_:_": Function([Signature([.bool, a, a], a)]) { _ in throw CELError.noOverload },
        "!_": Function([Signature([.bool], .bool)]) { values in
            guard case .bool(let flag) = values[0] else { throw CELError.noOverload }
            return .bool(!flag)
        },
        "_==_": Function([Signature([a, a], .bool)]) { .bool(CELValue.equal($0[0], $0[1])) },
        "_!=_": Function([Signature([a, a], .bool)]) { .bool(!CELValue.equal($0[0], $0[1])) },
        "_<_": comparison { $0 < 0 }, "_<=_": comparison { $0 <= 0 }, "_>_": comparison { $0 > 0 }, "_>=_": comparison { $0 >= 0 },
        "_+_": Function(
            numbers.map { Signature([$0, $0], $0) } + [
                Signature([.string, .string], .string), Signature([.bytes, .bytes], .bytes), Signature([.list(a), .list(a)], .list(a)),
                Signature([.timestamp, .duration], .timestamp), Signature([.duration, .timestamp], .timestamp),
                Signature([.duration, .duration], .duration),
            ]
        ) { try add($0[0], $0[1]) },
        "_-_": Function(
            numbers.map { Signature([$0, $0], $0) } + [
                Signature([.timestamp, .timestamp], .duration), Signature([.timestamp, .duration], .timestamp),
                Signature([.duration, .duration], .duration),
            ]
        ) { try subtract($0[0], $0[1]) },
        "_*_": Function(numbers.map { Signature([$0, $0], $0) }) { values in
            switch (values[0], values[1]) {
            case (.int(let x), .int(let y)): .int(try checked(x.multipliedReportingOverflow(by: y)))
            case (.uint(let x), .uint(let y)): .uint(try checked(x.multipliedReportingOverflow(by: y), "unsigned integer overflow"))
            case (.double(let x), .double(let y)): .double(x * y)
            default: throw CELError.noOverload
            }
        },
        "_/_": Function(numbers.map { Signature([$0, $0], $0) }) { values in
            switch (values[0], values[1]) {
            case (.int, .int(0)), (.uint, .uint(0)): throw CELError("division by zero")
            case (.int(let x), .int(let y)): .int(try checked(x.dividedReportingOverflow(by: y)))
            case (.uint(let x), .uint(let y)): .uint(x / y)
            case (.double(let x), .double(let y)): .double(x / y)
            default: throw CELError.noOverload
            }
        },
        "_%_": Function([Signature([.int, .int], .int), Signature([.uint, .uint], .uint)]) { values in
            switch (values[0], values[1]) {
            case (.int, .int(0)), (.uint, .uint(0)): throw CELError("modulus by zero")
            case (.int(let x), .int(let y)): .int(try checked(x.remainderReportingOverflow(dividingBy: y)))
            case (.uint(let x), .uint(let y)): .uint(x % y)
            default: throw CELError.noOverload
            }
        },
        "-_": Function([Signature([.int], .int), Signature([.double], .double)]) { values in
            switch values[0] {
            case .int(let x): .int(try checked(Int64(0).subtractingReportingOverflow(x)))
            case .double(let x): .double(-x)
            default: throw CELError.noOverload
            }
        },
        "_[_]": Function([
            Signature([.list(a), .int], a), Signature([.map(a, b), a], b), Signature([.optional(.list(a)), .int], .optional(a)),
            Signature([.optional(.map(a, b)), a], .optional(b)),
        ]) { values in
            if case .optional(let wrapped) = values[0] { return .optional(try wrapped.flatMap { try element($0, values[1]) }) }
            if let found = try element(values[0], values[1]) { return found }
            if case .list = values[0] { throw CELError("index out of bounds: \(shown(values[1]))") }
            throw CELError.noKey(shown(values[1]))
        },
        "_[?_]": Function([
            Signature([.list(a), .int], .optional(a)), Signature([.map(a, b), a], .optional(b)),
            Signature([.optional(.list(a)), .int], .optional(a)),
            Signature([.optional(.map(a, b)), a], .optional(b)),
        ]) { values in
            if case .optional(let wrapped) = values[0] { return .optional(try wrapped.flatMap { try element($0, values[1]) }) }
            return .optional(try element(values[0], values[1]))
        },
        "@in": Function([Signature([a, .list(a)], .bool), Signature([a, .map(a, b)], .bool)]) { values in
            switch values[1] {
            case .list(let items): .bool(items.contains { CELValue.equal($0, values[0]) })
            case .map, .object: .bool(CELKey(values[0]).flatMap { values[1].asMap?[$0] } != nil)
            default: throw CELError.noOverload
            }
        },
        "size": Function(
            [CELType.string, .bytes, .list(a), .map(a, b)].flatMap { [Signature([$0], .int), Signature.member($0, [], .int)] }
        ) { values in
            switch values[0] {
            case .string, .bytes, .list, .map, .object: .int(Int64(values[0].size))
            default: throw CELError.noOverload
            }
        },
    ])

    /// How messages show a key or an index.
    static func shown(_ value: CELValue) -> String {
        switch value {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .uint(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .double(let number): "\(number)"
        default: "\(value.type)"
        }
    }

    static func checked<T>(_ result: (partialValue: T, overflow: Bool), _ message: String = "integer overflow") throws -> T {
        guard !result.overflow else { throw CELError(message) }
        return result.partialValue
    }

    private static func element(_ container: CELValue, _ index: CELValue) throws -> CELValue? {
        switch container {
        case .list(let items):
            let position: Int64
            switch index {
            case .int(let number): position = number
            case .uint(let number): position = Int64(clamping: number)
            case .double(let number):
                guard let whole = Int64(exactly: number) else { throw CELError("unsupported index value: \(number)") }
                position = whole
            default: throw CELError.noOverload
            }
            return position >= 0 && position < items.count ? items[Int(position)] : nil
        case .map, .object:
            guard let key = CELKey(index) else { return nil }
            return container.asMap?.lookUp(key)
        default: throw CELError.noOverload
        }
    }

    // MARK: Arithmetic

    private static func add(_ left: CELValue, _ right: CELValue) throws -> CELValue {
        switch (left, right) {
        case (.int(let x), .int(let y)): .int(try checked(x.addingReportingOverflow(y)))
        case (.uint(let x), .uint(let y)): .uint(try checked(x.addingReportingOverflow(y), "unsigned integer overflow"))
        case (.double(let x), .double(let y)): .double(x + y)
        case (.string(let x), .string(let y)): .string(x + y)
        case (.bytes(let x), .bytes(let y)): .bytes(x + y)
        case (.list(let x), .list(let y)): .list(x + y)
        case (.timestamp(let x), .duration(let y)), (.duration(let y), .timestamp(let x)):
            .timestamp(Timestamp(nanoseconds: try checked(x.nanoseconds.addingReportingOverflow(y), "timestamp overflow")))
        case (.duration(let x), .duration(let y)): .duration(try checked(x.addingReportingOverflow(y), "duration overflow"))
        default: throw CELError.noOverload
        }
    }

    private static func subtract(_ left: CELValue, _ right: CELValue) throws -> CELValue {
        switch (left, right) {
        case (.int(let x), .int(let y)): .int(try checked(x.subtractingReportingOverflow(y)))
        case (.uint(let x), .uint(let y)): .uint(try checked(x.subtractingReportingOverflow(y), "unsigned integer overflow"))
        case (.double(let x), .double(let y)): .double(x - y)
        case (.timestamp(let x), .timestamp(let y)):
            .duration(try checked(x.nanoseconds.subtractingReportingOverflow(y.nanoseconds), "duration overflow"))
        case (.timestamp(let x), .duration(let y)):
            .timestamp(Timestamp(nanoseconds: try checked(x.nanoseconds.subtractingReportingOverflow(y), "timestamp overflow")))
        case (.duration(let x), .duration(let y)): .duration(try checked(x.subtractingReportingOverflow(y), "duration overflow"))
        default: throw CELError.noOverload
        }
    }

    // MARK: Order

    private static func comparison(_ holds: @escaping @Sendable (Int) -> Bool) -> Function {
        let like: [CELType] = [.bool, .string, .bytes, .timestamp, .duration]
        let mixed = numbers.flatMap { left in numbers.map { Signature([left, $0], .bool) } }
        return Function(like.map { Signature([$0, $0], .bool) } + mixed) { values in
            guard let order = order(values[0], values[1]) else {
                if case .double = values[0] { return .bool(false) }
                if case .double = values[1] { return .bool(false) }
                throw CELError.noOverload
            }
            return .bool(holds(order))
        }
    }

    /// -1, 0 or 1; nil where two values have no order.
    static func order(_ left: CELValue, _ right: CELValue) -> Int? {
        func order<T: Comparable>(_ x: T, _ y: T) -> Int { x < y ? -1 : x == y ? 0 : 1 }
        switch (left, right) {
        case (.bool(let x), .bool(let y)): return order(x ? 1 : 0, y ? 1 : 0)
        case (.string(let x), .string(let y)):
            if x.utf8.elementsEqual(y.utf8) { return 0 }
            return x.utf8.lexicographicallyPrecedes(y.utf8) ? -1 : 1
        case (.bytes(let x), .bytes(let y)): return x == y ? 0 : x.lexicographicallyPrecedes(y) ? -1 : 1
        case (.timestamp(let x), .timestamp(let y)): return order(x, y)
        case (.duration(let x), .duration(let y)): return order(x, y)
        default: return CELValue.compareNumbers(left, right)
        }
    }
}
