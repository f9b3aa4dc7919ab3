import Glibc
import Logging
import Simulation
import Testing

/// The whole control plane in simulated time, with everything done to it that the dice can think of. See `Tests/Simulation/README.md`.
@Suite(.serialized) struct SimulationTests {
    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// `MARTLET_SIMULATION_SEED=N` begins with another seed, and with `MARTLET_SIMULATION_SEEDS=N` tries so many; alone it tries that one.
    private static let seeds: [UInt64] = {
        let first = variable("MARTLET_SIMULATION_SEED").flatMap { UInt64($0) }
        let count = variable("MARTLET_SIMULATION_SEEDS").flatMap { UInt64($0) } ?? (first == nil ? 3 : 1)
        return (0..<count).map { (first ?? 1) &+ $0 }
    }()
    private static let rounds = variable("MARTLET_SIMULATION_ROUNDS").flatMap { Int($0) } ?? 1

    private static let logger: Logger = {
        guard variable("MARTLET_SIMULATION_LOG") != nil else { return Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
        var logger = Logger(label: "simulation")
        logger.logLevel = .info
        return logger
    }()

    @Test(arguments: seeds)
    func `whatever is done to a cluster, it keeps every bound, and comes to what is asked for once it is left alone`(seed: UInt64)
        async throws
    {
        let report = try await Simulation.run(seed: seed, rounds: Self.rounds, logger: Self.logger)
        print(report.summary(seed: seed))
        if !report.failures.isEmpty { print(report.text(seed: seed, rounds: Self.rounds)) }
        #expect(report.failures.isEmpty, "seed \(seed)")
    }

    @Test(
        .enabled(
            if: variable("SWIFT_DETERMINISTIC_HASHING") != nil,
            "without SWIFT_DETERMINISTIC_HASHING=1 the order of sets and dictionaries differs from run to run"))
    func `the same seed makes the same run, change by change`() async throws {
        let first = try await Simulation.run(seed: 7, rounds: 1)
        let second = try await Simulation.run(seed: 7, rounds: 1)
        #expect(first.actions == second.actions)
        #expect(first.changes == second.changes)
        #expect(first.digest == second.digest)
    }
}
