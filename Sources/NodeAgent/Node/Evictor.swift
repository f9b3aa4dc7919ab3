import Core
import KubernetesAPI
import Linux
import Logging
import Reconcile
import Runtime

/// Sees to it that the node keeps working: tells of pressure, frees what it can, and ends pods when that is not enough, one at a time;
/// ends pods that use more of the disk than they may.
struct Evictor: Sendable {
    private let context: NodeContext
    private let images: ImageGarbage
    private let workers: @Sendable () -> [PodWorker]

    init(_ context: NodeContext, images: ImageGarbage, workers: @escaping @Sendable () -> [PodWorker]) {
        self.context = context
        self.images = images
        self.workers = workers
    }

    private var thresholds: EvictionThresholds { context.agent.eviction }

    /// Runs until its task is cancelled.
    func run() async {
        var round = 0
        while !Task.isCancelled {
            do {
                try await context.clock.sleep(for: thresholds.interval)
                round += 1
                // Measuring what lies on the disk takes time.
                if round % 3 == 1 { try await enforceDiskLimits() }
                try await relieve()
            } catch {
                if Task.isCancelled { return }
                context.logger.warning("the node's resources were not looked after", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: Pressure

    private func observe() async throws -> [Shortage] {
        let directory = context.agent.dataDirectory
        let imageDirectories = try await context.runtime.imageFileSystem().map(\.fsID.mountpoint)
        let thresholds = thresholds
        return try await BlockingPool.files.run {
            var systems = [try Files.fileSystem(directory)]
            for path in imageDirectories where Files.isDirectory(path) {
                let system = try Files.fileSystem(path)
                // Mostly the same one.
                if system.capacity != systems[0].capacity { systems.append(system) }
            }
            return Shortage.find(memory: Machine.availableMemory(), fileSystems: systems, thresholds)
        }
    }

    private func relieve() async throws {
        var shortages = try await observe()
        context.pressure.note(shortages)
        guard let first = shortages.first else { return }
        record("EvictionThresholdMet", "Attempting to reclaim \(first.resource)")
        if first.condition == "DiskPressure" {
            try await images.collect(everything: true)
            shortages = try await observe()
        }
        guard let shortage = shortages.first else { return }
        var candidates: [(PodWorker, EvictionCandidate)] = []
        for worker in workers() where !worker.hasEnded && !EvictionCandidate.isCritical(worker.pod) {
            candidates.append((worker, try await candidate(worker.pod, shortage.resource)))
        }
        guard let (worker, candidate) = candidates.min(by: { $0.1.goesBefore($1.1, shortage.resource) }) else { return }
        context.logger.warning("evicting a pod", metadata: ["pod": "\(candidate.pod.key)", "resource": "\(shortage.resource)"])
        worker.evict(candidate.message(shortage))
        await worker.waitForEnd(atMost: .seconds(30))
    }

    private func record(_ reason: String, _ message: String) {
        let name = context.agent.nodeName
        context.recorder.record(
            EventRecorder.Regarding(apiVersion: "v1", kind: "Node", namespace: "", name: name, uid: name), .warning, reason, message)
    }

    private func candidate(_ pod: Pod, _ resource: String) async throws -> EvictionCandidate {
        if resource != "memory" {
            let usage = try await DiskUsage.measure(pod, context)
            return EvictionCandidate(
                pod: pod, used: resource == "inodes" ? usage.inodes : usage.bytes,
                containers: resource == "inodes" ? [:] : usage.containers)
        }
        guard let cgroups = context.cgroups else { return EvictionCandidate(pod: pod, used: 0, containers: [:]) }
        let group = PodResources.cgroup(pod, root: context.agent.cgroupRoot)
        let statuses = context.statuses.latest(pod.metadata.uid)?.containerStatuses ?? pod.status.containerStatuses
        return try await BlockingPool.files.run {
            var containers: [String: Int] = [:]
            for status in statuses {
                guard let id = status.containerID.split(separator: "/").last, let usage = cgroups.usage("\(group)/\(id)") else { continue }
                containers[status.name] = usage.workingSetBytes
            }
            return EvictionCandidate(pod: pod, used: cgroups.usage(group)?.workingSetBytes ?? 0, containers: containers)
        }
    }

    // MARK: Limits on the disk

    private func enforceDiskLimits() async throws {
        for worker in workers() where !worker.hasEnded && DiskUsage.isLimited(worker.pod) {
            let pod = worker.pod
            let usage = try await DiskUsage.measure(pod, context)
            if let excess = usage.excess(pod) { worker.evict(excess) }
        }
    }
}

/// What a pod has written to the node's disk: volumes that live and die with it, logs, and its containers' own files.
struct DiskUsage: Sendable {
    var bytes = 0
    var inodes = 0
    /// Logs and own files.
    var containers: [String: Int] = [:]
    /// emptyDir volumes on disk.
    var volumes: [String: Int] = [:]

    private static let resource = "ephemeral-storage"

    /// Whether anything limits it.
    static func isLimited(_ pod: Pod) -> Bool {
        pod.spec.volumes.contains { !($0.emptyDir?.sizeLimit ?? "").isEmpty }
            || pod.spec.containers.contains { ($0.resources?.limits ?? [:])[resource] != nil }
    }

    /// Walks the pod's directories.
    static func measure(_ pod: Pod, _ context: NodeContext) async throws -> DiskUsage {
        let configuration = PodConfiguration(
            pod: pod, agent: context.agent, memoryCapacity: context.machine.memoryBytes, hostDNS: context.hostDNS)
        let layers = try await context.runtime.statistics(
            .with {
                $0.podSandboxID = ""; $0.labelSelector = [PodConfiguration.Label.podUID: pod.metadata.uid]
            })
        return try await BlockingPool.files.run {
            var usage = DiskUsage()
            for volume in pod.spec.volumes {
                guard let source = volume.emptyDir, source.medium != "Memory" else { continue }
                let measured = Files.usage("\(configuration.directory)/volumes/kubernetes.io~empty-dir/\(volume.name)")
                usage.volumes[volume.name] = measured.bytes
                usage.bytes += measured.bytes
                usage.inodes += measured.inodes
            }
            for container in Array(pod.spec.containers) + Array(pod.spec.initContainers) {
                let logs = Files.usage("\(configuration.logDirectory)/\(container.name)")
                let layer = layers.first { $0.attributes.labels[PodConfiguration.Label.container] == container.name }?.writableLayer
                let bytes = logs.bytes + Int(layer?.usedBytes.value ?? 0)
                usage.containers[container.name] = bytes
                usage.bytes += bytes
                usage.inodes += logs.inodes + Int(layer?.inodesUsed.value ?? 0)
            }
            return usage
        }
    }

    /// What of it is more than the pod may have, as the message of its eviction; nil when all is well. Pure.
    func excess(_ pod: Pod) -> String? {
        for volume in pod.spec.volumes {
            guard let text = volume.emptyDir?.sizeLimit, let limit = Quantity(text), limit.value > 0,
                let used = volumes[volume.name], Int64(used) > limit.value
            else { continue }
            return "Usage of EmptyDir volume \"\(volume.name)\" exceeds the limit \"\(limit)\". "
        }
        let limits = pod.spec.containers.map { ($0.resources?.limits ?? [:])[Self.resource].flatMap { Quantity($0) } }
        // A pod is limited in all when each of its containers is.
        if !limits.isEmpty, limits.allSatisfy({ $0 != nil }) {
            let total = limits.reduce(Quantity(0, format: .binary)) { $0 + ($1 ?? .zero) }
            if Int64(bytes) > total.value { return "Pod ephemeral local storage usage exceeds the total limit of containers \(total). " }
        }
        for (container, limit) in zip(pod.spec.containers, limits) {
            if let limit, let used = containers[container.name], Int64(used) > limit.value {
                return "Container \(container.name) exceeded its local ephemeral storage limit \"\(limit)\". "
            }
        }
        return nil
    }
}
