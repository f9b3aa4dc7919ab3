import Client
import Core
import KubernetesAPI
import Logging
import Reconcile

/// What every control loop is given: its own identity's client and recorder, the caches it shares with the others, the time.
struct ControllerContext: Sendable {
    /// As `--controllers` names it ("deployment-controller").
    let name: String
    let client: Client
    let informers: InformerSet
    let recorder: EventRecorder
    let clock: any Clock
    let logger: Logger

    func informer<K: Kind>(_ type: K.Type = K.self) -> Informer<K> { informers.informer(type) }
    func queue<Key: Hashable & Sendable>(of type: Key.Type = ObjectKey.self) -> WorkQueue<Key> { WorkQueue(clock: clock) }
}

/// A control loop, wired to its informers when made; works until its task is cancelled.
protocol ControlLoop: Sendable {
    func run() async
}

extension Controller: ControlLoop {}
