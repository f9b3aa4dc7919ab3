import Client
import Core
import KubernetesAPI
import Logging
import Synchronization
import Values

/// Writes down on which day tokens kept in secrets were last used, as labels of their secrets: what the clean-up of unused ones goes by. Safe from
/// any thread.
package final class LegacyTokenUses: Sendable {
    package static let lastUsed = "kubernetes.io/legacy-token-last-used"
    package static let invalidSince = "kubernetes.io/legacy-token-invalid-since"
    /// More secrets than this are not waited for: they are written down at their next use.
    private static let longest = 1000

    private let waiting = Mutex<Set<ObjectKey>>([])
    private let stream: AsyncStream<ObjectKey>
    private let continuation: AsyncStream<ObjectKey>.Continuation
    private let clock: any Clock

    package init(clock: any Clock) {
        self.clock = clock
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.longest))
    }

    /// Notes that the token of a secret was used; `lastUsed` is the label it has.
    func note(_ secret: ObjectKey, lastUsed: String) {
        let now = clock.now
        // Another server's clock may be a day ahead.
        guard lastUsed != Self.day(now), lastUsed != Self.day(now + .seconds(86_400)) else { return }
        guard waiting.withLock({ $0.insert(secret).inserted }) else { return }
        if case .dropped = continuation.yield(secret) { _ = waiting.withLock { $0.remove(secret) } }
    }

    /// Writes what is noted until its task is cancelled.
    package func run(_ client: Client, logger: Logger) async {
        for await secret in stream {
            // Before it is written: a use from now on may be one of the next day.
            _ = waiting.withLock { $0.remove(secret) }
            let patch: Value = ["metadata": ["labels": [Self.lastUsed: .string(Self.day(clock.now))]]]
            do {
                _ = try await client.patch(Secret.self, secret, .merge, patch)
            } catch let error as APIError where error.reason == .notFound {
                // It has gone with its token.
            } catch { logger.error("the use of the token in secret \(secret) cannot be written down: \(error)") }
        }
    }

    private static func day(_ time: Timestamp) -> String { String(time.rfc3339.prefix(10)) }
}
