import Values

/// A condition on labels: every requirement must hold. The text form of URLs (`a=b,c in (d,e),!f`) and the object form of specs
/// (`matchLabels`, `matchExpressions`) both become one.
package struct LabelMatcher: Sendable, Hashable {
    package enum Operator: String, Sendable, Hashable {
        case isIn = "in"
        case notIn = "notin"
        case exists
        case doesNotExist = "!"
        case greaterThan = "gt"
        case lessThan = "lt"
    }

    package struct Requirement: Sendable, Hashable {
        package var key: String
        package var operation: Operator
        package var values: [String]

        package init(_ key: String, _ operation: Operator, _ values: [String] = []) {
            self.key = key
            self.operation = operation
            self.values = values
        }

        package func matches(_ labels: [String: String]) -> Bool {
            guard let value = labels[key] else { return operation == .notIn || operation == .doesNotExist }
            switch operation {
            case .isIn: return values.contains(value)
            case .notIn: return !values.contains(value)
            case .exists: return true
            case .doesNotExist: return false
            case .greaterThan, .lessThan:
                guard let left = Int64(value), let right = values.first.flatMap({ Int64($0) }) else { return false }
                return operation == .greaterThan ? left > right : left < right
            }
        }
    }

    package var requirements: [Requirement]
    /// Chooses no object at all: what an absent selector means in most specs.
    package var matchesNothing: Bool

    package init(_ requirements: [Requirement] = [], matchesNothing: Bool = false) {
        self.requirements = requirements
        self.matchesNothing = matchesNothing
    }

    package static let everything = LabelMatcher()
    package static let nothing = LabelMatcher(matchesNothing: true)

    /// All of the given labels, exactly.
    package init(labels: [String: String]) {
        self.init(labels.sorted { $0.key < $1.key }.map { Requirement($0.key, .isIn, [$0.value]) })
    }

    /// From a `metav1.LabelSelector`: nil chooses nothing, an empty one everything. Throws `APIError` for an operator that is none.
    package init(selector: Value?) throws {
        guard let selector, !selector.isNull else {
            self = .nothing
            return
        }
        var requirements: [Requirement] = []
        for member in (selector["matchLabels"]?.object ?? Object()).sorted(by: { $0.key < $1.key }) {
            requirements.append(Requirement(member.key, .isIn, [member.value.string ?? ""]))
        }
        for expression in selector["matchExpressions"]?.array ?? [] {
            let name = expression["operator"]?.string ?? ""
            let operation: Operator
            switch name {
            case "In": operation = .isIn
            case "NotIn": operation = .notIn
            case "Exists": operation = .exists
            case "DoesNotExist": operation = .doesNotExist
            default: throw APIError.badRequest("\"\(name)\" is not a valid label selector operator")
            }
            requirements.append(
                Requirement(expression["key"]?.string ?? "", operation, (expression["values"]?.array ?? []).compactMap(\.string)))
        }
        self.init(requirements)
    }

    package var isEverything: Bool { requirements.isEmpty && !matchesNothing }

    package func matches(_ labels: [String: String]) -> Bool {
        if matchesNothing { return false }
        for requirement in requirements where !requirement.matches(labels) { return false }
        return true
    }
}

extension LabelMatcher: CustomStringConvertible {
    /// The text form, as `Scale.status.selector` and URLs have it.
    package var description: String {
        requirements.sorted { $0.key < $1.key }.map { requirement in
            let values = requirement.values.sorted().joined(separator: ",")
            switch requirement.operation {
            case .isIn where requirement.values.count == 1: return "\(requirement.key)=\(values)"
            case .isIn: return "\(requirement.key) in (\(values))"
            case .notIn: return "\(requirement.key) notin (\(values))"
            case .exists: return requirement.key
            case .doesNotExist: return "!\(requirement.key)"
            case .greaterThan: return "\(requirement.key)>\(values)"
            case .lessThan: return "\(requirement.key)<\(values)"
            }
        }.joined(separator: ",")
    }
}
