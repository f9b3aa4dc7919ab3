import Core

/// Turns what is stored into what lies on the disk, and back. Called from the store's threads.
package protocol RecordCipher: Sendable {
    /// The form for the disk. `place` names the record and is bound to it, so that a record moved elsewhere cannot be read.
    func seal(_ bytes: [UInt8], resource: String, place: String) throws -> [UInt8]
    /// The plain form, and whether a new record would be sealed the same way. Throws when there is no key for it.
    func open(_ bytes: [UInt8], resource: String, place: String) throws -> (bytes: [UInt8], isCurrent: Bool)
}

/// A backend whose records are sealed on their way to another one.
///
/// Records that a key of old sealed, or that are still plain, are sealed anew when the log is loaded: after a start with a new key the old one
/// is not needed any more.
package final class EncryptedBackend: Backend {
    private let base: any Backend
    private let cipher: any RecordCipher

    package init(_ base: any Backend, cipher: any RecordCipher) {
        self.base = base
        self.cipher = cipher
    }

    private static func place(_ record: LogRecord) -> String {
        record.key.namespace.isEmpty
            ? "/registry/\(record.resource)/\(record.key.name)" : "/registry/\(record.resource)/\(record.key.namespace)/\(record.key.name)"
    }

    private func sealed(_ record: LogRecord) throws -> LogRecord {
        do {
            return record.with(bytes: try cipher.seal(record.bytes, resource: record.resource, place: Self.place(record)))
        } catch { throw StoreError.unavailable("\(Self.place(record)) cannot be encrypted: \(error)") }
    }

    private func opened(_ record: LogRecord) throws -> (record: LogRecord, isCurrent: Bool) {
        do {
            let (bytes, isCurrent) = try cipher.open(record.bytes, resource: record.resource, place: Self.place(record))
            return (record.with(bytes: bytes), isCurrent)
        } catch { throw StoreError.unavailable("\(Self.place(record)) cannot be decrypted: \(error)") }
    }

    package func load(_ visit: (LogRecord) -> Void) throws -> LogPosition {
        var failure: (any Error)?
        var outdated: [LogRecord] = []
        let position = try base.load { record in
            guard failure == nil else { return }
            do {
                let (plain, isCurrent) = try opened(record)
                if !isCurrent { outdated.append(try sealed(plain)) }
                visit(plain)
            } catch { failure = error }
        }
        if let failure { throw failure }
        if !outdated.isEmpty { try base.replace(outdated) }
        return position
    }

    package func append(_ records: [LogRecord]) throws { try base.append(try records.map(sealed)) }

    package func history(
        resource: String, after: Int64, through: Int64, limit: Int
    ) throws -> [(record: LogRecord, previous: LogRecord?)] {
        try base.history(resource: resource, after: after, through: through, limit: limit).map { record, previous in
            (try opened(record).record, try previous.map { try opened($0).record })
        }
    }

    package func compact(_ revisions: [Int64], position: LogPosition) throws { try base.compact(revisions, position: position) }
    package func replace(_ records: [LogRecord]) throws { try base.replace(try records.map(sealed)) }
    package func close() { base.close() }
}
