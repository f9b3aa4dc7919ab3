import KubernetesAPI

/// A pod's `/etc/hosts`. Pure.
enum HostsFile {
    /// `host` is the node's own file, which pods on the host's network get.
    static func text(_ configuration: PodConfiguration, addresses: [String], host: String?) -> String {
        var lines: [String] = []
        if let host {
            lines.append("# Kubernetes-managed hosts file (host network).\n" + host)
        } else {
            lines.append("# Kubernetes-managed hosts file.")
            lines += [
                "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", "fe00::0\tip6-localnet", "fe00::0\tip6-mcastprefix",
            ]
            lines += ["fe00::1\tip6-allnodes", "fe00::2\tip6-allrouters"]
            for address in addresses {
                let name = configuration.hostLabel
                lines.append(configuration.hostDomain.map { "\(address)\t\(name).\($0)\t\(name)" } ?? "\(address)\t\(name)")
            }
        }
        let aliases = configuration.pod.spec.hostAliases
        if !aliases.isEmpty {
            lines.append("\n# Entries added by HostAliases.")
            for alias in aliases { lines.append("\(alias.ip)\t\(alias.hostnames.joined(separator: "\t"))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
