import ArgumentParser
import Cluster
import Runtime

/// `martlet image`: the images on the node.
package struct ImageCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Loads and lists the images of a cluster's node.", subcommands: [Load.self, List.self])
    package init() {}

    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Puts the images of an OCI or docker archive on the node.")
        @OptionGroup var cluster: ClusterOptions
        @Argument(help: "The archive: a tar file of an OCI layout, or what docker save writes; compressed or not.") var file: String

        func run() async {
            await explainingFailure {
                let images = ContainerdImages(try ownRuntime(of: cluster))
                let names = try await images.load(file)
                guard !names.isEmpty else { throw ClusterError("\(file) holds no image with a name") }
                for name in names { say("Loaded \(name)") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ls", abstract: "Lists the images on the node.")
        @OptionGroup var cluster: ClusterOptions

        func run() async {
            await explainingFailure {
                let runtime = CRIRuntime(socket: try ownRuntime(of: cluster).socket)
                let images = try await runtime.images()
                runtime.close()
                for image in images.sorted(by: { ($0.repoTags.first ?? $0.id) < ($1.repoTags.first ?? $1.id) }) {
                    let names = image.repoTags.isEmpty ? [image.id] : image.repoTags
                    for name in names { say("\(name)\t\(image.size >> 10) KiB") }
                }
            }
        }
    }
}

/// The container runtime that the cluster runs itself. Throws `ClusterError` when it has none or it is not running.
private func ownRuntime(of cluster: ClusterOptions) throws -> ContainerdConfiguration {
    let configuration = try cluster.configuration()
    guard configuration.hasNode else { throw ClusterError("cluster \(cluster.name) has no node, so it holds no images") }
    guard configuration.runtimeEndpoint.isEmpty else {
        throw ClusterError(
            "cluster \(cluster.name) uses the runtime at \(configuration.runtimeEndpoint): load and list images with its own tools")
    }
    guard try ServerLock.holder(of: cluster.paths.lock) != nil else {
        throw ClusterError("cluster \(cluster.name) is not running: start it with: martlet start --name \(cluster.name)")
    }
    return NodeLayout(configuration, cluster.paths).containerd
}
