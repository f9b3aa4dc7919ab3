import Core
import KubernetesAPI

/// What controllers ask of a pod.
extension Pod {
    /// Has ended for good.
    package var isFinished: Bool { status.phase == "Succeeded" || status.phase == "Failed" }
    /// Counts as a replica: neither finished nor being deleted.
    package var isActive: Bool { !isFinished && !metadata.isBeingDeleted }
    /// Is being deleted and may still run.
    package var isTerminating: Bool { !isFinished && metadata.isBeingDeleted }

    /// Its condition of a type.
    package func condition(_ type: String) -> PodCondition? {
        for condition in status.conditions.values where condition["type"]?.string == type { return PodCondition(condition) }
        return nil
    }
    /// May be sent requests.
    package var isReady: Bool { condition("Ready")?.status == "True" }

    /// How long until the pod has been ready for `seconds`; zero when it has, nil when it is not ready.
    func untilAvailable(minReadySeconds seconds: Int, now: Timestamp) -> Duration? {
        guard let ready = condition("Ready"), ready.status == "True" else { return nil }
        guard seconds > 0 else { return .zero }
        guard let since = Timestamp(rfc3339: ready.lastTransitionTime) else { return nil }
        return max(.zero, since + .seconds(seconds) - now)
    }

    /// The restarts of its most restarted container.
    var mostRestarts: Int {
        (status.initContainerStatuses.map(\.restartCount) + status.containerStatuses.map(\.restartCount)).max() ?? 0
    }

    /// A pod as a template asks for, controlled by `owner`, named by the server after it.
    static func from<K: Kind>(_ template: PodTemplateSpec, controlledBy owner: K) -> Pod {
        var pod = Pod()
        pod.metadata.namespace = owner.metadata.namespace
        pod.metadata.generateName = "\(owner.metadata.name)-"
        pod.metadata.labels = template.metadata.labels
        pod.metadata.annotations = template.metadata.annotations
        pod.metadata.finalizers = template.metadata.finalizers
        pod.metadata.ownerReferences = [OwnerReference(controller: owner)]
        pod.spec = template.spec
        return pod
    }
}

extension Error {
    /// Whether a write that failed so may have happened all the same: the answer never came, or says that something broke on the way.
    var leavesOpenWhatHappened: Bool {
        guard let error = self as? APIError else { return !(self is CancellationError) }
        return error.code >= 500 || error.reason == .timeout
    }
}

extension APIError {
    /// The namespace is going away: nothing can be created in it, and nothing needs to be.
    var isNamespaceTerminating: Bool { causes.contains { $0.reason == "NamespaceTerminating" } }
}
