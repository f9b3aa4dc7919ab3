import Core
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

// Measures the store alone: durable commits a second and memory for each object. Usage: StoreBenchmark [DIRECTORY [OBJECTS]].
// The directory must be on the disk to be measured; what is made in it is removed.

let arguments = CommandLine.arguments
let directory = arguments.count > 1 ? arguments[1] : "/tmp"
let objectCount = arguments.count > 2 ? Int(arguments[2]) ?? 10_000 : 10_000
let path = "\(directory)/martlet-benchmark-\(getpid()).db"

func summary(_ resource: String, _ bytes: [UInt8]) -> ObjectSummary {
    ObjectSummary(uid: "0a1b2c3d-0000-4000-8000-000000000000", labels: ["app": "web"], fields: ["spec.nodeName": "node-1"])
}

/// About the size of a ConfigMap of 1 KiB.
func object(_ number: Int) -> (ObjectKey, EncodedObject) {
    let key = ObjectKey(namespace: "load-\(number % 10)", name: "object-\(number)")
    let head = #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"#
    let tail = #""name":"\#(key.name)","namespace":"\#(key.namespace)"},"data":{"filler":"\#(String(repeating: "x", count: 1024))"}}"#
    return (key, EncodedObject(bytes: Array((head + tail).utf8), slot: head.utf8.count))
}

/// Resident memory of this process in bytes.
func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 256, file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
}

/// Creates `count` objects from `first` on, with that many writers at a time; returns commits a second.
func create(_ count: Int, from first: Int, writers: Int, in store: Store) async throws -> Int {
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<writers {
            group.addTask {
                for number in stride(from: writer, to: count, by: writers) {
                    let (key, encoded) = object(first + number)
                    _ = try await store.commit([
                        Write(resource: "configmaps", key: key, precondition: .absent, change: .put(encoded))
                    ])
                }
            }
        }
        try await group.waitForAll()
    }
    return Int(Double(count) / (ContinuousClock.now - start).seconds)
}

let before = residentBytes()
var store = try await Store(backend: try SQLiteBackend(path: path), summarize: summary)
print("1 writer:   \(try await create(objectCount / 10, from: 0, writers: 1, in: store)) commits/s")
print("64 writers: \(try await create(objectCount, from: objectCount, writers: 64, in: store)) commits/s")
let stored = objectCount / 10 + objectCount
print("memory:     \((residentBytes() - before) / stored) bytes for an object of 1.1 KB, \(stored) stored")
let listing = ContinuousClock.now
let count = store.list("configmaps", namespace: "load-3").objects.count
print("list:       \(count) objects of one namespace in \(ContinuousClock.now - listing)")
await store.close()
let opening = ContinuousClock.now
store = try await Store(backend: try SQLiteBackend(path: path), summarize: summary)
print("open:       \(store.list("configmaps").objects.count) objects in \(ContinuousClock.now - opening)")
await store.close()
for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) }
