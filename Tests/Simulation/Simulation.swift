import Client
import Core
import Hollow
import KubernetesAPI
import Logging
import ResourceEngine
import Synchronization
import TestSupport
import Values

/// What a run came to.
package struct SimulationReport: Sendable {
    /// What did not hold; empty when all went well.
    package fileprivate(set) var failures: [String] = []
    /// What was done, in order: the same for the same seed.
    package fileprivate(set) var actions: [String] = []
    /// Of every change of every object in order: equal for equal runs.
    package fileprivate(set) var digest: UInt64 = 0
    /// How often an object was written.
    package fileprivate(set) var changes = 0
    fileprivate var elapsed = Duration.zero

    /// One line on how it went.
    package func summary(seed: UInt64) -> String {
        "seed \(seed): \(actions.count) actions, \(changes) changes in \(Int(elapsed.seconds)) simulated seconds, "
            + (failures.isEmpty ? "all as it should be" : "\(failures.count) failures")
    }

    /// For people: what failed, and how to see it again.
    package func text(seed: UInt64, rounds: Int) -> String {
        """
        seed \(seed) failed:
        \(failures.map { "  \($0)" }.joined(separator: "\n"))
        what was done:
        \(actions.map { "  \($0)" }.joined(separator: "\n"))
        again: make simulate SEED=\(seed) ROUNDS=\(rounds)
        """
    }
}

