import Core
import Store
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Adds a byte to each byte: enough to see what goes where.
private struct Shift: RecordCipher {
    let by: UInt8
    let known: Set<UInt8>

    struct Unknown: Error {}

    func seal(_ bytes: [UInt8], resource: String, place: String) -> [UInt8] {
        resource == "secrets" ? [0, by] + bytes.map { $0 &+ by } : bytes
    }

    func open(_ bytes: [UInt8], resource: String, place: String) throws -> (bytes: [UInt8], isCurrent: Bool) {
        guard resource == "secrets" else { return (bytes, true) }
        guard bytes.first == 0 else { return (bytes, false) }
        guard known.contains(bytes[1]) else { throw Unknown() }
        return (bytes.dropFirst(2).map { $0 &- bytes[1] }, bytes[1] == by)
    }
}

@Suite struct EncryptedBackendTests {
    private func record(_ resource: String, _ revision: Int64, previous: Int64 = 0, _ text: String) -> LogRecord {
        LogRecord(
            kind: .put, resource: resource, key: ObjectKey(namespace: "n", name: "a"), revision: revision, previousRevision: previous,
            expires: nil, bytes: Array(text.utf8), slot: 0)
    }

    private func texts(_ backend: some Backend) throws -> [String] {
        var result: [String] = []
        _ = try backend.load { result.append(String(decoding: $0.bytes, as: UTF8.self)) }
        return result
    }

    @Test func `records are sealed below and plain above, history too`() throws {
        let disk = MemoryBackend()
        let backend = EncryptedBackend(disk, cipher: Shift(by: 1, known: [1]))
        try backend.append([record("secrets", 2, "hush"), record("pods", 3, "plain")])
        try backend.append([record("secrets", 4, previous: 2, "hush2")])
        #expect(try texts(backend) == ["hush", "plain", "hush2"])
        #expect(try !texts(disk).contains { $0.contains("hush") })
        #expect(try texts(disk).contains("plain"))
        let history = try backend.history(resource: "secrets", after: 1, through: 9, limit: 9)
        #expect(history.map { String(decoding: $0.record.bytes, as: UTF8.self) } == ["hush", "hush2"])
        #expect(history.last?.previous.map { String(decoding: $0.bytes, as: UTF8.self) } == "hush")
    }

    @Test func `a start with a new key seals everything anew`() throws {
        let disk = MemoryBackend()
        disk.append([record("secrets", 2, "first")])
        #expect(try texts(EncryptedBackend(disk, cipher: Shift(by: 1, known: [1]))) == ["first"])
        #expect(try !texts(disk).contains("first"))
        #expect(try texts(EncryptedBackend(disk, cipher: Shift(by: 2, known: [1, 2]))) == ["first"])
        // The old key is not needed any more.
        #expect(try texts(EncryptedBackend(disk, cipher: Shift(by: 2, known: [2]))) == ["first"])
        #expect(throws: StoreError.self) { try texts(EncryptedBackend(disk, cipher: Shift(by: 3, known: [3]))) }
    }

    @Test func `SQLite replaces bytes in place`() throws {
        let path = "/tmp/encrypted-\(UInt32.random(in: 0 ... .max)).db"
        defer { for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) } }
        let disk = try SQLiteBackend(path: path)
        _ = try disk.load { _ in }
        try disk.append([record("secrets", 2, "first"), record("pods", 3, "other")])
        try disk.replace([record("secrets", 2, "second")])
        #expect(try texts(disk) == ["second", "other"])
        disk.close()
    }
}
