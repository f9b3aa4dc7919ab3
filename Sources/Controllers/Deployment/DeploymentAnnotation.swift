import KubernetesAPI

/// The annotations and the label by which a deployment keeps its books on its replica sets.
enum DeploymentAnnotation {
    static let revision = "deployment.kubernetes.io/revision"
    static let revisionHistory = "deployment.kubernetes.io/revision-history"
    static let desiredReplicas = "deployment.kubernetes.io/desired-replicas"
    static let maxReplicas = "deployment.kubernetes.io/max-replicas"
    static let hashLabel = "pod-template-hash"

    /// Not copied from a deployment to its sets.
    static let kept: Set<String> = [
        "kubectl.kubernetes.io/last-applied-configuration", revision, revisionHistory, desiredReplicas, maxReplicas,
        "deprecated.deployment.rollback.to",
    ]
    /// How long the list of a set's former revisions may become, in characters.
    static let historyLimit = 2000

    /// A set's annotations once it stands for `revision` of the deployment.
    static func ofSet(_ present: [String: String], deployment: Deployment, revision: Int) -> [String: String] {
        var result = present
        for (key, value) in deployment.metadata.annotations where !kept.contains(key) { result[key] = value }
        let before = present[Self.revision]
        guard before == nil || before == "" || Int(before!) != nil else { return result }
        guard Int(before ?? "") ?? 0 < revision else { return result }
        result[Self.revision] = String(revision)
        if let before {
            var history = (present[revisionHistory] ?? "").split(separator: ",").map(String.init) + [before]
            while history.count > 1, history.joined(separator: ",").utf8.count > historyLimit { history.removeFirst() }
            result[revisionHistory] = history.joined(separator: ",")
        }
        return result
    }

    static func sizes(desired: Int, maximum: Int) -> [String: String] {
        [desiredReplicas: String(desired), maxReplicas: String(maximum)]
    }
}
