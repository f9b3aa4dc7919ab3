import Core
import Glibc
import Linux
import Logging
import Runtime

/// What has to be done now and then: logs are rotated, images nobody uses go when the disk fills.
struct Housekeeping: Sendable {
    private let context: NodeContext
    private let images: ImageGarbage

    init(_ context: NodeContext, images: ImageGarbage) {
        self.context = context
        self.images = images
    }

    /// Runs until its task is cancelled. `livePods` tells the uids of the pods on the node; `lookAgain` is called every ten
    /// seconds, `removeOrphans` every minute.
    func run(
        livePods: @escaping @Sendable () -> Set<String>, lookAgain: @escaping @Sendable () -> Void,
        removeOrphans: @escaping @Sendable () async -> Void
    ) async {
        var round = 0
        while !Task.isCancelled {
            do {
                try await context.clock.sleep(for: .seconds(10))
                round += 1
                lookAgain()
                if !livePods().isEmpty { try await rotateLogs() }
                if round % 6 == 0 { await removeOrphans() }
                if round % 30 == 0 { try await images.collect() }
            } catch {
                if Task.isCancelled { return }
                context.logger.warning("housekeeping failed", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: Logs

    /// A log past its size is renamed with the time, and the runtime opens a new one. Readers find older ones by name.
    private func rotateLogs() async throws {
        for container in try await context.runtime.containers(.with { $0.state = .running }) {
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
}
