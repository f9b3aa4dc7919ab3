import Core

/// What the scheduler's state knows of groups of pods.
extension Decisions {
    /// Counts a pod that has a place with its group.
    mutating func joinPlaced(_ uid: String, _ group: ObjectKey, _ touched: inout Set<ObjectKey>) {
        guard groups?.join(uid, group) == true else { return }
        touched.insert(group)
    }

    /// Counts a waiting pod with its group; answers whether the group lets it be tried.
    mutating func mayBeTried(_ pod: PodState, _ touched: inout Set<ObjectKey>) -> Bool {
        guard let group = pod.podGroup, groups != nil else { return true }
        if groups?.join(pod.uid, group) == true { touched.insert(group) }
        guard groups?.isReady(group) == true else {
            hold(pod)
            return false
        }
        groups?.drop(pod.uid)
        return true
    }

    /// Puts a pod aside until its group is ready.
    mutating func hold(_ pod: PodState) {
        queue.remove(uid: pod.uid)
        nominated.remove(uid: pod.uid)
        groups?.hold(pod)
    }

    /// A group or who belongs to it has changed: its pods that waited for that are tried.
    mutating func groupChanged(_ group: ObjectKey, now: Timestamp) {
        for pod in groups?.release(group) ?? [] { queue.put(pod, now: now) }
        guard groups?.isReady(group) == true else { return }
        for uid in groups?.members(of: group) ?? [] { queue.changed(uid: uid, now: now) }
    }

    /// Takes the other waiting pods of a group out of the queue, to be tried together with one of them.
    mutating func takeOthers(of group: ObjectKey, besides pod: PodState) -> [(pod: PodState, attempts: Int)] {
        (groups?.members(of: group) ?? []).subtracting([pod.uid]).compactMap { queue.take(uid: $0) }
    }

    /// How many pods of a group have a place, those that are being bound or tried included.
    func placedCount(of group: ObjectKey) -> Int { groups?.members(of: group).count { cluster.isPlaced(uid: $0) } ?? 0 }
}
