import Core
import Glibc
import KubernetesAPI
import Linux
import Logging

/// Looks into the directory of manifests and tells which pods it asks for.
struct StaticPodSource: Sendable {
    private let context: NodeContext

    init(_ context: NodeContext) { self.context = context }

    /// Reads the directory again and again until its task is cancelled; `told` gets all pods, at first and when a file has changed.
    func run(told: @escaping @Sendable ([Pod]) -> Void) async {
        var known: [String: (stamp: String, pod: Pod?)] = [:]
        var isFirst = true
        while !Task.isCancelled {
            do {
                let (files, changed) = try await read(known)
                known = files
                if changed || isFirst { told(known.sorted { $0.key < $1.key }.compactMap(\.value.pod)) }
                isFirst = false
            } catch {
                if Task.isCancelled { return }
                // What ran goes on: a directory that cannot be read asks for nothing new.
                context.logger.warning("the directory of static pods cannot be read", metadata: ["error": "\(error)"])
            }
            do { try await context.clock.sleep(for: context.agent.staticPodInterval) } catch { return }
        }
    }

    private func read(_ known: [String: (stamp: String, pod: Pod?)]) async throws -> ([String: (stamp: String, pod: Pod?)], changed: Bool) {
        let directory = context.agent.staticPodPath
        let node = context.agent.nodeName
        let logger = context.logger
        return try await BlockingPool.files.run {
            var result: [String: (stamp: String, pod: Pod?)] = [:]
            var changed = false
            for name in try Files.list(directory) where !name.hasPrefix(".") {
                let path = "\(directory)/\(name)"
                guard let stamp = Self.stamp(path) else { continue }
                if let old = known[name], old.stamp == stamp {
                    result[name] = old
                    continue
                }
                changed = true
                do {
                    result[name] = (stamp, try StaticPodManifest.pod(try Files.read(path, limit: 10 << 20), file: path, node: node))
                } catch {
                    logger.error("a static pod's manifest cannot be used", metadata: ["error": "\(error)"])
                    // The pod that ran before a bad edit goes on.
                    result[name] = (stamp, known[name]?.pod)
                }
            }
            return (result, changed || result.count != known.count)
        }
    }

    /// Differs when the file does; nil for what is no file.
    private static func stamp(_ path: String) -> String? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return "\(info.st_ino) \(info.st_size) \(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)"
    }
}
