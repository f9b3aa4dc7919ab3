import CEL
import Values

/// What webhooks and policies have in common: match conditions and other expressions.
extension Validator {
    static let matchConditionLimit = 64

    mutating func matchConditions(_ conditions: Place, hasParams: Bool) {
        if conditions.count > Self.matchConditionLimit { tooMany(conditions, Self.matchConditionLimit) }
        let variables = AdmissionTypes.variables(hasParams: hasParams)
        var seen: Set<String> = []
        for condition in conditions.items {
            expression(condition["expression"], variables, returns: [.bool])
            let name = condition["name"]
            if name.isEmpty {
                required(name)
            } else {
                for problem in Formats.qualifiedName(name.text) { invalid(name, problem) }
                if !seen.insert(name.text).inserted { duplicate(name) }
            }
        }
    }

    /// An expression that must be there, compile and be of one of the types.
    mutating func expression(_ place: Place, _ variables: [String: CELType], returns types: [CELType], missing: String = "") {
        let text = RuleNode.Rule.trimmed(place.text)
        guard !text.isEmpty else { return required(place, missing) }
        if let problem = CompiledExpression(text, variables, returns: types).problem { invalid(place, problem, value: .string(text)) }
    }
}
