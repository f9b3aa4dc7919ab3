import Core
import Linux
import Logging
import Reconcile
import Runtime
import Synchronization

/// Removes images that no container uses when the disk fills (https://kubernetes.io/docs/concepts/architecture/garbage-collection/#containers-images).
final class ImageGarbage: Sendable {
    private struct Record {
        let firstSeen: Timestamp
        var lastUsed: Timestamp
    }

    private let agent: NodeAgentConfiguration
    private let runtime: any ContainerRuntime
    private let recorder: EventRecorder
    private let pullRecords: ImagePullRecords
    private let clock: any Clock
    private let logger: Logger
    private let records = Mutex<[String: Record]>([:])

    init(_ context: NodeContext) {
        agent = context.agent
        runtime = context.runtime
        recorder = context.recorder
        pullRecords = context.pullRecords
        clock = context.clock
        logger = context.logger
    }

    /// Above the high mark unused images go, those unused longest first, until the low mark is reached; one that came within the
    /// minimum age stays, for a container may be about to use it. `everything`: all that are unused, whatever the marks.
    ///
    /// Images that the agent did not pull stay but for `everything`: what somebody loaded by hand nobody could pull again.
    func collect(everything: Bool = false) async throws {
        let unused = try await look()
        let directory = agent.dataDirectory
        let disk = try await BlockingPool.files.run { try Files.fileSystem(directory) }
        let used = disk.capacity == 0 ? 0 : 100 - disk.available * 100 / disk.capacity
        guard everything || used >= agent.imageGarbageHigh else { return }
        let wanted = everything ? Int.max : disk.capacity / 100 * (100 - agent.imageGarbageLow) - disk.available
        var freed = 0
        let now = clock.now
        let pulled = pullRecords.images
        for image in unused where everything || pulled.contains(image.id) && now - image.firstSeen >= agent.imageMinimumAge {
            logger.info("removing an unused image", metadata: ["image": "\(image.name)"])
            try await runtime.removeImage(.with { $0.image = image.id })
            records.withLock { _ = $0.removeValue(forKey: image.id) }
            freed += image.size
            if freed >= wanted { return }
        }
        guard !everything else { return }
        let node = EventRecorder.Regarding(apiVersion: "v1", kind: "Node", namespace: "", name: agent.nodeName, uid: agent.nodeName)
        recorder.record(
            node, .warning, "FreeDiskSpaceFailed",
            "Failed to garbage collect required amount of images. Attempted to free \(wanted) bytes, but only found \(freed) bytes "
                + "eligible to free.")
    }

    /// Notes which images are there and in use; returns those that are not, in the order in which they go.
    private func look() async throws -> [(id: String, name: String, size: Int, firstSeen: Timestamp)] {
        // Ended containers count: their pods may start them again.
        let used = Set(try await runtime.containers(CRIContainerFilter()).flatMap { [$0.imageRef, $0.imageID, $0.image.image] })
        let noted = pullRecords.images
        let images = try await runtime.images()
        let gone = noted.subtracting(images.map(\.id))
        let pullRecords = pullRecords
        if !gone.isEmpty { try await BlockingPool.files.run { try pullRecords.forget(gone) } }
        let now = clock.now
        return records.withLock { records in
            let known = Set(images.map(\.id))
            records = records.filter { known.contains($0.key) }
            var unused: [(image: CRIImage, record: Record)] = []
            for image in images {
                let names = [image.id] + image.repoTags + image.repoDigests
                var record = records[image.id] ?? Record(firstSeen: now, lastUsed: Timestamp(nanoseconds: 0))
                if names.contains(where: used.contains) {
                    record.lastUsed = now
                } else if !image.pinned, !names.contains(where: { $0.hasPrefix("docker.io/martlet/pause") }) {
                    unused.append((image, record))
                }
                records[image.id] = record
            }
            return unused.sorted {
                ($0.record.lastUsed, $0.record.firstSeen, $0.image.id) < ($1.record.lastUsed, $1.record.firstSeen, $1.image.id)
            }
            .map { ($0.image.id, $0.image.repoTags.first ?? $0.image.id, Int($0.image.size), $0.record.firstSeen) }
        }
    }
}
