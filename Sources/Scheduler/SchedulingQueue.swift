import Core

/// The pods that wait for a node: a pure state machine with three parts, as upstream has them. *Active* pods are tried next,
/// by priority and age; those that failed wait in *back-off* (1 s, doubling to 10 s) once something happened that may help
/// them, and until then are *unschedulable* (tried again after five minutes in any case).
package struct SchedulingQueue {
    private struct Entry {
        var pod: PodState
        var attempts = 0
        var backoffEnd = Timestamp(nanoseconds: 0)
        var parkedAt = Timestamp(nanoseconds: 0)
        var place: Place
    }
    private enum Place { case active, backoff, unschedulable }

    private static let initialBackoff = Duration.seconds(1)
    private static let longestBackoff = Duration.seconds(10)
    private static let longestPark = Duration.seconds(300)

    private var entries: [String: Entry] = [:]
    private var active = Heap<ActiveKey>()
    private struct Flight {
        /// Something happened meanwhile that may help the pod.
        var isHelped = false
        /// The pod as it is now, when it changed meanwhile.
        var newer: PodState?
    }

    /// The pods being tried or bound.
    private var inFlight: [String: Flight] = [:]
    /// How often each waiting pod was tried.
    private var attempts: [String: Int] = [:]

    private struct ActiveKey: Comparable {
        let priority: Int
        let creation: String
        let name: ObjectKey
        let uid: String

        static func < (left: ActiveKey, right: ActiveKey) -> Bool {
            if left.priority != right.priority { return left.priority > right.priority }
            if left.creation != right.creation { return left.creation < right.creation }
            return left.name < right.name
        }
    }

    package var count: Int { entries.count }
    package var hasActive: Bool { !active.isEmpty }

    /// Takes in a new pod or a new version of one. A change of an unschedulable pod may have made it schedulable.
    package mutating func put(_ pod: PodState, now: Timestamp) {
        if var entry = entries[pod.uid] {
            entry.pod = pod
            let wasParked = entry.place == .unschedulable
            entries[pod.uid] = entry
            if wasParked { revive(pod.uid, now: now) }
        } else if inFlight[pod.uid] != nil {
            inFlight[pod.uid]?.newer = pod
            inFlight[pod.uid]?.isHelped = true
        } else {
            entries[pod.uid] = Entry(pod: pod, place: .active)
            push(pod)
        }
    }

    package mutating func remove(uid: String) {
        entries[uid] = nil  // Its key in the heap is skipped when it comes up.
        inFlight[uid] = nil
        attempts[uid] = nil
    }

    /// The next pod to try; it stays known as in flight until `done` or `failed`.
    package mutating func next() -> (pod: PodState, attempts: Int)? {
        while let key = active.popMin() {
            guard let entry = entries[key.uid], entry.place == .active else { continue }
            entries[key.uid] = nil
            inFlight[key.uid] = Flight()
            attempts[key.uid, default: 0] += 1
            return (entry.pod, attempts[key.uid] ?? 1)
        }
        return nil
    }

    /// The pod found its node, or is gone.
    package mutating func done(uid: String) {
        inFlight[uid] = nil
        attempts[uid] = nil
    }

    /// The pod found no node: it waits for an event, or for its back-off if one came while it was tried.
    package mutating func failed(_ pod: PodState, now: Timestamp) {
        guard let flight = inFlight.removeValue(forKey: pod.uid) else { return }
        let place: Place = flight.isHelped ? .backoff : .unschedulable
        var entry = Entry(pod: flight.newer ?? pod, attempts: attempts[pod.uid] ?? 1, place: place)
        entry.parkedAt = now
        entry.backoffEnd = now + Self.backoff(after: entry.attempts)
        entries[pod.uid] = entry
    }

    /// Something changed that may help: unschedulable pods move on.
    package mutating func somethingChanged(now: Timestamp) {
        for uid in inFlight.keys { inFlight[uid]?.isHelped = true }
        for (uid, entry) in entries where entry.place == .unschedulable { revive(uid, now: now) }
    }

    /// Moves pods whose time has come to the active part.
    package mutating func advance(to now: Timestamp) {
        for (uid, entry) in entries {
            switch entry.place {
            case .backoff where entry.backoffEnd <= now: activate(uid)
            case .unschedulable where entry.parkedAt + Self.longestPark <= now: revive(uid, now: now)
            default: continue
            }
        }
    }

    /// When `advance` next has something to do; nil when nothing waits for a time.
    package var nextDeadline: Timestamp? {
        entries.values.compactMap { entry in
            switch entry.place {
            case .active: nil
            case .backoff: entry.backoffEnd
            case .unschedulable: entry.parkedAt + Self.longestPark
            }
        }.min()
    }

    private static func backoff(after attempts: Int) -> Duration {
        min(longestBackoff, initialBackoff * (1 << min(max(attempts - 1, 0), 10)))
    }

    private mutating func revive(_ uid: String, now: Timestamp) {
        guard let entry = entries[uid] else { return }
        if entry.backoffEnd <= now { activate(uid) } else { entries[uid]?.place = .backoff }
    }

    private mutating func activate(_ uid: String) {
        guard let pod = entries[uid]?.pod else { return }
        entries[uid]?.place = .active
        push(pod)
    }

    private mutating func push(_ pod: PodState) {
        active.insert(ActiveKey(priority: pod.priority, creation: pod.creation, name: pod.key, uid: pod.uid))
    }
}

/// A binary heap whose smallest element comes first.
private struct Heap<Element: Comparable> {
    private var items: [Element] = []
    var isEmpty: Bool { items.isEmpty }

    mutating func insert(_ element: Element) {
        items.append(element)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popMin() -> Element? {
        guard !items.isEmpty else { return nil }
        items.swapAt(0, items.count - 1)
        let smallest = items.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < items.count else { break }
            let child = left + 1 < items.count && items[left + 1] < items[left] ? left + 1 : left
            guard items[child] < items[parent] else { break }
            items.swapAt(child, parent)
            parent = child
        }
        return smallest
    }
}
