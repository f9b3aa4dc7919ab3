import Core
import KubernetesAPI

/// What is left in a namespace that is being deleted, and its five conditions, worded as upstream words them. Pure.
struct NamespaceContent {
    var discoveryFailure: String?
    /// Why a resource could not be emptied, by resource.
    var failures: [String: String] = [:]
    private var remaining: [String: Int] = [:]
    private var finalizers: [String: Int] = [:]

    var isEmpty: Bool { discoveryFailure == nil && failures.isEmpty && remaining.isEmpty }

    mutating func add(_ objects: [DynamicObject], of resource: Core.GroupResource) {
        guard !objects.isEmpty else { return }
        remaining["\(resource.resource).\(resource.group)", default: 0] += objects.count
        for object in objects {
            for finalizer in object.metadata.finalizers { finalizers[finalizer, default: 0] += 1 }
        }
    }

    func write(to status: inout NamespaceStatus, now: Timestamp) {
        func list(_ counts: [String: Int], _ words: (String, Int) -> String) -> String {
            counts.sorted { $0.key < $1.key }.map { words($0.key, $0.value) }.joined(separator: ", ")
        }
        if status.phase != "Terminating" { status.phase = "Terminating" }
        set(
            &status, "NamespaceDeletionDiscoveryFailure", now, discoveryFailure.map { ("DiscoveryFailed", $0) },
            otherwise: ("ResourcesDiscovered", "All resources successfully discovered"))
        set(
            &status, "NamespaceDeletionGroupVersionParsingFailure", now, nil,
            otherwise: ("ParsedGroupVersions", "All legacy kube types successfully parsed"))
        let failed = failures.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", ")
        set(
            &status, "NamespaceDeletionContentFailure", now,
            failures.isEmpty
                ? nil : ("ContentDeletionFailed", "Failed to delete all resource types, \(failures.count) remaining: \(failed)"),
            otherwise: ("ContentDeleted", "All content successfully deleted, may be waiting on finalization"))
        let objects = list(remaining) { "\($0) has \($1) resource instances" }
        set(
            &status, "NamespaceContentRemaining", now,
            remaining.isEmpty ? nil : ("SomeResourcesRemain", "Some resources are remaining: \(objects)"),
            otherwise: ("ContentRemoved", "All content successfully removed"))
        let holders = list(finalizers) { "\($0) in \($1) resource instances" }
        set(
            &status, "NamespaceFinalizersRemaining", now,
            finalizers.isEmpty
                ? nil : ("SomeFinalizersRemain", "Some content in the namespace has finalizers remaining: \(holders)"),
            otherwise: ("ContentHasNoFinalizers", "All content-preserving finalizers finished"))
    }

    private func set(
        _ status: inout NamespaceStatus, _ type: String, _ now: Timestamp, _ problem: (reason: String, message: String)?,
        otherwise fine: (reason: String, message: String)
    ) {
        var condition = NamespaceCondition()
        condition.type = type
        condition.status = problem == nil ? "False" : "True"
        (condition.reason, condition.message) = problem ?? fine
        if let position = status.conditions.firstIndex(where: { $0.type == type }) {
            let present = status.conditions[position]
            guard present.status != condition.status || present.reason != condition.reason || present.message != condition.message else {
                return
            }
            condition.lastTransitionTime = present.status == condition.status ? present.lastTransitionTime : now.rfc3339
            status.conditions[position] = condition
        } else {
            condition.lastTransitionTime = now.rfc3339
            status.conditions.append(condition)
        }
    }
}
