import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Synchronization
import Values

/// Tells the API server of pods' statuses, the newest only, and deletes the pods that have ended.
final class PodStatusWriter: Sendable {
    private struct Entry {
        var uid: String
        var status: PodStatus
        /// Nothing of the pod is left on the node: its object may go.
        var isRemoved: Bool
        /// It is shown under another uid than it runs under.
        var isStatic: Bool
        /// Tells it from what was handed in before and after, be it the same.
        var number = 0
    }

    private let client: Client
    private let clock: any Clock
    private let logger: Logger
    private let queue: WorkQueue<ObjectKey>
    private let entries = Mutex<[ObjectKey: Entry]>([:])
    private let written = Mutex<[String: PodStatus]>([:])
    /// The revisions that the API server's answers had, by uid: what is older was not changed since.
    private let revisions = Mutex<[String: Int64]>([:])
    /// What the API shows static pods by.
    private let mirrors = Mutex<[ObjectKey: Mirror]>([:])

    /// The uid of the object that shows a static pod, and the pod's own.
    struct Mirror: Equatable {
        let uid: String
        let pod: String
    }

    init(client: Client, clock: any Clock, logger: Logger) {
        self.client = client
        self.clock = clock
        self.logger = logger
        queue = WorkQueue(clock: clock, backoff: Backoff(base: .milliseconds(100), limit: .seconds(30)))
    }

    /// The last status handed in for a pod: what the API server has or is about to have.
    func latest(_ uid: String) -> PodStatus? { written.withLock { $0[uid] } }

    /// Hands a status in. Nothing is written when it is the one written last.
    func set(_ pod: Pod, _ status: PodStatus, isRemoved: Bool = false) {
        let isNew = written.withLock { written in
            defer { written[pod.metadata.uid] = status }
            return written[pod.metadata.uid] != status
        }
        guard isNew || isRemoved else { return }
        note(pod.key, Entry(uid: pod.metadata.uid, status: status, isRemoved: isRemoved, isStatic: StaticPodManifest.isStatic(pod)))
    }

    private func note(_ key: ObjectKey, _ entry: Entry) {
        entries.withLock { entries in
            let known = entries[key]
            entries[key] = entry
            entries[key]?.number = (known?.number ?? 0) + 1
            // What is to go goes, whatever else is said of it.
            if let known, known.isRemoved, known.uid == entry.uid { entries[key]?.isRemoved = true }
        }
        queue.add(key)
    }

    /// Takes in what the API server has of a pod. A status that somebody else has changed is written again: of a node that was not heard of for
    /// a while, all pods are marked unready.
    func compare(_ pod: Pod) {
        let uid = pod.metadata.uid
        guard !StaticPodManifest.isStatic(pod), let own = latest(uid), Self.differ(own, pod.status),
            (Int64(pod.metadata.resourceVersion) ?? 0) >= revisions.withLock({ $0[uid] ?? .max })
        else { return }
        note(pod.key, Entry(uid: uid, status: own, isRemoved: false, isStatic: false))
    }

    /// By what others judge a pod. The rest may come back in another form than it was written in.
    private static func differ(_ own: PodStatus, _ shown: PodStatus) -> Bool {
        own.phase != shown.phase
            || own.conditions.contains { condition in
                shown.conditions.first { $0.type == condition.type }?.status != condition.status
            }
    }

    /// Tells by what the API shows a static pod; nil: by nothing, and its statuses are told to nobody. A mirror is told of its own pod
    /// only, not of the one before it.
    func show(_ key: ObjectKey, by mirror: Mirror?) {
        let isNew = mirrors.withLock { mirrors in
            defer { mirrors[key] = mirror }
            return mirrors[key] != mirror
        }
        guard isNew, mirror != nil else { return }
        queue.add(key)
    }

    func forget(_ uid: String) {
        written.withLock { _ = $0.removeValue(forKey: uid) }
        revisions.withLock { _ = $0.removeValue(forKey: uid) }
    }

    /// Writes until its task is cancelled.
    func run(workers: Int = 4) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.queue.run() }
            for _ in 0..<workers {
                group.addTask {
                    while let key = await self.queue.next() {
                        await self.write(key)
                        self.queue.done(key)
                    }
                }
            }
        }
    }

    private func write(_ key: ObjectKey) async {
        guard let entry = entries.withLock({ $0[key] }) else { return }
        let shown: Mirror? = entry.isStatic ? mirrors.withLock { $0[key] } : Mirror(uid: entry.uid, pod: entry.uid)
        guard let mirror = shown, mirror.pod == entry.uid else { return }
        do {
            var status = entry.status.raw
            // A merge patch leaves alone what it does not name: what is gone has to be said.
            for field in [
                "reason", "message", "podIP", "podIPs", "ephemeralContainerStatuses", "initContainerStatuses", "allocatedResources",
                "resources",
            ]
            where status[field] == nil {
                status[field] = .null
            }
            let patch: Value = ["metadata": ["uid": .string(mirror.uid)], "status": status]
            let answer = try await client.patch(Pod.self, key, .merge, patch, subresource: "status")
            revisions.withLock { $0[entry.uid] = Int64(answer.metadata.resourceVersion) }
            if entry.isRemoved, !entry.isStatic {
                var options = Client.Options()
                options.gracePeriodSeconds = 0
                options.preconditionUID = entry.uid
                try await client.delete(Pod.self, key, options: options)
            }
            finish(key, entry)
        } catch let error as APIError where error.reason == .notFound || error.reason == .conflict && error.message.contains("uid") {
            finish(key, entry)
        } catch {
            if Task.isCancelled { return }
            logger.warning("pod status not written, trying again", metadata: ["pod": "\(key)", "error": "\(error)"])
            queue.retry(key)
        }
    }

    private func finish(_ key: ObjectKey, _ entry: Entry) {
        queue.forget(key)
        // A static pod's mirror may be made anew at any time, and is told the same then.
        if entry.isStatic { return }
        entries.withLock { entries in
            if entries[key]?.uid == entry.uid, entries[key]?.number == entry.number { entries[key] = nil }
        }
    }
}
