/// Functions of lists and sets, and of values that may be missing.
extension Library {
    private static let t = CELType.parameter("T")
    private static let k = CELType.parameter("K")
    private static let list = CELType.list(t)

    private static func items(_ value: CELValue) throws -> [CELValue] {
        guard case .list(let items) = value else { throw CELError.noOverload }
        return items
    }

    private static func index(_ value: CELValue) throws -> Int {
        guard case .int(let number) = value, let result = Int(exactly: number) else { throw CELError.noOverload }
        return result
    }

    private static func ordered(_ left: CELValue, _ right: CELValue) throws -> Int {
        guard let order = order(left, right) else { throw CELError.noOverload }
        return order
    }

    static let lists = Library(functions: [
        "isSorted": Function([.member(list, [], .bool)]) { values in
            let items = try items(values[0])
            return .bool(try zip(items, items.dropFirst()).allSatisfy { try ordered($0, $1) <= 0 })
        },
        "sum": Function([
            .member(.list(.int), [], .int), .member(.list(.uint), [], .uint), .member(.list(.double), [], .double),
            .member(.list(.duration), [], .duration),
        ]) { values in
            let items = try items(values[0])
            guard var sum = items.first else { return .int(0) }
            for item in items.dropFirst() { sum = try operators.functions["_+_"]?.apply([sum, item]) ?? sum }
            return sum
        },
        "min": Function([.member(list, [], t)]) { try extreme($0[0], -1, "min") },
        "max": Function([.member(list, [], t)]) { try extreme($0[0], 1, "max") },
        "indexOf": Function([.member(list, [t], .int)]) { values in
            .int(Int64(try items(values[0]).firstIndex { CELValue.equal($0, values[1]) } ?? -1))
        },
        "lastIndexOf": Function([.member(list, [t], .int)]) { values in
            .int(Int64(try items(values[0]).lastIndex { CELValue.equal($0, values[1]) } ?? -1))
        },
        "slice": Function([.member(list, [.int, .int], list)]) { values in
            let items = try items(values[0])
            let (start, end) = (try index(values[1]), try index(values[2]))
            guard start >= 0, end >= 0 else { throw CELError("cannot slice(\(start), \(end)), negative indexes not supported") }
            guard start <= end else {
                throw CELError("cannot slice(\(start), \(end)), start index must be less than or equal to end index")
            }
            guard end <= items.count else { throw CELError("cannot slice(\(start), \(end)), list is length \(items.count)") }
            return .list(Array(items[start..<end]))
        },
        "flatten": Function([.member(.list(.list(t)), [], list), .member(list, [], list), .member(.list(.dyn), [.int], .list(.dyn))]) {
            values in
            .list(flattened(try items(values[0]), values.count > 1 ? try index(values[1]) : 1))
        },
        "distinct": Function([.member(list, [], list)]) { values in
            var result: [CELValue] = []
            for item in try items(values[0]) where !result.contains(where: { CELValue.equal($0, item) }) { result.append(item) }
            return .list(result)
        },
        "sort": Function([.member(list, [], list)]) { values in
            .list(try items(values[0]).sorted { try ordered($0, $1) < 0 })
        },
        "reverse": Function([.member(list, [], list)]) { .list(try items($0[0]).reversed()) },
        "first": Function([.member(list, [], .optional(t))]) { .optional(try items($0[0]).first) },
        "last": Function([.member(list, [], .optional(t))]) { .optional(try items($0[0]).last) },
        "lists.range": Function([Signature([.int], .list(.int))]) { values in
            let count = try index(values[0])
            guard count <= 1_000_000 else { throw CELError("lists.range(\(count)) is too large") }
            return .list((0..<max(0, count)).map { .int(Int64($0)) })
        },
    ])

    private static func extreme(_ value: CELValue, _ sign: Int, _ name: String) throws -> CELValue {
        let items = try items(value)
        guard var best = items.first else { throw CELError("\(name) called on empty list") }
        for item in items.dropFirst() { if try ordered(item, best) == sign { best = item } }
        return best
    }

    private static func flattened(_ items: [CELValue], _ depth: Int) -> [CELValue] {
        guard depth > 0 else { return items }
        return items.flatMap { item -> [CELValue] in if case .list(let inner) = item { flattened(inner, depth - 1) } else { [item] } }
    }

    static let sets = Library(functions: [
        "sets.contains": Function([Signature([list, list], .bool)]) { values in
            let (left, right) = (try items(values[0]), try items(values[1]))
            return .bool(right.allSatisfy { wanted in left.contains { CELValue.equal($0, wanted) } })
        },
        "sets.equivalent": Function([Signature([list, list], .bool)]) { values in
            let (left, right) = (try items(values[0]), try items(values[1]))
            return .bool(
                right.allSatisfy { wanted in left.contains { CELValue.equal($0, wanted) } }
                    && left.allSatisfy { wanted in right.contains { CELValue.equal($0, wanted) } })
        },
        "sets.intersects": Function([Signature([list, list], .bool)]) { values in
            let (left, right) = (try items(values[0]), try items(values[1]))
            return .bool(left.contains { wanted in right.contains { CELValue.equal($0, wanted) } })
        },
    ])

    static let optionals = Library(functions: [
        "optional.of": Function([Signature([t], .optional(t))]) { .optional($0[0]) },
        "optional.none": Function([Signature([], .optional(t))]) { _ in .optional(nil) },
        "optional.ofNonZeroValue": Function([Signature([t], .optional(t))]) { .optional(isZero($0[0]) ? nil : $0[0]) },
        "hasValue": Function([.member(.optional(t), [], .bool)]) { values in
            guard case .optional(let wrapped) = values[0] else { throw CELError.noOverload }
            return .bool(wrapped != nil)
        },
        "value": Function([.member(.optional(t), [], t)]) { values in
            guard case .optional(let wrapped) = values[0] else { throw CELError.noOverload }
            guard let wrapped else { throw CELError("optional.none() dereference") }
            return wrapped
        },
        "or": Function([.member(.optional(t), [.optional(t)], .optional(t))]) { values in
            guard case .optional(let wrapped) = values[0] else { throw CELError.noOverload }
            return wrapped == nil ? values[1] : values[0]
        },
        "orValue": Function([.member(.optional(t), [t], t)]) { values in
            guard case .optional(let wrapped) = values[0] else { throw CELError.noOverload }
            return wrapped ?? values[1]
        },
    ])

    private static func isZero(_ value: CELValue) -> Bool {
        switch value {
        case .null, .bool(false), .int(0), .uint(0), .double(0), .duration(0): true
        case .string, .bytes, .list, .map, .object: value.size == 0
        default: false
        }
    }
}
