import Core
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A directory that is removed with this value.
final class ScratchDirectory {
    let path: String
    init() {
        var template = Array("/tmp/martlet-identity-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }
    deinit { Listing(path).remove() }

    /// What a directory holds, and its removal.
    struct Listing {
        let path: String
        let names: [String]

        init(_ path: String) {
            self.path = path
            var names: [String] = []
            if let directory = opendir(path) {
                defer { closedir(directory) }
                while let entry = readdir(directory) {
                    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                    if name != ".", name != ".." { names.append(name) }
                }
            }
            self.names = names
        }

        func remove() {
            for name in names { unlink("\(path)/\(name)") }
            rmdir(path)
        }
    }

    func write(_ name: String, _ text: String) {
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        defer { fclose(file) }
        fputs(text, file)
    }

    func mode(_ name: String = "") -> UInt32 {
        var status = stat()
        stat("\(path)/\(name)", &status)
        return status.st_mode & 0o777
    }
}

/// A clock that stands still until it is set.
final class SetClock: Clock {
    private let time = Mutex(Timestamp(seconds: 1_800_000_000))
    var now: Timestamp { time.withLock { $0 } }
    func advance(days: Int) { time.withLock { $0 = $0 + .seconds(days * 86_400) } }
    func sleep(for duration: Duration) async throws { throw CancellationError() }
}
