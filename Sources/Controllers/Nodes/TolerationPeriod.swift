import Core
import KubernetesAPI

/// How long pods tolerate the taints of their node. Pure.
package enum TolerationPeriod {
    /// When a pod must leave a node with these taints: nil for never. A taint is tolerated for the shortest time that any of
    /// the tolerations that match it allows.
    package static func due(_ pod: Pod, _ taints: some Collection<Taint>, now: Timestamp) -> Timestamp? {
        var due: Timestamp?
        for taint in taints {
            let matching = pod.spec.tolerations.filter { $0.tolerates(taint) }
            let since = Timestamp(rfc3339: taint.timeAdded) ?? now
            if matching.isEmpty { return since }
            guard let seconds = matching.compactMap(\.tolerationSeconds).min() else { continue }
            let end = since + .seconds(max(0, seconds))
            due = due.map { min($0, end) } ?? end
        }
        return due
    }
}

extension Toleration {
    func tolerates(_ taint: Taint) -> Bool {
        guard effect.isEmpty || effect == taint.effect, key.isEmpty || key == taint.key else { return false }
        switch self.operator {
        case "Exists": return true
        case "", "Equal": return value == taint.value
        case "Gt", "Lt":
            guard let left = Int64(taint.value), let right = Int64(value) else { return false }
            return self.operator == "Gt" ? left > right : left < right
        default: return false
        }
    }
}
