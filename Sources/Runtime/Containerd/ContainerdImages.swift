import Linux

/// Images of a cluster's containerd by way of its `ctr` program: CRI itself cannot import.
package struct ContainerdImages: Sendable {
    private let configuration: ContainerdConfiguration

    package init(_ configuration: ContainerdConfiguration) { self.configuration = configuration }

    /// Programs that undo a compression, by what such files begin with.
    private static let decompressors: [(beginning: [UInt8], program: String)] = [
        ([0x1F, 0x8B], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
        ([0x42, 0x5A, 0x68], "bzip2"),
    ]

    /// Loads an OCI layout archive or a docker archive (`docker save`), compressed or not, and returns the names of its images.
    /// Throws `RuntimeError` with ctr's words, and the decompressor's.
    package func load(_ archive: String) async throws -> [String] {
        guard Files.exists(archive) else { throw RuntimeError(.notFound, "no such file: \(archive)") }
        let snapshotter = ContainerdConfiguration.Abilities.probe(root: configuration.root).snapshotter
        let beginning = try Files.read(archive, limit: 6)
        let decompressor = Self.decompressors.first { beginning.starts(with: $0.beginning) }?.program
        let output = try await ctr(["images", "import", "--snapshotter", snapshotter, archive], decompressor: decompressor)
        // "unpacking docker.io/martlet/pause:1 (sha256:…)...done"
        return output.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("unpacking ") else { return nil }
            return line.dropFirst("unpacking ".count).prefix { $0 != " " }.description
        }
    }

    /// Shows the files of an image that is on this machine at a directory, which is made.
    func mount(_ image: String, at path: String) async throws {
        let root = configuration.root
        let (isMounted, snapshotter) = try await BlockingPool.files.run {
            try Files.createDirectory(path)
            return (try Mounts.list().contains { $0.target == path }, ContainerdConfiguration.Abilities.probe(root: root).snapshotter)
        }
        if isMounted { return }
        // A snapshot of an earlier mount that the machine's restart ended.
        _ = try? await ctr(["snapshots", "--snapshotter", snapshotter, "rm", path])
        _ = try await ctr(["images", "mount", "--snapshotter", snapshotter, image, path])
    }

    func unmount(_ path: String) async throws {
        let root = configuration.root
        let snapshotter = try await BlockingPool.files.run {
            try Mounts.unmount(path)
            return ContainerdConfiguration.Abilities.probe(root: root).snapshotter
        }
        do {
            _ = try await ctr(["snapshots", "--snapshotter", snapshotter, "rm", path])
        } catch let error as RuntimeError where error.message.contains("not found") {
            // Gone already.
        }
    }

    /// With a decompressor the last argument is a file, whose plain form `ctr` gets on its standard input instead.
    private func ctr(_ arguments: [String], decompressor: String? = nil) async throws -> String {
        var command = [configuration.client, "--address", configuration.socket, "--namespace", "k8s.io"] + arguments
        if let decompressor {
            let file = command.removeLast()
            command = ["sh", "-c", #"program=$0 file=$1; shift; "$program" -dc -- "$file" | "$@" -"#, decompressor, file] + command
        }
        let result = try await ChildProcess.run(command[0], Array(command.dropFirst()))
        guard result.exit.isSuccess else {
            let problem = result.errorText.split(separator: "\n").joined(separator: "; ")
            throw RuntimeError(.failed, "\(configuration.client) \(arguments[0]) \(arguments[1]): \(problem)")
        }
        return result.text
    }
}
