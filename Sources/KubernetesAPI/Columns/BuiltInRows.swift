import JSON
import Values

/// How the rows of one kind are made.
struct RowPlan: Sendable {
    /// What `row` looks at.
    let members: JSONProjection
    let row: @Sendable (Value, Ages) -> PrintedRow

    /// `members` names what `row` looks at besides name and creation time.
    init(_ members: String, _ row: @escaping @Sendable (Value, Ages) -> PrintedRow) {
        self.init(JSONProjection("metadata(name,creationTimestamp) \(members)"), row)
    }

    init(_ members: JSONProjection, _ row: @escaping @Sendable (Value, Ages) -> PrintedRow) {
        self.members = members
        self.row = row
    }
}

/// The rows of every built-in kind, by the name of its structure; a file for each family of kinds.
enum BuiltInRows {
    private static let plans: [String: RowPlan] = [
        pods, workloads, core, storage, network, access, admission, devices, metrics, unstable,
    ]
    .reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }

    /// The rows of a structure, or of its twin in v1.
    static func plan(_ name: String) -> RowPlan? {
        if let exact = plans[name] { return exact }
        var parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[parts.count - 2].first == "v" else { return nil }
        parts[parts.count - 2] = "v1"
        return plans[parts.joined(separator: ".")]
    }

    /// Cells made from a view; `members` names what they are made of besides name and creation time.
    static func row<V: View>(_: V.Type, _ members: String, _ cells: @escaping @Sendable (V, Ages) -> [Value]) -> RowPlan {
        RowPlan(members) { value, ages in PrintedRow(cells(V(value), ages)) }
    }

    // MARK: Cells

    static func text(_ text: String, or fallback: String = "") -> Value { .string(text.isEmpty ? fallback : text) }
    static func number(_ number: Int?) -> Value { .int(Int64(number ?? 0)) }
    /// A number or text as text.
    static func either(_ value: Value?, or fallback: String) -> Value {
        switch value {
        case .int(let number): .string("\(number)")
        case .string: value ?? .null
        default: .string(fallback)
        }
    }

    /// The names and the images of containers.
    static func names(_ containers: ViewList<Container>) -> [Value] {
        [.string(containers.map(\.name).joined(separator: ",")), .string(containers.map(\.image).joined(separator: ","))]
    }

    /// `a=b,c=d` in order, or "<none>".
    static func labels(_ labels: [String: String]) -> Value {
        text(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","), or: "<none>")
    }

    /// A selector as kubectl takes it.
    static func selector(_ selector: LabelSelector?) -> String {
        guard let selector else { return "" }
        var terms = selector.matchLabels.map { (key: $0.key, text: "\($0.key)=\($0.value)") }
        for expression in selector.matchExpressions {
            let values = expression.values.sorted().joined(separator: ",")
            switch expression.operator {
            case "In": terms.append((expression.key, "\(expression.key) in (\(values))"))
            case "NotIn": terms.append((expression.key, "\(expression.key) notin (\(values))"))
            case "Exists": terms.append((expression.key, expression.key))
            case "DoesNotExist": terms.append((expression.key, "!\(expression.key)"))
            default: return "<error>"
            }
        }
        return terms.sorted { $0.key < $1.key }.map(\.text).joined(separator: ",")
    }

    /// The first three of a list and how many there are more.
    static func some(_ list: [String], empty: String) -> Value {
        if list.count > 3 { return .string("\(list.prefix(3).joined(separator: ",")) + \(list.count - 3) more...") }
        return text(list.joined(separator: ","), or: empty)
    }
}
