import Core
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The name servers of a resolv.conf, read again when the file has changed.
package final class NameServers: Sendable {
    private struct State {
        var servers: [SocketAddress] = []
        var stamp: [Int] = []
        var checked: Timestamp?
    }
    private let path: String
    private let own: Set<String>
    private let clock: any Clock
    private let state = Mutex(State())

    /// `own`: addresses of this server, which are never asked.
    package init(path: String, own: Set<String>, clock: any Clock) {
        self.path = path
        self.own = own
        self.clock = clock
    }

    /// The servers of now; looks at the file at most every five seconds.
    package var current: [SocketAddress] {
        state.withLock { state in
            if let checked = state.checked, clock.now - checked < .seconds(5) { return state.servers }
            state.checked = clock.now
            var information = stat()
            guard stat(path, &information) == 0 else { return state.servers }
            let stamp = [information.st_mtim.tv_sec, information.st_mtim.tv_nsec, Int(information.st_size)]
            if stamp != state.stamp {
                state.stamp = stamp
                state.servers = Self.parse(read(), own: own)
            }
            return state.servers
        }
    }

    private func read() -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// The first three servers, as resolv.conf(5) has it.
    package static func parse(_ text: String, own: Set<String>) -> [SocketAddress] {
        let addresses = text.split(whereSeparator: \.isNewline).compactMap { line -> SocketAddress? in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 2, words[0] == "nameserver", !own.contains(String(words[1])) else { return nil }
            return try? SocketAddress(ipAddress: String(words[1]), port: 53)
        }
        return Array(addresses.prefix(3))
    }
}
