import Core
import JSON
import Store
import Synchronization
import Values

/// The store's backend, which sees every change as it becomes durable, in one order: what it notes happened.
final class Witness: Backend {
    private let log = MemoryBackend()
    private let state: Mutex<World>

    init(clock: any Clock) { state = Mutex(World(clock: clock)) }

    func withWorld<Result: Sendable>(_ body: (inout World) -> Result) -> Result { state.withLock { body(&$0) } }

    func append(_ records: [LogRecord]) {
        log.append(records)
        state.withLock { world in
            for record in records {
                do { try world.take(record) } catch { world.report("cannot read \(record.resource) \(record.key): \(error)") }
            }
        }
    }

    func load(_ visit: (LogRecord) -> Void) -> LogPosition { log.load(visit) }
    func history(resource: String, after: Int64, through: Int64, limit: Int) -> [(record: LogRecord, previous: LogRecord?)] {
        log.history(resource: resource, after: after, through: through, limit: limit)
    }
    func compact(_ revisions: [Int64], position: LogPosition) { log.compact(revisions, position: position) }
    func replace(_ records: [LogRecord]) { log.replace(records) }
    func close() {}
}
