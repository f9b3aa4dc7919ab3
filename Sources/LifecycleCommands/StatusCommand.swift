import ArgumentParser
import Cluster
import Core
import Linux
import Values

/// `martlet status`: what runs and what does not, one line each. Exit status 1 unless all is well.
package struct StatusCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "status", abstract: "Tells what runs and what does not.")

    @OptionGroup var cluster: ClusterOptions
    package init() {}

    package func run() async throws {
        var isWell = true
        func line(_ what: String, _ how: String, isWell good: Bool = true) {
            isWell = isWell && good
            say(what + String(repeating: " ", count: max(1, 14 - what.count)) + how)
        }
        await explainingFailure {
            let configuration = try cluster.configuration()
            line("cluster", "\(cluster.name) in \(cluster.paths.root)")
            // What is missing keeps a server from starting, or pods from it.
            do { try Preconditions.check(configuration) } catch { line("machine", "\(error)", isWell: false) }
            guard let process = try ServerLock.holder(of: cluster.paths.lock) else {
                line("server", "not running: start it with: martlet start --name \(cluster.name)", isWell: false)
                return
            }
            line("server", "running, process \(process), API port \(configuration.apiPort)")
            do {
                try await report(try AdminConnection(cluster.paths), configuration, line)
            } catch {
                line("api", "does not answer: \(error)", isWell: false)
            }
        }
        if !isWell { throw ExitCode.failure }
    }

    private func report(
        _ connection: AdminConnection, _ configuration: ClusterConfiguration, _ line: (String, String, Bool) -> Void
    ) async throws {
        let ready = try await connection.get("/readyz?verbose")
        let failing = ready.text.split(separator: "\n").filter { $0.hasPrefix("[-]") }.joined(separator: "; ")
        line("api", ready.status == 200 ? "ready" : "not ready: \(failing)", ready.status == 200)
        for part in try await connection.object("/api/v1/componentstatuses")["items"]?.array ?? [] {
            let name = part[path: "metadata", "name"]?.string ?? ""
            guard let condition = part["conditions"]?.array?.first, condition["status"] != "True" else { continue }
            line(name == "etcd-0" ? "store" : name, condition["error"]?.string ?? "not well", false)
        }
        guard configuration.hasNode else { return }
        for node in try await connection.object("/api/v1/nodes")["items"]?.array ?? [] {
            let name = node[path: "metadata", "name"]?.string ?? ""
            let condition = node[path: "status", "conditions"]?.array?.first { $0["type"] == "Ready" }
            let isReady = condition?["status"] == "True"
            line("node", isReady ? "\(name) ready" : "\(name) not ready: \(condition?["message"]?.string ?? "no status yet")", isReady)
            for pressure in node[path: "status", "conditions"]?.array ?? []
            where pressure["type"] != "Ready" && pressure["status"] == "True" {
                line("node", "\(name): \(pressure["message"]?.string ?? pressure["type"]?.string ?? "")", false)
            }
        }
        let pods = try await connection.object("/api/v1/pods")["items"]?.array ?? []
        let running = pods.count { $0[path: "status", "phase"] == "Running" }
        line("pods", "\(running) of \(pods.count) running", true)
    }
}
