import Core
import KubernetesAPI

/// What says which pods are alike: the selectors of Services and of the controllers of pods. Owned by one task.
///
/// Source: `helper.DefaultSelector` of upstream's scheduler.
package final class SiblingSelectors {
    /// A controller by kind, namespace and name.
    package struct Owner: Hashable, Sendable {
        package let kind: String
        package let key: ObjectKey

        package init(kind: String, key: ObjectKey) {
            self.kind = kind
            self.key = key
        }
    }

    private var services: [String: [String: [String: String]]] = [:]
    private var owners: [Owner: CompiledSelector] = [:]
    /// What the Services say of each group of labels; empty again at every change.
    private var known: [LabelGroup: [String: String]] = [:]

    package init() {}

    /// Takes in the selector of a Service; nil: it is gone.
    package func put(service: ObjectKey, _ selector: [String: String]?) {
        let selector = selector?.isEmpty == true ? nil : selector
        guard services[service.namespace]?[service.name] != selector else { return }
        services[service.namespace, default: [:]][service.name] = selector
        known = [:]
    }

    /// Takes in the selector of a controller; nil: it is gone.
    package func put(_ owner: Owner, _ selector: CompiledSelector?) { owners[owner] = selector }

    /// What selects the pod and its like; nil when nothing does.
    func selector(for pod: PodState) -> CompiledSelector? {
        var requirements = pod.owner.flatMap { owners[$0] }?.requirements ?? []
        requirements += labels(pod.group).sorted { $0.key < $1.key }.map { .isIn($0.key, [$0.value]) }
        return requirements.isEmpty ? nil : CompiledSelector(requirements: requirements)
    }

    private func labels(_ group: LabelGroup) -> [String: String] {
        guard let here = services[group.namespace], !here.isEmpty else { return [:] }
        if let result = known[group] { return result }
        var result: [String: String] = [:]
        for (_, selector) in here.sorted(by: { $0.key < $1.key }) where selector.allSatisfy({ group.labels[$0.key] == $0.value }) {
            result.merge(selector) { $1 }
        }
        known[group] = result
        return result
    }
}
