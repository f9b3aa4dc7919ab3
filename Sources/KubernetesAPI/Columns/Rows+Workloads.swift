import Core
import Values

/// Controllers of pods, jobs, autoscalers and disruption budgets.
extension BuiltInRows {
    static let workloads: [String: RowPlan] = [
        "io.k8s.api.core.v1.ReplicationController": row(
            ReplicationController.self, "spec(replicas,selector,template.spec.containers(name,image)) status(replicas,readyReplicas)"
        ) { controller, ages in
            [
                text(controller.metadata.name), number(controller.spec.replicas), number(controller.status.replicas),
                number(controller.status.readyReplicas), ages.of(controller.metadata),
            ] + names(controller.spec.template.spec.containers) + [labels(controller.spec.selector)]
        },
        "io.k8s.api.apps.v1.ReplicaSet": row(
            ReplicaSet.self, "spec(replicas,selector,template.spec.containers(name,image)) status(replicas,readyReplicas)"
        ) { set, ages in
            [
                text(set.metadata.name), number(set.spec.replicas), number(set.status.replicas), number(set.status.readyReplicas),
                ages.of(set.metadata),
            ] + names(set.spec.template.spec.containers) + [text(selector(set.spec.selector), or: "<none>")]
        },
        "io.k8s.api.apps.v1.Deployment": row(
            Deployment.self,
            "spec(replicas,selector,template.spec.containers(name,image)) status(readyReplicas,updatedReplicas,availableReplicas)"
        ) { deployment, ages in
            [
                text(deployment.metadata.name), .string("\(deployment.status.readyReplicas ?? 0)/\(deployment.spec.replicas ?? 0)"),
                number(deployment.status.updatedReplicas), number(deployment.status.availableReplicas), ages.of(deployment.metadata),
            ] + names(deployment.spec.template.spec.containers) + [.string(selector(deployment.spec.selector))]
        },
        "io.k8s.api.apps.v1.StatefulSet": row(StatefulSet.self, "spec(replicas,template.spec.containers(name,image)) status.readyReplicas")
        { set, ages in
            [
                text(set.metadata.name), .string("\(set.status.readyReplicas ?? 0)/\(set.spec.replicas ?? 0)"), ages.of(set.metadata),
            ] + names(set.spec.template.spec.containers)
        },
        "io.k8s.api.apps.v1.DaemonSet": row(
            DaemonSet.self,
            "spec(selector,template.spec(nodeSelector,containers(name,image))) "
                + "status(desiredNumberScheduled,currentNumberScheduled,numberReady,updatedNumberScheduled,numberAvailable)"
        ) { set, ages in
            [
                text(set.metadata.name), number(set.status.desiredNumberScheduled), number(set.status.currentNumberScheduled),
                number(set.status.numberReady), number(set.status.updatedNumberScheduled), number(set.status.numberAvailable),
                labels(set.spec.template.spec.nodeSelector), ages.of(set.metadata),
            ] + names(set.spec.template.spec.containers) + [text(selector(set.spec.selector), or: "<none>")]
        },
        "io.k8s.api.apps.v1.ControllerRevision": row(ControllerRevision.self, "revision metadata.ownerReferences") { revision, ages in
            var owner = "<none>"
            if let controller = revision.metadata.ownerReferences.first(where: { $0.controller == true }) {
                let kind = GroupVersionKind(apiVersion: controller.apiVersion, kind: controller.kind)
                owner = "\(kind.kind)\(kind.group.isEmpty ? "" : ".")\(kind.group)".lowercased() + "/\(controller.name)"
            }
            return [text(revision.metadata.name), .string(owner), number(revision.revision), ages.of(revision.metadata)]
        },
        "io.k8s.api.batch.v1.Job": row(
            Job.self,
            "metadata.deletionTimestamp spec(completions,parallelism,selector,template.spec.containers(name,image)) "
                + "status(succeeded,startTime,completionTime,conditions(type,status))"
        ) { job, ages in
            [
                text(job.metadata.name), .string(status(job)), .string(completions(job)), .string(duration(job, ages)),
                ages.of(job.metadata),
            ] + names(job.spec.template.spec.containers) + [text(selector(job.spec.selector), or: "<none>")]
        },
        "io.k8s.api.batch.v1.CronJob": row(
            CronJob.self,
            "spec(schedule,timeZone,suspend,jobTemplate.spec(selector,template.spec.containers(name,image))) "
                + "status(active(),lastScheduleTime)"
        ) { job, ages in
            let template = job.spec.jobTemplate.spec
            let suspended = job.spec.suspend.map { $0 ? "True" : "False" } ?? "<unset>"
            return [
                text(job.metadata.name), text(job.spec.schedule), text(job.spec.timeZone, or: "<none>"), .string(suspended),
                number(job.status.active.count),
                .string(job.status.lastScheduleTime.isEmpty ? "<none>" : ages.since(job.status.lastScheduleTime)), ages.of(job.metadata),
            ] + names(template.template.spec.containers) + [text(selector(template.selector), or: "<none>")]
        },
        "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": row(
            HorizontalPodAutoscaler.self,
            "spec(scaleTargetRef(kind,name),metrics,minReplicas,maxReplicas) "
                + "status(currentMetrics,currentReplicas)"
        ) { autoscaler, ages in
            let target = autoscaler.spec.scaleTargetRef
            return [
                text(autoscaler.metadata.name), .string("\(target.kind)/\(target.name)"),
                .string(MetricCells.text(autoscaler.spec.metrics, autoscaler.status.currentMetrics)),
                .string(autoscaler.spec.minReplicas.map { "\($0)" } ?? "<unset>"), number(autoscaler.spec.maxReplicas),
                number(autoscaler.status.currentReplicas), ages.of(autoscaler.metadata),
            ]
        },
        "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler": row(
            AutoscalingV1HorizontalPodAutoscaler.self,
            "spec(scaleTargetRef(kind,name),targetCPUUtilizationPercentage,minReplicas,maxReplicas) "
                + "status(currentCPUUtilizationPercentage,currentReplicas)"
        ) { autoscaler, ages in
            let target = autoscaler.spec.scaleTargetRef
            let wanted = autoscaler.spec.targetCPUUtilizationPercentage
            let current = autoscaler.status.currentCPUUtilizationPercentage.map { "\($0)%" } ?? "<unknown>"
            return [
                text(autoscaler.metadata.name), .string("\(target.kind)/\(target.name)"),
                .string(wanted.map { "cpu: \(current)/\($0)%" } ?? "<none>"),
                .string(autoscaler.spec.minReplicas.map { "\($0)" } ?? "<unset>"),
                number(autoscaler.spec.maxReplicas), number(autoscaler.status.currentReplicas), ages.of(autoscaler.metadata),
            ]
        },
        "io.k8s.api.policy.v1.PodDisruptionBudget": row(
            PodDisruptionBudget.self, "spec(minAvailable,maxUnavailable) status.disruptionsAllowed"
        ) { budget, ages in
            [
                text(budget.metadata.name), either(budget.spec.minAvailable, or: "N/A"), either(budget.spec.maxUnavailable, or: "N/A"),
                number(budget.status.disruptionsAllowed), ages.of(budget.metadata),
            ]
        },
    ]

