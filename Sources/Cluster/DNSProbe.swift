import ClusterDNS
import Core
import Glibc
import Linux

/// Asks a name server whether it answers, as a pod would: one UDP question at a time.
struct DNSProbe: Sendable {
    let server: String
    let clock: any Clock
    /// How long one question waits for its answer.
    private static let patience = Duration.milliseconds(200)

    /// Asks for the address of `name` until there is one. Ends only with that or with its task.
    func waitForAnswer(_ name: String) async throws {
        guard let domain = DomainName(name) else { throw ClusterError("\(name) is no domain name") }
        while try await !BlockingPool.files.run({ try ask(domain) }) { try Task.checkCancellation() }
    }

    /// Whether an answer with at least one record came in time.
    private func ask(_ name: DomainName) throws -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw SystemError("socket") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(53).bigEndian
        inet_pton(AF_INET, server, &address.sin_addr)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { return false }
        // Header: an identifier, "recursion desired", one question. Then the name, type A, class IN.
        var question: [UInt8] = [0x4D, 0x54, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.labels { question += [UInt8(label.count)] + label }
        question += [0, 0, 1, 0, 1]
        guard send(socket, question, question.count, 0) == question.count else { return false }
        var readiness = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&readiness, 1, Int32(Self.patience.nanoseconds / 1_000_000)) == 1 else { return false }
        var answer = [UInt8](repeating: 0, count: 512)
        let count = recv(socket, &answer, answer.count, 0)
        return count >= 12 && answer[0] == 0x4D && answer[1] == 0x54 && answer[3] & 0xF == 0 && (answer[6] != 0 || answer[7] != 0)
    }
}
