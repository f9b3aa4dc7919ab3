import Core
import Identity
import Linux
import Logging
import Synchronization

/// A configuration file that is taken anew when it changes, with what upstream's metrics tell of that. What is wrong with the new content is
/// logged, and the old one stays in force.
package final class ReloadedFile: Sendable {
    /// How long a change goes unnoticed at most.
    package static let period = Duration.seconds(5)

    private struct State {
        /// What was read last, in force or refused.
        var seen: [UInt8]
        /// The digest of what is in force.
        var digest: String
        var successes = 0
        var failures = 0
        var lastSuccess: Timestamp?
        var lastFailure: Timestamp?
    }

    private let path: String
    private let subsystem: String
    private let server: String
    private let clock: any Clock
    private let logger: Logger
    private let apply: @Sendable ([UInt8]) async throws -> Void
    private let state: Mutex<State>

    /// `subsystem` is the name in metrics, `serverID` whose they are. `apply` brings content into force, or throws what is wrong with it. Throws
    /// `ClusterError` when there is no file.
    package init(
        _ path: String, subsystem: String, serverID: String, clock: any Clock, logger: Logger,
        apply: @escaping @Sendable ([UInt8]) async throws -> Void
    ) throws {
        guard let bytes = try Files.readIfPresent(path) else { throw ClusterError("there is no file \(path)") }
        self.path = path
        self.subsystem = subsystem
        server = Digest.sha256(Array(serverID.utf8))
        self.clock = clock
        self.logger = logger
        self.apply = apply
        state = Mutex(State(seen: bytes, digest: Digest.sha256(bytes)))
    }

    /// Follows the file until cancelled.
    package func run() async throws {
        while true {
            try await clock.sleep(for: Self.period)
            try await check()
        }
    }

    /// Takes the file when it is another than before.
    package func check() async throws {
        do {
            guard let bytes = try Files.readIfPresent(path) else { throw ClusterError("there is no file \(path)") }
            guard state.withLock({ $0.seen != bytes }) else { return }
            state.withLock { $0.seen = bytes }
            try await apply(bytes)
            let now = clock.now
            state.withLock { state in
                state.digest = Digest.sha256(bytes)
                state.successes += 1
                state.lastSuccess = now
            }
            logger.info("configuration reloaded", metadata: ["file": "\(path)"])
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let now = clock.now
            state.withLock { state in
                state.failures += 1
                state.lastFailure = now
            }
            logger.error("the changed configuration is not taken", metadata: ["file": "\(path)", "error": "\(error)"])
        }
    }

    /// In Prometheus' text format, under upstream's names.
    package var metricsText: String {
        let state = state.withLock { $0 }
        let prefix = "apiserver_\(subsystem)_", identity = "apiserver_id_hash=\"\(server)\""
        var text = "# TYPE \(prefix)automatic_reloads_total counter\n"
        if state.failures > 0 { text += "\(prefix)automatic_reloads_total{\(identity),status=\"failure\"} \(state.failures)\n" }
        if state.successes > 0 { text += "\(prefix)automatic_reloads_total{\(identity),status=\"success\"} \(state.successes)\n" }
        text += "# TYPE \(prefix)automatic_reload_last_timestamp_seconds gauge\n"
        for (status, time) in [("failure", state.lastFailure), ("success", state.lastSuccess)] {
            guard let time else { continue }
            text += "\(prefix)automatic_reload_last_timestamp_seconds{\(identity),status=\"\(status)\"} \(time.seconds)\n"
        }
        text += "# TYPE \(prefix)last_config_info gauge\n\(prefix)last_config_info{\(identity),hash=\"\(state.digest)\"} 1\n"
        return text
    }
}
