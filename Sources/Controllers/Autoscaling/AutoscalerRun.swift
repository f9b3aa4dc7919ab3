import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// One look at one autoscaler: reads the target's size and the metrics, changes the size where needed, and writes the status.
struct AutoscalerRun {
    let context: ControllerContext
    let autoscalers: Informer<HorizontalPodAutoscaler>
    let pods: Informer<Pod>
    let histories: AutoscalerReconciler.Histories
    let source: any MetricsSource
    let servedResources: @Sendable () async throws -> [ControllerOptions.ServedResource]
    private var autoscaler: HorizontalPodAutoscaler

    init(
        context: ControllerContext, autoscalers: Informer<HorizontalPodAutoscaler>, pods: Informer<Pod>,
        histories: AutoscalerReconciler.Histories, source: any MetricsSource,
        servedResources: @escaping @Sendable () async throws -> [ControllerOptions.ServedResource], _ autoscaler: HorizontalPodAutoscaler
    ) {
        self.context = context
        self.autoscalers = autoscalers
        self.pods = pods
        self.histories = histories
        self.source = source
        self.servedResources = servedResources
        self.autoscaler = autoscaler
    }

    private var range: ClosedRange<Int> {
        let fewest = autoscaler.spec.minReplicas ?? 1
        return fewest...max(fewest, autoscaler.spec.maxReplicas)
    }

    /// What was computed from the metrics.
    private struct Computed {
        var desired: Int
        var reason: String
        var statuses: [MetricStatus]
    }

