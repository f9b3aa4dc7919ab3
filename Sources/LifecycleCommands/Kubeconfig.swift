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

    /// Puts the entries of another kubeconfig in, in place of those of the same names, and makes its context the current one.
    mutating func merge(_ other: Value) {
        for list in ["clusters", "users", "contexts"] {
            for entry in other[list]?.array ?? [] { put(entry, in: list) }
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

    func save() throws {
        if let slash = path.lastIndex(of: "/") { try Files.createDirectory(String(path[..<slash]), mode: 0o700) }
        try Files.replace(path, with: Array(YAMLEmitter.emit(document).utf8), mode: 0o600)
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