    private static func status(_ job: Job) -> String {
        func has(_ type: String) -> Bool { job.status.conditions.contains { $0.type == type && $0.status == "True" } }
        if has("Complete") { return "Complete" }
        if has("Failed") { return "Failed" }
        if !job.metadata.deletionTimestamp.isEmpty { return "Terminating" }
        return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].first(where: has) ?? "Running"
    }

    private static func completions(_ job: Job) -> String {
        let done = job.status.succeeded ?? 0
        if let wanted = job.spec.completions { return "\(done)/\(wanted)" }
        let parallelism = job.spec.parallelism ?? 0
        return parallelism > 1 ? "\(done)/1 of \(parallelism)" : "\(done)/1"
    }

    private static func duration(_ job: Job, _ ages: Ages) -> String {
        guard let start = Timestamp(rfc3339: job.status.startTime) else { return "" }
        guard let end = Timestamp(rfc3339: job.status.completionTime) else { return ages.since(start) }
        return HumanDuration.text(end - start)
    }
}

/// What an autoscaler's TARGETS say: `cpu: 10%/80%`, two of them at most.
private enum MetricCells {
    static func text(_ metrics: ViewList<MetricSpec>, _ current: ViewList<MetricStatus>) -> String {
        if metrics.isEmpty { return "<none>" }
        let list = metrics.enumerated().map { position, metric in
            cell(metric.raw, position < current.count ? current[position].raw : [:])
        }
        let shown = list.prefix(2).joined(separator: ", ")
        return list.count > 2 ? "\(shown) + \(list.count - 2) more..." : shown
    }

    private static func cell(_ metric: Value, _ status: Value) -> String {
        let (key, named) =
            switch metric["type"]?.string {
            case "Resource": ("resource", true)
            case "ContainerResource": ("containerResource", true)
            case "Pods": ("pods", false)
            case "Object": ("object", false)
            case "External": ("external", false)
            default: ("", false)
            }
        guard let source = metric[key], let target = source["target"] else { return "<unknown type>" }
        let current = status[key]?["current"]
        let prefix = named ? "\(source["name"]?.string ?? ""): " : ""
        func amount(_ field: String) -> String { current?[field]?.string ?? "<unknown>" }
        if let average = target["averageValue"]?.string {
            return "\(prefix)\(amount("averageValue"))/\(average)\(key == "external" || key == "object" ? " (avg)" : "")"
        }
        if named {
            func percent(_ value: Value?) -> String? { value?.int.map { "\($0)%" } }
            return "\(prefix)\(percent(current?["averageUtilization"]) ?? "<unknown>")/\(percent(target["averageUtilization"]) ?? "<auto>")"
        }
        return "\(amount("value"))/\(target["value"]?.string ?? "0")"
    }
}
