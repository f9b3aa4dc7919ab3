import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Synchronization

/// Shows static pods in the API, each by an object that mirrors it: makes it, makes it anew when somebody deletes it, and takes it away
/// when the file is gone. The object decides nothing.
final class MirrorPods: Sendable {
    private struct State {
        /// The pods that files ask for.
        var wanted: [ObjectKey: Pod] = [:]
        /// What the API has.
        var present: [ObjectKey: Pod] = [:]
        var nodeUID = ""
    }

    private let client: Client
    private let nodeName: String
    private let statuses: PodStatusWriter
    private let logger: Logger
    private let state = Mutex(State())
    private let queue: WorkQueue<ObjectKey>

    init(client: Client, nodeName: String, statuses: PodStatusWriter, clock: any Clock, logger: Logger) {
        self.client = client
        self.nodeName = nodeName
        self.statuses = statuses
        self.logger = logger
        queue = WorkQueue(clock: clock, backoff: Backoff(base: .milliseconds(100), limit: .seconds(30)))
    }

    /// All static pods of the node.
    func want(_ pods: [Pod]) {
        let keys = state.withLock { state in
            let old = state.wanted.keys
            state.wanted = Dictionary(pods.map { ($0.key, $0) }) { first, _ in first }
            return Set(old).union(state.wanted.keys)
        }
        for key in keys { queue.add(key) }
    }

    /// A mirror's object is there or has changed; nil: it is gone.
    func note(_ key: ObjectKey, _ mirror: Pod?) {
        state.withLock { $0.present[key] = mirror }
        queue.add(key)
    }

    /// Works until its task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.queue.run() }
            group.addTask {
                while let key = await self.queue.next() {
                    do {
                        try await self.reconcile(key)
                        self.queue.forget(key)
                    } catch {
                        if !Task.isCancelled {
                            self.logger.warning("a mirror pod is not as it should be", metadata: ["error": "\(error)"])
                        }
                        self.queue.retry(key)
                    }
                    self.queue.done(key)
                }
            }
        }
    }

    private func reconcile(_ key: ObjectKey) async throws {
        let (wanted, present) = state.withLock { ($0.wanted[key], $0.present[key]) }
        if let present {
            let pod = present.metadata.annotations[StaticPodManifest.mirror]
            if let wanted, pod == wanted.metadata.uid, present.metadata.deletionTimestamp.isEmpty {
                statuses.show(key, by: .init(uid: present.metadata.uid, pod: wanted.metadata.uid))
                return
            }
            var options = Client.Options()
            options.gracePeriodSeconds = 0
            options.preconditionUID = present.metadata.uid
            do {
                try await client.delete(Pod.self, key, options: options)
            } catch let error as APIError where error.reason == .notFound {
                // Somebody else was faster.
            }
            // The next comes when this one's end is seen.
            return
        }
        statuses.show(key, by: nil)
        guard let wanted else { return }
        var uid = state.withLock { $0.nodeUID }
        if uid.isEmpty {
            uid = try await client.get(Node.self, ObjectKey(name: nodeName)).metadata.uid
            state.withLock { $0.nodeUID = uid }
        }
        do {
            _ = try await client.create(StaticPodManifest.mirror(of: wanted, nodeUID: uid))
        } catch let error as APIError where error.reason == .alreadyExists {
            // It is seen soon.
        }
    }
}
