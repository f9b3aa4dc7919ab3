/// Where volumes of the class "local-path" are kept: directories on nodes.
package protocol LocalVolumeStorage: Sendable {
    /// The directory that holds them on every node.
    var root: String { get }
    /// Makes an empty directory that every container may write to. Throws what kept it from that.
    func create(_ path: String, on node: String) async throws
    /// Removes a directory with all that is in it; one that is not there is no error.
    func remove(_ path: String, on node: String) async throws
}

/// The names of the storage class that every cluster has.
package enum LocalPathClass {
    /// The class.
    package static let name = "local-path"
    /// Who provides its volumes.
    package static let provisioner = "martlet.dev/local-path"
}
