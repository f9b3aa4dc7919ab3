import Core
import KubernetesAPI

/// The names by which a job keeps its books on its pods.
enum JobLabel {
    /// Holds a pod until its end is counted.
    static let finalizer = "batch.kubernetes.io/job-tracking"
    static let index = "batch.kubernetes.io/job-completion-index"
    static let failures = "batch.kubernetes.io/job-index-failure-count"
    static let ignoredFailures = "batch.kubernetes.io/job-index-ignored-failure-count"
}

/// What a job asks of a pod.
extension Pod {
    /// Its end is not counted yet.
    var isTracked: Bool { metadata.finalizers.contains(JobLabel.finalizer) }

    var completionIndex: Int? {
        metadata.annotations[JobLabel.index].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// How many pods of its index failed before it.
    var earlierFailures: Int { number(JobLabel.failures) }
    /// How many of those before it failed in a way that the job ignores.
    var earlierIgnoredFailures: Int { number(JobLabel.ignoredFailures) }

    private func number(_ annotation: String) -> Int {
        guard let number = metadata.annotations[annotation].flatMap({ Int($0) }), (0...Int(Int32.max)).contains(number) else { return 0 }
        return number
    }

    /// When it ended, as well as can be told: its last container's end, else since when it is not ready, else when its deletion
    /// was asked for, else its creation.
    var finishedAt: Timestamp {
        if let last = lastContainerEnd { return last }
        if let ready = condition("Ready"), ready.status == "False", let since = Timestamp(rfc3339: ready.lastTransitionTime) {
            return since
        }
        if let deletion = Timestamp(rfc3339: metadata.deletionTimestamp) {
            return deletion - .seconds(metadata.deletionGracePeriodSeconds ?? 0)
        }
        return Timestamp(rfc3339: metadata.creationTimestamp) ?? Timestamp(seconds: 0)
    }

    /// Nil unless every container, sidecars included, has ended.
    private var lastContainerEnd: Timestamp? {
        let sidecars = Set(spec.initContainers.filter { $0.restartPolicy == "Always" }.map(\.name))
        let statuses = Array(status.containerStatuses) + status.initContainerStatuses.filter { sidecars.contains($0.name) }
        let ends = statuses.map { Timestamp(rfc3339: $0.state?.terminated?.finishedAt ?? "") }
        guard !ends.contains(nil) else { return nil }
        return ends.compactMap { $0 }.max()
    }
}
