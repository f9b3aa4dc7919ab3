import Cluster
import Glibc

/// Starts `martlet server` as a process of its own session and follows what it says until it is ready.
///
/// The server writes lines to the pipe it finds as descriptor 3: `progress TEXT`, then `ready` or `failed TEXT`. The pipe's
/// end without either means that it died; its log says why.
struct BackgroundServer {
    static let reportDescriptor: Int32 = 3
    /// `POSIX_SPAWN_SETSID` of <spawn.h>, which is a macro of GNU's only.
    private static let newSession: Int16 = 0x80

    let arguments: [String]
    let log: String

    /// Returns once the server is ready. Throws `ClusterError` when it fails first.
    func start(progress: (String) -> Void) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else {
            throw ClusterError("cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        var process: pid_t = 0
        let spawned = spawn(&process, reportingTo: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        guard spawned == 0 else { throw ClusterError("cannot start the server: \(String(cString: strerror(spawned)))") }
        var buffer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(ends[0], &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw ClusterError("the server ended before it was ready\(Self.signal(of: process)); its last words are in \(log)")
            }
            buffer.append(contentsOf: chunk[..<count])
            while let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                if line == "ready" { return }
                if line.hasPrefix("failed ") { throw ClusterError(String(line.dropFirst(7))) }
                if line.hasPrefix("progress ") { progress(String(line.dropFirst(9))) }
            }
        }
    }

    /// The signal that ended the server, which has closed its pipe, in words; empty when it ended by itself.
    private static func signal(of process: pid_t) -> String {
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process, status & 0x7f != 0 else { return "" }
        return " (\(String(cString: strsignal(status & 0x7f))))"
    }

    private func spawn(_ process: inout pid_t, reportingTo descriptor: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        posix_spawn_file_actions_adddup2(&actions, descriptor, Self.reportDescriptor)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession)
        var pointers = (["martlet"] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &pointers, environ)
    }
}
