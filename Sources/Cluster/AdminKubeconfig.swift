import Linux
import Values
import YAML

/// The administrator's kubeconfig, which the server writes into the data directory at every start.
package enum AdminKubeconfig {
    /// Reads it. Throws `ClusterError` when the cluster never got as far as writing it.
    package static func read(_ paths: ClusterPaths) throws -> Value {
        guard let bytes = try Files.readIfPresent(paths.adminKubeconfig) else {
            throw ClusterError("\(paths.adminKubeconfig) is not there: the cluster was never started")
        }
        return try YAMLParser.parse(bytes)
    }
}
