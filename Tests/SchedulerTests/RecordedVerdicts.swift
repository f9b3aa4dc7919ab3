import Core
import Glibc
import JSON
import KubernetesAPI
import Values

import Scheduler

/// The recording of upstream's verdicts, and how its objects become news for a scheduler.
enum RecordedVerdicts {
    struct Missing: Error {
        let path: String
    }

    /// The configuration upstream's scheduler had, and the clusters.
    static func read(file: String = #filePath) throws -> (configuration: SchedulerConfiguration, clusters: [Value]) {
        let directory = file.split(separator: "/").dropLast(2).joined(separator: "/")
        let path = getenv("MARTLET_VERDICTS").map { String(cString: $0) } ?? "/\(directory)/Fixtures/Scheduler/verdicts.jsonl"
        guard let stream = fopen(path, "r") else { throw Missing(path: path) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes.append(contentsOf: buffer[..<count]) }
        let lines = try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONParser.parse(Array($0)) }
        guard let configuration = lines.first?["configuration"] else { throw Missing(path: "\(path): configuration") }
        return (try SchedulerConfiguration(configuration), Array(lines.dropFirst()))
    }

    static func cluster(_ record: Value) -> Inbox.Contents {
        var news = Inbox.Contents()
        func each(_ member: String) -> [Value] { record[member]?.array ?? [] }
        for item in each("namespaces") {
            var labels: [String: String] = [:]
            for member in item["labels"]?.object ?? [:] { labels[member.key] = member.value.string }
            news.namespaces[item["name"]?.string ?? ""] = .some(labels)
        }
        for node in each("nodes").map(Node.init) { news.nodes[node.metadata.name] = .some(node) }
        for pod in each("running").map(Pod.init) { news.pods[key(pod.metadata)] = .some(pod) }
        for service in each("services").map(Service.init) { news.services[key(service.metadata)] = .some(service.spec.selector) }
        for set in each("replicaSets").map(ReplicaSet.init) {
            news.owners[.init(kind: "ReplicaSet", key: key(set.metadata))] = .some(CompiledSelector(set.spec.selector))
        }
        for budget in each("budgets").map(PodDisruptionBudget.init) { news.budgets[key(budget.metadata)] = .some(budget) }
        for item in each("classes").map(StorageClass.init) { news.classes[item.metadata.name] = .some(item) }
        for item in each("csiNodes").map(CSINode.init) { news.drivers[item.metadata.name] = .some(item) }
        for item in each("deviceClasses").map(DeviceClass.init) { news.deviceClasses[item.metadata.name] = .some(item) }
        for item in each("resourceSlices").map(ResourceSlice.init) { news.resourceSlices[item.metadata.name] = .some(item) }
        return news
    }

    /// What changed before an attempt.
    static func changes(_ attempt: Value) -> Inbox.Contents {
        var news = Inbox.Contents()
        for item in attempt["changes"]?.array ?? [] {
            switch item["kind"]?.string {
            case "PersistentVolume":
                let volume = PersistentVolume(item)
                news.volumes[volume.metadata.name] = .some(volume)
            case "PersistentVolumeClaim":
                let claim = PersistentVolumeClaim(item)
                news.claims[key(claim.metadata)] = .some(claim)
            case "ResourceClaim":
                let claim = ResourceResourceClaim(item)
                news.resourceClaims[key(claim.metadata)] = .some(claim)
            default:
                let pod = Pod(item)
                news.pods[key(pod.metadata)] = .some(pod)
            }
        }
        return news
    }

    static func key(_ metadata: ObjectMeta) -> ObjectKey { ObjectKey(namespace: metadata.namespace, name: metadata.name) }
}
