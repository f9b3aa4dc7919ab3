import Client
import Core
import KubernetesAPI
import Values

/// What was measured of one pod.
package struct MetricReading: Sendable, Equatable {
    /// In thousandths of the metric's unit.
    package var milli: Int64
    /// When the measurement ended.
    package var time: Timestamp
    /// How long it took.
    package var window: Duration

    /// A measurement.
    package init(milli: Int64, time: Timestamp, window: Duration) {
        self.milli = milli
        self.time = time
        self.window = window
    }
}

/// Where the autoscaler's figures come from. Throws `APIError` or what says in words why there are none.
package protocol MetricsSource: Sendable {
    /// The use of a resource by pods, by their name; of one container where one is named.
    func resource(_ name: String, namespace: String, selector: LabelMatcher, container: String) async throws -> [String: MetricReading]
    /// A metric of pods, by their name.
    func pods(_ metric: MetricIdentifier, namespace: String, selector: LabelMatcher) async throws -> [String: MetricReading]
    /// A metric of another object, in thousandths.
    func object(_ metric: MetricIdentifier, of object: CrossVersionObjectReference, _ resource: GroupVersionResource, namespace: String)
        async throws -> Int64
    /// The series of a metric from outside the cluster, in thousandths.
    func external(_ metric: MetricIdentifier, namespace: String) async throws -> [Int64]
}

/// Why no size can be computed.
package struct NoMetrics: Error, CustomStringConvertible {
    package let description: String

    /// With the words for the condition and the event.
    package init(_ description: String) { self.description = description }
}

/// Figures from the metrics APIs (`metrics.k8s.io`, `custom.metrics.k8s.io`, `external.metrics.k8s.io`).
package struct MetricsAPISource: MetricsSource {
    private let client: Client

    package init(client: Client) { self.client = client }

    package func resource(
        _ name: String, namespace: String, selector: LabelMatcher, container: String
    ) async throws -> [String: MetricReading] {
        var options = Client.Options()
        options.labelSelector = "\(selector)"
        let list: Value
        do {
            let pods = GroupVersionResource(group: "metrics.k8s.io", version: "v1beta1", resource: "pods")
            list = try await client.list(pods, namespace: namespace, options: options)
        } catch {
            throw NoMetrics("unable to get metrics for resource \(name): unable to fetch metrics from resource metrics API: \(error)")
        }
        let items = list["items"]?.array ?? []
        guard !items.isEmpty else {
            throw NoMetrics("unable to get metrics for resource \(name): no metrics returned from resource metrics API")
        }
        var result: [String: MetricReading] = [:]
        for item in items {
            let containers = (item["containers"]?.array ?? []).filter { container.isEmpty || $0["name"]?.string == container }
            let amounts = containers.map { $0[path: "usage", name]?.string.flatMap { Quantity($0) } }
            guard let pod = item[path: "metadata", "name"]?.string, !containers.isEmpty, !amounts.contains(nil) else { continue }
            result[pod] = MetricReading(
                milli: amounts.reduce(Int64(0)) { $0.adding(clamped: $1!.milliValue) }, time: Self.time(item),
                window: Self.seconds(item["window"]?.string ?? "").map { .seconds($0) } ?? .seconds(60))
        }
        guard !result.isEmpty else {
            throw NoMetrics("unable to get metrics for resource \(name): no metrics returned from resource metrics API")
        }
        return result
    }

    package func pods(_ metric: MetricIdentifier, namespace: String, selector: LabelMatcher) async throws -> [String: MetricReading] {
        let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")
        var result: [String: MetricReading] = [:]
        for item in try await custom(metric, pods, "*", namespace: namespace, selector: "\(selector)") {
            guard let pod = item[path: "describedObject", "name"]?.string, let amount = item["value"]?.string.flatMap({ Quantity($0) })
            else { continue }
            result[pod] = MetricReading(
                milli: amount.milliValue, time: Self.time(item), window: .seconds(item["windowSeconds"]?.int ?? 60))
        }
        return result
    }

    package func object(
        _ metric: MetricIdentifier, of object: CrossVersionObjectReference, _ resource: GroupVersionResource, namespace: String
    ) async throws -> Int64 {
        let items = try await custom(metric, resource, object.name, namespace: namespace)
        guard items.count == 1, let amount = items[0]["value"]?.string.flatMap({ Quantity($0) }) else {
            throw NoMetrics(
                "unable to fetch metrics from custom metrics API: the custom metrics API server returned \(items.count) results when we "
                    + "asked for exactly one")
        }
        return amount.milliValue
    }

    package func external(_ metric: MetricIdentifier, namespace: String) async throws -> [Int64] {
        let resource = GroupVersionResource(group: "external.metrics.k8s.io", version: "v1beta1", resource: metric.name)
        var options = Client.Options()
        if let selector = metric.selector { options.labelSelector = "\(selector.matcher)" }
        let list: Value
        do {
            list = try await client.list(resource, namespace: namespace, options: options)
        } catch {
            throw NoMetrics("unable to fetch metrics from external metrics API: \(error)")
        }
        let amounts = (list["items"]?.array ?? []).compactMap { $0["value"]?.string.flatMap { Quantity($0) } }
        guard !amounts.isEmpty else { throw NoMetrics("no metrics returned from external metrics API") }
        return amounts.map(\.milliValue)
    }

    /// The series of a metric of one object, or with the name "*" of all that `selector` selects.
    private func custom(
        _ metric: MetricIdentifier, _ resource: GroupVersionResource, _ name: String, namespace: String, selector: String = ""
    ) async throws -> [Value] {
        var options = Client.Options()
        options.labelSelector = selector
        if let selector = metric.selector { options.metricLabelSelector = "\(selector.matcher)" }
        // A namespace's own metrics have a path of their own.
        let isNamespace = resource.group.isEmpty && resource.resource == "namespaces"
        func list(_ version: String) async throws -> Value {
            var path = GroupVersionResource(group: "custom.metrics.k8s.io", version: version, resource: "metrics")
            if isNamespace {
                return try await client.get(subresource: "", of: path, ObjectKey(namespace: name, name: metric.name), options: options)
            }
            path.resource = resource.group.isEmpty ? resource.resource : "\(resource.resource).\(resource.group)"
            return try await client.get(subresource: metric.name, of: path, ObjectKey(namespace: namespace, name: name), options: options)
        }
        do {
            let found: Value
            do { found = try await list("v1beta2") } catch let error as APIError where error.reason == .notFound {
                // Some adapters speak the older version only.
                found = try await list("v1beta1")
            }
            return found["items"]?.array ?? []
        } catch {
            throw NoMetrics("unable to fetch metrics from custom metrics API: \(error)")
        }
    }

    private static func time(_ item: Value) -> Timestamp { Timestamp(rfc3339: item["timestamp"]?.string ?? "") ?? Timestamp(seconds: 0) }

    /// "30s", "1m0s", "15.012s".
    private static func seconds(_ text: String) -> Double? {
        var total = 0.0
        var rest = text[...]
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(number), let size = ["h": 3600.0, "m": 60, "s": 1, "ms": 1e-3][String(unit)] else { return nil }
            total += amount * size
        }
        return total
    }
}
