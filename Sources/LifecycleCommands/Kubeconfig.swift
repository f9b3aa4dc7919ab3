import Cluster
import Linux
import Core
import Glibc
import Values
import YAML

/// The user's kubeconfig, changed one context at a time: what belongs to others stays as it is.
struct Kubeconfig {
    private var document: Value
    let path: String

    /// The first file of `$KUBECONFIG`, else `~/.kube/config`.
    static var standardPath: String {
        if let list = getenv("KUBECONFIG").map({ String(cString: $0) }), let first = list.split(separator: ":").first {
            return String(first)
        }
        let home = getenv("HOME").map { String(cString: $0) } ?? "/root"
        return home + "/.kube/config"
    }

    /// Reads the file; a missing or empty one is an empty kubeconfig. Throws `ClusterError` when it is not YAML.
    init(path: String) throws {
        self.path = path
        document = ["apiVersion": "v1", "kind": "Config", "preferences": [:], "clusters": [], "users": [], "contexts": []]
        guard let bytes = try Files.readIfPresent(path), !bytes.isEmpty else { return }
        do {
            let read = try YAMLParser.parse(bytes)
            guard read.object != nil || read.isNull else { throw ClusterError("\(path) is not a kubeconfig: its top is not a mapping") }
            if read.object != nil { document = read }
        } catch let error as ClusterError {
            throw error
        } catch {
            throw ClusterError("\(path) is not YAML and was left alone: \(error)")
        }
    }

    /// Puts the entries of another kubeconfig in, in place of those of the same names, and makes its context the current one. The
    /// namespace that somebody has chosen for a context of that name stays.
    mutating func merge(_ other: Value) {
        for list in ["clusters", "users", "contexts"] {
            for entry in other[list]?.array ?? [] {
                let known = (document[list]?.array ?? []).first { $0["name"] == entry["name"] }
                var entry = entry
                if let namespace = known?[path: "context", "namespace"] { entry["context"]?["namespace"] = namespace }
                put(entry, in: list)
            }
        }
        document["current-context"] = other["current-context"]
    }

    /// Takes out what `merge` put in under a name.
    mutating func remove(_ name: String) {
        for list in ["clusters", "users", "contexts"] {
            document[list] = .array((document[list]?.array ?? []).filter { $0["name"]?.string != name })
        }
        if document["current-context"]?.string == name { document["current-context"] = nil }
    }

    func contains(_ name: String) -> Bool { (document["contexts"]?.array ?? []).contains { $0["name"]?.string == name } }

    /// Writes the file that `path` leads to, through links; one that was there keeps its owner and its mode.
    func save() throws {
        if let slash = path.lastIndex(of: "/") { try Files.createDirectory(String(path[..<slash]), mode: 0o700) }
        var target = path
        if let real = realpath(path, nil) {
            target = String(cString: real)
            free(real)
        }
        var known = stat()
        let isKnown = stat(target, &known) == 0
        try Files.replace(target, with: Array(YAMLEmitter.emit(document).utf8), mode: isKnown ? known.st_mode & 0o777 : 0o600)
        // As root for somebody else: the file stays theirs.
        if isKnown, geteuid() == 0 { try Files.setOwner(target, user: known.st_uid, group: known.st_gid) }
    }

    private mutating func put(_ entry: Value, in list: String) {
        var entries = document[list]?.array ?? []
        if let position = entries.firstIndex(where: { $0["name"] == entry["name"] }) {
            entries[position] = entry
        } else {
            entries.append(entry)
        }
        document[list] = .array(entries)
    }
}
