import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One connection to a database file. Calls block; SQLite's own mutex makes them safe from any thread.
final class SQLiteConnection: @unchecked Sendable {
    /// A compiled statement, used by one thread at a time under its owner's lock.
    final class Statement: @unchecked Sendable {
        fileprivate let handle: OpaquePointer
        private let connection: SQLiteConnection

        fileprivate init(_ handle: OpaquePointer, _ connection: SQLiteConnection) {
            self.handle = handle
            self.connection = connection
        }

        deinit { sqlite3_finalize(handle) }

        func bind(_ position: Int32, _ number: Int64?) {
            if let number { sqlite3_bind_int64(handle, position, number) } else { sqlite3_bind_null(handle, position) }
        }

        func bind(_ position: Int32, _ text: String) {
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            sqlite3_bind_text(handle, position, text, Int32(text.utf8.count), transient)
        }

        /// Binds bytes that stay where they are until the statement has been stepped.
        func bind(_ position: Int32, _ bytes: UnsafeRawBufferPointer) {
            sqlite3_bind_blob(handle, position, bytes.baseAddress, Int32(bytes.count), nil)
        }

        /// True when there is a row to read.
        func step() throws -> Bool {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: return true
            case SQLITE_DONE: return false
            case let code: throw connection.error(code)
            }
        }

        func reset() {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }

        func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
        func optionalInteger(_ column: Int32) -> Int64? {
            sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
        }
        func text(_ column: Int32) -> String { sqlite3_column_text(handle, column).map { String(cString: $0) } ?? "" }
        func bytes(_ column: Int32) -> [UInt8] {
            let count = Int(sqlite3_column_bytes(handle, column))
            return Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(handle, column), count: count))
        }
    }

    private let path: String
    private let handle: OpaquePointer

    /// Opens the file; throws `StoreError.unavailable`.
    init(path: String, isReadOnly: Bool) throws {
        self.path = path
        var handle: OpaquePointer?
        let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_FULLMUTEX, nil)
        guard let handle else { throw StoreError.unavailable("out of memory") }
        self.handle = handle
        guard code == SQLITE_OK else { throw error(code) }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5000)
    }

    deinit { sqlite3_close_v2(handle) }

    func execute(_ text: String) throws {
        let code = sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    func prepare(_ text: String) throws -> Statement {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        return Statement(statement, self)
    }

    /// The first column of the first row.
    func integer(_ text: String) throws -> Int64 {
        let statement = try prepare(text)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// Runs `body` in a transaction, durable on return; takes all of it back when anything throws.
    func transaction(_ begin: String = "BEGIN IMMEDIATE", _ body: () throws -> Void) throws {
        try execute(begin)
        do {
            try body()
            try execute("COMMIT")
        } catch {
            // SQLite may have rolled back by itself already; what is told is why it came to this.
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    fileprivate func error(_ code: Int32) -> StoreError {
        let text = "\(path): \(String(cString: sqlite3_errmsg(handle)))"
        let isFull = code & 0xFF == SQLITE_FULL || [ENOSPC, EDQUOT].contains(sqlite3_system_errno(handle))
        return isFull && code & 0xFF != SQLITE_CORRUPT ? .diskFull(text) : .unavailable(text)
    }
}