/// A cluster to which a seed decides what happens: real API server, control loops and scheduler, simulated nodes, in simulated time.
package final class Simulation: Sendable {
    private struct State {
        var report = SimulationReport()
        var controlPlane: SimulatedProcess?
        var rates = FaultRates.none
    }

    private static let nodeCount = 3
    private static let beginning = Duration.seconds(1_767_225_600)

    package let clock: ManualClock
    let dice: Dice
    let witness: Witness
    let server: SimulatedServer
    let logger: Logger
    private let executor: SimulationExecutor
    private let state = Mutex(State())
    let nodes: [SimulatedProcess]

    /// Runs `rounds` rounds: each does things at random while much goes wrong, then lets all come to rest and looks whether it is right.
    package static func run(seed: UInt64, rounds: Int, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        async throws
        -> SimulationReport
    {
        try await stage(seed: seed, logger: logger) { try await $0.run(rounds: rounds) }
    }

    /// Has `body` do things to a cluster of its own, with its server up and nothing else; what holds at every moment is checked.
    package static func stage(
        seed: UInt64, podsPerNode: Int = 30, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: @escaping @Sendable (Simulation) async throws -> Void
    ) async throws -> SimulationReport {
        let clock = ManualClock()
        let dice = Dice(seed: seed)
        return try await SimulationExecutor.run(
            clock: clock, dice: dice.fork(), stall: { fatalError("seed \(seed): no time passes any more at \(clock.now.rfc3339)") }
        ) { executor in
            let simulation = Simulation(clock: clock, dice: dice, podsPerNode: podsPerNode, logger: logger, executor: executor)
            do {
                try await simulation.startServer()
                var leases = Namespace()
                leases.metadata.name = "kube-node-lease"
                _ = try await simulation.user.create(leases)
                try await body(simulation)
                return await simulation.end()
            } catch {
                _ = await simulation.end()
                throw error
            }
        }
    }

    private init(clock: ManualClock, dice: Dice, podsPerNode: Int, logger: Logger, executor: SimulationExecutor) {
        self.clock = clock
        self.dice = dice
        self.logger = logger
        self.executor = executor
        let witness = Witness(clock: clock)
        let server = SimulatedServer(clock: clock, witness: witness, logger: logger)
        self.witness = witness
        self.server = server
        nodes = (0..<Self.nodeCount).map {
            SimulatedProcess.node($0, stages: Self.stages, podsPerNode: podsPerNode, server, dice, logger: logger, on: executor)
        }
    }

    /// Pods start after a while, those labelled `sim: broken` never; those of jobs end, with `sim: fails` always badly and with `sim: half`
    /// every other time.
    private static let stages: [HollowStage] = {
        func stage(_ name: String, _ action: HollowStage.Action, _ phases: Set<String>, _ delay: Int, _ jitter: Int, _ labels: String)
            -> HollowStage
        {
            var stage = HollowStage(name: name, action: action)
            stage.phases = phases
            stage.delay = .milliseconds(delay)
            stage.jitter = .milliseconds(jitter)
            do { stage.labels = try LabelMatcher(parsing: labels) } catch { fatalError("the selector \(labels): \(error)") }
            return stage
        }
        var result = [
            stage("start", .run, ["", "Pending"], 300, 4000, "sim!=broken"),
            stage("end", .succeed, ["Running"], 3000, 20_000, "sim notin (fails,half)"),
            stage("fail", .fail, ["Running"], 1000, 8000, "sim=fails"),
            stage("end or", .succeed, ["Running"], 3000, 20_000, "sim=half"),
            stage("fail then", .fail, ["Running"], 3000, 20_000, "sim=half"),
        ]
        for index in 1..<5 { result[index].ownerKind = "Job" }
        var recover = stage("recover", .run, ["Running"], 4000, 10_000, "sim!=broken")
        recover.isReady = false
        var delete = stage("delete", .delete, [], 300, 5000, "")
        delete.labels = nil
        delete.isDeleting = true
        return result + [recover, delete]
    }()

    // MARK: Parts

    /// Asks as an administrator, without faults, and waits while the server is down.
    package var user: Client {
        Client(
            transport: PatientTransport(server: server, user: UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"])),
            fieldManager: "kubectl")
    }
    package var nodeNames: [String] { nodes.map(\.name) }

    /// What goes wrong between the server and everybody but the user, from here on.
    package var rates: FaultRates {
        get { state.withLock { $0.rates } }
        set {
            state.withLock { $0.rates = newValue }
            for process in nodes + [state.withLock { $0.controlPlane }].compactMap({ $0 }) { process.link.rates = newValue }
        }
    }

    func note(_ action: String) {
        let line = "\(clock.now.rfc3339) \(action)"
        state.withLock { $0.report.actions.append(line) }
        logger.info("\(line)")
    }
    func fail(_ failure: String) { state.withLock { $0.report.failures.append(failure) } }

    /// What there is in truth.
    package func read<Result: Sendable>(_ body: (World) -> Result) -> Result { witness.withWorld { body($0) } }

    /// Looks every tenth of a second until what there is in truth is as `condition` says; false when it is not after an hour.
    @discardableResult
    package func wait(until condition: (World) -> Bool) async throws -> Bool {
        let end = clock.uptime + .seconds(3600)
        while !read(condition) {
            guard clock.uptime < end else {
                fail("what was waited for did not come in an hour")
                return false
            }
            try await clock.sleep(for: .milliseconds(100))
        }
        return true
    }

    package func controlPlane() -> SimulatedProcess {
        guard let running = state.withLock({ $0.controlPlane }) else { fatalError("there is no control plane") }
        return running
    }

    /// Starts control loops and scheduler; those that ran must be dead.
    package func startControlPlane() {
        let started = SimulatedProcess.controlPlane(server, dice, logger: logger, on: executor)
        started.link.rates = rates
        state.withLock { $0.controlPlane = started }
    }

    package func startServer() async throws { try await server.start(on: executor) }
    package func killServer() async { await server.kill() }

    // MARK: Running

    private func run(rounds: Int) async throws {
        var actions = SimulatedUser(self)
        try await actions.prepare()
        startControlPlane()
        for round in 1...rounds {
            let rates = [FaultRates.none, .some, .some, .many][dice.roll(4)]
            note("round \(round): refused \(rates.refused) %, lost \(rates.lost) %, cut \(rates.cut) %, late \(rates.late) %")
            self.rates = rates
            for _ in 0..<dice.roll(10...24) {
                try await actions.act()
                try await clock.sleep(for: .milliseconds(dice.roll(4) == 0 ? dice.roll(1...60_000) : dice.roll(1...4000)))
            }
            self.rates = .none
            for process in nodes + [controlPlane()] { process.link.goOn() }
            try await actions.settle()
            note("nothing goes wrong any more")
            guard try await converge() else { return }
            witness.withWorld { $0.forgetPast() }
        }
        try await actions.calm()
        guard try await converge() else { return }
        try await rest()
    }

    private func end() async -> SimulationReport {
        await state.withLock { $0.controlPlane }?.kill()
        for node in nodes { await node.kill() }
        await server.kill()
        var report = state.withLock { $0.report }
        witness.withWorld { world in
            report.failures = world.violations + report.failures
            report.digest = world.digest
            report.changes = world.changes
        }
        report.elapsed = clock.uptime - Self.beginning
        return report
    }

    /// Waits until nothing is wrong any more, and tells what is after an hour: work queues back off for up to 17 minutes.
    @discardableResult
    package func converge() async throws -> Bool {
        let end = clock.uptime + .seconds(3600)
        var problems: [String] = []
        var pause = Duration.seconds(5)
        while clock.uptime < end {
            try await clock.sleep(for: pause)
            pause = min(pause * 1.3, .seconds(60))
            problems = witness.withWorld { $0.problems(nodes: nodeNames, now: clock.now) }
            if problems.isEmpty {
                // What is right for a moment only is not right.
                try await clock.sleep(for: .seconds(7))
                problems = witness.withWorld { $0.problems(nodes: nodeNames, now: clock.now) }
                if problems.isEmpty { return true }
            }
        }
        for problem in problems { fail("after an hour: \(problem)") }
        return false
    }

    /// When everything is as it should be, nobody writes anything.
    package func rest() async throws {
        try await clock.sleep(for: .seconds(60))
        witness.withWorld { $0.expectRest() }
        try await clock.sleep(for: .seconds(180))
        let unrest = witness.withWorld { $0.endRest() }
        for (what, times) in Dictionary(grouping: unrest, by: { $0 }).sorted(by: { $0.key < $1.key }) {
            fail("at rest: \(times.count) times \(what)")
        }
    }
}
