import Controllers
import Glibc
import Linux

/// The volumes of the class "local-path" of a cluster whose one node is this machine: directories below the cluster's own.
struct LocalVolumeDirectories: LocalVolumeStorage {
    let root: String
    /// The machine's node.
    let nodeName: String

    func create(_ path: String, on node: String) async throws {
        try check(path, node)
        try await BlockingPool.files.run {
            try Files.createDirectory(path)
            // Containers run as users of their own choice; who may reach the directory is decided above it.
            guard chmod(path, 0o777) == 0 else { throw SystemError("chmod \(path)") }
        }
    }

    func remove(_ path: String, on node: String) async throws {
        try check(path, node)
        try await BlockingPool.files.run { try Files.remove(path) }
    }

    private func check(_ path: String, _ node: String) throws {
        guard node == nodeName else { throw ClusterError("volumes of the class local-path exist on \(nodeName) only, not on \(node)") }
        guard path.hasPrefix(root + "/"), !path.split(separator: "/").contains("..") else {
            throw ClusterError("\(path) is not below \(root)")
        }
    }
}
