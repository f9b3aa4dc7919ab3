import Cluster
import Core
import Glibc

/// Writes a line for the person at the terminal, at once.
func say(_ line: String) {
    write(line + "\n", to: STDOUT_FILENO)
}

/// Runs a command's body; what goes wrong is one clear line and exit status 1.
func explainingFailure(_ body: () throws -> Void) {
    do {
        try body()
    } catch let error as ClusterError {
        complain(error.description)
    } catch let error as APIError {
        complain(error.message)
    } catch {
        complain("\(error)")
    }
}

func explainingFailure(_ body: () async throws -> Void) async {
    do {
        try await body()
    } catch let error as ClusterError {
        complain(error.description)
    } catch let error as APIError {
        complain(error.message)
    } catch {
        complain("\(error)")
    }
}

private func complain(_ message: String) -> Never {
    write("martlet: \(message)\n", to: STDERR_FILENO)
    exit(1)
}

/// Writes all of a text to a descriptor; a reader that has gone away is no concern of ours.
func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
