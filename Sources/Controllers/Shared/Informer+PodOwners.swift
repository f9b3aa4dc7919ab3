import Core
import KubernetesAPI
import Reconcile
import Values

extension Informer {
    /// Calls `body` with those objects that a change of a pod concerns: with the pod's controller, if it is of this kind, before the change
    /// and after it, and, while nobody controls the pod, with those that select it and so may adopt it.
    func forEachOwner(of change: Change<Pod>, selector: (K) -> LabelMatcher, _ body: (ObjectKey) -> Void) {
        func owners(of pod: Pod) {
            let metadata = pod.metadata
            if let reference = metadata.controllerReference {
                if reference.refersTo(K.self) { body(ObjectKey(namespace: change.key.namespace, name: reference.name)) }
            } else if change.new != nil {
                for owner in list(namespace: change.key.namespace) where selector(owner).matches(metadata.labels) {
                    body(ObjectKey(namespace: change.key.namespace, name: owner.metadata.name))
                }
            }
        }
        if let new = change.new { owners(of: new) }
        if let old = change.old, !(change.new?.hasSameOwner(as: old) ?? false) { owners(of: old) }
    }
}

extension Pod {
    /// Whether neither who owns the pod nor what may make it adopted differs.
    fileprivate func hasSameOwner(as other: Pod) -> Bool {
        let (here, there) = (metadata.raw, other.metadata.raw)
        return here["ownerReferences"] == there["ownerReferences"] && here["labels"] == there["labels"]
    }
}
