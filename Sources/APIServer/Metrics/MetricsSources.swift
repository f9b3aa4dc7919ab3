import Core
import ResourceEngine
import Store
import Values

/// `nodes.metrics.k8s.io`: what every node used of late.
package struct NodeMetricsSource: ObjectSource {
    private let collector: MetricsCollector

    package init(_ collector: MetricsCollector) { self.collector = collector }

    package func object(_ key: ObjectKey, _ cluster: ClusterState) async throws -> Value {
        guard let node = cluster.store.get("nodes", ObjectKey(name: key.name)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "nodes"), key.name)
        }
        guard let usage = collector.usage({ $0.node(key.name) }) else {
            throw APIError.notFound(GroupResource(group: "metrics.k8s.io", resource: "nodemetrics"), key.name)
        }
        return Self.value(node, usage, cluster.clock.now)
    }

    package func objects(
        namespace: String, isSelected: @Sendable (ObjectKey, [String: String]) -> Bool, _ cluster: ClusterState
    ) async throws -> [Value] {
        let nodes = cluster.store.list("nodes", namespace: nil).objects.filter { isSelected($0.key, $0.summary.labels) }
        let now = cluster.clock.now
        return collector.usage { history in
            nodes.compactMap { node in history.node(node.key.name).map { Self.value(node, $0, now) } }
        }
    }

    private static func value(_ node: StoredObject, _ usage: UsageHistory.Usage, _ now: Timestamp) -> Value {
        [
            "metadata": MetricsValues.metadata(node, now), "timestamp": .string(usage.time.rfc3339),
            "window": .string(GoDuration.text(usage.window)), "usage": MetricsValues.usage(usage),
        ]
    }
}

/// `pods.metrics.k8s.io`: what every container used of late.
package struct PodMetricsSource: ObjectSource {
    private let collector: MetricsCollector

    package init(_ collector: MetricsCollector) { self.collector = collector }

    package func object(_ key: ObjectKey, _ cluster: ClusterState) async throws -> Value {
        guard let pod = cluster.store.get("pods", key) else {
            throw APIError.notFound(GroupResource(group: "", resource: "pods"), key.name)
        }
        guard let value = collector.usage({ Self.value(pod, $0, cluster.clock.now) }) else {
            throw APIError.notFound(
                GroupResource(group: "metrics.k8s.io", resource: "podmetrics"), "\(key.namespace)/\(key.name)")
        }
        return value
    }

    package func objects(
        namespace: String, isSelected: @Sendable (ObjectKey, [String: String]) -> Bool, _ cluster: ClusterState
    ) async throws -> [Value] {
        let pods = cluster.store.list("pods", namespace: namespace.isEmpty ? nil : namespace).objects
        let selected = pods.filter { isSelected($0.key, $0.summary.labels) }
        let now = cluster.clock.now
        return collector.usage { history in selected.compactMap { Self.value($0, history, now) } }
    }

    private static func value(_ pod: StoredObject, _ history: UsageHistory, _ now: Timestamp) -> Value? {
        guard let node = pod.summary.fields["spec.nodeName"], !node.isEmpty,
            let containers = history.containers(of: pod.key, on: node), let oldest = containers.values.map(\.time).min(),
            let window = containers.values.first(where: { $0.time == oldest })?.window
        else { return nil }
        return [
            "metadata": MetricsValues.metadata(pod, now), "timestamp": .string(oldest.rfc3339),
            "window": .string(GoDuration.text(window)),
            "containers": .array(
                containers.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "usage": MetricsValues.usage($0.value)] }),
        ]
    }
}

/// What both kinds are made of.
private enum MetricsValues {
    static func metadata(_ object: StoredObject, _ now: Timestamp) -> Value {
        var metadata: Object = ["name": .string(object.key.name)]
        if !object.key.namespace.isEmpty { metadata["namespace"] = .string(object.key.namespace) }
        metadata["creationTimestamp"] = .string(now.rfc3339)
        let labels = object.summary.labels
        if !labels.isEmpty { metadata["labels"] = .object(Object(labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })) }
        return .object(metadata)
    }

    static func usage(_ usage: UsageHistory.Usage) -> Value {
        [
            "cpu": .string(Quantity(nano: usage.nanocores).description),
            "memory": .string(Quantity(usage.memoryBytes, format: .binary).description),
        ]
    }
}
