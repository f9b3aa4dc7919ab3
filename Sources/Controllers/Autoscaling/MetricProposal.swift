import Core
import KubernetesAPI
import Values

/// The size that one metric asks for.
struct MetricProposal {
    var replicas: Int
    /// As the status shows it.
    var status: MetricStatus
    /// As conditions and events name it.
    var name: String
}

/// Reads the metrics of one autoscaler and computes what each asks for.
struct MetricProposals {
    let source: any MetricsSource
    let namespace: String
    let selector: LabelMatcher
    let calculator: ReplicaCalculator
    /// The size that the target's status tells.
    let present: Int
    let resourceOf: (CrossVersionObjectReference) async throws -> GroupVersionResource

    /// The reason of the condition when a metric of a type has no answer.
    static func failure(_ type: String) -> String {
        ["Resource", "ContainerResource", "Pods", "Object", "External"].contains(type)
            ? "FailedGet\(type)Metric" : "InvalidMetricSourceType"
    }

    func proposal(_ metric: MetricSpec) async throws -> MetricProposal {
        switch metric.type {
        case "Resource":
            guard let source = metric.resource else { throw NoMetrics("invalid resource metric source: it is missing") }
            return try await resource(source.name, "", source.target, metric.type)
        case "ContainerResource":
            guard let source = metric.containerResource else { throw NoMetrics("invalid container resource metric source: it is missing") }
            return try await resource(source.name, source.container, source.target, metric.type)
        case "Pods":
            guard let source = metric.pods else { throw NoMetrics("invalid pods metric source: it is missing") }
            let readings = try await self.source.pods(source.metric, namespace: namespace, selector: selector)
            let target = try Self.milli(source.target.averageValue)
            let (replicas, average) = try calculator.byAverage(readings, target: target)
            let current: Value = ["averageValue": Self.quantity(average)]
            return proposal(
                replicas, metric.type, "pods", ["metric": source.metric.raw, "current": current], "pods metric \(source.metric.name)")
        case "Object": return try await object(metric.object)
        case "External": return try await external(metric.external)
        default: throw NoMetrics("unknown metric source type \"\(metric.type)\"")
        }
    }

    private func proposal(_ replicas: Int, _ type: String, _ field: String, _ status: Value, _ name: String) -> MetricProposal {
        MetricProposal(replicas: replicas, status: MetricStatus(["type": .string(type), field: status]), name: name)
    }

    private static func milli(_ text: String?) throws -> Int64 {
        guard let text, let quantity = Quantity(text), quantity.milliValue > 0 else {
            throw NoMetrics("invalid metric target: no value is set")
        }
        return quantity.milliValue
    }

    private static func quantity(_ milli: Int64, _ resource: String = "") -> Value {
        .string("\(Quantity(milli: milli, format: resource == "memory" ? .binary : .decimal))")
    }

    // MARK: Resources

    private func resource(_ name: String, _ container: String, _ target: MetricTarget, _ type: String) async throws -> MetricProposal {
        let isCPU = name == "cpu"
        let field = type.prefix(1).lowercased() + type.dropFirst()
        var status: Value = ["name": .string(name)]
        if !container.isEmpty { status["container"] = .string(container) }
        let what = target.averageUtilization == nil ? "usage" : "utilization"
        do {
            if !target.averageValue.isEmpty {
                let readings = try await source.resource(name, namespace: namespace, selector: selector, container: container)
                let (replicas, average) = try calculator.byAverage(readings, target: try Self.milli(target.averageValue), isCPU: isCPU)
                status["current"] = ["averageValue": Self.quantity(average, name)]
                return proposal(replicas, type, field, status, "\(name) resource")
            }
            guard let wanted = target.averageUtilization else {
                throw NoMetrics(
                    "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set")
            }
            let readings = try await source.resource(name, namespace: namespace, selector: selector, container: container)
            let requests = try Self.requests(calculator.pods, name, container)
            let (replicas, utilization, average) = try calculator.byUtilization(readings, requests: requests, target: wanted, isCPU: isCPU)
            status["current"] = ["averageUtilization": .int(Int64(utilization)), "averageValue": Self.quantity(average, name)]
            let kind = container.isEmpty ? "resource" : "container resource"
            return proposal(replicas, type, field, status, "\(name) \(kind) utilization (percentage of request)")
        } catch {
            throw NoMetrics("failed to get \(name) \(what): \(error)")
        }
    }

    /// What pods request, in thousandths, by their name; of one container where one is named.
    private static func requests(_ pods: [Pod], _ resource: String, _ container: String) throws -> [String: Int64] {
        var result: [String: Int64] = [:]
        for pod in pods {
            if container.isEmpty, let whole = pod.spec.resources?.requests[resource].flatMap({ Quantity($0) }) {
                result[pod.metadata.name] = whole.milliValue
                continue
            }
            var total: Int64 = 0
            let sidecars = pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
            for candidate in Array(pod.spec.containers) + sidecars where container.isEmpty || candidate.name == container {
                guard let amount = candidate.resources?.requests[resource].flatMap({ Quantity($0) }) else {
                    throw NoMetrics("missing request for \(resource) in container \(candidate.name) of Pod \(pod.metadata.name)")
                }
                total = total.adding(clamped: amount.milliValue)
            }
            result[pod.metadata.name] = total
        }
        return result
    }

    // MARK: Other things

    private func object(_ source: ObjectMetricSource?) async throws -> MetricProposal {
        guard let source else { throw NoMetrics("invalid object metric source: it is missing") }
        let described = source.describedObject
        let value = try await self.source.object(source.metric, of: described, try await resourceOf(described), namespace: namespace)
        var status: Value = ["describedObject": described.raw, "metric": source.metric.raw]
        if source.target.type == "Value", !source.target.value.isEmpty {
            status["current"] = ["value": Self.quantity(value)]
            let replicas = calculator.byValue(value, target: try Self.milli(source.target.value))
            return proposal(replicas, "Object", "object", status, "\(described.kind) metric \(source.metric.name)")
        }
        guard source.target.type == "AverageValue", !source.target.averageValue.isEmpty else {
            throw NoMetrics("invalid object metric source: neither a value target nor an average value target was set")
        }
        let (replicas, average) = calculator.byShare(value, target: try Self.milli(source.target.averageValue), present: present)
        status["current"] = ["averageValue": Self.quantity(average)]
        return proposal(replicas, "Object", "object", status, "external metric \(source.metric.name)")
    }

    private func external(_ source: ExternalMetricSource?) async throws -> MetricProposal {
        guard let source else { throw NoMetrics("invalid external metric source: it is missing") }
        let value = try await self.source.external(source.metric, namespace: namespace).reduce(Int64(0)) { $0.adding(clamped: $1) }
        var status: Value = ["metric": source.metric.raw]
        let name = "external metric \(source.metric.name)"
        if !source.target.averageValue.isEmpty {
            let (replicas, average) = calculator.byShare(value, target: try Self.milli(source.target.averageValue), present: present)
            status["current"] = ["averageValue": Self.quantity(average)]
            return proposal(replicas, "External", "external", status, name)
        }
        guard !source.target.value.isEmpty else {
            throw NoMetrics("invalid external metric source: neither a value target nor an average value target was set")
        }
        status["current"] = ["value": Self.quantity(value)]
        return proposal(calculator.byValue(value, target: try Self.milli(source.target.value)), "External", "external", status, name)
    }
}
