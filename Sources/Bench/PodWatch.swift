import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Synchronization
import Values

/// Sees what becomes of the pods of one namespace and when, by this process's clock.
package final class PodWatch: Sendable {
    package struct Times: Sendable {
        package var asked: ContinuousClock.Instant?
        package var created: ContinuousClock.Instant?
        package var bound: ContinuousClock.Instant?
        package var running: ContinuousClock.Instant?
        package var isGone = false
    }

    private struct Waiter {
        let condition: @Sendable (Counts) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    package struct Counts: Sendable {
        package var asked = 0
        package var seen = 0
        package var bound = 0
        package var running = 0
        package var present = 0
    }

    private struct State {
        var pods: [String: Times] = [:]
        var counts = Counts()
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())
    private let informer: ResourceInformer

    package init(client: Client, namespace: String, logger: Logger) {
        var options = Client.Options()
        options.members = "apiVersion kind metadata(name,namespace,resourceVersion) spec.nodeName status.phase"
        informer = ResourceInformer(
            Pod.descriptor.gvr, client: client, namespace: namespace, options: options, clock: SystemClock(), logger: logger,
            transform: { object in
                var metadata: Object = [
                    "name": object[path: "metadata", "name"] ?? "", "namespace": object[path: "metadata", "namespace"] ?? "",
                ]
                metadata["resourceVersion"] = object[path: "metadata", "resourceVersion"]
                object = [
                    "metadata": .object(metadata), "spec": ["nodeName": object[path: "spec", "nodeName"] ?? ""],
                    "status": ["phase": object[path: "status", "phase"] ?? ""],
                ]
            })
        informer.onChange { [weak self] changes in self?.take(changes) }
    }

    /// Watches until its task is cancelled.
    package func run() async { await informer.run() }

    package func waitUntilSynced() async throws { try await informer.waitUntilSynced() }

    /// A pod is about to be made.
    package func asked(_ name: String) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.pods[name, default: Times()].asked = now
            state.counts.asked += 1
        }
    }

    package var counts: Counts { state.withLock { $0.counts } }
    /// Every pod that was asked for or seen.
    package var times: [Times] { state.withLock { Array($0.pods.values) } }

    /// Returns once a condition holds; throws `CancellationError` when its task is cancelled first.
    package func wait(until condition: @escaping @Sendable (Counts) -> Bool) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || condition(state.counts) { return true }
                    state.waiters[id] = Waiter(condition: condition, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }

    private func take(_ changes: [Change<Value>]) {
        let now = ContinuousClock.now
        let woken = state.withLock { state in
            for change in changes {
                let name = change.key.name
                var times = state.pods[name] ?? Times()
                if let pod = change.new {
                    if times.created == nil {
                        times.created = now
                        state.counts.seen += 1
                        state.counts.present += 1
                    }
                    if times.bound == nil, pod[path: "spec", "nodeName"]?.string?.isEmpty == false {
                        times.bound = now
                        state.counts.bound += 1
                    }
                    if times.running == nil, ["Running", "Succeeded"].contains(pod[path: "status", "phase"]?.string) {
                        times.running = now
                        state.counts.running += 1
                    }
                } else if !times.isGone, times.created != nil {
                    times.isGone = true
                    state.counts.present -= 1
                }
                state.pods[name] = times
            }
            let satisfied = state.waiters.filter { $0.value.condition(state.counts) }
            for id in satisfied.keys { state.waiters[id] = nil }
            return satisfied.values.map(\.continuation)
        }
        for waiter in woken { waiter.resume() }
    }
}
