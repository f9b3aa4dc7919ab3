#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A moment on the wall clock: nanoseconds since 1970, UTC. From 1678 to 2261: what lies beyond counts as the first or the last
/// moment, for durations and times of outside objects are added here unchecked.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package init(seconds: Int64) { nanoseconds = Duration.seconds(seconds).nanoseconds }

    /// Whole seconds, the earlier ones.
    package var seconds: Int64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? seconds - 1 : seconds
    }
    /// What is past the whole second.
    package var nanosecondsOfSecond: Int64 {
        let rest = nanoseconds % 1_000_000_000
        return rest < 0 ? rest + 1_000_000_000 : rest
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (sum, isBeyond) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return Timestamp(nanoseconds: isBeyond ? (right < .zero ? .min : .max) : sum)
    }
    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }
    package static func - (left: Timestamp, right: Duration) -> Timestamp {
        let (difference, isBeyond) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return Timestamp(nanoseconds: isBeyond ? (right < .zero ? .max : .min) : difference)
    }
}

/// A moment on the monotonic clock, for measuring how long something takes many times for each request: to count in nanoseconds costs a
/// tenth of what `ContinuousClock` and `Duration` do.
package struct Moment: Sendable {
    private let nanoseconds: Int

    package static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    package func nanoseconds(since earlier: Moment) -> Int { nanoseconds - earlier.nanoseconds }
}

extension Duration {
    /// Whole nanoseconds; the nearest that there are when the duration is longer than 292 years.
    package var nanoseconds: Int64 {
        let (whole, isTooLong) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isTooLongStill) = whole.addingReportingOverflow(components.attoseconds / 1_000_000_000)
        return isTooLong || isTooLongStill ? (components.seconds < 0 ? .min : .max) : sum
    }
    package var seconds: Double { Double(nanoseconds) / 1e9 }
}

/// Where time comes from. Injected everywhere, so that a cluster can run in simulated time.
package protocol Clock: Sendable {
    /// Wall-clock time.
    var now: Timestamp { get }
    /// Time since some moment, for deadlines and for measuring: it goes on as `sleep` does when somebody sets the wall clock.
    var uptime: Duration { get }
    /// Returns after `duration` of this clock's time; throws `CancellationError` when its task is cancelled first.
    func sleep(for duration: Duration) async throws
}

extension Clock {
    /// Of a clock that nobody sets.
    package var uptime: Duration { now - Timestamp(seconds: 0) }
}

/// The machine's clock.
package struct SystemClock: Clock {
    package init() {}

    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package var uptime: Duration {
        // What the runtime's sleep goes by.
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package func sleep(for duration: Duration) async throws {
        // The runtime's own arithmetic traps on centuries.
        try await Task.sleep(for: min(duration, .seconds(10 * 365 * 86_400)))
    }
}
