import Core
import Glibc
import Linux
import Logging
import Runtime

/// What has to be done now and then: logs are rotated, images nobody uses go when the disk fills.
struct Housekeeping: Sendable {
    private let context: NodeContext

    init(_ context: NodeContext) { self.context = context }

    /// Runs until its task is cancelled. `livePods` tells the uids of the pods on the node.
    func run(livePods: @escaping @Sendable () -> Set<String>) async {
        var round = 0
        while !Task.isCancelled {
            do {
                try await context.clock.sleep(for: .seconds(10))
                round += 1
                if !livePods().isEmpty { try await rotateLogs() }
                if round % 30 == 0 { try await collectImages() }
            } catch {
                if Task.isCancelled { return }
                context.logger.warning("housekeeping failed", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: Logs

    /// A log past its size is renamed with the time, and the runtime opens a new one. Readers find older ones by name.
    private func rotateLogs() async throws {
        for container in try await context.runtime.containers(.with { $0.state.state = .running }) {
            let labels = container.labels
            guard let name = labels[PodConfiguration.Label.container], let uid = labels[PodConfiguration.Label.podUID],
                let pod = labels[PodConfiguration.Label.podName], let namespace = labels[PodConfiguration.Label.podNamespace]
            else { continue }
            let path = "\(context.agent.logsDirectory)/\(namespace)_\(pod)_\(uid)/\(name)/\(container.metadata.attempt).log"
            let limit = context.agent.logBytes
            guard try await BlockingPool.files.run({ (Files.size(path) ?? 0) > limit }) else { continue }
            let stamp = context.clock.now.rfc3339.filter { $0 != "-" && $0 != ":" && $0 != "Z" }.replacing("T", with: "-")
            let keep = context.agent.logFiles - 1
            try await BlockingPool.files.run {
                try Files.move(path, to: "\(path).\(stamp)")
                let slash = path.lastIndex(of: "/")!
                let directory = String(path[..<slash])
                let prefix = path[path.index(after: slash)...] + "."
                let older = try Files.list(directory).filter { $0.hasPrefix(prefix) }
                for old in older.dropLast(keep) { try Files.remove("\(directory)/\(old)") }
            }
            try await context.runtime.reopenLog(container.id)
        }
    }

    // MARK: Images

    /// Above the high mark images that no container uses go, the oldest known first, until the low mark is reached.
    private func collectImages() async throws {
        let agent = context.agent
        func usage() async throws -> Int {
            let disk = try await BlockingPool.files.run { try Files.fileSystem(agent.dataDirectory) }
            return disk.capacity == 0 ? 0 : 100 - disk.available * 100 / disk.capacity
        }
        guard try await usage() >= agent.imageGarbageHigh else { return }
        let used = Set(try await context.runtime.containers(CRIContainerFilter()).flatMap { [$0.imageRef, $0.imageID, $0.image.image] })
        for image in try await context.runtime.images() where !image.pinned {
            let names = [image.id] + image.repoTags + image.repoDigests
            if names.contains(where: used.contains) || names.contains(where: { $0.hasPrefix("docker.io/martlet/pause") }) { continue }
            context.logger.info("removing an unused image", metadata: ["image": "\(image.repoTags.first ?? image.id)"])
            try await context.runtime.removeImage(.with { $0.image = image.id })
            if try await usage() < agent.imageGarbageLow { return }
        }
    }
}
