/// Claims: bound ones must be reachable from the node, those that wait for a consumer must find or get a volume there.
package struct VolumeBinding: FilterPlugin {
    package static let name = "VolumeBinding"
    package static let hints: ClusterChange = [.nodes, .volumes]

    package init() {}

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        guard !pod.claims.isEmpty else { return .none }
        let facts = cycle.volumes
        var bound: [VolumeFacts.Claim] = []
        var waiting: [VolumeFacts.Claim] = []
        var hasUnbound = false
        for key in pod.claims {
            guard let claim = facts.claims[key] else { return .reject(.final("persistentvolumeclaim \"\(key.name)\" not found")) }
            if claim.isDeleting { return .reject(.final("persistentvolumeclaim \"\(key.name)\" is being deleted")) }
            if claim.isBound {
                bound.append(claim)
            } else if claim.volumeName.isEmpty, facts.classes[claim.className]?.waitsForConsumer == true {
                waiting.append(claim)
            } else {
                hasUnbound = true
            }
        }
        if hasUnbound { return .reject(.final("pod has unbound immediate PersistentVolumeClaims")) }
        return .check { node in
            for claim in bound {
                guard let volume = facts.volumes[claim.volumeName] else {
                    return .final("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)")
                }
                guard volume.isReached(from: node) else { return .final("node(s) didn't match PersistentVolume's node affinity") }
            }
            guard !waiting.isEmpty, case .failure(let obstacle) = facts.decide(waiting, on: node) else { return nil }
            return .final(obstacle.rawValue)
        }
    }

    /// What must be written before a pod goes to a node that `prepare` found to do.
    package static func decisions(for pod: PodState, on node: NodeState, _ facts: VolumeFacts) -> [VolumeFacts.Decision] {
        guard !pod.claims.isEmpty else { return [] }
        return (try? facts.decide(pod.claims.compactMap { facts.claims[$0] }.filter { !$0.isBound }, on: node).get()) ?? []
    }
}

/// Volumes that say where they are, by labels, want nodes of that zone and region.
package struct VolumeZone: FilterPlugin {
    package static let name = "VolumeZone"
    package static let hints: ClusterChange = [.nodes, .volumes]
    private static let keys = [
        "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region",
    ]

    package init() {}

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        var wanted: [(key: String, values: Set<String>)] = []
        for key in cycle.pod.claims {
            guard let claim = cycle.volumes.claims[key], let volume = cycle.volumes.volumes[claim.volumeName] else { continue }
            for key in Self.keys {
                // Volumes of several zones join them with two underscores.
                guard let text = volume.labels[key] else { continue }
                wanted.append((key, Set(Self.values(text))))
            }
        }
        guard !wanted.isEmpty else { return .none }
        return .check { node in
            guard Self.keys.contains(where: { node.labels[$0] != nil }) else { return nil }
            for (key, values) in wanted {
                let value =
                    node.labels[key] ?? node.labels[key.replacing("failure-domain.beta.kubernetes.io", with: "topology.kubernetes.io")]
                guard let value, values.contains(value) else { return .final("node(s) had no available volume zone") }
            }
            return nil
        }
    }

    private static func values(_ text: String) -> [String] {
        var result: [String] = []
        var rest = text[...]
        while let range = rest.firstRange(of: "__") {
            result.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return result + [String(rest)]
    }
}

/// Disks that one pod at a time may write to, and claims that one pod at a time may use.
package struct VolumeRestrictions: FilterPlugin {
    package static let name = "VolumeRestrictions"
    package static let hints: ClusterChange = [.nodeAdded, .podGone, .volumes]

    package init() {}

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let pod = cycle.pod
        let single = pod.claims.filter { cycle.volumes.claims[$0]?.modes.contains("ReadWriteOncePod") == true }
        guard !pod.disks.isEmpty || !single.isEmpty else { return .none }
        // In use anywhere rules out everywhere; preemption takes the user away from where it is.
        let isInUse = !single.isEmpty && cycle.nodes.contains { node in single.contains { node.claims[$0] != nil } }
        return .check { node in
            if !pod.disks.isEmpty {
                for other in node.pods.values {
                    for disk in other.disks where pod.disks.contains(where: { $0.conflicts(with: disk) }) {
                        return .resolvable("node(s) had no available disk")
                    }
                }
            }
            return isInUse
                ? .resolvable(
                    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod")
                : nil
        }
    }
}

/// How many volumes of a driver a node takes (`CSINode`).
package struct NodeVolumeLimits: FilterPlugin {
    package static let name = "NodeVolumeLimits"
    package static let hints: ClusterChange = [.nodes, .podGone, .volumes]

    package init() {}

    package func prepare(_ cycle: SchedulingCycle) -> FilterWork {
        let facts = cycle.volumes
        guard !cycle.pod.claims.isEmpty, !facts.limits.isEmpty else { return .none }
        let wanted = Self.attachments(cycle.pod, facts)
        guard !wanted.isEmpty else { return .none }
        return .check { node in
            guard let limits = facts.limits[node.name], !limits.isEmpty else { return nil }
            var attached: [String: Set<String>] = [:]
            for pod in node.pods.values where !pod.claims.isEmpty {
                for (driver, handles) in Self.attachments(pod, facts) { attached[driver, default: []].formUnion(handles) }
            }
            for (driver, handles) in wanted {
                guard let limit = limits[driver] else { continue }
                let known = attached[driver] ?? []
                let fresh = handles.subtracting(known)
                if !fresh.isEmpty, known.count + fresh.count > limit { return .resolvable("node(s) exceed max volume count") }
            }
            return nil
        }
    }

    /// The volumes a pod needs attached, by driver; one that is yet to be made counts under its claim.
    private static func attachments(_ pod: PodState, _ facts: VolumeFacts) -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for key in pod.claims {
            guard let claim = facts.claims[key] else { continue }
            if let volume = facts.volumes[claim.volumeName] {
                if !volume.driver.isEmpty { result[volume.driver, default: []].insert(volume.handle) }
            } else if let storageClass = facts.classes[claim.className] {
                result[storageClass.provisioner, default: []].insert("\(claim.key)")
            }
        }
        return result
    }
}
