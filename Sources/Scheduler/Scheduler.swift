import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Values

/// Gives pods their nodes: reads the queue, asks the profile, binds. One task decides, so that it always sees its own last
/// decision; bindings are written concurrently.
package final class Scheduler: Sendable {
    /// How many bindings may be under way at once; more wait in the queue.
    private static let bindingLimit = 256

    private let client: Client
    private let clock: any Clock
    private let logger: Logger
    private let events: EventRecorder
    private let profile = Profile.standard
    private let schedulerName: String
    private let inbox = Inbox()
    private let pods: Informer<Pod>
    private let nodes: Informer<Node>
    private let namespaces: Informer<Namespace>

    /// A scheduler of the pods that ask for `schedulerName`. `client` must be allowed what the role
    /// `system:kube-scheduler` allows.
    package init(
        client: Client, informers: InformerSet, events: EventRecorder, clock: any Clock, logger: Logger,
        schedulerName: String = "default-scheduler"
    ) {
        self.client = client
        self.clock = clock
        self.logger = logger
        self.events = events
        self.schedulerName = schedulerName
        pods = informers.informer()
        nodes = informers.informer()
        namespaces = informers.informer()
        let inbox = self.inbox
        pods.onChange { changes in
            inbox.add { contents in for change in changes { contents.pods[change.key] = .some(change.new) } }
        }
        nodes.onChange { changes in
            inbox.add { contents in for change in changes { contents.nodes[change.key.name] = .some(change.new) } }
        }
        namespaces.onChange { changes in
            inbox.add { contents in for change in changes { contents.namespaces[change.key.name] = .some(change.new?.metadata.labels) } }
        }
    }

    /// Schedules until its task is cancelled.
    package func run() async {
        do {
            try await nodes.waitUntilSynced()
            try await namespaces.waitUntilSynced()
            try await pods.waitUntilSynced()
        } catch {
            return
        }
        await withDiscardingTaskGroup { group in
            var state = Decisions(schedulerName: schedulerName)
            while !Task.isCancelled {
                state.take(inbox.take(), now: clock.now)
                state.queue.advance(to: clock.now)
                while state.bindingsUnderWay < Self.bindingLimit, let (pod, attempts) = state.queue.next() {
                    switch profile.place(state.cluster.cycle(for: pod), tieBreaker: { Int.random(in: 0..<$0) }) {
                    case .node(let node):
                        state.assume(pod, on: node)
                        group.addTask { await self.bind(pod, to: node) }
                    case .none(let message):
                        state.queue.failed(pod, now: clock.now)
                        group.addTask { await self.report(pod, message, isFirst: attempts == 1) }
                    }
                }
                do { try await wait(until: state.queue.nextDeadline) } catch { break }
            }
            group.cancelAll()
        }
    }

    /// Returns when something is in the inbox or the time has come.
    private func wait(until deadline: Timestamp?) async throws {
        guard let deadline else { return try await inbox.signal.wait() }
        let pause = deadline - clock.now
        guard pause > .zero else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.clock.sleep(for: pause) }  // Cancelled when the inbox was first: no error.
            group.addTask { try? await self.inbox.signal.wait() }  // Cancelled when the time was first: no error.
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    private func bind(_ pod: PodState, to node: String) async {
        let body: Value = [
            "apiVersion": "v1", "kind": "Binding",
            "metadata": ["name": .string(pod.key.name), "namespace": .string(pod.key.namespace), "uid": .string(pod.uid)],
            "target": ["apiVersion": "v1", "kind": "Node", "name": .string(node)],
        ]
        do {
            _ = try await client.create(subresource: "binding", of: Pod.descriptor.gvr, pod.key, body)
            events.record(.init(pod), .normal, "Scheduled", "Successfully assigned \(pod.key) to \(node)")
            inbox.add { $0.bindings.append((pod, nil)) }
        } catch {
            inbox.add { $0.bindings.append((pod, error)) }
            if (error as? APIError)?.reason != .notFound, !Task.isCancelled {
                logger.warning("binding pod \(pod.key) to node \(node) failed: \(error)")
            }
        }
    }

    /// Says on the pod why it waits.
    private func report(_ pod: PodState, _ message: String, isFirst: Bool) async {
        events.record(.init(pod), .warning, "FailedScheduling", message)
        let current = pods.get(pod.key)?.status.conditions.first { $0.type == "PodScheduled" }
        guard current?.message != message || current?.status != "False" else { return }
        let transition = current?.status == "False" ? current?.lastTransitionTime ?? clock.now.rfc3339 : clock.now.rfc3339
        let patch: Value = [
            "metadata": ["uid": .string(pod.uid)],
            "status": [
                "conditions": [
                    [
                        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": .string(message),
                        "lastTransitionTime": .string(transition), "lastProbeTime": .null,
                    ]
                ]
            ],
        ]
        do {
            _ = try await client.patch(Pod.self, pod.key, .strategicMerge, patch, subresource: "status")
        } catch {
            guard (error as? APIError)?.reason != .notFound, !Task.isCancelled else { return }
            logger.warning("cannot write why pod \(pod.key) waits: \(error)")
        }
    }
}

extension EventRecorder.Regarding {
    init(_ pod: PodState) {
        self.init(apiVersion: "v1", kind: "Pod", namespace: pod.key.namespace, name: pod.key.name, uid: pod.uid)
    }
}
