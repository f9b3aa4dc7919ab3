import Values

/// The paths of `additionalPrinterColumns`: `.spec.names[0].kind`, `.metadata.labels.app\.io/name`, `.status.conditions[?(@.type=="Ready")].status`,
/// `.spec.ports[1:].port`, `..name`. They mean what they mean in client-go's `jsonpath`.
package struct JSONPath: Sendable {
    indirect enum Step: Sendable {
        case field(String)
        /// From, to (which may follow from the first) and stride of a part of a list.
        case slice(from: Int?, to: Int?, isDerived: Bool, stride: Int?)
        case every
        /// All that is below, and the value itself.
        case descend
        case union([[Step]])
        /// Without an operator: whether the left side leads anywhere.
        case filter([Step], operation: String, [Step])
        case literal(Value)
        /// Words of templates that paths have no use for.
        case word
    }

    let steps: [Step]

    /// Nil for what is no path.
    package init?(_ text: String) {
        do { steps = try JSONPathParser.parse(Array(text.unicodeScalars)) } catch { return nil }
    }

    /// The names that the path begins with; what is behind them is all that the path looks at.
    package var names: [String] {
        var names: [String] = []
        for step in steps {
            guard case .field(let name) = step else { break }
            names.append(name)
        }
        return names
    }

    /// The first value that the path leads to; nil also where it asks what cannot be: an index behind the end of a list, a number compared with a
    /// text.
    package func value(in value: Value) -> Value? { (try? Self.walk(steps, [value]))?.first }

    // MARK: Walking

    /// Ends a walk, with the values it stood at.
    private struct Impossible: Error {
        var values: [Value] = []
    }

    private static func walk(_ steps: [Step], _ values: [Value]) throws(Impossible) -> [Value] {
        var current = values
        for step in steps { current = try take(step, current) }
        return current
    }

    private static func take(_ step: Step, _ values: [Value]) throws(Impossible) -> [Value] {
        switch step {
        case .field(let name): return values.compactMap { $0.object?[name] }
        case .slice(let from, let to, let isDerived, let stride):
            var result: [Value] = []
            for value in values where !value.isNull {
                guard let items = value.array else { throw Impossible(values: values) }
                var first = from ?? 0
                if first < 0 { first += items.count }
                var end = to ?? items.count
                if end < 0 || (end == 0 && isDerived) { end += items.count }
                if first == end { return result }
                guard first >= 0, first < items.count, end >= 0, end <= items.count, first <= end, stride ?? 1 > 0 else {
                    throw Impossible(values: values)
                }
                result += Swift.stride(from: first, to: end, by: stride ?? 1).map { items[$0] }
            }
            return result
        case .every: return values.flatMap(children)
        case .descend: return values.flatMap(descendants)
        case .union(let parts):
            var result: [Value] = []
            for part in parts { result += try walk(part, values) }
            return result
        case .filter(let left, let operation, let right):
            var result: [Value] = []
            for value in values {
                guard let items = value.array else { throw Impossible(values: values) }
                for item in items where try holds(left, operation, right, item, values) { result.append(item) }
            }
            return result
        case .literal(let value): return values.map { _ in value }
        case .word: throw Impossible(values: values)
        }
    }

    private static func children(_ value: Value) -> [Value] {
        switch value {
        case .object(let object): object.map(\.value)
        case .array(let items): items
        case .string(let text): text.utf8.map { .int(Int64($0)) }
        default: []
        }
    }

    /// Values with nothing below are left out.
    private static func descendants(_ value: Value) -> [Value] {
        let below = children(value)
        guard !below.isEmpty else { return [] }
        if case .string = value { return [value] }
        return [value] + below.flatMap(descendants)
    }

    private static func holds(
        _ left: [Step], _ operation: String, _ right: [Step], _ item: Value, _ values: [Value]
    ) throws(Impossible) -> Bool {
        if operation.isEmpty {
            do throws(Impossible) { return try !walk(left, [item]).isEmpty } catch { return !error.values.isEmpty }
        }
        func single(_ steps: [Step]) throws(Impossible) -> Value? {
            let found: [Value]
            do throws(Impossible) { found = try walk(steps, [item]) } catch { throw Impossible(values: values) }
            guard found.count <= 1 else { throw Impossible(values: values) }
            return found.first
        }
        guard let one = try single(left), let other = try single(right) else { return false }
        guard let order = Order(one, other), order.isOrdered || operation == "==" || operation == "!=" else { throw Impossible() }
        switch operation {
        case "==": return order.isEqual
        case "!=": return !order.isEqual
        case "<": return order.isLess
        case "<=": return order.isLess || order.isEqual
        case ">": return !order.isLess && !order.isEqual
        case ">=": return !order.isLess
        default: throw Impossible()
        }
    }

    /// How two values of one kind compare.
    private struct Order {
        var isEqual: Bool
        var isLess = false
        var isOrdered = true

        /// Nil for values of two kinds, and of kinds that are not compared.
        init?(_ one: Value, _ other: Value) {
            switch (one, other) {
            case (.int(let one), .int(let other)): (isEqual, isLess) = (one == other, one < other)
            case (.double(let one), .double(let other)): (isEqual, isLess) = (one == other, one < other)
            case (.string(let one), .string(let other)):
                isEqual = one.utf8.elementsEqual(other.utf8)
                isLess = one.utf8.lexicographicallyPrecedes(other.utf8)
            case (.bool(let one), .bool(let other)): (isEqual, isOrdered) = (one == other, false)
            default: return nil
            }
        }
    }
}
