import Cluster
import Linux
import Glibc

/// The file that the running server of a cluster holds locked: who holds the lock is the server, whatever else happened.
struct ServerLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock for this process and writes its id. Throws `ClusterError` when another process holds it.
    init(taking path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ClusterError("cannot open \(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = try ServerLock.holder(of: path)
            close(descriptor)
            throw ClusterError("the cluster runs already\(holder.map { ", as process \($0)" } ?? "")")
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        guard write(descriptor, text, text.count) == text.count else {
            throw ClusterError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// The id of the server that runs, or nil when none does.
    static func holder(of path: String) throws -> pid_t? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw ClusterError("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        let text = String(decoding: try Files.readIfPresent(path) ?? [], as: UTF8.self)
        return pid_t(text.split(separator: "\n").first ?? "")
    }

    /// Asks the server to end and waits until it has; kills it after `patience` seconds. Nothing runs: nothing happens.
    static func end(holderOf path: String, patience: Int = 30) throws {
        guard let process = try holder(of: path) else { return }
        let handle = pidfd(process)
        guard handle >= 0 else { return }  // It ended in between.
        defer { close(handle) }
        // The lock was still held after the handle was taken: the handle is the server's and no one else's.
        guard try holder(of: path) == process else { return }
        kill(process, SIGTERM)
        var watch = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
        if poll(&watch, 1, Int32(patience * 1000)) == 0 {
            kill(process, SIGKILL)
            poll(&watch, 1, 10_000)
        }
    }

    /// A handle of a process that reads as ready once it has ended (`pidfd_open`, Linux 5.3).
    private static func pidfd(_ process: pid_t) -> Int32 { Int32(syscall(434, process, 0)) }
}
