import Client
import Controllers
import Core
import Glibc
import Linux
import Logging
import Reconcile
import ResourceEngine
import Scheduler

/// A whole cluster in this process: puts the parts together, in the order in which they need each other, and takes them apart
/// in reverse when the process is asked to end.
///
/// Containers and their runtime are not ended with the server: the next one adopts them.
package struct ClusterServer: Sendable {
    private let configuration: ClusterConfiguration
    private let paths: ClusterPaths
    private let logger: Logger
    private let clock: any Clock
    private let disabledControllers: Set<String>
    private let hasScheduler: Bool

    /// `disabledControllers` names control loops that are left to another process; without `hasScheduler` scheduling is, too.
    package init(
        configuration: ClusterConfiguration, paths: ClusterPaths, logger: Logger, clock: any Clock = SystemClock(),
        disabledControllers: Set<String> = [], hasScheduler: Bool = true
    ) {
        self.configuration = configuration
        self.paths = paths
        self.logger = logger
        self.clock = clock
        self.disabledControllers = disabledControllers
        self.hasScheduler = hasScheduler
    }

    /// Runs until SIGTERM or SIGINT. `report` is told of every stage up to `.ready`. Throws what kept a part from starting, or
    /// from going on.
    package func run(report: @escaping @Sendable (StartStage) -> Void) async throws {
        report(.progress("opening the store and the certificates"))
        let controlPlane = try await ControlPlane(configuration: configuration, paths: paths, clock: clock, logger: logger)
        try await controlPlane.listen()
        report(.progress("the API server answers on \(controlPlane.url)"))
        try await controlPlane.bootstrap()

        let informers = InformerSet(client: controlPlane.client("system:kube-controller-manager"), clock: clock, logger: logger)
        var services: [Loop] = [
            Loop("api server") { try await controlPlane.run() },
            Loop("informers") { await informers.run() },
        ]
        let server = ServerLoops(
            client: controlPlane.client("system:apiserver", groups: ["system:masters"]), informers: informers,
            serviceCIDR: configuration.serviceCIDR, clock: clock, logger: logger)
        services.append(Loop("service addresses") { await server.run() })
        services += loops(controlPlane, informers)
        let node: NodeServices?
        if configuration.hasNode {
            let made = try await NodeServices(
                configuration: configuration, paths: paths, controlPlane: controlPlane, informers: informers, clock: clock, logger: logger)
            report(.progress("the container runtime answers"))
            services += made.services
            node = made
            services.append(
                Loop("start-up") {
                    try await made.waitUntilReady { report(.progress($0)) }
                    report(.ready)
                })
        } else {
            node = nil
            report(.ready)
        }
        let outcome: Result<Void, any Error>
        do {
            try await LoopGroup(services).run(until: try Signals.caught([SIGTERM, SIGINT]))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await node?.detach()
        await controlPlane.close()
        try outcome.get()
    }

    private func loops(_ controlPlane: ControlPlane, _ informers: InformerSet) -> [Loop] {
        var options = controlPlane.controllerOptions
        options.disabled = disabledControllers
        let controllers = ControllerSet(
            clientFor: { controlPlane.client(account: $0) }, informers: informers, clock: clock, logger: logger, options: options)
        controlPlane.figures.add { controllers.metricsText }
        guard hasScheduler else { return [Loop("controllers") { await controllers.run() }] }
        let schedulerClient = controlPlane.client("system:kube-scheduler")
        let events = EventRecorder(client: schedulerClient, component: "default-scheduler", clock: clock, logger: logger)
        var configuration = SchedulerConfiguration()
        configuration.podGroups = controlPlane.podGroups
        let scheduler = Scheduler(
            client: schedulerClient, informers: informers, events: events, clock: clock, logger: logger, configuration: configuration)
        controlPlane.figures.add { scheduler.metrics.text }
        return [
            Loop("controllers") { await controlPlane.components.running("controller-manager") { await controllers.run() } },
            Loop("scheduler events") { await events.run() },
            Loop("scheduler") { await controlPlane.components.running("scheduler") { await scheduler.run() } },
        ]
    }
}
