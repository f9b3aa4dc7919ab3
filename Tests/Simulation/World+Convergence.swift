import Controllers
import Core
import JSON
import KubernetesAPI
import Reconcile
import Values

/// What must hold once nothing goes wrong any more and some time has passed.
extension World {
    /// What is not yet as it should be.
    func problems(nodes: [String], now: Timestamp) -> [String] {
        var problems: [String] = []
        let pods = Dictionary(grouping: sorted(Pod.self)) { $0.metadata.controllerReference?.uid ?? "" }
        let fullNamespaces = fullNamespaces()
        for deployment in sorted(Deployment.self) {
            for problem in check(deployment, pods, isFull: fullNamespaces.contains(deployment.metadata.namespace)) {
                problems.append("Deployment \(deployment.metadata.namespace)/\(deployment.metadata.name): \(problem)")
            }
        }
        for set in sorted(ReplicaSet.self) where set.metadata.controllerReference == nil {
            for problem in check(set, pods, isFull: fullNamespaces.contains(set.metadata.namespace)) {
                problems.append("ReplicaSet \(set.metadata.name): \(problem)")
            }
        }
        for set in sorted(StatefulSet.self) { problems += check(set, pods).map { "StatefulSet \(set.metadata.name): \($0)" } }
        for set in sorted(DaemonSet.self) { problems += check(set, pods, nodes).map { "DaemonSet \(set.metadata.name): \($0)" } }
        // Those of a CronJob come and go.
        let jobs = sorted(Job.self).filter { job in
            let made = Timestamp(rfc3339: job.metadata.creationTimestamp) ?? now
            return job.metadata.controllerReference == nil || now - made > .seconds(1200)
        }
        for job in jobs { problems += check(job, pods).map { "Job \(job.metadata.name): \($0)" } }
        for cron in sorted(CronJob.self) { problems += check(cron, now: now).map { "CronJob \(cron.metadata.name): \($0)" } }
        for budget in sorted(PodDisruptionBudget.self) {
            problems += check(budget).map { "PodDisruptionBudget \(budget.metadata.name): \($0)" }
        }
        for service in sorted(Service.self) { problems += check(service).map { "Service \(service.metadata.name): \($0)" } }
        for quota in sorted(ResourceQuota.self) { problems += check(quota).map { "ResourceQuota \(quota.metadata.name): \($0)" } }
        return problems + checkNodes(nodes) + checkOwnership()
    }

    // MARK: Workloads

    /// Namespaces whose quota leaves no room: what cannot be created there must say so.
    private func fullNamespaces() -> Set<String> {
        Set(
            all(ResourceQuota.self).filter { quota in
                let limit = quota.raw[path: "spec", "hard", "pods"]?.string.flatMap { Int($0) } ?? .max
                return all(Pod.self).count { $0.metadata.namespace == quota.metadata.namespace && !$0.isFinished } >= limit
            }.map(\.metadata.namespace))
    }

    private func check(_ deployment: Deployment, _ pods: [String: [Pod]], isFull: Bool) -> [String] {
        let (metadata, spec, status) = (deployment.metadata, deployment.spec, deployment.status)
        guard metadata.deletionTimestamp.isEmpty else { return ["is not gone"] }
        var problems: [String] = []
        if status.observedGeneration != metadata.generation { problems.append("generation \(metadata.generation ?? 0) is not observed") }
        let wanted = spec.replicas ?? 1
        let sets = sorted(ReplicaSet.self).filter { $0.metadata.controllerReference?.uid == metadata.uid }
        let active = sets.flatMap { pods[$0.metadata.uid] ?? [] }.filter(\.isActive)
        let total = sets.reduce(0) { $0 + ($1.spec.replicas ?? 1) }
        if total > wanted + Self.surge(deployment) { problems.append("its ReplicaSets ask for \(total) replicas") }
        let counts = Counts(status.replicas, status.readyReplicas, status.availableReplicas, status.updatedReplicas)
        let isBroken = spec.template.metadata.labels["sim"] == "broken" && wanted > 0
        let isShort = isFull && (active.count < wanted || active.count < total)
        if isBroken || isShort {
            if counts.total != active.count { problems.append("status says \(counts), and there are \(active.count) pods") }
            if isShort {
                let condition = status.conditions.first { $0.type == "ReplicaFailure" }
                // A roll-out may wait for pods of its own before it asks for more than the quota allows.
                if total > active.count, condition?.status != "True" || condition?.message.contains("exceeded quota") != true {
                    problems.append(
                        "does not say that the quota holds it up: \(JSONWriter.string(deployment.raw[path: "status", "conditions"] ?? .null))"
                    )
                }
            } else {
                let condition = status.conditions.first { $0.type == "Progressing" }
                if condition?.status != "False" || condition?.reason != "ProgressDeadlineExceeded" {
                    problems.append("does not say that it makes no progress: \(condition?.reason ?? "no condition")")
                }
            }
            return problems
        }
        let expected = Counts(wanted, wanted, wanted, wanted)
        if counts != expected { problems.append("status says \(counts) and should say \(expected)") }
        if active.count != wanted { problems.append("has \(active.count) pods and should have \(wanted)") }
        let image = spec.template.spec.containers.first?.image
        if active.contains(where: { $0.spec.containers.first?.image != image }) { problems.append("has pods of an old image") }
        for condition in status.conditions {
            let isTrue = condition.status == "True"
            switch condition.type {
            case "Available": if !isTrue { problems.append("says that it is not available") }
            case "Progressing": if !isTrue { problems.append("says that it makes no progress: \(condition.reason)") }
            case "ReplicaFailure": if isTrue { problems.append("says that replicas fail: \(condition.message)") }
            default: break
            }
        }
        return problems
    }

