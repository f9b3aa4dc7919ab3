import Core
import KubernetesAPI

/// Which pods belong to which PodGroup (`scheduling.k8s.io`), and which of them wait for their group: pure.
///
/// The rules are those of upstream's plugin GangScheduling (KEP 4671): a pod whose group is not there, or is a gang of which fewer than
/// `minCount` pods are there, is not tried.
package struct PodGroupLedger {
    /// What a group asks for.
    package enum Policy: Equatable {
        /// Its pods are placed one by one, in one go.
        case basic
        /// As many are placed, or none.
        case gang(minimum: Int)

        /// How many pods must have a place before one is bound.
        var minimum: Int {
            switch self {
            case .basic: 0
            case .gang(let minimum): minimum
            }
        }
    }

    /// Whether gangs are kept together (the gate `GangScheduling`); else every group is basic.
    private let keepsGangs: Bool
    private var policies: [ObjectKey: Policy] = [:]
    private var groups: [String: ObjectKey] = [:]
    private var all: [ObjectKey: Set<String>] = [:]
    private var held: [ObjectKey: [String: PodState]] = [:]

    package init(keepsGangs: Bool = true) { self.keepsGangs = keepsGangs }

    /// How many pods wait for their group.
    package var heldCount: Int { held.values.reduce(0) { $0 + $1.count } }

    /// Takes in a group; nil: it is gone.
    package mutating func put(_ key: ObjectKey, _ group: PodGroup?) {
        policies[key] = group.map { group in
            guard keepsGangs, let gang = group.spec.schedulingPolicy.gang else { return .basic }
            return .gang(minimum: gang.minCount)
        }
    }

    /// What a group asks for; nil: there is none.
    package func policy(of group: ObjectKey) -> Policy? { policies[group] }

    /// The pods of a group by uid, those that have a place included.
    package func members(of group: ObjectKey) -> Set<String> { all[group] ?? [] }

    /// Counts a pod with its group; answers whether it is new there.
    package mutating func join(_ uid: String, _ group: ObjectKey) -> Bool {
        guard groups[uid] != group else { return false }
        leave(uid)
        groups[uid] = group
        all[group, default: []].insert(uid)
        return true
    }

    package mutating func leave(_ uid: String) {
        guard let group = groups.removeValue(forKey: uid) else { return }
        all[group]?.remove(uid)
        if all[group]?.isEmpty == true { all[group] = nil }
        drop(uid, from: group)
    }

    /// Whether the pods of a group may be tried.
    package func isReady(_ group: ObjectKey) -> Bool {
        guard let policy = policies[group] else { return false }
        return (all[group]?.count ?? 0) >= policy.minimum
    }

    /// The pod waits for its group.
    package mutating func hold(_ pod: PodState) {
        guard let group = pod.podGroup else { return }
        held[group, default: [:]][pod.uid] = pod
    }

    /// The pod does not wait for its group any more.
    package mutating func drop(_ uid: String) {
        if let group = groups[uid] { drop(uid, from: group) }
    }

    private mutating func drop(_ uid: String, from group: ObjectKey) {
        held[group]?[uid] = nil
        if held[group]?.isEmpty == true { held[group] = nil }
    }

    /// The pods that waited for a group that is ready now.
    package mutating func release(_ group: ObjectKey) -> [PodState] {
        guard isReady(group), let waiting = held.removeValue(forKey: group) else { return [] }
        return Array(waiting.values)
    }
}
