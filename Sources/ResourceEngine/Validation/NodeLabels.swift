import Core
import Values

/// Labels of nodes that have been replaced, and advice to who still asks for them.
enum NodeLabels {
    static let deprecated = [
        "beta.kubernetes.io/arch": "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os": "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region": "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        "failure-domain.beta.kubernetes.io/zone": "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        "beta.kubernetes.io/instance-type": "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
        "app.kubernetes.io/created-by": "deprecated since v1.9",
        "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
        "node-role.kubernetes.io/master": "use \"node-role.kubernetes.io/control-plane\" instead",
    ]

    /// A term of a node selector; `checksValues` where validation lets values pass that no label can have.
    static func term(_ term: Place, checksValues: Bool, _ warnings: inout [String]) {
        for expression in term["matchExpressions"].items {
            key(expression["key"], &warnings)
            guard checksValues else { continue }
            for value in expression["values"].items {
                for problem in Formats.labelValue(value.text) { warnings.append("\(value.path): \(value.text) is invalid, \(problem)") }
            }
        }
    }

    /// A label selector over nodes.
    static func selector(_ selector: Place, _ warnings: inout [String]) {
        for expression in selector["matchExpressions"].items { key(expression["key"], &warnings) }
        for name in selector["matchLabels"].keys {
            if let message = deprecated[name] { warnings.append("\(selector["matchLabels"][name].path): \(message)") }
        }
    }

    private static func key(_ place: Place, _ warnings: inout [String]) {
        if let message = deprecated[place.text] { warnings.append("\(place.path): \(place.text) is \(message)") }
    }
}