    private func check(_ set: ReplicaSet, _ pods: [String: [Pod]], isFull: Bool) -> [String] {
        let (metadata, status) = (set.metadata, set.status)
        guard metadata.deletionTimestamp.isEmpty else { return ["is not gone"] }
        var problems: [String] = []
        let wanted = set.spec.replicas ?? 1
        let active = (pods[metadata.uid] ?? []).filter(\.isActive)
        if status.observedGeneration != metadata.generation { problems.append("generation is not observed") }
        if isFull, active.count < wanted {
            if !status.conditions.contains(where: { $0.type == "ReplicaFailure" && $0.status == "True" }) {
                problems.append("does not say that the quota holds it up")
            }
            return problems
        }
        if active.count != wanted { problems.append("has \(active.count) pods and should have \(wanted)") }
        // What a Deployment left behind in the middle of a roll-out that cannot end.
        let isBroken = set.spec.template.metadata.labels["sim"] == "broken"
        let counts =
            isBroken
            ? Counts(status.replicas, wanted, wanted, wanted)
            : Counts(status.replicas, status.readyReplicas, status.availableReplicas, wanted)
        if counts != Counts(wanted, wanted, wanted, wanted) { problems.append("status says \(counts)") }
        if status.conditions.contains(where: { $0.type == "ReplicaFailure" && $0.status == "True" }) {
            problems.append("says that replicas fail")
        }
        let matcher = set.spec.selector.matcher
        if active.contains(where: { !matcher.matches($0.metadata.labels) }) { problems.append("holds pods it does not select") }
        return problems
    }

    private func check(_ set: StatefulSet, _ pods: [String: [Pod]]) -> [String] {
        let (metadata, status) = (set.metadata, set.status)
        guard metadata.deletionTimestamp.isEmpty else { return ["is not gone"] }
        var problems: [String] = []
        let wanted = set.spec.replicas ?? 1
        let start = set.spec.ordinals?.start ?? 0
        if status.observedGeneration != metadata.generation { problems.append("generation is not observed") }
        let names = Set((pods[metadata.uid] ?? []).map(\.metadata.name))
        let expected = Set((start..<start + wanted).map { "\(metadata.name)-\($0)" })
        if names != expected { problems.append("has pods \(names.sorted()) and should have \(expected.sorted())") }
        let counts = Counts(status.replicas, status.readyReplicas, status.availableReplicas, status.updatedReplicas)
        if counts != Counts(wanted, wanted, wanted, wanted) { problems.append("status says \(counts) and should say \(wanted)") }
        if status.currentRevision != status.updateRevision {
            problems.append("is at revision \(status.currentRevision) of \(status.updateRevision)")
        }
        return problems
    }

