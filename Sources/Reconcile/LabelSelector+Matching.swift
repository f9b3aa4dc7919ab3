import KubernetesAPI

extension LabelSelector {
    /// Whether an object with these labels is selected. An empty selector selects everything, one with an operator that is
    /// unknown selects nothing.
    package func matches(_ labels: [String: String]) -> Bool {
        for (key, value) in matchLabels where labels[key] != value { return false }
        for requirement in matchExpressions {
            let value = labels[requirement.key]
            let isMet =
                switch requirement.operator {
                case "In": value.map(requirement.values.contains) ?? false
                case "NotIn": value.map { !requirement.values.contains($0) } ?? true
                case "Exists": value != nil
                case "DoesNotExist": value == nil
                default: false
                }
            if !isMet { return false }
        }
        return true
    }
}
