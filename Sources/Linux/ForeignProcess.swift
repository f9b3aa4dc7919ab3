import CLinux
import Glibc

/// A process that need not be a child of this one.
package enum ForeignProcess {
    /// Its command line; empty when it is gone.
    package static func arguments(_ id: pid_t) -> [String] {
        guard let bytes = try? Files.read("/proc/\(id)/cmdline") else { return [] }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Every process whose command line satisfies `condition`. Blocks.
    package static func all(where condition: ([String]) -> Bool) throws -> [pid_t] {
        try Files.list("/proc").compactMap { pid_t($0) }.filter { condition(arguments($0)) }
    }

    /// The processes whose parent it is. Blocks.
    package static func children(of parent: pid_t) throws -> [pid_t] {
        try Files.list("/proc").compactMap { pid_t($0) }.filter { id in
            // proc(5): the name, in parentheses, may hold anything; the state and the parent follow it.
            guard let text = try? Files.readText("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return false }
            let fields = text[end...].split(separator: " ")
            return fields.count > 2 && pid_t(fields[2]) == parent
        }
    }

    /// Whether it has been killed or is on its way out, though its end may take the kernel a while yet. Blocks.
    package static func isEnding(_ id: pid_t) -> Bool {
        guard let stat = try? Files.readText("/proc/\(id)/stat"), let end = stat.lastIndex(of: ")") else { return true }
        let fields = stat[end...].split(separator: " ")
        // proc(5): the state, and six fields on the flags, of which PF_EXITING is one.
        guard fields.count > 7, !["Z", "X"].contains(fields[1]), UInt64(fields[7]).map({ $0 & 4 == 0 }) ?? false else { return true }
        guard let status = try? Files.readText("/proc/\(id)/status") else { return true }
        return status.split(separator: "\n").contains { line in
            guard line.hasPrefix("SigPnd:") || line.hasPrefix("ShdPnd:") else { return false }
            let pending = UInt64(line.dropFirst(7).drop { $0.isWhitespace }, radix: 16) ?? 0
            return pending & (1 << UInt64(SIGKILL - 1)) != 0
        }
    }

    package static func kill(_ id: pid_t, _ signal: Int32) { _ = Glibc.kill(id, signal) }

    /// Waits until it has ended or the task is cancelled; true when it has ended. Needs no child.
    package static func waitForEnd(_ id: pid_t) async -> Bool {
        let file = clinux_pidfd_open(id)
        guard file >= 0 else { return true }
        let process = Descriptor(file)
        guard let wake = try? Pipe() else { return false }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.start(name: "wait \(id)") {
                    var entries = [
                        pollfd(fd: process.raw, events: Int16(POLLIN), revents: 0),
                        pollfd(fd: wake.reader.raw, events: Int16(POLLIN), revents: 0),
                    ]
                    while poll(&entries, 2, -1) < 0, errno == EINTR {}
                    wake.reader.close()
                    continuation.resume(returning: entries[0].revents != 0)
                }
            }
        } onCancel: {
            wake.writer.close()
        }
    }
}