    private func check(_ set: DaemonSet, _ pods: [String: [Pod]], _ nodes: [String]) -> [String] {
        let (metadata, status) = (set.metadata, set.status)
        guard metadata.deletionTimestamp.isEmpty else { return ["is not gone"] }
        var problems: [String] = []
        if status.observedGeneration != metadata.generation { problems.append("generation is not observed") }
        let own = (pods[metadata.uid] ?? []).filter(\.isActive)
        let places = own.map(\.spec.nodeName).sorted()
        if places != nodes.sorted() { problems.append("has pods on \(places)") }
        let image = set.spec.template.spec.containers.first?.image
        if own.contains(where: { $0.spec.containers.first?.image != image }) { problems.append("has pods of an old image") }
        let count = nodes.count
        let counts = Counts(status.currentNumberScheduled, status.numberReady, status.numberAvailable, status.updatedNumberScheduled)
        if counts != Counts(count, count, count, count) || status.desiredNumberScheduled != count || status.numberMisscheduled != 0 {
            problems.append("status says \(counts) of \(status.desiredNumberScheduled)")
        }
        return problems
    }

    private func check(_ job: Job, _ pods: [String: [Pod]]) -> [String] {
        let (metadata, spec, status) = (job.metadata, job.spec, job.status)
        guard metadata.deletionTimestamp.isEmpty else { return ["is not gone"] }
        var problems: [String] = []
        let own = pods[metadata.uid] ?? []
        if status.active ?? 0 != 0 { problems.append("says that \(status.active ?? 0) are active") }
        if own.contains(where: \.isActive) { problems.append("has active pods") }
        if let pod = own.first(where: { $0.metadata.finalizers.contains("batch.kubernetes.io/job-tracking") }) {
            problems.append("does not let go of pod \(pod.metadata.name)")
        }
        let uncounted = status.uncountedTerminatedPods
        if !(uncounted?.succeeded.isEmpty ?? true) || !(uncounted?.failed.isEmpty ?? true) { problems.append("has uncounted pods") }
        if spec.suspend == true, !job.hasEnded {
            if !status.conditions.contains(where: { $0.type == "Suspended" && $0.status == "True" }) {
                problems.append("does not say that it is suspended")
            }
            return problems
        }
        let isComplete = status.conditions.contains { $0.type == "Complete" && $0.status == "True" }
        let failure = status.conditions.first { $0.type == "Failed" && $0.status == "True" }
        if !isComplete, failure == nil { problems.append("has not ended: \(JSONWriter.string(job.raw["status"] ?? .null))") }
        if isComplete, failure != nil { problems.append("is complete and failed") }
        if isComplete, let completions = spec.completions, status.succeeded ?? 0 != completions {
            problems.append("is complete with \(status.succeeded ?? 0) of \(completions)")
        }
        if failure?.reason == "BackoffLimitExceeded", status.failed ?? 0 <= spec.backoffLimit ?? 6 {
            problems.append("gave up after \(status.failed ?? 0) failures")
        }
        return problems
    }

    private func check(_ cron: CronJob, now: Timestamp) -> [String] {
        guard cron.metadata.deletionTimestamp.isEmpty else { return ["is not gone"] }
        var problems: [String] = []
        let jobs = all(Job.self).filter { $0.metadata.controllerReference?.uid == cron.metadata.uid }
        let complete = jobs.count { $0.status.conditions.contains { $0.type == "Complete" && $0.status == "True" } }
        if complete > cron.spec.successfulJobsHistoryLimit ?? 3 { problems.append("keeps \(complete) jobs that succeeded") }
        for reference in cron.status.active where !jobs.contains(where: { $0.metadata.uid == reference.uid && !$0.hasEnded }) {
            problems.append("says that \(reference.name) is active")
        }
        if cron.spec.suspend != true {
            let last = Timestamp(rfc3339: cron.status.lastScheduleTime) ?? Timestamp(seconds: 0)
            if now - last > .seconds(130) { problems.append("was last scheduled at \(cron.status.lastScheduleTime)") }
        }
        return problems
    }

    // MARK: What goes with them

    private func check(_ budget: PodDisruptionBudget) -> [String] {
        guard let matcher = budget.spec.selector?.matcher else { return [] }
        var problems: [String] = []
        let status = budget.status
        let selected = all(Pod.self).filter { $0.metadata.namespace == budget.metadata.namespace && matcher.matches($0.metadata.labels) }
        let healthy = selected.count { $0.isActive && $0.isReady }
        if status.observedGeneration != budget.metadata.generation { problems.append("generation is not observed") }
        let (current, desired) = (status.currentHealthy ?? 0, status.desiredHealthy ?? 0)
        if current != healthy { problems.append("says that \(current) of \(healthy) are healthy") }
        // None are allowed where no pods are expected, however few must be healthy.
        let allowed = status.expectedPods ?? 0 == 0 ? 0 : max(0, healthy - desired)
        if status.disruptionsAllowed ?? 0 != allowed {
            problems.append("allows \(status.disruptionsAllowed ?? 0) disruptions with \(healthy) of \(desired)")
        }
        if let pods = budget.raw[path: "status", "disruptedPods"]?.object, !pods.isEmpty {
            problems.append("still expects to lose \(pods.keys.sorted())")
        }
        return problems
    }

