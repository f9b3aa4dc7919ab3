import Core
import Glibc
import Linux

/// One file of a volume made from API objects.
struct VolumeFile: Sendable, Hashable {
    var content: [UInt8]
    var mode: mode_t
    /// Root where nil.
    var owner: uid_t?
}

/// A directory whose files change all at once: they are links through `..data` into a directory of their own that is
/// replaced by a rename. Programs watch `..data` for it: the scheme is part of the behaviour of config volumes.
struct AtomicDirectory {
    let path: String
    /// The group that may read the files (fsGroup); nil leaves root's.
    var group: gid_t?

    /// Makes the directory hold exactly `files` (relative paths). Nothing is touched when it does already. Blocks.
    func write(_ files: [String: VolumeFile], stamp: String) throws {
        try Files.createDirectory(path, mode: 0o777)
        let data = "\(path)/..data"
        let current = Files.readLink(data)
        if let current, try holds(files, in: "\(path)/\(current)") { return }
        let fresh = "..\(stamp)"
        try Files.createDirectory("\(path)/\(fresh)")
        for (name, file) in files {
            let target = "\(path)/\(fresh)/\(name)"
            if let slash = target.lastIndex(of: "/") { try Files.createDirectory(String(target[..<slash])) }
            try Files.write(file.content, to: target, mode: 0o600)
            if group != nil || file.owner != nil { try Files.setOwner(target, user: file.owner ?? 0, group: group ?? 0) }
            if group != nil {
                try Files.setMode(target, file.mode | 0o440)
            } else {
                try Files.setMode(target, file.mode)
            }
        }
        if let group {
            try Files.setOwner("\(path)/\(fresh)", user: 0, group: group)
            try Files.setOwner(path, user: 0, group: group)
        }
        try Files.remove("\(path)/..data_tmp")
        try Files.createLink("\(path)/..data_tmp", to: fresh)
        try Files.move("\(path)/..data_tmp", to: data)
        let wanted = Set(files.keys.map { String($0.prefix { $0 != "/" }) })
        for name in wanted where Files.readLink("\(path)/\(name)") == nil { try Files.createLink("\(path)/\(name)", to: "..data/\(name)") }
        for name in try Files.list(path) where name != "..data" && name != fresh && !wanted.contains(name) {
            try Files.remove("\(path)/\(name)")
        }
    }

    private func holds(_ files: [String: VolumeFile], in directory: String) throws -> Bool {
        guard try tree(directory, "") == Set(files.keys) else { return false }
        for (name, file) in files {
            guard (try? Files.read("\(directory)/\(name)")) == file.content else { return false }
        }
        return true
    }

    private func tree(_ directory: String, _ prefix: String) throws -> Set<String> {
        var result: Set<String> = []
        for name in try Files.list(directory) {
            let path = "\(directory)/\(name)"
            if Files.isDirectory(path) { result.formUnion(try tree(path, prefix + name + "/")) } else { result.insert(prefix + name) }
        }
        return result
    }
}
