import Glibc

/// Where a cluster keeps what. Everything lies under one directory, so that deleting it leaves nothing.
package struct ClusterPaths: Sendable, Equatable {
    /// Absolute, as the kernel writes it: what is mounted below is found by comparing texts.
    package let root: String

    /// `root` may be written with doubled or trailing slashes and with `.` and `..`; these are resolved by name, links are not followed.
    package init(root: String) {
        var parts: [Substring] = []
        for part in root.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        self.root = "/" + parts.joined(separator: "/")
    }

    package var configuration: String { root + "/cluster.json" }
    package var store: String { root + "/store.db" }
    /// Certificates and keys, all 0600.
    package var identity: String { root + "/pki" }
    package var adminKubeconfig: String { root + "/admin.kubeconfig" }
    package var log: String { root + "/server.log" }
    /// Held locked by the running server; holds its process id.
    package var lock: String { root + "/server.lock" }
    /// The container runtime's state.
    package var runtime: String { root + "/containerd" }
    /// The node agent's state: volumes, logs of containers.
    package var agent: String { root + "/agent" }
    /// What claims of the class local-path keep, a directory each.
    package var volumes: String { root + "/volumes" }

    /// Where clusters live when no `--data-dir` says otherwise: one directory a name.
    package static var base: String {
        if geteuid() == 0 { return "/var/lib/martlet" }
        let home = getenv("HOME").map { String(cString: $0) } ?? "/tmp"
        return home + "/.local/share/martlet"
    }

    package static func standard(name: String) -> ClusterPaths { ClusterPaths(root: "\(base)/\(name)") }
}
