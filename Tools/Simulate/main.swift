import Glibc
import Logging
import Simulation

// Simulates clusters to which everything happens: see Tests/Simulation/README.md. Ends with 1 when one of them came to something wrong.

func number(_ name: String) -> UInt64? { getenv("MARTLET_SIMULATION_" + name).flatMap { UInt64(String(cString: $0)) } }

var quiet = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
if getenv("MARTLET_SIMULATION_LOG") != nil {
    quiet = Logger(label: "simulation")
    quiet.logLevel = .info
}
let logger = quiet
let first = number("SEED") ?? 1
let count = number("SEEDS") ?? 1
let rounds = Int(number("ROUNDS") ?? 1)

var failed: [UInt64] = []
for seed in first..<first + count {
    let report = try await Simulation.run(seed: seed, rounds: rounds, logger: logger)
    print(report.summary(seed: seed))
    guard !report.failures.isEmpty else { continue }
    print(report.text(seed: seed, rounds: rounds))
    failed.append(seed)
}
print("\(count) seeds, \(failed.count) failed\(failed.isEmpty ? "" : ": \(failed)")")
exit(failed.isEmpty ? 0 : 1)
