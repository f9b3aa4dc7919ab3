/// Exponential back-off: how long to wait after a number of failures in a row.
package struct Backoff: Sendable {
    package var base: Duration
    package var limit: Duration
    /// The part of the delay that is added at random: 0.5 waits between one and one and a half times.
    package var jitter: Double

    package init(base: Duration, limit: Duration, jitter: Double = 0) {
        self.base = base
        self.limit = limit
        self.jitter = jitter
    }

    /// How often a reconciler retries a failing key (5 ms doubling to 1000 s: client-go's default for work queues).
    package static let reconcile = Backoff(base: .milliseconds(5), limit: .seconds(1000))
    /// How often an informer asks a server that does not answer.
    package static let informer = Backoff(base: .milliseconds(100), limit: .seconds(30), jitter: 0.5)

    /// The wait after `failures` failures in a row (none for 0). `random` lies in 0..<1.
    package func delay(failures: Int, random: Double = 0) -> Duration {
        guard failures > 0 else { return .zero }
        var delay = base
        for _ in 1..<failures where delay < limit { delay *= 2 }
        return min(delay, limit) * (1 + jitter * random)
    }
}