    mutating func advance() async throws {
        let target: (scale: Value, resource: GroupVersionResource)
        do {
            target = try await readScale()
        } catch {
            tell(.warning, "FailedGetScale", "\(error)")
            set("AbleToScale", false, "FailedGetScale", "the HPA controller was unable to get the target's current scale: \(error)")
            return try await writeStatus()
        }
        set("AbleToScale", true, "SucceededGetScale", "the HPA controller was able to get the target's current scale")
        let current = Int(target.scale[path: "spec", "replicas"]?.int ?? 0)
        let uid = autoscaler.metadata.uid
        let now = context.clock.now
        histories.update(uid) { $0.begin(current, now: now) }

        var desired = current
        var reason = ""
        var statuses: [MetricStatus] = []
        if current == 0, range.lowerBound != 0 {
            set("ScalingActive", false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
        } else if current > range.upperBound {
            (desired, reason) = (range.upperBound, "Current number of replicas above Spec.MaxReplicas")
        } else if current < range.lowerBound {
            (desired, reason) = (range.lowerBound, "Current number of replicas below Spec.MinReplicas")
        } else {
            let computed: Computed
            do {
                computed = try await compute(target.scale, current)
            } catch {
                autoscaler.status.currentReplicas = current
                tell(.warning, "FailedComputeMetricsReplicas", "\(error)")
                return try await writeStatus()
            }
            (reason, statuses) = (computed.reason, computed.statuses)
            let (range, behavior) = (self.range, autoscaler.spec.behavior)
            let verdict = histories.update(uid) {
                $0.decide(computed.desired, current: current, range: range, behavior: behavior, now: now)
            }
            set("AbleToScale", true, verdict.stabilized.reason, verdict.stabilized.message)
            set("ScalingLimited", verdict.isLimited, verdict.limit.reason, verdict.limit.message)
            desired = verdict.replicas
        }
        if desired != current { try await resize(target.scale, target.resource, from: current, to: desired, reason) }
        autoscaler.status.currentReplicas = current
        autoscaler.status.desiredReplicas = desired
        autoscaler.status.raw["currentMetrics"] = statuses.isEmpty ? .null : .array(statuses.map(\.raw))
        try await writeStatus()
    }

    // MARK: The target

    private func resource(kind: String, apiVersion: String) async throws -> GroupVersionResource {
        let wanted = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        let served = try await servedResources().first { $0.kind == kind && $0.resource.group == wanted.group }
        guard let served else { throw NoMetrics("no matches for kind \"\(kind)\" in group \"\(wanted.group)\"") }
        return served.resource
    }

    private func readScale() async throws -> (scale: Value, resource: GroupVersionResource) {
        let reference = autoscaler.spec.scaleTargetRef
        let resource = try await resource(kind: reference.kind, apiVersion: reference.apiVersion)
        let key = ObjectKey(namespace: autoscaler.metadata.namespace, name: reference.name)
        return (try await context.client.get(subresource: "scale", of: resource, key), resource)
    }

    private mutating func resize(
        _ scale: Value, _ resource: GroupVersionResource, from current: Int, to desired: Int, _ reason: String
    ) async throws {
        var changed = scale
        if changed["spec"]?.object == nil { changed["spec"] = [:] }
        changed["spec"]?["replicas"] = .int(Int64(desired))
        do {
            _ = try await context.client.update(DynamicObject(changed), resource, subresource: "scale")
        } catch {
            tell(.warning, "FailedRescale", "New size: \(desired); reason: \(reason); error: \(error)")
            set("AbleToScale", false, "FailedUpdateScale", "the HPA controller was unable to update the target scale: \(error)")
            autoscaler.status.currentReplicas = current
            try await writeStatus()
            throw error
        }
        set("AbleToScale", true, "SucceededRescale", "the HPA controller was able to update the target scale to \(desired)")
        tell(.normal, "SuccessfulRescale", "New size: \(desired); reason: \(reason)")
        let now = context.clock.now
        histories.update(autoscaler.metadata.uid) { $0.changed(from: current, to: desired, now: now) }
        autoscaler.status.lastScaleTime = now.rfc3339
    }

    // MARK: The metrics

    private mutating func compute(_ scale: Value, _ current: Int) async throws -> Computed {
        let text = scale[path: "status", "selector"]?.string ?? ""
        guard !text.isEmpty else {
            tell(.warning, "SelectorRequired", "selector is required")
            set("ScalingActive", false, "InvalidSelector", "the HPA target's scale is missing a selector")
            throw NoMetrics("selector is required")
        }
        let selector = try LabelMatcher(parsing: text)
        let namespace = autoscaler.metadata.namespace
        let selected = pods.list(namespace: namespace).filter { selector.matches($0.metadata.labels) }
        let rivals = histories.rivals(autoscaler, selector, selected)
        guard rivals.count < 2 else {
            let list = rivals.sorted { $0.name < $1.name }.map { "{\($0.name) \($0.namespace)}" }.joined(separator: " ")
            let message = "pods by selector \(selector) are controlled by multiple HPAs: [\(list)]"
            tell(.warning, "AmbiguousSelector", message)
            set("ScalingActive", false, "AmbiguousSelector", message)
            throw NoMetrics(message)
        }
        let behavior = autoscaler.spec.behavior
        func tolerance(_ rules: HPAScalingRules?) -> Double { (rules?.tolerance).flatMap { Quantity($0) }?.double ?? 0.1 }
        let run = self
        let proposals = MetricProposals(
            source: source, namespace: namespace, selector: selector,
            calculator: ReplicaCalculator(
                pods: selected, current: current, tolerance: (tolerance(behavior?.scaleUp), tolerance(behavior?.scaleDown)),
                now: context.clock.now),
            present: Int(scale[path: "status", "replicas"]?.int ?? 0),
            resourceOf: { try await run.resource(kind: $0.kind, apiVersion: $0.apiVersion) })

        var best: MetricProposal?
        var statuses: [MetricStatus] = []
        var failed: [(reason: String, error: any Error)] = []
        for metric in autoscaler.spec.metrics {
            do {
                let proposal = try await proposals.proposal(metric)
                statuses.append(proposal.status)
                if proposal.replicas > best?.replicas ?? 0 || best == nil { best = proposal }
            } catch {
                let reason = MetricProposals.failure(metric.type)
                tell(.warning, reason, "\(error)")
                failed.append((reason, error))
            }
        }
        let complaint = failed.first.map { first in
            NoMetrics("invalid metrics (\(failed.count) invalid out of \(autoscaler.spec.metrics.count)), first error is: \(first.error)")
        }
        // With a metric missing a target may grow, never shrink.
        guard let best, failed.isEmpty || best.replicas >= current else {
            if let first = failed.first {
                set("ScalingActive", false, first.reason, "the HPA was unable to compute the replica count: \(first.error)")
            }
            throw complaint ?? NoMetrics("no metrics are specified")
        }
        set(
            "ScalingActive", true, "ValidMetricFound", "the HPA was able to successfully calculate a replica count from \(best.name)")
        let reason = best.replicas > current ? "\(best.name) above target" : best.replicas < current ? "All metrics below target" : ""
        return Computed(desired: best.replicas, reason: reason, statuses: statuses)
    }

    // MARK: Telling

    private func tell(_ type: EventRecorder.EventType, _ reason: String, _ message: String) {
        context.recorder.record(autoscaler, type, reason, message)
    }

    private mutating func set(_ type: String, _ value: Bool, _ reason: String, _ message: String) {
        var condition = HorizontalPodAutoscalerCondition()
        condition.type = type
        condition.status = value ? "True" : "False"
        condition.reason = reason
        condition.message = message
        let position = autoscaler.status.conditions.firstIndex { $0.type == type }
        let present = position.map { autoscaler.status.conditions[$0] }
        condition.lastTransitionTime = present?.status == condition.status ? present!.lastTransitionTime : context.clock.now.rfc3339
        if let position { autoscaler.status.conditions[position] = condition } else { autoscaler.status.conditions.append(condition) }
    }

    private mutating func writeStatus() async throws {
        guard autoscaler.status != autoscalers.get(autoscaler.key)?.status else { return }
        do {
            autoscaler = try await context.client.updateStatus(autoscaler)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
        try await autoscalers.waitFor(autoscaler)
    }
}
