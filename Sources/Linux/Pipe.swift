import CLinux
import Glibc
import Synchronization

/// A pipe between this process and a child, closed on exec.
package struct Pipe: Sendable {
    package let reader: Descriptor
    package let writer: Descriptor

    package init() throws {
        var ends: [Int32] = [-1, -1]
        let failure = clinux_pipe(&ends)
        guard failure == 0 else { throw SystemError("pipe", code: failure) }
        reader = Descriptor(ends[0])
        writer = Descriptor(ends[1])
    }
}

/// An owned file descriptor, closed once: explicitly or with its last reference.
package final class Descriptor: Sendable {
    private let state: Mutex<Int32>

    package init(_ raw: Int32) { state = Mutex(raw) }
    deinit { close() }

    /// The number; -1 once closed.
    package var raw: Int32 { state.withLock { $0 } }

    package func close() {
        state.withLock { raw in
            if raw >= 0 { _ = Glibc.close(raw) }
            raw = -1
        }
    }

    /// Everything up to the end of the file, read on a thread of its own; then closes.
    func readAll() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            Thread.start(name: "martlet-read") { [self] in
                var result: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                let raw = raw
                while true {
                    let count = read(raw, &buffer, buffer.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    result.append(contentsOf: buffer[0..<count])
                }
                close()
                continuation.resume(returning: result)
            }
        }
    }

    /// Writes all bytes on a thread of its own, then closes; stops early when the reader is gone.
    func writeAll(_ bytes: [UInt8]) async {
        await withCheckedContinuation { continuation in
            Thread.start(name: "martlet-write") { [self] in
                signalPipeIgnored()
                var position = 0
                let raw = raw
                while position < bytes.count {
                    let count = bytes[position...].withUnsafeBytes { write(raw, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    position += count
                }
                close()
                continuation.resume()
            }
        }
    }
}

/// A writer whose reader is gone shall see EPIPE instead of ending the process.
private func signalPipeIgnored() {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &set, nil)
}
