import Core
import Store
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A clock that stands still until it is set.
final class SetClock: Clock {
    private let time = Mutex(Timestamp(seconds: 1_000_000))
    var now: Timestamp { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    func sleep(for duration: Duration) async throws { throw CancellationError() }
}

/// Reads `"app":"x"` as a label and `"node":"n"` as a selectable field, which is all these tests need.
func summarize(_ resource: String, _ bytes: [UInt8]) -> ObjectSummary {
    let text = String(decoding: bytes, as: UTF8.self)
    func member(_ name: String) -> String? {
        let parts = text.split(separator: "\"\(name)\":\"", maxSplits: 1)
        return parts.count == 2 ? parts[1].split(separator: "\"").first.map(String.init) : nil
    }
    return ObjectSummary(
        uid: member("uid") ?? "", labels: member("app").map { ["app": $0] } ?? [:],
        fields: member("node").map { ["spec.nodeName": $0] } ?? [:])
}

func encoded(_ key: ObjectKey, _ content: String = "") -> EncodedObject {
    let head = "{\"metadata\":{"
    return EncodedObject(
        bytes: Array("\(head)\"name\":\"\(key.name)\",\"namespace\":\"\(key.namespace)\"},\"data\":{\(content)}}".utf8),
        slot: head.utf8.count)
}

extension Store {
    @discardableResult
    func put(
        _ name: String, in namespace: String = "default", _ content: String = "", of resource: String = "pods",
        when precondition: Write.Precondition = .none, timeToLive: Duration? = nil
    ) async throws -> StoredObject {
        let key = ObjectKey(namespace: namespace, name: name)
        let write = Write(
            resource: resource, key: key, precondition: precondition, change: .put(encoded(key, content), timeToLive: timeToLive))
        return try await commit([write])[0]
    }

    @discardableResult
    func delete(_ name: String, in namespace: String = "default", of resource: String = "pods") async throws -> StoredObject {
        try await commit([
            Write(resource: resource, key: ObjectKey(namespace: namespace, name: name), precondition: .none, change: .delete())
        ])[0]
    }

    func names(_ resource: String = "pods", namespace: String? = nil) -> [String] {
        list(resource, namespace: namespace).objects.map(\.key.description)
    }
}

extension StoreWatch {
    /// Takes batches until it has `count` events.
    func take(_ count: Int) async throws -> [StoreEvent] {
        var events: [StoreEvent] = []
        while events.count < count, let batch = try await next() { events += batch }
        return events
    }
}

extension StoreEvent {
    var line: String { "\(kind) \(object.key) \(revision) \(previous.map { "\($0.revision)" } ?? "-")" }
}

/// A directory that is removed with this value.
final class ScratchDirectory {
    let path: String
    init() {
        var template = Array("/tmp/martlet-store-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }
    deinit {
        for name in Self.entries(path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    static func entries(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    func read(_ name: String) -> [UInt8] {
        guard let file = fopen("\(path)/\(name)", "r") else { return [] }
        defer { fclose(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { result += buffer[..<count] }
        return result
    }

    func write(_ name: String, _ bytes: some Collection<UInt8>) {
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        defer { fclose(file) }
        let bytes = Array(bytes)
        fwrite(bytes, 1, bytes.count, file)
    }
}
