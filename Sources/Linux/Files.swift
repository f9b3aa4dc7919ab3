import Glibc

/// Files and directories, synchronously: call from a `BlockingPool` where a disk may be slow. All throw `SystemError`.
package enum Files {
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    package static func read(_ path: String, limit: Int = 64 << 20) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("open \(path)") }
        defer { close(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while result.count < limit {
            let count = Glibc.read(file, &buffer, min(buffer.count, limit - result.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read \(path)") }
            guard count > 0 else { break }
            result.append(contentsOf: buffer[0..<count])
        }
        return result
    }

    /// The text of a file without the white space at its end.
    package static func readText(_ path: String) throws -> String {
        var bytes = try read(path)
        while let last = bytes.last, last == 0x0A || last == 0x20 || last == 0x0D || last == 0 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes in place (kernel interfaces, fresh files).
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644, flags: Int32 = O_CREAT | O_TRUNC) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC | flags, mode)
        guard file >= 0 else { throw SystemError("open \(path)") }
        defer { close(file) }
        var position = 0
        while position < bytes.count {
            let count = bytes[position...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("write \(path)") }
            position += count
        }
    }

    package static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    /// Writes beside the file and renames, so that a reader sees the old or the new text.
    package static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o644) throws {
        let temporary = "\(path).new"
        try write(bytes, to: temporary, mode: mode)
        guard rename(temporary, path) == 0 else { throw SystemError("rename \(temporary)") }
    }

    /// Creates a directory and those above it.
    package static func createDirectory(_ path: String, mode: mode_t = 0o755) throws {
        if mkdir(path, mode) == 0 { return }
        switch errno {
        case EEXIST where isDirectory(path): return
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw SystemError("mkdir \(path)", code: ENOENT) }
            try createDirectory(String(path[..<slash]), mode: 0o755)
            guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemError("mkdir \(path)") }
        default: throw SystemError("mkdir \(path)")
        }
    }

    /// The names in a directory, sorted; empty when it does not exist.
    package static func list(_ path: String) throws -> [String] {
        guard let directory = opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemError("opendir \(path)")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file or a whole tree, without following links and without crossing into what is mounted below;
    /// nothing happens when it is absent.
    package static func remove(_ path: String) throws {
        if unlink(path) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemError("unlink \(path)") }
        for name in try list(path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw SystemError("rmdir \(path)") }
    }

    /// Removes an empty directory; nothing happens when it is absent.
    package static func removeDirectory(_ path: String) throws {
        guard rmdir(path) == 0 || errno == ENOENT else { throw SystemError("rmdir \(path)") }
    }

    package static func createLink(_ path: String, to target: String) throws {
        guard symlink(target, path) == 0 else { throw SystemError("symlink \(path)") }
    }

    package static func readLink(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count < 0 ? nil : String(decoding: buffer[0..<count], as: UTF8.self)
    }

    package static func move(_ path: String, to target: String) throws {
        guard rename(path, target) == 0 else { throw SystemError("rename \(path)") }
    }

    package static func size(_ path: String) -> Int? {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : nil
    }

    package static func setMode(_ path: String, _ mode: mode_t) throws {
        guard chmod(path, mode) == 0 else { throw SystemError("chmod \(path)") }
    }

    package static func setOwner(_ path: String, user: uid_t, group: gid_t) throws {
        guard lchown(path, user, group) == 0 else { throw SystemError("chown \(path)") }
    }

    /// Bytes and inodes of the file system that holds `path`.
    package static func fileSystem(_ path: String) throws -> (capacity: Int, available: Int, inodes: Int, inodesFree: Int) {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw SystemError("statvfs \(path)") }
        let block = Int(info.f_frsize)
        return (Int(info.f_blocks) * block, Int(info.f_bavail) * block, Int(info.f_files), Int(info.f_ffree))
    }

    /// Bytes on disk of a tree, without following links or leaving its file system.
    package static func usage(_ path: String) -> (bytes: Int, inodes: Int) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return (0, 0) }
        var bytes = Int(info.st_blocks) * 512
        var inodes = 1
        guard info.st_mode & S_IFMT == S_IFDIR else { return (bytes, inodes) }
        for name in (try? list(path)) ?? [] {
            let child = usage("\(path)/\(name)")
            bytes += child.bytes
            inodes += child.inodes
        }
        return (bytes, inodes)
    }
}
