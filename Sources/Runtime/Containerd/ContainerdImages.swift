import Linux

/// Images of a cluster's containerd by way of its `ctr` program: CRI itself cannot import.
package struct ContainerdImages: Sendable {
    private let configuration: ContainerdConfiguration

    package init(_ configuration: ContainerdConfiguration) { self.configuration = configuration }

    /// Loads an OCI layout archive or a docker archive (`docker save`) and returns the names of its images.
    /// Throws `RuntimeError` with ctr's words.
    package func load(_ archive: String) async throws -> [String] {
        guard Files.exists(archive) else { throw RuntimeError(.notFound, "no such file: \(archive)") }
        let snapshotter = ContainerdConfiguration.Abilities.probe(root: configuration.root).snapshotter
        let output = try await ctr(["images", "import", "--snapshotter", snapshotter, archive])
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

    private func ctr(_ arguments: [String]) async throws -> String {
        let result = try await ChildProcess.run(
            configuration.client, ["--address", configuration.socket, "--namespace", "k8s.io"] + arguments)
        guard result.exit.isSuccess else {
            throw RuntimeError(.failed, "\(configuration.client) \(arguments[0]) \(arguments[1]): \(result.errorText)")
        }
        return result.text
    }
}
