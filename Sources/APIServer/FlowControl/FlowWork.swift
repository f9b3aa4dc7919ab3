import Core

/// What a request costs in seats: while it runs, and while watchers are told of what it changed (upstream's work estimator).
package struct FlowWork: Sendable, Equatable {
    /// Bytes that are worth a seat.
    private static let bytesPerSeat = 100_000
    /// What a list from memory is taken to need at most, for it is written out piece by piece.
    private static let mostBytes = 1_000_000
    /// Watchers that are worth a seat for as long as an event takes.
    private static let watchersPerSeat = 10
    private static let eventDuration = Duration.milliseconds(5)
    /// Of a list and of a write.
    private static let most = 100
    private static let mostFinal = 10

    package var seats = 1
    /// After the answer, for `latency`.
    package var finalSeats = 0
    package var latency = Duration.zero

    package init() {}

    /// A list, or the beginning of a watch that tells what there is: `count` objects of `size` bytes each are stored, of which `limit` are wanted
    /// (0: all).
    package static func list(count: Int, size: Int, limit: Int, isSingle: Bool) -> FlowWork {
        var work = FlowWork()
        let objects = isSingle ? min(count, 1) : limit > 0 ? min(limit, count) : count
        let bytes = min(objects * size, mostBytes)
        work.seats = min(most, max(1, (bytes + bytesPerSeat - 1) / bytesPerSeat))
        return work
    }

    /// A write that so many watchers are told of.
    package static func write(watchers: Int) -> FlowWork {
        var work = FlowWork()
        guard watchers >= watchersPerSeat else { return work }
        work.finalSeats = (watchers + watchersPerSeat - 1) / watchersPerSeat
        work.latency = eventDuration
        return work
    }

    /// As wide as a level lets requests be: what follows the answer becomes narrower and longer. 0: no limit of the level's.
    package func capped(at width: Int) -> FlowWork {
        var work = self
        if width > 0 { work.seats = min(seats, width) }
        let final = min(finalSeats, width > 0 ? min(width, Self.mostFinal) : Self.mostFinal)
        if final > 0, final < finalSeats {
            work.latency = latency * finalSeats / final
            work.finalSeats = final
        }
        return work
    }
}
