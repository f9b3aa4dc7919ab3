import Core
import Reconcile
import Synchronization

/// How often daemons failed on a node lately: each is replaced after a pause that doubles from a second to 15 minutes.
final class FailedDaemons: Sendable {
    struct Place: Hashable {
        let set: String
        let node: String
    }
    private struct Record {
        var failures = 0
        var last: Timestamp
    }

    private static let backoff = Backoff(base: .seconds(1), limit: .seconds(900))
    private let records = Mutex<[Place: Record]>([:])

    /// How long a failed pod must still wait to be replaced.
    func pause(_ place: Place, now: Timestamp) -> Duration {
        records.withLock { records in
            guard let record = records[place] else { return .zero }
            return max(.zero, Self.backoff.delay(failures: record.failures) - (now - record.last))
        }
    }

    /// Notes that one is replaced now. Whoever has been well for long begins anew; so do places nobody asks about.
    func replaced(_ place: Place, now: Timestamp) {
        records.withLock { records in
            if records.count > 4096 { records = records.filter { now - $0.value.last < Self.backoff.limit * 2 } }
            let known = records[place].flatMap { now - $0.last < Self.backoff.limit * 2 ? $0 : nil }
            records[place] = Record(failures: (known?.failures ?? 0) + 1, last: now)
        }
    }
}
