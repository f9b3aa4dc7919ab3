import Cluster
import Core
import Glibc

/// Writes a line for the person at the terminal, at once.
func say(_ line: String) {
    print(line)
    fflush(stdout)
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
    fputs("martlet: \(message)\n", stderr)
    exit(1)
}
