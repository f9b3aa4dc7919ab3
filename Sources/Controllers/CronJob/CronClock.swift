import Core
import KubernetesAPI

/// When a cron job should have run last and when it runs next. Pure.
struct CronClock {
    /// More missed times than this are told of: probably a clock is wrong.
    static let manyMissed: Int64 = 100
    /// How long after its time a job is started, for clocks that differ.
    static let slack = Duration.milliseconds(100)

    let schedule: CronSchedule
    let zone: ZoneRules
    let now: Timestamp
    /// When it ran last, or was created.
    let last: Timestamp
    /// How long after its time a job may still be started, in seconds.
    let deadline: Int?

    /// The newest time that has come and was not used yet, and about how many before it were missed with it.
    /// Throws for a schedule that names no day of any year.
    func due() throws -> (time: Timestamp, missed: Int64)? {
        var earliest = last
        if let deadline { earliest = max(earliest, now - .seconds(deadline)) }
        return try newest(since: earliest)
    }

    /// How long until it runs next.
    var untilNext: Duration? {
        let start: Timestamp
        do { start = try newest(since: last)?.time ?? last } catch { start = now }
        return schedule.next(after: start, in: zone).map { $0 + Self.slack - now }
    }

    private func newest(since earliest: Timestamp) throws -> (time: Timestamp, missed: Int64)? {
        guard let first = schedule.next(after: earliest, in: zone), let second = schedule.next(after: first, in: zone) else {
            throw CronSchedule.Malformed(description: "time difference between two schedules is less than 1 second")
        }
        if now < first { return nil }
        if now < second { return (first, 0) }
        let interval = max(1, second.seconds - first.seconds)
        let missed = (now.seconds - first.seconds) / interval + 1
        // Intervals may differ: look again from two of them before now.
        var found = max(first, first + .seconds((missed - 2) * interval))
        if found > first { found = schedule.next(after: found, in: zone) ?? first }
        if found > now { found = first }
        while let next = schedule.next(after: found, in: zone), next <= now { found = next }
        return (found, missed)
    }
}
