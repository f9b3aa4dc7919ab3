import Core
import Glibc
import JSON
import KubernetesAPI
import Testing
import Values

import Scheduler

/// What upstream's kube-scheduler said of random clusters and pods (`Tests/Oracle/record.py`), asked of ours.
///
/// Feasible nodes, points plugin by plugin and the texts for pods that fit nowhere must be the same. `MARTLET_VERDICTS` names a
/// larger recording than the one checked in.
@Suite("Beside upstream's scheduler")
struct VerdictTests {
    @Test("nodes fit, plugins score and pods are told what upstream's scheduler says")
    func agreement() throws {
        var tally = Tally()
        for line in try RecordedVerdicts.lines() { try play(line, &tally) }
        print(tally.summary)
        if getenv("MARTLET_VERDICTS") != nil { print(tally.differences.joined(separator: "\n")) }
        #expect(tally.attempts >= (getenv("MARTLET_VERDICTS") == nil ? 300 : 1), "the recording is not complete")
        #expect(tally.differences.isEmpty, "\(tally.differences.prefix(10).joined(separator: "\n"))")
    }

    /// Plays one cluster's attempts; each leaves its pod where upstream's scheduler put it.
    private func play(_ record: Value, _ tally: inout Tally) throws {
        let now = Timestamp(seconds: 1_000_000)
        var state = Decisions(schedulerName: "default-scheduler")
        state.take(RecordedVerdicts.cluster(record), now: now)
        for attempt in record["attempts"]?.array ?? [] {
            state.take(RecordedVerdicts.storage(attempt), now: now)
            let pod = PodState(Pod(attempt["pod"] ?? .null))
            let cycle = state.cluster.cycle(for: pod)
            let verdict = Profile.standard.verdict(cycle)
            tally.compare(attempt, pod, verdict, message: verdict.diagnosis.map { message($0, cycle) })
            guard let node = attempt["node"]?.string else { continue }
            _ = state.assume(pod, on: node)
            var bound = Inbox.Contents()
            bound.bindings = [(pod, nil)]
            state.take(bound, now: now)
        }
    }

    /// What a pod that fits nowhere is told, preemption's part included.
    private func message(_ diagnosis: Diagnosis, _ cycle: SchedulingCycle) -> String {
        let preemption = Preemption(profile: .standard, nominated: NominatedPods(), budgets: [])
        guard case .nobody(let why) = preemption.find(cycle, diagnosis, random: { _ in 0 }) else { return "somebody must leave" }
        return Profile.standard.message(diagnosis, for: cycle.pod, after: why)
    }
}

/// How often both say the same, and where they do not.
private struct Tally {
    private(set) var attempts = 0
    private(set) var differences: [String] = []
    private var sameNodes = 0
    private var unschedulable = 0
    private var sameMessages = 0
    /// Points compared and those alike, by plugin.
    private var points: [String: (same: Int, all: Int)] = [:]

    mutating func compare(_ attempt: Value, _ pod: PodState, _ verdict: Verdict, message: String?) {
        attempts += 1
        let feasible = Set((attempt["feasible"]?.array ?? []).compactMap(\.string))
        guard verdict.feasible == feasible else {
            differences.append("\(pod.key): fits \(verdict.feasible.sorted()), upstream: \(feasible.sorted())")
            return
        }
        sameNodes += 1
        if let expected = attempt["message"]?.string {
            unschedulable += 1
            if message == expected {
                sameMessages += 1
            } else {
                differences.append("\(pod.key): \"\(message ?? "")\", upstream: \"\(expected)\"")
            }
        }
        guard feasible.count > 1, let recorded = attempt["scores"]?.object else { return }
        for plugin in Set(recorded.keys).union(verdict.points.keys).sorted() {
            for node in feasible.sorted() {
                let expected = recorded[plugin]?[node]?.int ?? 0
                let given = verdict.points[plugin]?[node] ?? 0
                points[plugin, default: (0, 0)].all += 1
                if given == expected {
                    points[plugin]?.same += 1
                } else {
                    differences.append("\(pod.key): \(plugin) gives \(node) \(given), upstream: \(expected)")
                }
            }
        }
    }

    var summary: String {
        var lines = [
            "same nodes: \(sameNodes) of \(attempts) pods", "same words: \(sameMessages) of \(unschedulable) pods that fit nowhere",
        ]
        for (plugin, count) in points.sorted(by: { $0.key < $1.key }) { lines.append("\(plugin): \(count.same) of \(count.all) scores") }
        return lines.joined(separator: "\n")
    }
}

/// The recording, and how its objects become news for a scheduler.
private enum RecordedVerdicts {
    struct Missing: Error {
        let path: String
    }

    static func lines(file: String = #filePath) throws -> [Value] {
        let directory = file.split(separator: "/").dropLast(2).joined(separator: "/")
        let path = getenv("MARTLET_VERDICTS").map { String(cString: $0) } ?? "/\(directory)/Fixtures/Scheduler/verdicts.jsonl"
        guard let stream = fopen(path, "r") else { throw Missing(path: path) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes.append(contentsOf: buffer[..<count]) }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONParser.parse(Array($0)) }
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
        for item in each("classes").map(StorageClass.init) { news.classes[item.metadata.name] = .some(item) }
        for item in each("csiNodes").map(CSINode.init) { news.drivers[item.metadata.name] = .some(item) }
        return news
    }

    /// Volumes and claims that changed before an attempt.
    static func storage(_ attempt: Value) -> Inbox.Contents {
        var news = Inbox.Contents()
        for item in attempt["storage"]?.array ?? [] {
            if item["kind"]?.string == "PersistentVolume" {
                let volume = PersistentVolume(item)
                news.volumes[volume.metadata.name] = .some(volume)
            } else {
                let claim = PersistentVolumeClaim(item)
                news.claims[key(claim.metadata)] = .some(claim)
            }
        }
        return news
    }

    private static func key(_ metadata: ObjectMeta) -> ObjectKey { ObjectKey(namespace: metadata.namespace, name: metadata.name) }
}
