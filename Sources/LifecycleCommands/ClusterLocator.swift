import ArgumentParser
import Cluster
import Linux
import Core
import JSON

/// `--name` and `--data-dir`, which every command about a cluster takes.
struct ClusterOptions: ParsableArguments {
    @Option(help: "The cluster's name: a DNS label.") var name = "martlet"
    @Option(help: "Where the cluster keeps its data. By default a directory of its name in \(ClusterPaths.base).") var dataDir: String?

    var paths: ClusterPaths { dataDir.map { ClusterPaths(root: $0) } ?? .standard(name: name) }

    func validate() throws {
        let allowed = name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
        guard !name.isEmpty, name.count <= 40, allowed, name.first != "-", name.last != "-" else {
            throw ValidationError("--name \(name) is not a DNS label of at most 40 characters: use a-z, 0-9 and '-'")
        }
        if let dataDir, !dataDir.hasPrefix("/") { throw ValidationError("--data-dir \(dataDir) is not an absolute path") }
    }

    /// The configuration of a cluster that exists. Throws `ClusterError` when it does not.
    func configuration() throws -> ClusterConfiguration {
        guard let configuration = try storedConfiguration() else {
            throw ClusterError("there is no cluster \(name) in \(paths.root): start it with: martlet start --name \(name)")
        }
        return configuration
    }

    func storedConfiguration() throws -> ClusterConfiguration? {
        guard let bytes = try Files.readIfPresent(paths.configuration) else { return nil }
        do {
            return try ClusterConfiguration(json: JSONParser.parse(bytes))
        } catch let error as JSONError {
            throw ClusterError("\(paths.configuration) is not JSON: \(error)")
        }
    }
}

/// What `start` and `server` may be told about a new cluster.
struct NewClusterOptions: ParsableArguments {
    @Option(help: "The port of the API server.") var apiPort: Int?
    @Option(help: "The range of service addresses.") var serviceCidr: String?
    @Option(help: "The range of pod addresses.") var podCidr: String?
    @Flag(help: "Only the control plane: needs neither root nor a container runtime.") var withoutNode = false
    @Option(help: "The socket of a container runtime to use instead of a containerd of the cluster's own.") var runtimeEndpoint: String?
    @Option(help: "Where that runtime looks for the network of pods (with --runtime-endpoint).") var cniConfDir: String?
    @Option(help: "How the node agent works: a file with a KubeletConfiguration of kubelet.config.k8s.io/v1beta1.") var kubeletConfig:
        String?
    @Option(help: "The port on which ingresses are served.") var ingressPort: Int?
    @OptionGroup(title: "API server") var apiServer: APIServerOptions

    func validate() throws {
        for (flag, port) in [("--api-port", apiPort), ("--ingress-port", ingressPort)] {
            if let port, !(1...65535).contains(port) { throw ValidationError("\(flag) \(port) is not a port: use 1 to 65535") }
        }
        for (flag, path) in [("--cni-conf-dir", cniConfDir), ("--kubelet-config", kubeletConfig)] {
            if let path, !path.isEmpty, !path.hasPrefix("/") { throw ValidationError("\(flag) \(path) is not an absolute path") }
        }
        for (flag, range) in [("--service-cidr", serviceCidr), ("--pod-cidr", podCidr)] {
            guard let range else { continue }
            let parts = range.split(separator: "/")
            let bytes = parts.first?.split(separator: ".").compactMap { UInt8($0) } ?? []
            guard parts.count == 2, bytes.count == 4, let length = Int(parts[1]), (8...24).contains(length) else {
                throw ValidationError("\(flag) \(range) is not an IPv4 range with a prefix of 8 to 24 bits, such as 10.96.0.0/16")
            }
        }
    }

    /// The configuration to start with: the stored one, which options must not contradict, or a new one, which is stored.
    func resolve(_ cluster: ClusterOptions) throws -> ClusterConfiguration {
        let stored = try cluster.storedConfiguration()
        var result = try stored ?? fresh(cluster)
        if let apiPort { result.apiPort = apiPort }
        if let ingressPort { result.ingressPort = ingressPort }
        if let runtimeEndpoint { result.runtimeEndpoint = runtimeEndpoint }
        if let cniConfDir { result.cniDirectory = cniConfDir }
        if let kubeletConfig { result.kubeletConfig = kubeletConfig }
        if let serviceCidr { result.serviceCIDR = serviceCidr }
        if let podCidr { result.podCIDR = podCidr }
        if withoutNode { result.hasNode = false }
        apiServer.apply(to: &result.apiServer)
        if let stored {
            for (flag, old, new) in [
                ("--service-cidr", stored.serviceCIDR, result.serviceCIDR), ("--pod-cidr", stored.podCIDR, result.podCIDR),
            ] where old != new {
                throw ClusterError(
                    "\(flag) \(new): cluster \(cluster.name) was made with \(old), which its objects hold; "
                        + "delete it first: martlet delete --name \(cluster.name)")
            }
        }
        if result.hasNode, ClusterConfiguration.overlap(result.serviceCIDR, result.podCIDR) {
            throw ClusterError("--service-cidr \(result.serviceCIDR) and --pod-cidr \(result.podCIDR) overlap: give two that do not")
        }
        if stored == nil {
            for other in try ClusterRegistry.running(besides: cluster.name) {
                guard let clash = result.clash(with: other) else { continue }
                throw ClusterError("cluster \(other.name) has \(clash) already: give others, or delete that one")
            }
        }
        if stored == nil { try ClusterRegistry.enter(cluster.name, at: cluster.paths.root) }
        try Files.createDirectory(cluster.paths.root, mode: 0o755)
        if result != stored { try Files.replace(cluster.paths.configuration, with: JSONWriter.encode(result.json), mode: 0o600) }
        return result
    }

    /// A configuration whose ranges and ports no other cluster of this machine has, and no other program listens on.
    private func fresh(_ cluster: ClusterOptions) throws -> ClusterConfiguration {
        let others = try ClusterRegistry.others(than: cluster.name)
        for index in 0..<ClusterConfiguration.standardCount {
            var candidate = ClusterConfiguration.standard(name: cluster.name, index: index, hasNode: !withoutNode)
            guard others.allSatisfy({ !$0.overlaps(candidate) }),
                apiPort != nil || HostAddress.isFree(port: candidate.apiPort)
            else { continue }
            guard candidate.hasNode else { return candidate }
            guard HostAddress.isFree(port: candidate.agentPort) else { continue }
            let ports = [candidate.ingressPort] + Array(8080...8180)
            if let free = ports.first(where: { port in HostAddress.isFree(port: port) && !others.contains { $0.ingressPort == port } }) {
                candidate.ingressPort = free
            }
            return candidate
        }
        throw ClusterError(
            "\(ClusterConfiguration.standardCount) clusters are here already: give --api-port, --service-cidr and --pod-cidr, or delete one"
        )
    }
}
