import CSQLite
import Core
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The log as one append-only table of an SQLite file: the embedded default.
///
/// A commit is a row at the end of the table and one fsync of the write-ahead log. There is no index on names, since the
/// store's memory knows where everything is. The file and its companions are readable by their owner only.
package final class SQLiteBackend: Backend {
    private static let formatVersion: Int64 = 1
    /// "MART".
    private static let applicationID: Int64 = 0x4D41_5254

    /// Used by the store's commit thread.
    private struct Writer {
        let connection: SQLiteConnection
        let insert: SQLiteConnection.Statement
        let delete: SQLiteConnection.Statement
        let setPosition: SQLiteConnection.Statement
    }

    /// Used by the store's read thread.
    private struct Reader {
        let connection: SQLiteConnection
        let history: SQLiteConnection.Statement
        let one: SQLiteConnection.Statement
    }

    private let path: String
    private let lock: Int32
    private let writer: Mutex<Writer?>
    private let reader: Mutex<Reader?>

    /// Opens or creates the file at `path`. `sizeLimit` in bytes makes writes fail with `.diskFull` before the disk is.
    /// Blocks. Throws `StoreError.unavailable` when the file cannot be used, is not ours or is in use by another process.
    package init(path: String, sizeLimit: Int? = nil) throws {
        self.path = path
        lock = try Self.takeLock(path + ".lock")
        do {
            let connection = try Self.openDatabase(path, sizeLimit)
            writer = Mutex(
                Writer(
                    connection: connection,
                    insert: try connection.prepare("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
                    delete: try connection.prepare("DELETE FROM log WHERE revision = ?"),
                    setPosition: try connection.prepare("UPDATE position SET current = ?, compacted = ?")))
            let reading = try SQLiteConnection(path: path, isReadOnly: true)
            reader = Mutex(
                Reader(
                    connection: reading,
                    history: try reading.prepare(
                        "SELECT * FROM log WHERE revision > ? AND revision <= ? AND resource = ? ORDER BY revision LIMIT ?"),
                    one: try reading.prepare("SELECT * FROM log WHERE revision = ?")))
        } catch {
            Self.closeFile(lock)
            throw error
        }
    }

    private static func takeLock(_ path: String) throws -> Int32 {
        let file = Self.openFile(path)
        guard file >= 0 else { throw StoreError.unavailable("\(path): \(String(cString: strerror(errno)))") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            closeFile(file)
            throw StoreError.unavailable("\(path): another process uses this store")
        }
        return file
    }

    private static func openFile(_ path: String) -> Int32 { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    private static func closeFile(_ file: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(file)
        #elseif canImport(Musl)
            _ = Musl.close(file)
        #endif
    }

    private static func openDatabase(_ path: String, _ sizeLimit: Int?) throws -> SQLiteConnection {
        // Created here for its mode, which SQLite gives to the companions too.
        let file = openFile(path)
        guard file >= 0 else { throw StoreError.unavailable("\(path): \(String(cString: strerror(errno)))") }
        closeFile(file)
        let connection = try SQLiteConnection(path: path, isReadOnly: false)
        let (application, version) = try (
            connection.integer("PRAGMA application_id"), connection.integer("PRAGMA user_version")
        )
        let isNew = try connection.integer("SELECT count(*) FROM sqlite_schema") == 0
        guard isNew || (application == applicationID && version == formatVersion) else {
            throw StoreError.unavailable("\(path): not a store of this version")
        }
        try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
        try connection.execute("PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY")
        if let sizeLimit { try connection.execute("PRAGMA max_page_count = \(max(16, sizeLimit / 4096))") }
        guard isNew else { return connection }
        try connection.transaction {
            try connection.execute(
                """
                CREATE TABLE log (
                    revision INTEGER PRIMARY KEY, previous INTEGER NOT NULL, kind INTEGER NOT NULL, resource TEXT NOT NULL,
                    namespace TEXT NOT NULL, name TEXT NOT NULL, expires INTEGER, slot INTEGER NOT NULL, bytes BLOB NOT NULL);
                CREATE TABLE position (current INTEGER NOT NULL, compacted INTEGER NOT NULL);
                INSERT INTO position VALUES (1, 0);
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(formatVersion);
                """)
        }
        return connection
    }

    package func load(_ visit: (LogRecord) -> Void) throws -> LogPosition {
        try withWriter { writer in
            let all = try writer.connection.prepare("SELECT * FROM log ORDER BY revision")
            var newest: Int64 = 1
            while try all.step() {
                let record = Self.record(all)
                newest = record.revision
                visit(record)
            }
            // The newest rows may have been deletions that are compacted by now, hence the written position.
            return LogPosition(
                current: max(newest, try writer.connection.integer("SELECT current FROM position")),
                compacted: try writer.connection.integer("SELECT compacted FROM position"))
        }
    }

    package func append(_ records: [LogRecord]) throws {
        try withWriter { writer in
            try writer.connection.transaction {
                for record in records { try Self.insert(record, writer.insert) }
            }
        }
    }

    package func replace(_ records: [LogRecord]) throws {
        guard !records.isEmpty else { return }
        try withWriter { writer in
            try writer.connection.execute("PRAGMA secure_delete = ON")
            let update = try writer.connection.prepare("UPDATE log SET bytes = ? WHERE revision = ?")
            try writer.connection.transaction {
                for record in records {
                    update.bind(2, record.revision)
                    defer { update.reset() }
                    try record.bytes.withUnsafeBytes {
                        update.bind(1, $0)
                        _ = try update.step()
                    }
                }
            }
            // The write-ahead log has the old bytes until it is emptied.
            try writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    package func compact(_ revisions: [Int64], position: LogPosition) throws {
        try withWriter { writer in
            try writer.connection.transaction {
                writer.setPosition.bind(1, position.current)
                writer.setPosition.bind(2, position.compacted)
                defer { writer.setPosition.reset() }
                _ = try writer.setPosition.step()
                for revision in revisions {
                    writer.delete.bind(1, revision)
                    defer { writer.delete.reset() }
                    _ = try writer.delete.step()
                }
            }
        }
    }

    package func history(
        resource: String, after: Int64, through: Int64, limit: Int
    ) throws -> [(record: LogRecord, previous: LogRecord?)] {
        try reader.withLock { reader in
            guard let reader else { throw StoreError.closed }
            var result: [(LogRecord, LogRecord?)] = []
            try reader.connection.transaction("BEGIN") {
                reader.history.bind(1, after)
                reader.history.bind(2, through)
                reader.history.bind(3, resource)
                reader.history.bind(4, Int64(limit))
                defer { reader.history.reset() }
                while try reader.history.step() {
                    let record = Self.record(reader.history)
                    result.append((record, try Self.record(record.previousRevision, reader.one)))
                }
            }
            return result
        }
    }

    package func close() {
        writer.withLock { $0 = nil }
        reader.withLock { $0 = nil }
        Self.closeFile(lock)
    }

    private func withWriter<Result>(_ body: (Writer) throws -> Result) throws -> Result {
        try writer.withLock { writer in
            guard let writer else { throw StoreError.closed }
            return try body(writer)
        }
    }

    private static func insert(_ record: LogRecord, _ statement: SQLiteConnection.Statement) throws {
        defer { statement.reset() }
        statement.bind(1, record.revision)
        statement.bind(2, record.previousRevision)
        statement.bind(3, Int64(record.kind.rawValue))
        statement.bind(4, record.resource)
        statement.bind(5, record.key.namespace)
        statement.bind(6, record.key.name)
        statement.bind(7, record.expires?.nanoseconds)
        statement.bind(8, Int64(record.slot))
        try record.bytes.withUnsafeBytes {
            statement.bind(9, $0)
            _ = try statement.step()
        }
    }

    private static func record(_ revision: Int64, _ statement: SQLiteConnection.Statement) throws -> LogRecord? {
        guard revision > 0 else { return nil }
        defer { statement.reset() }
        statement.bind(1, revision)
        return try statement.step() ? record(statement) : nil
    }

    private static func record(_ row: SQLiteConnection.Statement) -> LogRecord {
        LogRecord(
            kind: row.integer(2) == 0 ? .put : .delete, resource: row.text(3),
            key: ObjectKey(namespace: row.text(4), name: row.text(5)), revision: row.integer(0),
            previousRevision: row.integer(1), expires: row.optionalInteger(6).map { Timestamp(nanoseconds: $0) },
            bytes: row.bytes(8), slot: Int(row.integer(7)))
    }
}
