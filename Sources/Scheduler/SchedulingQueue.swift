import Core

/// The pods that wait for a node: a pure state machine with three parts, as upstream has them. *Active* pods are tried next,
/// by priority and age; those that failed wait in *back-off* (1 s, doubling to 10 s) once something happened that may help
/// them, and until then are *unschedulable* (tried again after five minutes in any case). No step looks at every pod.
package struct SchedulingQueue {
    private struct Entry {
        var pod: PodState
        var backoffEnd = Timestamp(nanoseconds: 0)
        var place: Place
        /// What may help it, as the plugins that ruled nodes out say.
        var hints: ClusterChange = .all
        /// The plugins that ruled nodes out.
        var plugins: Set<String> = []
        /// Whether `plugins` are all that news must please: pods of a group wait for each other, too.
        var isAlone = false
        /// Tells its keys in the heaps from those of earlier turns.
        var turn = 0
    }
    private enum Place { case active, backoff, unschedulable }

    private static let longestPark = Duration.seconds(300)

    private let initialBackoff: Duration
    private let longestBackoff: Duration
    private var entries: [String: Entry] = [:]
    private var active = BinaryHeap<ActiveKey>()
    private var timed = BinaryHeap<TimedKey>()
    private var parked: Set<String> = []
    private struct Flight {
        /// What happened meanwhile.
        var changes: ClusterChange = []
        /// The pod as it is now, when it changed meanwhile.
        var newer: PodState?
    }

    /// The pods being tried or bound.
    private var inFlight: [String: Flight] = [:]
    /// How often each waiting pod was tried, and since when it is known.
    private var attempts: [String: Int] = [:]
    private var since: [String: Timestamp] = [:]
    private var turns = 0
    /// Pods that are tried because they have waited for long, and not because of news.
    private var flushed: Set<String> = []
    /// How many of these found their node (the metric `pod_scheduled_after_flush_total`).
    package private(set) var boundAfterFlush = 0

    private struct ActiveKey: Comparable {
        let priority: Int
        let creation: String
        let name: ObjectKey
        let uid: String
        let turn: Int

        static func < (left: ActiveKey, right: ActiveKey) -> Bool {
            if left.priority != right.priority { return left.priority > right.priority }
            if left.creation != right.creation { return left.creation < right.creation }
            return left.name < right.name
        }
    }

    private struct TimedKey: Comparable {
        let due: Timestamp
        let uid: String
        let turn: Int

        static func < (left: TimedKey, right: TimedKey) -> Bool { left.due < right.due }
    }

    package init(initialBackoff: Duration = .seconds(1), longestBackoff: Duration = .seconds(10)) {
        self.initialBackoff = initialBackoff
        self.longestBackoff = longestBackoff
    }

    package var count: Int { entries.count }
    package var hasActive: Bool { !active.isEmpty }
    package var inFlightCount: Int { inFlight.count }
    /// How many pods are in each part (the metric `pending_pods`).
    package private(set) var counts = (active: 0, backoff: 0, unschedulable: 0)
    /// How many pods that no node suits each plugin has ruled nodes out for, by profile (the metric `unschedulable_pods`).
    package private(set) var unschedulable: [String: [String: Int]] = [:]

    /// Why pods came into a part, as the metric `queue_incoming_pods_total` counts them.
    package enum Arrival: String, CaseIterable {
        case added = "PodAdd"
        case failed = "ScheduleAttemptFailure"
        case backoffOver = "BackoffComplete"
        case helped = "ClusterEvent"
    }
    package private(set) var arrivals: [Arrival: (active: Int, backoff: Int, unschedulable: Int)] = [:]

    private mutating func arrive(_ place: Place, _ arrival: Arrival) {
        switch place {
        case .active: arrivals[arrival, default: (0, 0, 0)].active += 1
        case .backoff: arrivals[arrival, default: (0, 0, 0)].backoff += 1
        case .unschedulable: arrivals[arrival, default: (0, 0, 0)].unschedulable += 1
        }
    }

    private mutating func count(_ place: Place?, _ step: Int) {
        switch place {
        case .active: counts.active += step
        case .backoff: counts.backoff += step
        case .unschedulable: counts.unschedulable += step
        case nil: break
        }
    }

    private mutating func note(_ entry: Entry, _ step: Int) {
        for name in entry.plugins { unschedulable[entry.pod.schedulerName, default: [:]][name, default: 0] += step }
    }

    private mutating func set(_ uid: String, _ entry: Entry?) {
        count(entries[uid]?.place, -1)
        count(entry?.place, 1)
        if let old = entries[uid] { note(old, -1) }
        if let entry { note(entry, 1) }
        entries[uid] = entry
    }

    /// Takes in a new pod or a new version of one. A change of an unschedulable pod may have made it schedulable.
    package mutating func put(_ pod: PodState, now: Timestamp) {
        if let entry = entries[pod.uid] {
            entries[pod.uid]?.pod = pod
            if entry.place == .unschedulable { revive(pod.uid, now: now) }
        } else if inFlight[pod.uid] != nil {
            inFlight[pod.uid]?.newer = pod
            inFlight[pod.uid]?.changes = .all
        } else {
            since[pod.uid] = now
            set(pod.uid, Entry(pod: pod, place: .active))
            activate(pod.uid)
            arrive(.active, .added)
        }
    }

    /// Takes in a newer version of a pod that waits, whose change does not make it more likely to find a place.
    package mutating func refresh(_ pod: PodState) {
        if entries[pod.uid] != nil {
            entries[pod.uid]?.pod = pod
        } else if inFlight[pod.uid] != nil {
            inFlight[pod.uid]?.newer = pod
        }
    }

    package func pod(uid: String) -> PodState? { entries[uid]?.pod ?? inFlight[uid]?.newer }

    package mutating func remove(uid: String) {
        set(uid, nil)  // Its keys in the heaps are skipped when they come up.
        parked.remove(uid)
        inFlight[uid] = nil
        attempts[uid] = nil
        since[uid] = nil
        flushed.remove(uid)
    }

    /// Since when a pod is known that is being tried or bound.
    package func firstSeen(uid: String) -> Timestamp? { since[uid] }

    /// The next pod to try; it stays known as in flight until `done` or `failed`.
    package mutating func next() -> (pod: PodState, attempts: Int)? {
        while let key = active.popMin() {
            guard let entry = entries[key.uid], entry.place == .active, entry.turn == key.turn else { continue }
            set(key.uid, nil)
            inFlight[key.uid] = Flight()
            attempts[key.uid, default: 0] += 1
            return (entry.pod, attempts[key.uid] ?? 1)
        }
        return nil
    }

    /// Takes out one pod, wherever it waits, as `next` does; nil when it does not wait here.
    package mutating func take(uid: String) -> (pod: PodState, attempts: Int)? {
        guard let entry = entries[uid] else { return nil }
        set(uid, nil)
        parked.remove(uid)
        inFlight[uid] = Flight()
        attempts[uid, default: 0] += 1
        return (entry.pod, attempts[uid] ?? 1)
    }

    /// The pod found its node.
    package mutating func bound(uid: String) {
        if flushed.contains(uid) { boundAfterFlush += 1 }
        done(uid: uid)
    }

    /// The pod found its node, or is gone.
    package mutating func done(uid: String) {
        inFlight[uid] = nil
        attempts[uid] = nil
        since[uid] = nil
        flushed.remove(uid)
    }

    /// The pod found no node: it waits for an event that may help it, or for its back-off if one came while it was tried.
    /// `plugins` are those that ruled nodes out.
    /// - Parameter isAlone: whether `plugins` are all that keeps the pod from a place.
    package mutating func failed(
        _ pod: PodState, hints: ClusterChange = .all, plugins: Set<String> = [], isAlone: Bool = false, now: Timestamp
    ) {
        guard let flight = inFlight.removeValue(forKey: pod.uid) else { return }
        flushed.remove(pod.uid)
        let isHelped = !flight.changes.isDisjoint(with: hints)
        var entry = Entry(pod: flight.newer ?? pod, place: isHelped ? .backoff : .unschedulable, hints: hints)
        entry.plugins = plugins
        entry.isAlone = isAlone
        arrive(entry.place, .failed)
        entry.backoffEnd = now + backoff(after: attempts[pod.uid] ?? 1)
        turns += 1
        entry.turn = turns
        set(pod.uid, entry)
        if !isHelped { parked.insert(pod.uid) }
        timed.insert(TimedKey(due: isHelped ? entry.backoffEnd : now + Self.longestPark, uid: pod.uid, turn: turns))
    }

    /// The pod is not worth a try before something of its own changes, which `changed` tells: it waits without a back-off.
    package mutating func hold(_ pod: PodState, now: Timestamp) {
        guard let flight = inFlight.removeValue(forKey: pod.uid) else { return }
        attempts[pod.uid, default: 1] -= 1
        turns += 1
        set(pod.uid, Entry(pod: flight.newer ?? pod, place: .unschedulable, hints: [], turn: turns))
        parked.insert(pod.uid)
        timed.insert(TimedKey(due: now + Self.longestPark, uid: pod.uid, turn: turns))
        if flight.changes == .all { revive(pod.uid, now: now) }
    }

    /// Something of the pod's own changed that may help it.
    package mutating func changed(uid: String, now: Timestamp) {
        if entries[uid]?.place == .unschedulable { revive(uid, now: now) }
        inFlight[uid]?.changes = .all
    }

    /// Something changed: unschedulable pods that it may help move on. `mayHelp` is asked about those that wait for such news, with the
    /// plugins that ruled nodes out.
    package mutating func somethingChanged(
        _ changes: ClusterChange = .all, now: Timestamp, mayHelp: (PodState, Set<String>) -> Bool = { _, _ in true }
    ) {
        guard !changes.isEmpty else { return }
        for uid in inFlight.keys { inFlight[uid]?.changes.formUnion(changes) }
        for uid in parked {
            guard let entry = entries[uid], !entry.hints.isDisjoint(with: changes) else { continue }
            if !entry.isAlone || mayHelp(entry.pod, entry.plugins) { revive(uid, now: now) }
        }
    }

    /// Moves pods whose time has come to the active part.
    package mutating func advance(to now: Timestamp) {
        while let key = timed.min, key.due <= now {
            _ = timed.popMin()
            guard let entry = entries[key.uid], entry.turn == key.turn else { continue }
            switch entry.place {
            case .active: continue
            case .backoff:
                activate(key.uid)
                arrive(.active, .backoffOver)
            case .unschedulable:
                flushed.insert(key.uid)
                revive(key.uid, now: now)
            }
        }
    }

    /// When `advance` next has something to do; nil when nothing waits for a time.
    package var nextDeadline: Timestamp? {
        mutating get {
            while let key = timed.min {
                if let entry = entries[key.uid], entry.turn == key.turn, entry.place != .active { return key.due }
                _ = timed.popMin()
            }
            return nil
        }
    }

    private func backoff(after attempts: Int) -> Duration {
        min(longestBackoff, initialBackoff * (1 << min(max(attempts - 1, 0), 10)))
    }

    private mutating func revive(_ uid: String, now: Timestamp) {
        guard var entry = entries[uid] else { return }
        parked.remove(uid)
        guard entry.backoffEnd > now else {
            arrive(.active, .helped)
            return activate(uid)
        }
        arrive(.backoff, .helped)
        turns += 1
        entry.place = .backoff
        entry.turn = turns
        set(uid, entry)
        timed.insert(TimedKey(due: entry.backoffEnd, uid: uid, turn: turns))
    }

    private mutating func activate(_ uid: String) {
        guard var entry = entries[uid] else { return }
        let pod = entry.pod
        turns += 1
        entry.place = .active
        entry.plugins = []
        entry.turn = turns
        set(uid, entry)
        parked.remove(uid)
        active.insert(ActiveKey(priority: pod.priority, creation: pod.creation, name: pod.key, uid: uid, turn: turns))
    }
}
