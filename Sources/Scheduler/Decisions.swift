import Core
import KubernetesAPI

/// The scheduler's state, and how news changes it: pure, so that every order of events can be tested.
package struct Decisions {
    package var cluster = SchedulerCache()
    package var queue: SchedulingQueue
    /// Pods that made others leave and wait for their place.
    package var nominated = NominatedPods()
    package private(set) var bindingsUnderWay = 0
    private let schedulerNames: Set<String>
    private var uids: [ObjectKey: String] = [:]
    private var budgets: [ObjectKey: Preemption.Budget] = [:]

    package init(schedulerName: String) { self.init(schedulerNames: [schedulerName]) }

    package init(schedulerNames: Set<String>, queue: SchedulingQueue = SchedulingQueue()) {
        self.schedulerNames = schedulerNames
        self.queue = queue
    }

    package var disruptionBudgets: [Preemption.Budget] { Array(budgets.values) }

    /// Counts a pod on the node it was given, before the binding is written; answers what must be written of its claims first.
    package mutating func assume(_ pod: PodState, on node: String) -> [VolumeFacts.Decision] {
        var decisions: [VolumeFacts.Decision] = []
        if !pod.claims.isEmpty, let position = cluster.position(of: node) {
            decisions = VolumeBinding.decisions(for: pod, on: cluster.nodes[position], cluster.volumes)
            for case .bind(let claim, let volume) in decisions { cluster.volumes.promised[volume] = claim }
        }
        cluster.place(pod, on: node)
        nominated.remove(uid: pod.uid)
        bindingsUnderWay += 1
        return decisions
    }

    package mutating func take(_ news: Inbox.Contents, now: Timestamp) {
        var changes: ClusterChange = []
        for (name, labels) in news.namespaces {
            cluster.namespaceLabels[name] = labels
            changes.insert(.namespaces)
        }
        for (name, node) in news.nodes {
            if let node { changes.formUnion(cluster.put(node)) } else { cluster.removeNode(name) }
        }
        if takeVolumes(news) { changes.insert(.volumes) }
        for (key, budget) in news.budgets { budgets[key] = budget.map(Preemption.Budget.init) }
        for (pod, error) in news.bindings {
            bindingsUnderWay -= 1
            if !pod.claims.isEmpty {
                let claims = Set(pod.claims)
                cluster.volumes.promised = cluster.volumes.promised.filter { !claims.contains($0.value) }
            }
            guard error != nil else {
                queue.done(uid: pod.uid)
                continue
            }
            // Its place is free again, and it may be tried again once its back-off is over.
            queue.failed(pod, now: now)
            if cluster.removePod(uid: pod.uid) { changes.formUnion(.all) }
        }
        for (key, pod) in news.pods { changes.formUnion(take(key, pod, now: now)) }
        queue.somethingChanged(changes, now: now)
    }

    private mutating func takeVolumes(_ news: Inbox.Contents) -> Bool {
        for (key, claim) in news.claims { cluster.volumes.claims[key] = claim.map(VolumeFacts.Claim.init) }
        for (name, volume) in news.volumes { cluster.volumes.volumes[name] = volume.map(VolumeFacts.Volume.init) }
        for (name, storageClass) in news.classes { cluster.volumes.classes[name] = storageClass.map(VolumeFacts.Class.init) }
        for (name, node) in news.drivers {
            var limits: [String: Int] = [:]
            for driver in node?.spec.drivers ?? [] { if let count = driver.allocatable?.count { limits[driver.name] = count } }
            cluster.volumes.limits[name] = limits.isEmpty ? nil : limits
        }
        return !news.claims.isEmpty || !news.volumes.isEmpty || !news.classes.isEmpty || !news.drivers.isEmpty
    }

    /// Takes in one pod; answers what that may do for another.
    private mutating func take(_ key: ObjectKey, _ pod: Pod?, now: Timestamp) -> ClusterChange {
        var changes: ClusterChange = []
        if let known = uids[key], known != pod?.metadata.uid {
            queue.remove(uid: known)
            nominated.remove(uid: known)
            if cluster.removePod(uid: known) { changes.insert(.podGone) }
            uids[key] = nil
        }
        guard let pod else { return changes }
        let uid = pod.metadata.uid
        uids[key] = uid
        let phase = pod.status.phase
        if phase == "Succeeded" || phase == "Failed" {
            queue.remove(uid: uid)
            nominated.remove(uid: uid)
            if cluster.removePod(uid: uid) { changes.insert(.podGone) }
            return changes
        }
        let nodeName = pod.spec.nodeName
        if !nodeName.isEmpty {
            queue.remove(uid: uid)
            nominated.remove(uid: uid)
            // The pod that was assumed is the one that was bound: mostly there is nothing to read anew.
            if let (counted, node) = cluster.placement(uid: uid), node == nodeName, counted.isSame(as: pod) { return changes }
            let before = cluster.placement(uid: uid)
            let state = PodState(pod)
            cluster.place(state, on: nodeName)
            // A new neighbour may be the one that an affinity waits for; one that was resized or went elsewhere may leave room.
            changes.insert(.podPlaced)
            if let before, before.node != nodeName || before.pod.requests != state.requests { changes.insert(.podGone) }
            return changes
        }
        let state = PodState(pod)
        guard schedulerNames.contains(state.schedulerName), !state.isTerminating, !state.isGated else {
            queue.remove(uid: uid)
            nominated.remove(uid: uid)
            return changes
        }
        guard !cluster.isPlaced(uid: uid) else { return changes }
        if state.nominatedNode.isEmpty {
            if let known = queue.pod(uid: uid), !known.nominatedNode.isEmpty { nominated.remove(uid: uid) }
        } else {
            nominated.set(state, node: state.nominatedNode)
        }
        // What the scheduler itself writes of a pod that waits does not make it fit.
        if let known = queue.pod(uid: uid), known.asksTheSame(as: state) { queue.refresh(state) } else { queue.put(state, now: now) }
        return changes
    }
}
