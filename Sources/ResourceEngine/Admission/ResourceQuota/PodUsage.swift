import Core
import KubernetesAPI
import Values

/// What a pod counts for in a resource quota. Pure.
package struct PodUsage {
    let pod: Pod
    let now: Timestamp

    /// The use of a pod at a moment.
    package init(pod: Pod, now: Timestamp) {
        self.pod = pod
        self.now = now
    }

    /// A pod that is finished, or whose time to end has run out, uses nothing.
    var isCounted: Bool {
        if pod.status.phase == "Succeeded" || pod.status.phase == "Failed" { return false }
        guard let deletion = Timestamp(rfc3339: pod.metadata.deletionTimestamp) else { return true }
        return deletion > now
    }

    /// By the names of quotas: "pods", "requests.cpu" and its short form "cpu", "limits.memory", …
    package var used: [String: Quantity] {
        guard isCounted else { return [:] }
        var result: [String: Quantity] = ["pods": Quantity(1)]
        for (name, amount) in total(\.requests) {
            result["requests.\(name)"] = amount
            if ["cpu", "memory", "ephemeral-storage"].contains(name) || name.hasPrefix("hugepages-") { result[name] = amount }
        }
        for (name, amount) in total(\.limits) { result["limits.\(name)"] = amount }
        return result
    }

    /// Containers run together and beside the sidecars; other init containers run before them, one at a time.
    private func total(_ part: KeyPath<ResourceRequirements, [String: String]>) -> [String: Quantity] {
        var running: [String: Quantity] = [:]
        for container in pod.spec.containers { Self.add(container.resources?[keyPath: part] ?? [:], to: &running) }
        var sidecars: [String: Quantity] = [:]
        var peak: [String: Quantity] = [:]
        for container in pod.spec.initContainers {
            let own = container.resources?[keyPath: part] ?? [:]
            if container.restartPolicy == "Always" {
                Self.add(own, to: &sidecars)
                peak.merge(sidecars) { max($0, $1) }
            } else {
                var moment = sidecars
                Self.add(own, to: &moment)
                peak.merge(moment) { max($0, $1) }
            }
        }
        running.merge(sidecars) { $0 + $1 }
        running.merge(peak) { max($0, $1) }
        // What is said of the pod as a whole stands instead.
        for (name, text) in pod.spec.resources?[keyPath: part] ?? [:] { running[name] = Quantity(text) }
        for (name, text) in pod.spec.overhead {
            guard let amount = Quantity(text), let present = running[name] else { continue }
            running[name] = present + amount
        }
        return running
    }

    private static func add(_ amounts: [String: String], to total: inout [String: Quantity]) {
        for (name, text) in amounts {
            guard let amount = Quantity(text) else { continue }
            total[name] = (total[name] ?? .zero) + amount
        }
    }

    /// Whether a quota of these scopes counts the pod.
    package func isInScope(_ spec: ResourceQuotaSpec) -> Bool { QuotaScope.all(of: spec).allSatisfy(isIn) }

    func isIn(_ scope: QuotaScope) -> Bool {
        scope.name == "PriorityClass"
            ? scope.selects(pod.spec.priorityClassName.isEmpty ? [] : [pod.spec.priorityClassName]) : isIn(scope.name)
    }

    private func isIn(_ scope: String) -> Bool {
        switch scope {
        case "Terminating": pod.spec.activeDeadlineSeconds.map { $0 >= 0 } ?? false
        case "NotTerminating": pod.spec.activeDeadlineSeconds.map { $0 < 0 } ?? true
        case "BestEffort": isBestEffort
        case "NotBestEffort": !isBestEffort
        case "CrossNamespacePodAffinity": crossesNamespaces
        default: false
        }
    }

    private var isBestEffort: Bool {
        for container in Array(pod.spec.containers) + Array(pod.spec.initContainers) {
            for amounts in [container.resources?.requests, container.resources?.limits] {
                for (name, text) in amounts ?? [:] where name == "cpu" || name == "memory" {
                    if Quantity(text)?.isZero == false { return false }
                }
            }
        }
        return true
    }

    private var crossesNamespaces: Bool {
        for affinity in [pod.spec.affinity?.podAffinity?.raw, pod.spec.affinity?.podAntiAffinity?.raw] {
            let required = affinity?["requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
            let preferred = affinity?["preferredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
            for term in required + preferred.compactMap({ $0["podAffinityTerm"] })
            where term["namespaceSelector"] != nil || term["namespaces"]?.array?.isEmpty == false {
                return true
            }
        }
        return false
    }
}
