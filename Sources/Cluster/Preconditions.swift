import Glibc
import Linux

/// What a cluster needs of the machine, asked before anything is started, so that what is missing is one clear line.
package enum Preconditions {
    /// The programs a node runs, with the Debian package each is in.
    private static let programs = [("nft", "nftables"), ("conntrack", "conntrack"), ("ip", "iproute2")]
    private static let runtimePrograms = [("containerd", "containerd"), ("runc", "runc")]

    /// Throws `ClusterError` that names what is missing and how to get it.
    package static func check(_ configuration: ClusterConfiguration) throws {
        guard configuration.hasNode else { return }
        guard geteuid() == 0 else {
            throw ClusterError("a cluster with a node needs root: run it with sudo, or use --without-node for a control plane only")
        }
        let needed = programs + (configuration.runtimeEndpoint.isEmpty ? runtimePrograms : [])
        let missing = needed.filter { !isInstalled($0.0) }
        if !missing.isEmpty {
            let names = missing.map(\.0).joined(separator: ", ")
            throw ClusterError("\(names) not found: install with: apt-get install \(missing.map(\.1).joined(separator: " "))")
        }
        guard Files.exists("/usr/lib/cni/bridge") || Files.exists("/opt/cni/bin/bridge") else {
            throw ClusterError("the CNI plugins are not found: install with: apt-get install containernetworking-plugins")
        }
    }

    private static func isInstalled(_ program: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let directories: [String] = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return directories.contains { access("\($0)/\(program)", X_OK) == 0 }
    }
}
