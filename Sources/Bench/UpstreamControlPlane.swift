import Client
import Core
import Glibc
import Identity
import JSON
import KubernetesAPI
import Linux
import Values

/// Upstream's API server, scheduler, etcd and, where control loops matter, controller manager as processes, to be measured like a control plane of ours.
package struct UpstreamControlPlane: Sendable {
    /// Upstream's programs, as the environment names them.
    package struct Programs: Sendable, Equatable {
        let server: String
        let scheduler: String
        let etcd: String
        let manager: String?

        /// Nil when none is named. Throws `BenchError` when only some are.
        package init?(withControllers: Bool, environment: (String) -> String?) throws {
            let manager = withControllers ? ["MARTLET_UPSTREAM_KUBE_CONTROLLER_MANAGER"] : []
            let names = ["MARTLET_UPSTREAM_KUBE_APISERVER", "MARTLET_UPSTREAM_KUBE_SCHEDULER", "MARTLET_UPSTREAM_ETCD"] + manager
            let paths = names.map { environment($0) ?? "" }
            guard paths[0].isEmpty == false || paths[1].isEmpty == false else { return nil }
            if let missing = zip(names, paths).first(where: { $0.1.isEmpty }) {
                throw BenchError("\(missing.0) names no program: a comparison needs \(names.joined(separator: ", "))")
            }
            (server, scheduler, etcd) = (paths[0], paths[1], paths[2])
            self.manager = withControllers ? paths[3] : nil
        }
    }

    package let kubeconfig: String
    package let processes: [ChildProcess]

    /// Starts them in a directory; `ports` are three free ones. Returns once pods can be made.
    package init(_ programs: Programs, directory: String, ports: [Int]) async throws {
        try Files.createDirectory(directory, mode: 0o700)
        let now = SystemClock().now
        let authority = try CertificateAuthority(commonName: "upstream", now: now)
        func write(_ name: String, _ text: String) throws -> String {
            try Files.write(Array(text.utf8), to: "\(directory)/\(name)", mode: 0o600)
            return "\(directory)/\(name)"
        }
        func issue(_ name: String, _ request: CertificateRequest) throws -> (certificate: String, key: String, credential: Credential) {
            let credential = try authority.issue(request, now: now)
            return (try write("\(name).crt", credential.certificatePEM), try write("\(name).key", credential.privateKeyPEM), credential)
        }
        let ca = try write("ca.crt", authority.certificatePEM)
        let serving = try issue(
            "server", CertificateRequest(commonName: "kube-apiserver", dnsNames: ["localhost"], addresses: ["127.0.0.1"], usages: [.server])
        )
        let admin = try issue(
            "admin", CertificateRequest(commonName: "admin", organizations: ["system:masters"], usages: [.client]))
        let url = "https://127.0.0.1:\(ports[0])"
        let access: Value = [
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "contexts": [["name": "c", "context": ["cluster": "c", "user": "u"]]],
            "clusters": [["name": "c", "cluster": ["server": .string(url), "certificate-authority": .string(ca)]]],
            "users": [["name": "u", "user": ["client-certificate": .string(admin.certificate), "client-key": .string(admin.key)]]],
        ]
        kubeconfig = try write("admin.kubeconfig", JSONWriter.string(access))
        // Upstream's own limits of 50 and 20 requests a second would be what is measured: scheduler_perf lifts its, too.
        let configuration: Value = [
            "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
            "clientConnection": ["kubeconfig": .string(kubeconfig), "qps": 5000, "burst": 5000],
            "leaderElection": ["leaderElect": false],
        ]
        let settings = try write("scheduler.yaml", JSONWriter.string(configuration))
        let store = "http://127.0.0.1:\(ports[1])"
        var commands: [(String, String, [String])] = [
            (
                "etcd", programs.etcd,
                [
                    "--data-dir", "\(directory)/etcd", "--listen-client-urls", store, "--advertise-client-urls", store,
                    "--listen-peer-urls", "http://127.0.0.1:\(ports[2])", "--quota-backend-bytes=8589934592",
                ]
            ),
            (
                "apiserver", programs.server,
                [
                    "--etcd-servers", store, "--secure-port", "\(ports[0])", "--bind-address=127.0.0.1",
                    "--service-cluster-ip-range=10.96.0.0/16", "--tls-cert-file", serving.certificate, "--tls-private-key-file",
                    serving.key, "--client-ca-file", ca, "--authorization-mode=Node,RBAC",
                    "--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file", serving.certificate,
                    "--service-account-signing-key-file", serving.key,
                ]
            ), ("scheduler", programs.scheduler, ["--config", settings, "--secure-port=0"]),
        ]
        if let manager = programs.manager {
            commands.append(
                (
                    "controller-manager", manager,
                    [
                        "--kubeconfig", kubeconfig, "--leader-elect=false", "--secure-port=0", "--kube-api-qps=5000",
                        "--kube-api-burst=5000",
                        "--service-account-private-key-file", serving.key, "--root-ca-file", ca,
                    ]
                ))
        }
        var started: [ChildProcess] = []
        do {
            for (name, program, arguments) in commands {
                if name == "scheduler" { try await Self.makeReady(kubeconfig, started, directory) }
                started.append(try BenchCluster.start(program, arguments, log: "\(directory)/\(name).log"))
            }
        } catch {
            for process in started.reversed() { await BenchCluster.end(process) }
            throw error
        }
        processes = started
    }

    /// No control loop runs yet: the account of pods is made by hand.
    private static func makeReady(_ kubeconfig: String, _ processes: [ChildProcess], _ directory: String) async throws {
        let transport = try RemoteTransport(try ClusterAccess.read(kubeconfig: kubeconfig), connections: 1, userAgent: "martlet-bench")
        defer { transport.close() }
        let client = Client(transport: transport, fieldManager: "martlet-bench")
        try await BenchCluster.retry("starting upstream's API server", processes, directory) {
            var account = ServiceAccount()
            account.metadata.namespace = "default"
            account.metadata.name = "default"
            do { _ = try await client.create(account) } catch let error as APIError where error.reason == .alreadyExists {}
            return true
        }
    }

    package func end() async { for process in processes.reversed() { await BenchCluster.end(process) } }
}
