import Core

/// One entry of the log: a durable change.
package struct LogRecord: Sendable {
    package let kind: StoreEvent.Kind
    package let resource: String
    package let key: ObjectKey
    package let revision: Int64
    /// The revision this one replaced, 0 when the object was created.
    package let previousRevision: Int64
    /// When the store is to delete the object; nil for never.
    package let expires: Timestamp?
    /// Complete, with the resourceVersion at `slot`.
    package let bytes: [UInt8]
    package let slot: Int

    package init(
        kind: StoreEvent.Kind, resource: String, key: ObjectKey, revision: Int64, previousRevision: Int64, expires: Timestamp?,
        bytes: [UInt8], slot: Int
    ) {
        self.kind = kind
        self.resource = resource
        self.key = key
        self.revision = revision
        self.previousRevision = previousRevision
        self.expires = expires
        self.bytes = bytes
        self.slot = slot
    }
}

/// Where a backend stands after loading.
package struct LogPosition: Sendable {
    /// The newest revision that ever was durable, and at least 1.
    package let current: Int64
    /// Revisions up to this one may be incomplete; watches start at it or later.
    package let compacted: Int64

    package init(current: Int64, compacted: Int64) {
        self.current = current
        self.compacted = compacted
    }
}

/// A durable log. All calls block, so the store makes them on its own threads: `load` first, then `append` and `compact`
/// from one thread and `history` from another.
package protocol Backend: Sendable {
    /// Visits every retained record in the order of revisions. Throws `StoreError`.
    func load(_ visit: (LogRecord) -> Void) throws -> LogPosition
    /// Makes records durable, all or none. Throws `StoreError.diskFull` or `.unavailable`.
    func append(_ records: [LogRecord]) throws
    /// The resource's records with `after < revision <= through` in order, at most `limit`, each with the one it replaced.
    func history(
        resource: String, after: Int64, through: Int64, limit: Int
    ) throws -> [(record: LogRecord, previous: LogRecord?)]
    /// Removes superseded records and remembers the new position, all or none.
    func compact(_ revisions: [Int64], position: LogPosition) throws
    /// Writes the bytes of records that are there anew, all or none, and leaves no trace of the old ones behind: for another encryption.
    /// Called from within `load` only.
    func replace(_ records: [LogRecord]) throws
    /// Releases files. No call follows.
    func close()
}

extension Backend {
    package func replace(_ records: [LogRecord]) throws {
        throw StoreError.unavailable("this store cannot encrypt what it holds anew")
    }
}

extension LogRecord {
    /// The same record with other bytes.
    package func with(bytes: [UInt8]) -> LogRecord {
        LogRecord(
            kind: kind, resource: resource, key: key, revision: revision, previousRevision: previousRevision, expires: expires,
            bytes: bytes,
            slot: slot)
    }
}
