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

    /// The same, but a server that has been killed is waited for until the kernel has ended it.
    static func survivor(of path: String) async throws -> pid_t? {
        while let process = try holder(of: path) {
            guard ForeignProcess.isEnding(process) else { return process }
            _ = await ForeignProcess.waitForEnd(process)
        }
        return nil
    }

    /// Asks the server to end and waits until it has; kills it after `patience`. Nothing runs: nothing happens.
    static func end(holderOf path: String, patience: Duration = .seconds(30)) async throws {
        guard let process = try holder(of: path) else { return }
        ForeignProcess.kill(process, SIGTERM)
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await ForeignProcess.waitForEnd(process) }
            group.addTask {
                try? await Task.sleep(for: patience)  // Cancelled when the process was faster.
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        guard !ended else { return }
        ForeignProcess.kill(process, SIGKILL)
        _ = await ForeignProcess.waitForEnd(process)
    }
}