    private func check(_ service: Service) -> [String] {
        let metadata = service.metadata
        guard !service.spec.selector.isEmpty else { return [] }
        let matcher = LabelMatcher(labels: service.spec.selector)
        let ready = all(Pod.self).filter {
            $0.metadata.namespace == metadata.namespace && $0.isActive && $0.isReady && !$0.status.podIP.isEmpty
                && matcher.matches($0.metadata.labels)
        }.map(\.status.podIP).sorted()
        let slices = all(EndpointSlice.self).filter {
            $0.metadata.namespace == metadata.namespace && $0.metadata.labels["kubernetes.io/service-name"] == metadata.name
        }
        let listed = slices.flatMap { slice in
            (slice.raw["endpoints"]?.array ?? []).filter { $0[path: "conditions", "ready"]?.bool == true }
                .flatMap { $0["addresses"]?.array?.compactMap(\.string) ?? [] }
        }.sorted()
        var problems: [String] = []
        if listed != ready { problems.append("its slices have \(listed), ready are \(ready)") }
        let endpoints = get(Endpoints.self, ObjectKey(namespace: metadata.namespace, name: metadata.name))
        let old = (endpoints?.raw["subsets"]?.array ?? []).flatMap { $0["addresses"]?.array?.compactMap { $0["ip"]?.string } ?? [] }
            .sorted()
        if old != ready { problems.append("its Endpoints have \(old), ready are \(ready)") }
        return problems
    }

    private func check(_ quota: ResourceQuota) -> [String] {
        var problems: [String] = []
        let namespace = quota.metadata.namespace
        let counts = [
            "pods": all(Pod.self).count { $0.metadata.namespace == namespace && !$0.isFinished },
            "count/deployments.apps": all(Deployment.self).count { $0.metadata.namespace == namespace },
            "configmaps": all(ConfigMap.self).count { $0.metadata.namespace == namespace },
        ]
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) where quota.raw[path: "spec", "hard"]?[name] != nil {
            let used = quota.raw[path: "status", "used"]?[name]?.string
            if used != String(count) { problems.append("says that \(used ?? "nothing") of \(name) are used, and \(count) are") }
        }
        return problems
    }

    private func checkNodes(_ names: [String]) -> [String] {
        names.compactMap { name in
            guard let node = get(Node.self, ObjectKey(name: name)) else { return "node \(name) is not there" }
            let isReady = node.status.conditions.contains { $0.type == "Ready" && $0.status == "True" }
            if !isReady { return "node \(name) is not ready" }
            return node.spec.taints.isEmpty ? nil : "node \(name) has the taints \(node.spec.taints.map(\.key))"
        }
    }

    // MARK: Orphans

    private func checkOwnership() -> [String] {
        var uids: Set<String> = []
        for bucket in objects.values {
            for object in bucket.values { if let uid = object[path: "metadata", "uid"]?.string { uids.insert(uid) } }
        }
        var problems: [String] = []
        for (resource, bucket) in objects.sorted(by: { $0.key < $1.key }) where resource != "events" {
            for (key, object) in bucket.sorted(by: { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }) {
                let metadata = object["metadata"]
                if metadata?["deletionTimestamp"]?.string != nil {
                    let finalizers = metadata?["finalizers"]?.array?.compactMap(\.string) ?? []
                    problems.append("\(resource) \(key) is being deleted and not gone, held by \(finalizers)")
                }
                let owners = metadata?["ownerReferences"]?.array ?? []
                let gone = owners.filter { !uids.contains($0["uid"]?.string ?? "") }
                if !gone.isEmpty {
                    problems.append("\(resource) \(key) belongs to \(gone.compactMap { $0["name"]?.string }), which is gone")
                }
            }
        }
        return problems
    }
}

/// Figures of a workload's status.
private struct Counts: Equatable, CustomStringConvertible {
    let total: Int
    let ready: Int
    let available: Int
    let updated: Int

    init(_ total: Int?, _ ready: Int?, _ available: Int?, _ updated: Int?) {
        self.total = total ?? 0
        self.ready = ready ?? 0
        self.available = available ?? 0
        self.updated = updated ?? 0
    }

    var description: String { "\(total) pods, \(ready) ready, \(available) available, \(updated) updated" }
}
