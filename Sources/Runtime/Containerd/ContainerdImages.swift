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

    private func ctr(_ arguments: [String]) async throws -> String {
        let result = try await ChildProcess.run(
            configuration.client, ["--address", configuration.socket, "--namespace", "k8s.io"] + arguments)
        guard result.exit.isSuccess else {
            throw RuntimeError(.failed, "\(configuration.client) \(arguments[0]) \(arguments[1]): \(result.errorText)")
        }
        return result.text
    }
}
