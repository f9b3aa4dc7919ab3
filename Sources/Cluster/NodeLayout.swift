import Glibc
import NodeAgent
import Runtime
import ServiceProxy

/// What the parts of a cluster's one node are told, derived from the cluster's configuration in one place, so that what starts
/// them, what stops them and the command line agree.
package struct NodeLayout: Sendable {
    private let configuration: ClusterConfiguration
    private let paths: ClusterPaths

    package init(_ configuration: ClusterConfiguration, _ paths: ClusterPaths) {
        self.configuration = configuration
        self.paths = paths
    }

    /// The machine's name, as its node is called.
    package var nodeName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return configuration.name }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
        return name.isEmpty || name == "localhost" ? configuration.name : name
    }

    /// The node's share of the pod range: its first 256 addresses.
    package var podCIDR: String { "\(prefix).0/24" }
    /// The pods' gateway: the bridge's own address.
    package var gateway: String { "\(prefix).1" }
    /// The node's address: the machine's, or on a machine without a network the bridge's.
    package var address: String { HostAddress.primary() ?? gateway }

    private var prefix: String { configuration.podCIDR.split(separator: "/")[0].split(separator: ".").prefix(3).joined(separator: ".") }

    package var containerd: ContainerdConfiguration {
        ContainerdConfiguration(
            name: configuration.name, root: paths.runtime, state: "/run/martlet/\(configuration.name)", bridge: configuration.bridgeName,
            podCIDR: podCIDR)
    }

    package var proxy: ProxyConfiguration {
        var proxy = ProxyConfiguration(
            clusterName: configuration.name, nodeName: nodeName, podCIDR: configuration.podCIDR, serviceCIDR: configuration.serviceCIDR,
            bridge: configuration.bridgeName, bridgeAddress: "\(gateway)/24")
        // A later cluster on a machine has another port, as for its agent.
        proxy.healthPort = configuration.agentPort == 10250 ? 10256 : configuration.agentPort + 100
        return proxy
    }

    package var agent: NodeAgentConfiguration {
        var agent = NodeAgentConfiguration(
            nodeName: nodeName, addresses: [address], dataDirectory: paths.agent, cgroupRoot: "/martlet-\(configuration.name)",
            clusterDNS: [configuration.dnsServiceIP], podCIDR: podCIDR, kubernetesVersion: Version.kubernetes)
        agent.port = configuration.agentPort
        return agent
    }
}
