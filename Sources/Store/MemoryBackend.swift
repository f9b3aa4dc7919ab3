import Synchronization

/// A log that lives as long as the process: for tests and simulations.
package final class MemoryBackend: Backend {
    private struct State {
        /// In the order of revisions.
        var records: [LogRecord] = []
        var position = LogPosition(current: 1, compacted: 0)
    }

    private let state = Mutex(State())

    package init() {}

    package func load(_ visit: (LogRecord) -> Void) -> LogPosition {
        state.withLock {
            $0.records.forEach(visit)
            return $0.position
        }
    }

    package func append(_ records: [LogRecord]) {
        state.withLock {
            $0.records.append(contentsOf: records)
            if let last = records.last { $0.position = LogPosition(current: last.revision, compacted: $0.position.compacted) }
        }
    }

    package func history(
        resource: String, after: Int64, through: Int64, limit: Int
    ) -> [(record: LogRecord, previous: LogRecord?)] {
        state.withLock { state in
            var result: [(LogRecord, LogRecord?)] = []
            for record in state.records[Self.position(of: after + 1, in: state.records)...] {
                guard record.revision <= through, result.count < limit else { break }
                guard record.resource == resource else { continue }
                let place = Self.position(of: record.previousRevision, in: state.records)
                let previous = record.previousRevision > 0 && state.records[place].revision == record.previousRevision
                result.append((record, previous ? state.records[place] : nil))
            }
            return result
        }
    }

    package func compact(_ revisions: [Int64], position: LogPosition) {
        let removed = Set(revisions)
        state.withLock {
            $0.records.removeAll { removed.contains($0.revision) }
            $0.position = position
        }
    }

    package func replace(_ records: [LogRecord]) {
        state.withLock { state in
            for record in records {
                let place = Self.position(of: record.revision, in: state.records)
                if place < state.records.count, state.records[place].revision == record.revision { state.records[place] = record }
            }
        }
    }

    package func close() {}

    /// The first record whose revision is not below `revision`.
    private static func position(of revision: Int64, in records: [LogRecord]) -> Int {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].revision < revision { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
