import Core
import KubernetesAPI
import ResourceEngine

/// The scheduler's state, and how news changes it: pure, so that every order of events can be tested.
package struct Decisions {
    package var cluster = SchedulerCache()
    package var queue: SchedulingQueue
    /// Pods that made others leave and wait for their place.
    package var nominated = NominatedPods()
    /// Nil where every pod is tried on its own, whatever group it names.
    package var groups: PodGroupLedger?
    package private(set) var bindingsUnderWay = 0
    private let profiles: [String: Profile]
    /// What attempts take, and what news takes.
    package let times = AttemptTimes()
    package let newsTimes = NewsTimes()
    private var uids: [ObjectKey: String] = [:]
    /// Which waiting pods use a resource claim, and the claims of each.
    private var claimUsers: [ObjectKey: Set<String>] = [:]
    private var claimsUsed: [String: [ObjectKey]] = [:]
    private let shareID: () -> String
    /// Pods with scheduling gates.
    private var gated: Set<String> = []
    private var budgets: [ObjectKey: Preemption.Budget] = [:]

    package init(schedulerName: String) { self.init(profiles: [schedulerName: .standard]) }

    /// `profiles` by the name that pods ask for; `shareID` makes identities of shares of devices.
    package init(
        profiles: [String: Profile], queue: SchedulingQueue = SchedulingQueue(), groups: PodGroupLedger? = nil,
        shareID: @escaping () -> String = { RandomIdentifiers().uid() }
    ) {
        self.profiles = profiles
        self.shareID = shareID
        self.queue = queue
        self.groups = groups
    }

    /// What the metrics tell of the queue.
    package var figures: SchedulerMetrics.Queue {
        var figures = SchedulerMetrics.Queue()
        figures.waiting = queue.counts
        figures.gated = gated.count + (groups?.heldCount ?? 0)
        figures.unschedulable = queue.unschedulable
        figures.arrivals = queue.arrivals
        figures.inFlight = queue.inFlightCount
        figures.boundAfterFlush = queue.boundAfterFlush
        return figures
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

    /// Makes undone what `assume` and `reserveDevices` did; `promise` is where the pod had been promised a place before.
    package mutating func takeBack(_ pod: PodState, promise: String?) {
        bindingsUnderWay -= 1
        if !pod.claims.isEmpty {
            let claims = Set(pod.claims)
            cluster.volumes.promised = cluster.volumes.promised.filter { !claims.contains($0.value) }
        }
        if pod.mayNeedDevices { cluster.devices.takeBack(for: pod.uid) }
        _ = cluster.removePod(uid: pod.uid)
        if let promise { nominated.set(pod, node: promise) }
    }

    /// Takes the devices that a pod gets on a node; answers what must be written of its resource claims before the binding. Comes before
    /// `assume`.
    package mutating func reserveDevices(_ pod: PodState, on node: String) -> [DynamicResources.Decision] {
        guard pod.mayNeedDevices, let position = cluster.position(of: node) else { return [] }
        return DynamicResources.decisions(for: pod, on: cluster.nodes[position], cluster.devices, shareID: shareID)
    }

    package mutating func take(_ news: Inbox.Contents, now: Timestamp) {
        var helpful = ClusterNews()
        for (name, labels) in news.namespaces {
            cluster.namespaceLabels[name] = labels
            helpful.changes.insert(.namespaces)
        }
        for (name, node) in news.nodes {
            let begin = ContinuousClock.now
            newsTimes.add(take(name, node, &helpful), since: begin)
        }
        if takeVolumes(news) { helpful.changes.insert(.volumes) }
        if takeDevices(news, now: now) { helpful.changes.insert(.devices) }
        for (key, selector) in news.services { cluster.siblings.put(service: key, selector) }
        for (owner, selector) in news.owners { cluster.siblings.put(owner, selector) }
        for (key, budget) in news.budgets { budgets[key] = budget.map(Preemption.Budget.init) }
        for (pod, error) in news.bindings {
            bindingsUnderWay -= 1
            if !pod.claims.isEmpty {
                let claims = Set(pod.claims)
                cluster.volumes.promised = cluster.volumes.promised.filter { !claims.contains($0.value) }
            }
            guard error != nil else {
                queue.bound(uid: pod.uid)
                continue
            }
            // Its place is free again, and it may be tried again once its back-off is over.
            if pod.mayNeedDevices {
                cluster.devices.takeBack(for: pod.uid)
                helpful.changes.insert(.devices)
            }
            queue.failed(pod, now: now)
            if cluster.removePod(uid: pod.uid) { helpful = ClusterNews(.all) }
        }
        var touched: Set<ObjectKey> = []
        for (key, group) in news.podGroups {
            groups?.put(key, group)
            touched.insert(key)
        }
        for (key, pod) in news.pods {
            let begin = ContinuousClock.now
            if let event = take(key, pod, &touched, &helpful, now: now) { newsTimes.add(event, since: begin) }
        }
        if groups != nil { for group in touched { groupChanged(group, now: now) } }
        queue.somethingChanged(helpful.changes, now: now) { [profiles, newsTimes] pod, plugins in
            profiles[pod.schedulerName]?.mayHelp(pod, plugins, helpful, newsTimes) ?? true
        }
    }

    /// Takes in one node.
    private mutating func take(_ name: String, _ node: Node?, _ helpful: inout ClusterNews) -> NewsTimes.Event {
        guard let node else {
            cluster.removeNode(name)
            helpful.changes.insert(.nodeChanged)
            return .nodeDelete
        }
        let isKnown = cluster.position(of: name) != nil
        let change = cluster.put(node)
        if !change.isEmpty {
            helpful.changes.formUnion(change)
            touch(name, &helpful)
        }
        return isKnown ? .nodeUpdate : .nodeAdd
    }

    private func touch(_ node: String, _ helpful: inout ClusterNews) {
        if let position = cluster.position(of: node) { helpful.nodes.append(cluster.nodes[position]) }
    }

    /// Takes a pod off its node, and the promise of one away.
    private mutating func leave(_ uid: String, _ helpful: inout ClusterNews) {
        if let (pod, node) = cluster.placement(uid: uid) {
            _ = cluster.removePod(uid: uid)
            helpful.changes.insert(.podGone)
            helpful.gone.append(pod)
            touch(node, &helpful)
        }
        breakPromise(uid, &helpful)
    }

    /// Room that was made for a pod is others' now.
    private mutating func breakPromise(_ uid: String, _ helpful: inout ClusterNews) {
        guard let node = nominated.node(of: uid) else { return }
        nominated.remove(uid: uid)
        helpful.changes.insert(.podGone)
        touch(node, &helpful)
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
        for (name, tells) in news.capacityDrivers {
            if tells { cluster.volumes.tellingDrivers.insert(name) } else { cluster.volumes.tellingDrivers.remove(name) }
        }
        for (key, capacity) in news.capacities { cluster.volumes.capacities[key] = capacity.map(VolumeFacts.Capacity.init) }
        return !news.claims.isEmpty || !news.volumes.isEmpty || !news.classes.isEmpty || !news.drivers.isEmpty
            || !news.capacityDrivers.isEmpty || !news.capacities.isEmpty
    }

    /// Answers whether a device may be free now that was not before.
    private mutating func takeDevices(_ news: Inbox.Contents, now: Timestamp) -> Bool {
        let devices = cluster.devices
        var isHelpful = !news.deviceClasses.isEmpty
        for (name, item) in news.deviceClasses { if let item { devices.put(item) } else { devices.removeClass(name) } }
        for (name, slice) in news.resourceSlices {
            if let slice {
                devices.put(slice)
                isHelpful = true
            } else {
                devices.removeSlice(name)
            }
        }
        func changed(_ key: ObjectKey, _ hasFreed: Bool) {
            if hasFreed { isHelpful = true }
            for uid in claimUsers[key] ?? [] { queue.changed(uid: uid, now: now) }
        }
        for claim in news.writtenClaims {
            let key = ObjectKey(namespace: claim.metadata.namespace, name: claim.metadata.name)
            // What was deleted meanwhile stays so.
            guard devices.claims[key]?.uid == claim.metadata.uid, let hasFreed = devices.put(claim) else { continue }
            changed(key, hasFreed)
        }
        for (key, claim) in news.resourceClaims {
            if let claim {
                if let hasFreed = devices.put(claim) { changed(key, hasFreed) }
            } else {
                changed(key, devices.removeClaim(key))
            }
        }
        return isHelpful
    }

    private mutating func note(_ claims: [ObjectKey], of uid: String) {
        for key in claimsUsed[uid] ?? [] {
            claimUsers[key]?.remove(uid)
            if claimUsers[key]?.isEmpty == true { claimUsers[key] = nil }
        }
        claimsUsed[uid] = claims.isEmpty ? nil : claims
        for key in claims { claimUsers[key, default: []].insert(uid) }
    }

    /// Takes in one pod, and notes what that may do for another; answers nil for a pod that is no business of the scheduler's.
    private mutating func take(
        _ key: ObjectKey, _ pod: Pod?, _ touched: inout Set<ObjectKey>, _ helpful: inout ClusterNews, now: Timestamp
    ) -> NewsTimes.Event? {
        let wasPlaced = uids[key].map { cluster.isPlaced(uid: $0) } ?? false
        if let known = uids[key], known != pod?.metadata.uid {
            queue.remove(uid: known)
            note([], of: known)
            gated.remove(known)
            groups?.leave(known)
            leave(known, &helpful)
            uids[key] = nil
        }
        guard let pod else { return wasPlaced ? .placedPodDelete : .waitingPodDelete }
        let uid = pod.metadata.uid
        uids[key] = uid
        let phase = pod.status.phase
        if phase == "Succeeded" || phase == "Failed" {
            queue.remove(uid: uid)
            groups?.leave(uid)
            leave(uid, &helpful)
            return .placedPodDelete
        }
        let nodeName = pod.spec.nodeName
        if !nodeName.isEmpty {
            queue.remove(uid: uid)
            if claimsUsed[uid] != nil { note([], of: uid) }
            if !gated.isEmpty { gated.remove(uid) }
            nominated.remove(uid: uid)
            if groups != nil, let group = PodState.podGroup(of: pod) { joinPlaced(uid, group, &touched) }
            // The pod that was assumed is the one that was bound: mostly there is nothing to read anew.
            if let (counted, node) = cluster.placement(uid: uid), node == nodeName, counted.isSame(as: pod) { return .placedPodAdd }
            let before = cluster.placement(uid: uid)
            let state = PodState(pod)
            cluster.place(state, on: nodeName)
            // A new neighbour may be the one that an affinity waits for; one that was resized or went elsewhere may leave room.
            helpful.changes.insert(.podPlaced)
            helpful.placed.append(state)
            if let before, before.node != nodeName || before.pod.requests != state.requests || before.pod.group != state.group {
                helpful.changes.insert(.podGone)
                helpful.gone.append(before.pod)
                touch(before.node, &helpful)
            }
            return before == nil ? .placedPodAdd : .placedPodUpdate
        }
        let state = PodState(pod)
        if state.isGated, profiles[state.schedulerName] != nil { gated.insert(uid) } else if !gated.isEmpty { gated.remove(uid) }
        guard profiles[state.schedulerName] != nil, !state.isTerminating, !state.isGated else {
            queue.remove(uid: uid)
            groups?.drop(uid)
            breakPromise(uid, &helpful)
            return nil
        }
        guard !cluster.isPlaced(uid: uid), mayBeTried(state, &touched) else { return nil }
        if !state.resourceClaims.isEmpty { note(state.resourceClaims.compactMap(\.key), of: uid) }
        if state.nominatedNode.isEmpty {
            if let known = queue.pod(uid: uid), !known.nominatedNode.isEmpty { nominated.remove(uid: uid) }
        } else {
            nominated.set(state, node: state.nominatedNode)
        }
        // What the scheduler itself writes of a pod that waits does not make it fit.
        let known = queue.pod(uid: uid)
        if let known, known.asksTheSame(as: state) { queue.refresh(state) } else { queue.put(state, now: now) }
        return known == nil ? .waitingPodAdd : .waitingPodUpdate
    }
}
