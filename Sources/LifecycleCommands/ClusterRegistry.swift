import Cluster
import Glibc
import JSON
import Linux

/// Which clusters this machine has: a directory each in `ClusterPaths.base`, or for those with a `--data-dir` of their own a
/// symbolic link there. So two clusters cannot share a name, and with it a bridge, and a new one keeps clear of the others' ports.
enum ClusterRegistry {
    /// Enters a new cluster. Throws `ClusterError` when another place has a cluster of that name.
    static func enter(_ name: String, at root: String) throws {
        let entry = "\(ClusterPaths.base)/\(name)"
        guard entry != root else { return }
        if Files.exists("\(entry)/cluster.json") {
            throw ClusterError(
                "there is a cluster \(name) already, in \(target(of: entry)): give this one another --name, or delete that one")
        }
        try Files.createDirectory(ClusterPaths.base, mode: 0o755)
        try leave(name)
        try Files.createLink(entry, to: root)
    }

    /// Takes a cluster's link away; nothing when it has none.
    static func leave(_ name: String) throws {
        let entry = "\(ClusterPaths.base)/\(name)"
        var status = stat()
        guard lstat(entry, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        guard unlink(entry) == 0 else { throw ClusterError("\(entry) cannot be removed: \(String(cString: strerror(errno)))") }
    }

    /// The other clusters' configurations. One that cannot be read is left out: a broken neighbour is no reason not to start.
    static func others(than name: String) throws -> [ClusterConfiguration] {
        try Files.list(ClusterPaths.base).compactMap { entry in
            guard entry != name, let bytes = try Files.readIfPresent("\(ClusterPaths.base)/\(entry)/cluster.json") else { return nil }
            return try? ClusterConfiguration(json: JSONParser.parse(bytes))
        }
    }

    /// Those of the others whose server runs now: what they have cannot be had twice.
    static func running(besides name: String) throws -> [ClusterConfiguration] {
        try Files.list(ClusterPaths.base).compactMap { entry in
            let paths = ClusterPaths(root: "\(ClusterPaths.base)/\(entry)")
            guard entry != name, let bytes = try Files.readIfPresent(paths.configuration), try ServerLock.holder(of: paths.lock) != nil
            else { return nil }
            return try? ClusterConfiguration(json: JSONParser.parse(bytes))
        }
    }

    private static func target(of link: String) -> String {
        guard let path = realpath(link, nil) else { return link }
        defer { free(path) }
        return String(cString: path)
    }
}
