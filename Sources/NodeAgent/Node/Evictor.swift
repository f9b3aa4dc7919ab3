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
        var watch = ThresholdWatch(thresholds)
        while !Task.isCancelled {
            do {
                try await context.clock.sleep(for: thresholds.interval)
                round += 1
                // Measuring what lies on the disk takes time.
                if round % 3 == 1 { try await enforceDiskLimits() }
                try await relieve(&watch)
            } catch {
                if Task.isCancelled { return }
                context.logger.warning("the node's resources were not looked after", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: Pressure

    /// What there is of everything that is watched.
    private func observe() async throws -> [EvictionThresholds.Signal: Supply] {
        let directory = context.agent.dataDirectory
        let imageDirectories = try await context.runtime.imageFileSystem().map(\.fsID.mountpoint)
        let machineMemory = context.machine.memoryBytes
        return try await BlockingPool.files.run {
            var found: [EvictionThresholds.Signal: Supply] = [
                .memory: Supply(available: Machine.availableMemory(), capacity: machineMemory)
            ]
            if let processes = Machine.processes() {
                found[.processes] = Supply(available: processes.limit - processes.running, capacity: processes.limit)
            }
            let system = try Files.fileSystem(directory)
            found[.nodeDisk] = Supply(available: system.available, capacity: system.capacity)
            // Some file systems have no fixed number of inodes: their capacity is none, and nothing is watched.
            found[.nodeInodes] = Supply(available: system.inodesFree, capacity: system.inodes)
            for path in imageDirectories where Files.isDirectory(path) {
                let system = try Files.fileSystem(path)
                found[.imageDisk] = Supply(available: system.available, capacity: system.capacity)
                found[.imageInodes] = Supply(available: system.inodesFree, capacity: system.inodes)
            }
            return found
        }
    }

    private func relieve(_ watch: inout ThresholdWatch) async throws {
        var found = watch.find(try await observe(), now: context.clock.now)
        context.pressure.note(found.met)
        guard let first = found.due.first else { return }
        record("EvictionThresholdMet", "Attempting to reclaim \(first.resource)")
        if first.condition == "DiskPressure" {
            try await images.collect(everything: true)
            found = watch.find(try await observe(), now: context.clock.now)
        }
        guard let shortage = found.due.first else { return }
        var candidates: [(PodWorker, EvictionCandidate)] = []
        for worker in workers() where !worker.hasEnded && !EvictionCandidate.isCritical(worker.pod) {
            candidates.append((worker, try await candidate(worker.pod, shortage.resource)))
        }
        guard let (worker, candidate) = candidates.min(by: { $0.1.goesBefore($1.1, shortage.resource) }) else { return }
        context.logger.warning("evicting a pod", metadata: ["pod": "\(candidate.pod.key)", "resource": "\(shortage.resource)"])
        let grace = min(Int64(shortage.gracePeriod?.seconds ?? 1), Int64(worker.pod.spec.terminationGracePeriodSeconds ?? 30))
        worker.evict(candidate.message(shortage), signal: shortage.signal.rawValue, grace: max(1, grace))
        await worker.waitForEnd(atMost: .seconds(30 + grace))
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
            if let excess = usage.excess(pod) { worker.evict(excess.message, signal: excess.signal) }
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
                let bytes = logs.bytes + Int(layer?.usedBytes ?? 0)
                usage.containers[container.name] = bytes
                usage.bytes += bytes
                usage.inodes += logs.inodes + Int(layer?.inodesUsed ?? 0)
            }
            return usage
        }
    }

    /// What of it is more than the pod may have, as the message of its eviction, and the kubelet's word for such; nil when all is well. Pure.
    func excess(_ pod: Pod) -> (message: String, signal: String)? {
        for volume in pod.spec.volumes {
            guard let text = volume.emptyDir?.sizeLimit, let limit = Quantity(text), limit.value > 0,
                let used = volumes[volume.name], Int64(used) > limit.value
            else { continue }
            return ("Usage of EmptyDir volume \"\(volume.name)\" exceeds the limit \"\(limit)\". ", "emptydirfs.limit")
        }
        let limits = pod.spec.containers.map { ($0.resources?.limits ?? [:])[Self.resource].flatMap { Quantity($0) } }
        // A pod is limited in all when each of its containers is.
        if !limits.isEmpty, limits.allSatisfy({ $0 != nil }) {
            let total = limits.reduce(Quantity(0, format: .binary)) { $0 + ($1 ?? .zero) }
            if Int64(bytes) > total.value {
                return ("Pod ephemeral local storage usage exceeds the total limit of containers \(total). ", "ephemeralpodfs.limit")
            }
        }
        for (container, limit) in zip(pod.spec.containers, limits) {
            if let limit, let used = containers[container.name], Int64(used) > limit.value {
                let message = "Container \(container.name) exceeded its local ephemeral storage limit \"\(limit)\". "
                return (message, "ephemeralcontainerfs.limit")
            }
        }
        return nil
    }
}
