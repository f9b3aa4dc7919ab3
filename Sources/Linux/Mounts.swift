import CLinux
import Glibc

/// The mount table of this process's namespace.
package enum Mounts {
    /// Flags of mount(2).
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt
        package init(rawValue: UInt) { self.rawValue = rawValue }
        package static let readOnly = Flags(rawValue: 1)
        package static let noSetUserID = Flags(rawValue: 2)
        package static let noDevices = Flags(rawValue: 4)
        package static let noExecute = Flags(rawValue: 8)
        package static let remount = Flags(rawValue: 32)
        package static let bind = Flags(rawValue: 4096)
        package static let recursive = Flags(rawValue: 16384)
        package static let isPrivate = Flags(rawValue: 1 << 18)
        package static let isShared = Flags(rawValue: 1 << 20)
    }

    package static func mount(_ source: String, on target: String, type: String? = nil, flags: Flags = [], data: String? = nil) throws {
        func call(_ type: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?) -> Int32 {
            clinux_mount(source, target, type, flags.rawValue, data)
        }
        func withOptional(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Int32) -> Int32 {
            text.map { $0.withCString(body) } ?? body(nil)
        }
        let failure = withOptional(type) { type in withOptional(data) { call(type, $0) } }
        guard failure == 0 else { throw SystemError("mount \(target)", code: failure) }
    }

    /// Unmounts at once and lets go when the last user is gone (MNT_DETACH); nothing happens when nothing is mounted there.
    package static func unmount(_ target: String) throws {
        let failure = clinux_unmount(target, 2)
        guard failure == 0 || failure == EINVAL || failure == ENOENT else { throw SystemError("umount \(target)", code: failure) }
    }

    /// The mount points at `path` and below, deepest first.
    package static func under(_ path: String) throws -> [String] {
        try list().filter { $0.target == path || $0.target.hasPrefix(path + "/") }.map(\.target).reversed()
    }

    /// One line of the mount table.
    package struct Entry: Sendable, Hashable {
        package let target: String
        package let type: String
        /// Options of the file system itself (for cgroup v1: its controllers).
        package let options: [String]
        /// Of the mount itself: read-only, no devices and the like, as remounting wants them.
        package var flags: Flags = []
    }

    /// Every mount, in the order of mounting.
    package static func list() throws -> [Entry] {
        try parse(String(decoding: Files.read("/proc/self/mountinfo"), as: UTF8.self))
    }

    /// proc(5): id parent major:minor root target options optional-fields… - type source super-options.
    package static func parse(_ text: String) throws -> [Entry] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 3, fields.count > 4 else { return nil }
            return Entry(
                target: unescape(fields[4]), type: String(fields[dash + 1]),
                options: fields[dash + 3].split(separator: ",").map(String.init),
                flags: fields[5].split(separator: ",").reduce(into: []) { flags, option in
                    if let flag = flagNames[option] { flags.insert(flag) }
                })
        }
    }

    private static let flagNames: [Substring: Flags] = [
        "ro": .readOnly, "nosuid": .noSetUserID, "nodev": .noDevices, "noexec": .noExecute, "noatime": Flags(rawValue: 1024),
        "nodiratime": Flags(rawValue: 2048), "relatime": Flags(rawValue: 1 << 21),
    ]

    /// Blank, tab, newline and backslash are written as octal.
    private static func unescape(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var result: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.first {
            if byte == 0x5C, bytes.count >= 4, let code = UInt8(String(decoding: bytes.dropFirst().prefix(3), as: UTF8.self), radix: 8) {
                result.append(code)
                bytes = bytes.dropFirst(4)
            } else {
                result.append(byte)
                bytes = bytes.dropFirst()
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
