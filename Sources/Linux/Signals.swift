import CLinux
import Glibc
import Synchronization

/// Signals of the process, as events instead of its end.
package enum Signals {
    private static let installation = Mutex(())

    /// Each of these signals that the process gets, until the stream is let go of. From then on they are ignored, but for the next
    /// caller, who is told of them. For one caller at a time. Throws `SystemError`.
    package static func caught(_ signals: [Int32]) throws -> AsyncStream<Int32> {
        let file = installation.withLock { _ in clinux_catch_signals(signals, Int32(signals.count)) }
        guard file >= 0 else { throw SystemError("sigaction") }
        let wake = try Pipe()
        // Who was told once knows; a few more make no difference.
        let (stream, continuation) = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingOldest(16))
        continuation.onTermination = { _ in wake.writer.close() }
        Thread.start(name: "signals") {
            defer { wake.reader.close() }
            while true {
                var entries = [
                    pollfd(fd: wake.reader.raw, events: Int16(POLLIN), revents: 0), pollfd(fd: file, events: Int16(POLLIN), revents: 0),
                ]
                while poll(&entries, 2, -1) < 0, errno == EINTR {}
                if entries[0].revents != 0 { return }
                var byte: UInt8 = 0
                if read(file, &byte, 1) == 1 { continuation.yield(Int32(byte)) }
            }
        }
        return stream
    }
}
