import ArgumentParser
import Client
import Cluster
import Core
import Glibc
import Logging
import Reconcile

/// `--leader-elect` and its kin, under the names of Kubernetes' own components.
struct LeaderOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Take turns with others of its kind: only the holder of the lease works.") var leaderElect = true
    @Option(help: "The namespace of the lease.") var leaderElectResourceNamespace = "kube-system"
    @Option(help: "The name of the lease; by default that of the component.") var leaderElectResourceName: String?

    /// Runs `body` while leading; throws `ClusterError` when the lease is lost, for then another works.
    func run(_ component: String, client: Client, logger: Logger, _ body: @escaping @Sendable () async throws -> Void) async throws {
        guard leaderElect else { return try await body() }
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let identity = "\(host)_\(String(UInt64.random(in: 0...(.max)), radix: 16))"
        let recorder = EventRecorder(client: client, component: component, clock: SystemClock(), logger: logger)
        let elector = LeaderElector(
            client: client, key: ObjectKey(namespace: leaderElectResourceNamespace, name: leaderElectResourceName ?? component),
            identity: identity, recorder: recorder, clock: SystemClock(), logger: logger)
        let finished = try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask {
                await recorder.run()
                return nil
            }
            group.addTask { try await elector.run(body) }
            defer { group.cancelAll() }
            while let outcome = try await group.next() { if let outcome { return outcome } }
            return true
        }
        guard finished else { throw ClusterError("leader election lost: another \(component) works now") }
    }
}
