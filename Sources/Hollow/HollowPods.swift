import Core

/// The pods of simulated nodes and what is due for each: a pure state machine over news and time. Cost per event and per action
/// is logarithmic in the number of pods that wait.
package struct HollowPods {
    /// Something to write now.
    package struct Due: Sendable {
        package let pod: HollowPod
        package let stage: HollowStage
    }

    private struct Entry {
        var pod: HollowPod
        var stage: HollowStage?
        /// Tells timers of this entry from those of what it was before.
        var generation = 0
        /// Its action has been handed out and is not over.
        var isBusy = false
    }

    private struct Timer: Comparable {
        let due: Timestamp
        let uid: String
        let generation: Int

        static func < (left: Timer, right: Timer) -> Bool { left.due < right.due }
    }

    private let stages: [HollowStage]
    private let random: @Sendable () -> Double
    private var entries: [String: Entry] = [:]
    private var uids: [ObjectKey: String] = [:]
    private var timers = BinaryHeap<Timer>()

    /// How long after a failed write it is tried again.
    private static let retryPause = Duration.seconds(1)

    /// `random` gives numbers in 0..<1.
    package init(stages: [HollowStage], random: @escaping @Sendable () -> Double) {
        self.stages = stages
        self.random = random
    }

    package var count: Int { entries.count }
    /// When something is next due; nil when nothing is.
    package var nextDeadline: Timestamp? { timers.min?.due }

    /// Takes in a pod as it is now; nil: gone.
    package mutating func take(_ key: ObjectKey, _ pod: HollowPod?, now: Timestamp) {
        if let known = uids[key], known != pod?.uid {
            entries[known] = nil
            uids[key] = nil
        }
        guard let pod else { return }
        if let entry = entries[pod.uid] {
            entries[pod.uid]?.pod = pod
            guard !entry.isBusy, pod.differs(from: entry.pod) else { return }
        } else {
            uids[key] = pod.uid
            entries[pod.uid] = Entry(pod: pod)
        }
        choose(pod.uid, now: now)
    }

    /// What is due by now, in the order of time. Each is handed out once, until `finished`.
    package mutating func due(now: Timestamp) -> [Due] {
        var result: [Due] = []
        while let timer = timers.min, timer.due <= now {
            _ = timers.popMin()
            guard let entry = entries[timer.uid], entry.generation == timer.generation, let stage = entry.stage else { continue }
            entries[timer.uid]?.isBusy = true
            result.append(Due(pod: entry.pod, stage: stage))
        }
        return result
    }

    /// The action of a pod is over. One that failed is tried again, unless the pod has changed meanwhile.
    package mutating func finished(_ due: Due, succeeded: Bool, now: Timestamp) {
        guard let entry = entries[due.pod.uid] else { return }
        entries[due.pod.uid]?.isBusy = false
        if entry.pod.differs(from: due.pod) {
            // The watch was faster than the answer, which may have been lost on its way.
            choose(due.pod.uid, now: now)
        } else if !succeeded {
            arm(due.pod.uid, at: now + Self.retryPause)
        }
    }

    private mutating func choose(_ uid: String, now: Timestamp) {
        guard let pod = entries[uid]?.pod else { return }
        let fitting = stages.filter { $0.fits(pod) }
        var draw = fitting.count > 1 ? random() * fitting.reduce(0) { $0 + $1.weight } : 0
        let chosen = fitting.first { stage in
            draw -= stage.weight
            return draw < 0
        }
        entries[uid]?.stage = chosen ?? fitting.last
        guard let stage = entries[uid]?.stage else {
            entries[uid]?.generation += 1
            return
        }
        var delay = stage.delay
        if stage.jitter > .zero { delay += stage.jitter * random() }
        if pod.isDeleting { delay = min(delay, pod.grace) }
        arm(uid, at: now + delay)
    }

    private mutating func arm(_ uid: String, at due: Timestamp) {
        guard let generation = entries[uid].map({ $0.generation + 1 }) else { return }
        entries[uid]?.generation = generation
        timers.insert(Timer(due: due, uid: uid, generation: generation))
    }
}
