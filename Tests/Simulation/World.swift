import Controllers
import Core
import JSON
import KubernetesAPI
import Reconcile
import Store
import Values

/// All objects as they are in the store, with what must hold at every moment, whatever goes wrong: nothing is created twice, no bound is
/// passed, no event tells of what did not happen.
package struct World: Sendable {
    private let clock: any Clock
    package private(set) var objects: [String: [ObjectKey: Value]] = [:]
    private(set) var violations: [String] = []
    /// A digest of every change in order: equal for equal runs.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var changes = 0
    /// Changes of what should be at rest, since `expectRest`.
    private(set) var unrest: [String]?

    /// The most pods a ReplicaSet, StatefulSet or Job asked for, and the most a Deployment allows, since `forgetPast`: whoever acts
    /// upon what it saw minutes ago may still go by that.
    private var most: [String: Int] = [:]
    private var succeeded: [String: Set<String>] = [:]
    private var creators: [ObjectKey: Set<String>] = [:]
    private var deletedPods: Set<ObjectKey> = []
    /// The pods of a controller, by its uid.
    private var controlled: [String: Set<ObjectKey>] = [:]
    private var creations: [String: Int] = [:]
    private var sizes: [ObjectKey: Set<Int64>] = [:]
    /// Jobs whose book-keeping somebody tampered with.
    private var excused: Set<String> = []
    /// When pods of a namespace were last lost, or asked for in another number, other than by eviction.
    private var disturbed: [String: Duration] = [:]
    /// For how long those who decide upon evictions may not know of that.
    private static let ignorance = Duration.seconds(600)

    init(clock: any Clock) { self.clock = clock }

    package func all<K: Kind>(_ type: K.Type = K.self) -> [K] { (objects[Self.bucket(K.self)] ?? [:]).values.map(K.init) }
    package func sorted<K: Kind>(_ type: K.Type = K.self) -> [K] {
        all(K.self).sorted { ($0.metadata.namespace, $0.metadata.name) < ($1.metadata.namespace, $1.metadata.name) }
    }
    package func get<K: Kind>(_ type: K.Type = K.self, _ key: ObjectKey) -> K? { objects[Self.bucket(K.self)]?[key].map(K.init) }

    /// How many objects of a kind there have ever been.
    package func created<K: Kind>(_ type: K.Type) -> Int { creations[Self.bucket(K.self)] ?? 0 }

    private static func bucket<K: Kind>(_ type: K.Type) -> String {
        let descriptor = K.descriptor
        return descriptor.group.isEmpty ? descriptor.resource : "\(descriptor.group)/\(descriptor.resource)"
    }

    mutating func report(_ violation: String) { violations.append("\(clock.now.rfc3339): \(violation)") }

    /// All is as asked for: nobody may go by what was before any more.
    mutating func forgetPast() {
        most = [:]
        for set in all(ReplicaSet.self) { note(set) }
        for set in all(StatefulSet.self) { note(set) }
        for job in all(Job.self) { note(job) }
        for deployment in all(Deployment.self) { note(deployment) }
    }

    mutating func excuse(job uid: String) { excused.insert(uid) }
    /// From here on nothing should be written but what tells that somebody lives.
    mutating func expectRest() { unrest = [] }
    mutating func endRest() -> [String] {
        defer { unrest = nil }
        return unrest ?? []
    }

    // MARK: Changes

    mutating func take(_ record: LogRecord) throws {
        let value = try JSONParser.parse(record.bytes)
        let old = objects[record.resource]?[record.key]
        let new = record.kind == .delete ? nil : value
        objects[record.resource, default: [:]][record.key] = new
        changes += 1
        if old == nil {
            creations[record.resource, default: 0] += 1
            checkQuotas(record)
        }
        for byte in Array("\(record.resource) \(record.key) \(record.revision) ".utf8) + record.bytes {
            digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        if unrest != nil, !["coordination.k8s.io/leases", "events", "nodes"].contains(record.resource) {
            unrest?.append("\(new == nil ? "deletion" : old == nil ? "creation" : "change") of \(record.resource) \(record.key)")
        }
        switch record.resource {
        case "pods": take(pod: record.key, old.map(Pod.init), new.map(Pod.init))
        case "apps/replicasets": take(ReplicaSet(value), old.map(ReplicaSet.init), isGone: new == nil)
        case "apps/statefulsets":
            note(StatefulSet(value))
            disturb(old, value, record.key)
        case "apps/deployments":
            note(Deployment(value))
            disturb(old, value, record.key)
        case "policy/poddisruptionbudgets": disturb(old, value, record.key)
        case "batch/jobs": take(Job(value), isNew: old == nil)
        case "events": if let new { check(Event(new)) }
        default: break
        }
    }

    private mutating func disturb(_ old: Value?, _ new: Value, _ key: ObjectKey) {
        if old?[path: "metadata", "generation"] != new[path: "metadata", "generation"] { disturbed[key.namespace] = clock.uptime }
    }

    private mutating func note(_ uid: String, _ number: Int) { most[uid] = max(most[uid] ?? 0, number) }
    private mutating func note(_ set: ReplicaSet) { note(set.metadata.uid, set.spec.replicas ?? 1) }
    private mutating func note(_ set: StatefulSet) { note(set.metadata.uid, (set.spec.ordinals?.start ?? 0) + (set.spec.replicas ?? 1)) }
    private mutating func note(_ job: Job) { note(job.metadata.uid, job.spec.parallelism ?? 1) }
    private mutating func note(_ deployment: Deployment) {
        note(deployment.metadata.uid, (deployment.spec.replicas ?? 1) + Self.surge(deployment))
    }

    /// How many pods more than asked for a Deployment may have.
    static func surge(_ deployment: Deployment) -> Int {
        guard deployment.spec.strategy?.type != "Recreate" else { return 0 }
        return amount(deployment.raw[path: "spec", "strategy", "rollingUpdate", "maxSurge"], of: deployment.spec.replicas ?? 1, up: true)
    }

    /// A number, or a part of `whole` in per cent.
    static func amount(_ value: Value?, of whole: Int, up: Bool) -> Int {
        if let number = value?.int { return Int(number) }
        guard let text = value?.string, let percent = Int(text.dropLast()) else { return 0 }
        return up ? (whole * percent + 99) / 100 : whole * percent / 100
    }

    // MARK: Quotas

    /// No quota is ever passed, not for a moment.
    private mutating func checkQuotas(_ record: LogRecord) {
        let names = ["pods": "pods", "apps/deployments": "count/deployments.apps", "configmaps": "configmaps"]
        guard let name = names[record.resource] else { return }
        for quota in all(ResourceQuota.self) where quota.metadata.namespace == record.key.namespace {
            guard let limit = quota.status.hard[name].flatMap({ Int($0) }) else { continue }
            let present = (objects[record.resource] ?? [:]).filter { $0.key.namespace == record.key.namespace }
            let count = record.resource == "pods" ? present.values.count { !Pod($0).isFinished } : present.count
            if count > limit {
                report("\(record.resource) \(record.key) is number \(count) where quota \(quota.metadata.name) allows \(limit)")
            }
        }
    }

    // MARK: Pods

    private mutating func take(pod key: ObjectKey, _ old: Pod?, _ new: Pod?) {
        if let uid = old?.metadata.controllerReference?.uid { controlled[uid]?.remove(key) }
        if let uid = new?.metadata.controllerReference?.uid { controlled[uid, default: []].insert(key) }
        guard let new else {
            deletedPods.insert(key)
            if let old, old.isActive { disturbed[key.namespace] = clock.uptime }
            return
        }
        if !new.metadata.deletionTimestamp.isEmpty { deletedPods.insert(key) }
        if old == nil { takeNew(new) }
        if let old, old.metadata.uid == new.metadata.uid {
            if !old.spec.nodeName.isEmpty, old.spec.nodeName != new.spec.nodeName {
                report("pod \(key) went from node \(old.spec.nodeName) to \(new.spec.nodeName)")
            }
            let wasEvicted = { (pod: Pod) in pod.condition("DisruptionTarget")?.reason == "EvictionByEvictionAPI" }
            if wasEvicted(new), !wasEvicted(old), old.isReady {
                checkEviction(new)
            } else if old.isActive, old.isReady, !new.isActive || !new.isReady, !wasEvicted(new) {
                disturbed[key.namespace] = clock.uptime
            }
        }
        if new.status.phase == "Succeeded", let owner = new.metadata.controllerReference, owner.kind == "Job" {
            takeSuccess(new, of: owner)
        }
    }

    private mutating func takeNew(_ pod: Pod) {
        let key = ObjectKey(namespace: pod.metadata.namespace, name: pod.metadata.name)
        guard let owner = pod.metadata.controllerReference else { return }
        creators[key, default: []].insert(owner.uid)
        let siblings = (controlled[owner.uid] ?? []).compactMap { get(Pod.self, $0) }
        let active = siblings.filter(\.isActive)
        let limit = most[owner.uid] ?? 0
        switch owner.kind {
        case "ReplicaSet":
            if active.count > limit { report("pod \(key) is number \(active.count) of ReplicaSet \(owner.name), which asked for \(limit)") }
        case "StatefulSet":
            let ordinal = Int(pod.metadata.name.split(separator: "-").last ?? "") ?? 0
            if ordinal >= limit { report("pod \(key) is beyond the \(limit) of StatefulSet \(owner.name)") }
        case "Job": checkNew(pod, of: owner, siblings, limit: limit)
        case "DaemonSet": checkNew(daemon: pod, of: owner, active)
        default: break
        }
    }

    private mutating func checkNew(_ pod: Pod, of owner: OwnerReference, _ siblings: [Pod], limit: Int) {
        let name = pod.metadata.name
        let active = siblings.filter(\.isActive)
        guard let job = get(Job.self, ObjectKey(namespace: pod.metadata.namespace, name: owner.name)), job.metadata.uid == owner.uid,
            !excused.contains(owner.uid)
        else { return }
        if active.count > limit { report("pod \(name) is number \(active.count) of Job \(owner.name) with parallelism \(limit)") }
        let done = succeeded[owner.uid] ?? []
        if let completions = job.spec.completions, active.count + done.count > completions {
            report("pod \(name) of Job \(owner.name) is more than its \(completions) completions need: \(done.count) done")
        }
        if job.spec.completionMode == "Indexed" {
            let index = Self.index(pod)
            let replaces: (Pod) -> Bool = job.spec.podReplacementPolicy == "Failed" ? { !$0.isFinished } : { $0.isActive }
            let rivals = siblings.filter { $0.metadata.uid != pod.metadata.uid && replaces($0) && Self.index($0) == index }
            if let rival = rivals.first { report("pod \(name) of Job \(owner.name) has index \(index), as has \(rival.metadata.name)") }
            if done.contains(index) { report("pod \(name) of Job \(owner.name) does index \(index) again, which succeeded") }
        }
    }

    private static func index(_ pod: Pod) -> String { pod.metadata.annotations["batch.kubernetes.io/job-completion-index"] ?? "" }

    private mutating func takeSuccess(_ pod: Pod, of owner: OwnerReference) {
        // What its job stopped on purpose, and so let go before, counts as nothing, however it ends.
        if !pod.metadata.deletionTimestamp.isEmpty, !pod.metadata.finalizers.contains("batch.kubernetes.io/job-tracking") { return }
        let index = Self.index(pod)
        succeeded[owner.uid, default: []].insert(index.isEmpty ? pod.metadata.uid : index)
        guard !excused.contains(owner.uid),
            let job = get(Job.self, ObjectKey(namespace: pod.metadata.namespace, name: owner.name)), job.metadata.uid == owner.uid,
            let completions = job.spec.completions, let count = succeeded[owner.uid]?.count, count > completions
        else { return }
        report("Job \(owner.name) has \(count) successes and wanted \(completions)")
    }

    /// The node that a DaemonSet made a pod for.
    static func target(_ pod: Pod) -> String {
        let terms = pod.raw[path: "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]
        for term in terms?.array ?? [] {
            for field in term["matchFields"]?.array ?? [] where field["key"] == "metadata.name" {
                return field["values"]?.array?.first?.string ?? ""
            }
        }
        return pod.spec.nodeName
    }

    private mutating func checkNew(daemon pod: Pod, of owner: OwnerReference, _ active: [Pod]) {
        guard let set = get(DaemonSet.self, ObjectKey(namespace: pod.metadata.namespace, name: owner.name)) else { return }
        let node = Self.target(pod)
        let rivals = active.filter { $0.metadata.uid != pod.metadata.uid && Self.target($0) == node }
        let surges = set.raw[path: "spec", "updateStrategy", "rollingUpdate", "maxSurge"].map { $0.int != 0 && $0.string != "0%" } ?? false
        if rivals.count > (surges ? 1 : 0) {
            report("pod \(pod.metadata.name) of DaemonSet \(owner.name) is on node \(node) beside \(rivals.map(\.metadata.name))")
        }
    }

    private mutating func checkEviction(_ pod: Pod) {
        let namespace = pod.metadata.namespace
        for budget in all(PodDisruptionBudget.self) where budget.metadata.namespace == namespace {
            guard let matcher = budget.spec.selector?.matcher, matcher.matches(pod.metadata.labels) else { continue }
            if let last = disturbed[namespace], clock.uptime - last < Self.ignorance { continue }
            let healthy = all(Pod.self).count {
                $0.metadata.namespace == namespace && $0.metadata.uid != pod.metadata.uid && $0.isActive && $0.isReady
                    && $0.condition("DisruptionTarget") == nil && matcher.matches($0.metadata.labels)
            }
            let desired = budget.status.desiredHealthy ?? 0
            if healthy < desired {
                report("the eviction of \(pod.metadata.name) leaves \(healthy) of the \(desired) of budget \(budget.metadata.name)")
            }
        }
    }

    // MARK: Other kinds

    private mutating func take(_ set: ReplicaSet, _ old: ReplicaSet?, isGone: Bool) {
        note(set)
        let key = ObjectKey(namespace: set.metadata.namespace, name: set.metadata.name)
        let size = set.spec.replicas ?? 1
        sizes[key, default: []].insert(Int64(size))
        guard !isGone, size > old?.spec.replicas ?? 0, let owner = set.metadata.controllerReference, owner.kind == "Deployment",
            let limit = most[owner.uid]
        else { return }
        disturbed[key.namespace] = clock.uptime
        let total = all(ReplicaSet.self).filter { $0.metadata.controllerReference?.uid == owner.uid }.reduce(0) {
            $0 + ($1.spec.replicas ?? 1)
        }
        if total > limit { report("ReplicaSet \(key) makes the replicas of Deployment \(owner.name) \(total), where \(limit) are allowed") }
    }

    private mutating func take(_ job: Job, isNew: Bool) {
        note(job)
        guard isNew, let owner = job.metadata.controllerReference, owner.kind == "CronJob",
            let parent = get(CronJob.self, ObjectKey(namespace: job.metadata.namespace, name: owner.name)),
            parent.metadata.uid == owner.uid,
            parent.spec.concurrencyPolicy == "Forbid"
        else { return }
        let others = all(Job.self).filter {
            $0.metadata.controllerReference?.uid == owner.uid && $0.metadata.uid != job.metadata.uid && !$0.hasEnded
                && $0.metadata.deletionTimestamp.isEmpty
        }
        if let other = others.first { report("Job \(job.metadata.name) of \(owner.name) begins beside \(other.metadata.name)") }
    }

    private mutating func check(_ event: Event) {
        let namespace = event.metadata.namespace
        let message = event.message.replacingPrefix("(combined from similar events): ", with: "")
        func rest(_ prefix: String) -> ObjectKey? {
            guard message.hasPrefix(prefix) else { return nil }
            return ObjectKey(namespace: namespace, name: String(message.dropFirst(prefix.count)))
        }
        if event.reason == "SuccessfulCreate", let pod = rest("Created pod: "),
            creators[pod]?.contains(event.involvedObject.uid) != true, event.involvedObject.kind != "ReplicationController"
        {
            report("\(event.involvedObject.kind) \(event.involvedObject.name) says \"\(message)\", which it did not")
        }
        if event.reason == "SuccessfulDelete", let pod = rest("Deleted pod: "), !deletedPods.contains(pod) {
            report("\(event.involvedObject.kind) \(event.involvedObject.name) says \"\(message)\", and nobody did")
        }
        if event.reason == "ScalingReplicaSet" {
            let words = message.split(separator: " ").map(String.init)
            guard let position = words.firstIndex(of: "set"), position + 1 < words.count, let size = words.last.flatMap({ Int64($0) })
            else { return report("event ScalingReplicaSet with message \"\(message)\"") }
            let set = ObjectKey(namespace: namespace, name: words[position + 1])
            if sizes[set]?.contains(size) != true { report("Deployment \(event.involvedObject.name) says \"\(message)\", which never was") }
        }
    }
}

extension Job {
    /// Is complete or has failed.
    package var hasEnded: Bool { status.conditions.contains { ["Complete", "Failed"].contains($0.type) && $0.status == "True" } }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
