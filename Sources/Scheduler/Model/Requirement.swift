import KubernetesAPI

/// One condition on labels or fields, compiled once so that it can be asked of many nodes or pods
/// (`NodeSelectorRequirement`, `LabelSelectorRequirement`).
package enum Requirement: Hashable, Sendable {
    case isIn(String, Set<String>)
    case notIn(String, Set<String>)
    case exists(String)
    case doesNotExist(String)
    case greater(String, Int64)
    case less(String, Int64)
    /// An operator or operand that means nothing: matches no object, as upstream has it.
    case never

    package init(key: String, operator name: String, values: [String]) {
        switch name {
        case "In": self = .isIn(key, Set(values))
        case "NotIn": self = .notIn(key, Set(values))
        case "Exists": self = .exists(key)
        case "DoesNotExist": self = .doesNotExist(key)
        case "Gt": self = values.first.flatMap { Int64($0) }.map { .greater(key, $0) } ?? .never
        case "Lt": self = values.first.flatMap { Int64($0) }.map { .less(key, $0) } ?? .never
        default: self = .never
        }
    }

    package func matches(_ labels: [String: String]) -> Bool {
        switch self {
        case .isIn(let key, let values): labels[key].map(values.contains) ?? false
        case .notIn(let key, let values): !(labels[key].map(values.contains) ?? false)
        case .exists(let key): labels[key] != nil
        case .doesNotExist(let key): labels[key] == nil
        case .greater(let key, let bound): labels[key].flatMap { Int64($0) }.map { $0 > bound } ?? false
        case .less(let key, let bound): labels[key].flatMap { Int64($0) }.map { $0 < bound } ?? false
        case .never: false
        }
    }
}

/// A label selector, compiled. No selector matches nothing; an empty one matches everything.
package struct CompiledSelector: Hashable, Sendable {
    package let requirements: [Requirement]

    package init(_ selector: LabelSelector?) {
        guard let selector else {
            requirements = [.never]
            return
        }
        requirements =
            selector.matchLabels.sorted { $0.key < $1.key }.map { .isIn($0.key, [$0.value]) }
            + selector.matchExpressions.map { Requirement(key: $0.key, operator: $0.operator, values: $0.values) }
    }

    package init(requirements: [Requirement]) { self.requirements = requirements }

    package func matches(_ labels: [String: String]) -> Bool { requirements.allSatisfy { $0.matches(labels) } }
}

/// A node selector term: its conditions on labels and on fields (only `metadata.name` exists) must all hold.
package struct NodeTerm: Hashable, Sendable {
    package let labels: [Requirement]
    package let fields: [Requirement]

    package init(_ term: NodeSelectorTerm) {
        labels = term.matchExpressions.map { Requirement(key: $0.key, operator: $0.operator, values: $0.values) }
        fields = term.matchFields.map { Requirement(key: $0.key, operator: $0.operator, values: $0.values) }
    }

    /// A term without conditions matches no node.
    package func matches(_ node: NodeState) -> Bool {
        guard !labels.isEmpty || !fields.isEmpty else { return false }
        return labels.allSatisfy { $0.matches(node.labels) } && fields.allSatisfy { $0.matches(["metadata.name": node.name]) }
    }
}
