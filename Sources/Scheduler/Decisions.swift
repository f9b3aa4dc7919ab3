import Core
import KubernetesAPI

/// The scheduler's state, and how news changes it: pure, so that every order of events can be tested.
package struct Decisions {
    package var cluster = SchedulerCache()
    package var queue = SchedulingQueue()
    package private(set) var bindingsUnderWay = 0
    private let schedulerName: String
    private var uids: [ObjectKey: String] = [:]

    package init(schedulerName: String) { self.schedulerName = schedulerName }

    /// Counts a pod on the node it was given, before the binding is written.
    package mutating func assume(_ pod: PodState, on node: String) {
        cluster.place(pod, on: node)
        bindingsUnderWay += 1
    }

    package mutating func take(_ news: Inbox.Contents, now: Timestamp) {
        var mayHelp = false
        for (name, labels) in news.namespaces { cluster.namespaceLabels[name] = labels }
        for (name, node) in news.nodes {
            if let node {
                if cluster.put(node) { mayHelp = true }
            } else {
                cluster.removeNode(name)
            }
        }
        for (pod, error) in news.bindings {
            bindingsUnderWay -= 1
            guard error != nil else {
                queue.done(uid: pod.uid)
                continue
            }
            // Its place is free again, and it may be tried again once its back-off is over.
            queue.failed(pod, now: now)
            if cluster.removePod(uid: pod.uid) { mayHelp = true }
        }
        for (key, pod) in news.pods where take(key, pod, now: now) { mayHelp = true }
        if mayHelp { queue.somethingChanged(now: now) }
    }

    /// Takes in one pod; answers whether that may let another in.
    private mutating func take(_ key: ObjectKey, _ pod: Pod?, now: Timestamp) -> Bool {
        var freed = false
        if let known = uids[key], known != pod?.metadata.uid {
            queue.remove(uid: known)
            freed = cluster.removePod(uid: known)
            uids[key] = nil
        }
        guard let pod else { return freed }
        let state = PodState(pod)
        uids[key] = state.uid
        let isOver = pod.status.phase == "Succeeded" || pod.status.phase == "Failed"
        if isOver {
            queue.remove(uid: state.uid)
            return cluster.removePod(uid: state.uid) || freed
        }
        if !state.nodeName.isEmpty {
            queue.remove(uid: state.uid)
            let isNews = !cluster.isPlaced(uid: state.uid)
            cluster.place(state, on: state.nodeName)
            return freed || isNews  // A new neighbour may be the one that an affinity waits for.
        }
        guard state.schedulerName == schedulerName, !state.isTerminating, !state.isGated else {
            queue.remove(uid: state.uid)
            return freed
        }
        if !cluster.isPlaced(uid: state.uid) { queue.put(state, now: now) }
        return freed
    }
}
