import ArgumentParser
import Client
import Cluster
import Controllers
import Core
import Linux
import Reconcile
import ResourceEngine

/// `martlet controller-manager`: the control loops, for any Kubernetes API server.
package struct ControllerManagerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "controller-manager", abstract: "Runs the control loops against a Kubernetes API server, until it is asked to end.",
        discussion: """
            All loops act as the user of the kubeconfig, which must be allowed what kube-controller-manager is allowed, unless each is to \
            act as its own service account of kube-system (--use-service-account-credentials). Several processes \
            take turns by the lease kube-system/kube-controller-manager.
            """)

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var leader: LeaderOptions
    @Option(help: "Which loops run: names, '*' for all that run by default, '-NAME' for all but one, separated by commas.")
    var controllers = "*"
    @Option(help: "The range that nodes get their pods' ranges from; empty: nodes get none.") var clusterCidr = ""
    @Option(help: "The prefix length of a node's range.") var nodeCidrMaskSize = 24
    @Option(help: "A file with the certificates that pods are to trust the API server by.") var rootCaFile: String?
    @Option(help: "Features that are on or off otherwise than by default: 'StorageVersionMigrator=true,ClusterTrustBundle=true'.")
    var featureGates = ""
    @Option(help: "How many connections to use.") var connections = 2
    @Flag(help: "Let each loop act as its own service account of kube-system, by tokens asked for as the user of the kubeconfig.")
    var useServiceAccountCredentials = false
    @Option(help: "The port for /healthz and /metrics on the loopback address (plain HTTP); 0: none.") var metricsPort = 0
    @Flag(help: "Print the names of all loops.") var list = false

    package init() {}

    package func run() async {
        await explainingFailure {
            if list { return say(ControllerSet.names.joined(separator: "\n")) }
            var options = ControllerOptions()
            options.disabled = try ControllerSelection.disabled(controllers)
            options.clusterCIDR = clusterCidr
            options.nodeCIDRMaskSize = nodeCidrMaskSize
            if let rootCaFile { options.rootCertificates = try Files.readText(rootCaFile) }
            do {
                let gates = try FeatureGates(featureGates)
                options.migratesStorage = gates.isOn("StorageVersionMigrator")
                options.publishesTrustBundle = gates.isOn("ClusterTrustBundle")
            } catch { throw ClusterError("--feature-gates: \(error)") }
            let transport = try remote.transport(userAgent: "kube-controller-manager", connections: connections)
            options.servedResources = {
                try await transport.servedResources().map {
                    .init(resource: $0.resource, kind: $0.kind, isNamespaced: $0.isNamespaced, verbs: $0.verbs)
                }
            }
            let client = Client(transport: transport, fieldManager: "kube-controller-manager")
            options.policyWarnings = {
                try await PolicyTypeCheck(RemoteSchemas(transport, client)).warnings(of: $0).map { ($0.field, $0.text) }
            }
            let logger = foregroundLogger("controller-manager")
            let final = options
            let (leader, port) = (leader, metricsPort)
            let figures = MetricsPage()
            let clientFor = try clients(client)
            let status = ComponentStatusServer { figures.text }
            try await runUntilAskedToEnd {
                try await status.serve(port: port, logger: logger) {
                    try await leader.run("kube-controller-manager", client: client, logger: logger) {
                        let informers = InformerSet(client: client, clock: SystemClock(), logger: logger)
                        let set = ControllerSet(
                            clientFor: clientFor, informers: informers, clock: SystemClock(), logger: logger, options: final)
                        figures.add { set.metricsText }
                        await withDiscardingTaskGroup { group in
                            group.addTask { await informers.run() }
                            group.addTask { await set.run() }
                        }
                    }
                }
            }
        }
    }

    /// The client of each service account; the nameless one is the user of the kubeconfig.
    private func clients(_ client: Client) throws -> @Sendable (String) -> Client {
        guard useServiceAccountCredentials else { return { _ in client } }
        let access = try remote.access()
        // Certificates that serve the user's own transport serve those of accounts, too.
        _ = try AccountTransport(access, account: ObjectKey(namespace: "kube-system", name: "x"), asker: client, userAgent: "x")
        return { account in
            guard !account.isEmpty,
                let transport = try? AccountTransport(
                    access, account: ObjectKey(namespace: "kube-system", name: account), asker: client,
                    userAgent: "kube-controller-manager/\(account)")
            else { return client }
            return Client(transport: transport, fieldManager: "kube-controller-manager")
        }
    }
}

/// What `--controllers` says, in kube-controller-manager's form.
enum ControllerSelection {
    /// The loops that are not to run. Throws `ClusterError` for a name that is none.
    static func disabled(_ text: String) throws -> Set<String> {
        let known = Set(ControllerSet.names)
        let words = text.split(separator: ",").map(String.init)
        for word in words where word != "*" && word != "-*" {
            let name = word.hasPrefix("-") ? String(word.dropFirst()) : word
            guard known.contains(name) else {
                throw ClusterError("--controllers: there is no loop \"\(name)\"; there are: \(ControllerSet.names.joined(separator: ", "))")
            }
        }
        return known.filter { name in
            if words.contains(name) { return false }
            if words.contains("-\(name)") { return true }
            return !words.contains("*")
        }
    }
}
