import Core
import KubernetesAPI

/// A daemon set with the nodes and its pods, and what it does next: one pod on every node that fits, then, if nothing is left to
/// do about that, the next step of an update. Pure.
package struct DaemonPlan {
    /// Nodes to get a pod and pods to go.
    package struct Work: Equatable {
        /// Names of nodes.
        package var create: [String] = []
        /// Pods that are too many, out of place, finished or out of date.
        package var delete: [Pod] = []
        /// Those among them that had ended.
        var ended: [Pod] = []

        /// There is nothing to do.
        package var isEmpty: Bool { create.isEmpty && delete.isEmpty }
    }

    let set: DaemonSet
    let hash: String
    let now: Timestamp
    private let nodes: [Node]
    private let byNode: [String: [Pod]]
    private let strays: [Pod]
    private let running: Set<String>
    /// Whether a failed pod on a node must not be replaced yet.
    var isBackedOff: (String) -> Bool = { _ in false }

    /// The pods that the set controls, on all nodes there are; `hash` is that of its present template.
    package init(_ set: DaemonSet, hash: String, nodes: [Node], pods: [Pod], now: Timestamp) {
        self.set = set
        self.hash = hash
        self.now = now
        self.nodes = nodes.sorted { $0.metadata.name < $1.metadata.name }
        let present = pods.filter { !($0.isFinished && $0.metadata.isBeingDeleted) }
        var byNode: [String: [Pod]] = [:]
        for pod in present {
            if let node = pod.targetNode { byNode[node, default: []].append(pod) }
        }
        self.byNode = byNode.mapValues { $0.sorted(by: Self.isFirst) }
        let names = Set(nodes.map(\.metadata.name))
        strays = present.filter { pod in
            pod.spec.nodeName.isEmpty && pod.targetNode.map { !names.contains($0) } ?? false && !pod.metadata.isBeingDeleted
        }
        let fit = set.fit
        running = Set(nodes.filter(fit.mayStart).map(\.metadata.name))
    }

    /// Placed before waiting, older before younger.
    private static func isFirst(_ left: Pod, _ right: Pod) -> Bool {
        if left.spec.nodeName.isEmpty != right.spec.nodeName.isEmpty { return right.spec.nodeName.isEmpty }
        return (left.metadata.creationTimestamp, left.metadata.name) < (right.metadata.creationTimestamp, right.metadata.name)
    }

    private func isAvailable(_ pod: Pod) -> Bool { pod.untilAvailable(minReadySeconds: set.minReadySeconds, now: now) == .zero }

    // MARK: One pod a node

    /// What brings one pod to every node that should have one, and takes all others away.
    package var placement: Work {
        var work = Work()
        work.delete = strays
        let fit = set.fit
        for node in nodes {
            let name = node.metadata.name
            let pods = byNode[name] ?? []
            if pods.isEmpty {
                if running.contains(name) { work.create.append(name) }
            } else if fit.mayStay(on: node) {
                tidy(name, pods, &work)
            } else {
                work.delete += pods.filter { !$0.metadata.isBeingDeleted }
            }
        }
        return work
    }

    private func tidy(_ node: String, _ pods: [Pod], _ work: inout Work) {
        let present = pods.filter { !$0.metadata.isBeingDeleted }
        for pod in present where pod.isFinished {
            if pod.status.phase == "Failed", isBackedOff(node) { continue }
            work.delete.append(pod)
            work.ended.append(pod)
        }
        let alive = present.filter { !$0.isFinished }
        guard set.allowsSurge else {
            work.delete += alive.dropFirst()
            return
        }
        if alive.isEmpty, running.contains(node) { work.create.append(node) }
        guard alive.count > 1 else { return }
        // An old and a new pod may be there together until the new one is available.
        let new = alive.first { $0.metadata.labels[RevisionLabel.pod] == hash }
        let old = alive.first { $0.metadata.labels[RevisionLabel.pod] != hash }
        work.delete += alive.filter { $0.metadata.uid != new?.metadata.uid && $0.metadata.uid != old?.metadata.uid }
        if let new, let old, !old.isReady || isAvailable(new) { work.delete.append(old) }
    }

    // MARK: Updates

    /// The next step of an update, for when `placement` has nothing to do.
    package var update: Work {
        guard set.isRolling else { return Work() }
        let wanted = running.count
        let surge = set.surge(of: wanted)
        let nodes = Set(byNode.keys).union(running).sorted()
        return surge > 0 ? updateBySurge(nodes, surge) : updateByReplacing(nodes, set.unavailable(of: wanted))
    }

    /// The new and the old pod of a node; nil when there are more of either.
    private func generations(_ node: String) -> (new: Pod?, old: Pod?)? {
        let present = (byNode[node] ?? []).filter { !$0.metadata.isBeingDeleted }
        let new = present.filter { set.isUpdated($0, hash: hash) }
        let old = present.filter { !set.isUpdated($0, hash: hash) }
        return new.count > 1 || old.count > 1 ? nil : (new.first, old.first)
    }

    private func updateByReplacing(_ nodes: [String], _ most: Int) -> Work {
        var unavailable = 0
        var work = Work()
        var candidates: [Pod] = []
        for node in nodes {
            switch generations(node) {
            case nil, (nil, nil)?, (_?, _?)?: unavailable += 1
            case (let new?, nil)?: if !isAvailable(new) { unavailable += 1 }
            case (nil, let old?)?:
                // Replacing a pod that is of no use costs nothing.
                if isAvailable(old) {
                    candidates.append(old)
                } else {
                    work.delete.append(old)
                    unavailable += 1
                }
            }
        }
        work.delete += candidates.prefix(max(0, most - unavailable))
        return work
    }

    private func updateBySurge(_ nodes: [String], _ most: Int) -> Work {
        var work = Work()
        var surging = 0
        var available = 0
        var candidates: [String] = []
        var leaving: [Pod] = []
        for node in nodes {
            guard let (new, old) = generations(node) else {
                surging += 1
                continue
            }
            if let present = old ?? new, isAvailable(present) { available += 1 }
            guard let old else { continue }
            guard let new else {
                switch (isAvailable(old), running.contains(node)) {
                case (false, false): work.delete.append(old)
                case (false, true): work.create.append(node)
                case (true, false): leaving.append(old)
                case (true, true): candidates.append(node)
                }
                continue
            }
            if isAvailable(new) { work.delete.append(old) } else { surging += 1 }
        }
        // Pods on nodes that no longer fit stay until enough others are available.
        work.delete += leaving.prefix(max(0, available - running.count))
        work.create += candidates.prefix(max(0, most - surging))
        return work
    }

    // MARK: Status

    /// The counts of the status.
    package var status: DaemonSetStatus {
        var current = 0
        var misplaced = 0
        var ready = 0
        var available = 0
        var updated = 0
        for node in nodes {
            let name = node.metadata.name
            guard let pod = byNode[name]?.first else { continue }
            guard running.contains(name) else {
                misplaced += 1
                continue
            }
            current += 1
            if pod.isReady { ready += 1 }
            if isAvailable(pod) { available += 1 }
            if set.isUpdated(pod, hash: hash) { updated += 1 }
        }
        func count(_ number: Int) -> Int? { number == 0 ? nil : number }
        var status = set.status
        status.observedGeneration = set.metadata.generation
        status.desiredNumberScheduled = running.count
        status.currentNumberScheduled = current
        status.numberMisscheduled = misplaced
        status.numberReady = ready
        status.updatedNumberScheduled = count(updated)
        status.numberAvailable = count(available)
        status.numberUnavailable = count(running.count - available)
        return status
    }

    /// How long until another pod has been ready for long enough.
    var untilAvailable: Duration? {
        byNode.values.joined().compactMap { pod in
            pod.untilAvailable(minReadySeconds: set.minReadySeconds, now: now).flatMap { $0 > .zero ? $0 : nil }
        }.min()
    }
}
