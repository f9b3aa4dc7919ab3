import Client
import Controllers
import Core
import Hollow
import Logging
import Reconcile
import ResourceEngine
import Scheduler
import TestSupport

/// A process of the cluster: control loops and scheduler, or a node.
package final class SimulatedProcess: Sendable {
    let name: String
    package let link: Link
    private let task: Task<Void, Never>

    private init(name: String, link: Link, _ task: Task<Void, Never>) {
        self.name = name
        self.link = link
        self.task = task
    }

    /// Ends it as kill -9 does: nothing it has begun gets through any more.
    package func kill() async {
        link.die()
        task.cancel()
        await task.value
    }

    /// All control loops and the scheduler.
    static func controlPlane(_ server: SimulatedServer, _ dice: Dice, logger: Logger, on executor: SimulationExecutor) -> SimulatedProcess {
        let link = Link(clock: server.clock, dice: dice.fork())
        let random = dice.fork()
        let clock = server.clock
        @Sendable func client(_ user: UserInfo, _ fieldManager: String) -> Client {
            Client(transport: FaultyTransport(server: server, link: link, user: user), fieldManager: fieldManager)
        }
        let task = Task(executorPreference: executor) {
            let administrator = UserInfo(name: "system:kube-controller-manager", groups: ["system:masters"])
            let informers = InformerSet(
                client: client(administrator, "kube-controller-manager"), clock: clock, logger: logger, random: { random.fraction() })
            var options = ControllerOptions()
            options.servedResources = { try server.servedResources() }
            let controllers = ControllerSet(
                clientFor: { client(.serviceAccount($0), "kube-controller-manager") }, informers: informers, clock: clock, logger: logger,
                options: options)
            let schedulerClient = client(UserInfo(name: "system:kube-scheduler", groups: ["system:masters"]), "kube-scheduler")
            let events = EventRecorder(client: schedulerClient, component: "default-scheduler", clock: clock, logger: logger)
            let scheduler = Scheduler(
                client: schedulerClient, informers: informers, events: events, clock: clock, logger: logger, random: { random.roll($0) })
            await withDiscardingTaskGroup { group in
                group.addTask { await informers.run() }
                group.addTask { await controllers.run() }
                group.addTask { await scheduler.run() }
                group.addTask { await events.run() }
            }
        }
        return SimulatedProcess(name: "control plane", link: link, task)
    }

    /// A node that acts by `stages`.
    static func node(
        _ number: Int, stages: [HollowStage], podsPerNode: Int, _ server: SimulatedServer, _ dice: Dice, logger: Logger,
        on executor: SimulationExecutor
    ) -> SimulatedProcess {
        let link = Link(clock: server.clock, dice: dice.fork())
        let random = dice.fork()
        var options = HollowOptions()
        options.prefix = "node-\(number)"
        options.podsPerNode = podsPerNode
        options.cpu = "64"
        options.stages = stages
        options.statusInterval = .seconds(60)
        options.writers = 2
        options.firstPodAddress = 0x6440_0001 + UInt32(number) << 12
        let user = UserInfo(name: "system:node:\(options.prefix)-00000", groups: ["system:nodes", "system:masters"])
        let client = Client(transport: FaultyTransport(server: server, link: link, user: user), fieldManager: "kubelet")
        let node = HollowNodes(client: client, options: options, clock: server.clock, logger: logger, random: { random.fraction() })
        let task = Task(executorPreference: executor) { await node.run() }
        return SimulatedProcess(name: "\(options.prefix)-00000", link: link, task)
    }
}
