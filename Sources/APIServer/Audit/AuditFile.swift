import Core
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The file that audit events are appended to, a line each; full files get the time in their name, and old ones go.
///
/// A write is an append to the page cache.
package final class AuditFile: AuditDestination {
    package struct Limits: Sendable {
        /// Bytes of a file before the next one is begun.
        package var size = 100 << 20
        /// How many full files are kept; 0 keeps all.
        package var count = 0
        /// How long full files are kept; nil keeps them.
        package var age: Duration?

        package init() {}
    }

    private struct State {
        var descriptor: Int32
        var size: Int
    }

    package let plugin = "log"
    private let path: String
    private let limits: Limits
    private let clock: any Clock
    private let state: Mutex<State>

    /// "-" is the standard output. Throws `APIError` when the file cannot be opened.
    package init(path: String, limits: Limits, clock: any Clock) throws {
        self.path = path
        self.limits = limits
        self.clock = clock
        state = Mutex(path == "-" ? State(descriptor: STDOUT_FILENO, size: 0) : try Self.opened(path))
    }

    deinit { if path != "-" { state.withLock { _ = close($0.descriptor) } } }

    private static func opened(_ path: String) throws -> State {
        // Secrets may be in it.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw APIError.internalError("the audit log \(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        var information = stat()
        fstat(descriptor, &information)
        return State(descriptor: descriptor, size: Int(information.st_size))
    }

    package func take(_ events: [[UInt8]], isLast: Bool) async throws {
        for event in events { try append(event + [UInt8(ascii: "\n")]) }
    }

    /// Appends a line. Throws `APIError` when it could not be written.
    package func append(_ line: [UInt8]) throws {
        try state.withLock { state in
            if path != "-", state.size > 0, state.size + line.count > limits.size { try rotate(&state) }
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(state.descriptor, $0.baseAddress, $0.count) }
                guard count >= 0 || errno == EINTR else {
                    throw APIError.internalError("the audit log \(path) cannot be written: \(String(cString: strerror(errno)))")
                }
                rest = rest.dropFirst(max(count, 0))
            }
            state.size += line.count
        }
    }

    // MARK: Rotation

    /// Directory with its slash, the name without its extension, and the extension with its dot.
    private var parts: (directory: String, stem: String, suffix: String) {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let name = path[slash...]
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        return (String(path[..<slash]), String(name[..<dot]), String(name[dot...]))
    }

    private func rotate(_ state: inout State) throws {
        let (directory, stem, suffix) = parts
        // As upstream names them: audit-2026-01-02T15-04-05.000.log
        let time = String(clock.now.rfc3339Micro.prefix(23)).replacing(":", with: "-")
        guard rename(path, "\(directory)\(stem)-\(time)\(suffix)") == 0 else {
            throw APIError.internalError("the audit log \(path) cannot be renamed: \(String(cString: strerror(errno)))")
        }
        close(state.descriptor)
        state = try Self.opened(path)
        removeOld()
    }

    /// The full files, oldest first.
    private func removeOld() {
        let (directory, stem, suffix) = parts
        guard let handle = opendir(directory.isEmpty ? "." : directory) else { return }
        defer { closedir(handle) }
        var names: [(name: String, time: Timestamp)] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name.hasPrefix("\(stem)-"), name.hasSuffix(suffix) else { continue }
            let text = name.dropFirst(stem.count + 1).dropLast(suffix.count)
            guard text.count == 23, let mark = text.firstIndex(of: "T") else { continue }
            let written = text[..<mark] + text[mark...].replacing("-", with: ":") + "Z"
            if let time = Timestamp(rfc3339: String(written)) { names.append((name, time)) }
        }
        names.sort { $0.time < $1.time }
        let surplus = limits.count > 0 ? max(0, names.count - limits.count) : 0
        let now = clock.now
        for (index, entry) in names.enumerated() {
            let isTooOld = limits.age.map { now - entry.time > $0 } ?? false
            if index < surplus || isTooOld { unlink(directory + entry.name) }
        }
    }
}
