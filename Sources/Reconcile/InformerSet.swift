import Client
import Core
import KubernetesAPI
import Logging
import Synchronization

/// The informers of a process: one a resource, shared by everybody who asks.
package final class InformerSet: Sendable {
    private struct State {
        var informers: [GroupVersionResource: ResourceInformer] = [:]
        var metadataInformers: [GroupVersionResource: ResourceInformer] = [:]
        var waiting: [ResourceInformer] = []
    }

    private let client: Client
    private let clock: any Clock
    private let logger: Logger
    private let random: @Sendable () -> Double
    private let state = Mutex(State())
    private let added = Signal()

    /// Informers that ask as `client`, which must be allowed to list and watch all that is asked for. What they hold has no
    /// managedFields; the server keeps those of an object that is updated without. `random` gives numbers in 0..<1.
    package init(
        client: Client, clock: any Clock, logger: Logger, random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.random = random
        self.client = client
        self.clock = clock
        self.logger = logger
    }

    package func informer<K: Kind>(_ type: K.Type = K.self) -> Informer<K> { Informer(base: informer(K.descriptor.gvr)) }

    /// The informer of a resource, known at run time only.
    package func informer(_ resource: GroupVersionResource) -> ResourceInformer {
        let (informer, isNew) = state.withLock { state in
            if let known = state.informers[resource] { return (known, false) }
            let informer = ResourceInformer(
                resource, client: client, clock: clock, logger: logger, random: random,
                transform: { object in
                    if object[path: "metadata", "managedFields"] != nil { object["metadata"]?["managedFields"] = nil }
                })
            state.informers[resource] = informer
            state.waiting.append(informer)
            return (informer, true)
        }
        if isNew { added.raise() }
        return informer
    }

    /// An informer of a resource for those who read metadata alone: the full one if there is one already, else one that keeps
    /// nothing but metadata.
    package func metadataInformer(_ resource: GroupVersionResource) -> ResourceInformer {
        let (informer, isNew) = state.withLock { state in
            if let known = state.informers[resource] ?? state.metadataInformers[resource] { return (known, false) }
            let informer = ResourceInformer(
                resource, client: client, clock: clock, logger: logger, random: random,
                transform: { object in
                    var metadata = object["metadata"]
                    metadata?["managedFields"] = nil
                    metadata?["annotations"] = nil
                    object = ["apiVersion": object["apiVersion"] ?? .null, "kind": object["kind"] ?? .null, "metadata": metadata ?? [:]]
                })
            state.metadataInformers[resource] = informer
            state.waiting.append(informer)
            return (informer, true)
        }
        if isNew { added.raise() }
        return informer
    }

    /// Runs every informer, also those asked for later, until its task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let fresh = state.withLock { state in
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for informer in fresh { group.addTask { await informer.run() } }
                do { try await added.wait() } catch { break }
            }
            group.cancelAll()
        }
    }

    /// Returns once every informer asked for so far has its first list.
    package func waitUntilSynced() async throws {
        for informer in state.withLock({ Array($0.informers.values) }) { try await informer.waitUntilSynced() }
    }
}
