import Core
import Values

/// Nodes, namespaces, configuration, events, quotas and what else has no family.
extension BuiltInRows {
    static let core: [String: RowPlan] = [
        "io.k8s.api.core.v1.ComponentStatus": row(ComponentStatus.self, "conditions") { status, _ in
            let condition = status.conditions.first { $0.type == "Healthy" }
            let health = condition.map { $0.status == "True" ? "Healthy" : "Unhealthy" } ?? "Unknown"
            return [text(status.metadata.name), .string(health), text(condition?.message ?? ""), text(condition?.error ?? "")]
        },
        "io.k8s.api.core.v1.ConfigMap": row(ConfigMap.self, "data.*() binaryData.*()") { map, ages in
            [text(map.metadata.name), number(map.data.count + map.binaryData.count), ages.of(map.metadata)]
        },
        "io.k8s.api.core.v1.Secret": row(Secret.self, "type data.*()") { secret, ages in
            [text(secret.metadata.name), text(secret.type), number(secret.data.count), ages.of(secret.metadata)]
        },
        "io.k8s.api.core.v1.ServiceAccount": row(ServiceAccount.self, "") { account, ages in
            [text(account.metadata.name), ages.of(account.metadata)]
        },
        "io.k8s.api.core.v1.Namespace": row(Namespace.self, "status.phase") { namespace, ages in
            [text(namespace.metadata.name), text(namespace.status.phase), ages.of(namespace.metadata)]
        },
        "io.k8s.api.core.v1.Node": row(Node.self, "metadata.labels spec.unschedulable status(conditions(type,status),addresses,nodeInfo)") {
            node, ages in
            let info = node.status.nodeInfo
            let kernel = (info?.kernelVersion).map { $0.isEmpty ? "<unknown>" : $0 } ?? "<unknown>"
            let architecture = info?.architecture ?? ""
            func address(_ type: String) -> Value { text(node.status.addresses.first { $0.type == type }?.address ?? "", or: "<none>") }
            return [
                text(node.metadata.name), .string(status(node)), text(roles(node), or: "<none>"), ages.of(node.metadata),
                text(info?.kubeletVersion ?? ""), address("InternalIP"), address("ExternalIP"), text(info?.osImage ?? "", or: "<unknown>"),
                .string(architecture.isEmpty ? kernel : "\(kernel) (\(architecture))"),
                text(info?.containerRuntimeVersion ?? "", or: "<unknown>"),
            ]
        },
        "io.k8s.api.core.v1.ResourceQuota": row(ResourceQuota.self, "status(hard,used)") { quota, ages in
            var requests: [String] = []
            var limits: [String] = []
            for (name, hard) in quota.status.hard.sorted(by: { $0.key < $1.key }) {
                let cell = "\(name): \(quota.status.used[name] ?? "0")/\(hard)"
                if name.hasPrefix("limits.") { limits.append(cell) } else { requests.append(cell) }
            }
            return [
                text(quota.metadata.name), .string(requests.joined(separator: ", ")), .string(limits.joined(separator: ", ")),
                ages.of(quota.metadata),
            ]
        },
        "io.k8s.api.core.v1.Event": EventRow.plan, "io.k8s.api.events.v1.Event": EventRow.plan,
        "io.k8s.api.scheduling.v1.PriorityClass": row(PriorityClass.self, "value globalDefault preemptionPolicy") { priority, ages in
            [
                text(priority.metadata.name), number(priority.value), .bool(priority.globalDefault ?? false), ages.of(priority.metadata),
                text(priority.preemptionPolicy),
            ]
        },
        "io.k8s.api.node.v1.RuntimeClass": row(RuntimeClass.self, "handler") { runtime, ages in
            [text(runtime.metadata.name), text(runtime.handler), ages.of(runtime.metadata)]
        },
        "io.k8s.api.coordination.v1.Lease": row(Lease.self, "spec.holderIdentity") { lease, ages in
            [text(lease.metadata.name), text(lease.spec.holderIdentity), ages.of(lease.metadata)]
        },
    ]

    private static func status(_ node: Node) -> String {
        let ready = node.status.conditions.last { $0.type == "Ready" }
        let status = ready.map { $0.status == "True" ? "Ready" : "NotReady" } ?? "Unknown"
        return node.spec.unschedulable == true ? "\(status),SchedulingDisabled" : status
    }

    private static func roles(_ node: Node) -> String {
        let prefix = "node-role.kubernetes.io/"
        var roles = Set(
            node.metadata.labels.keys.filter { $0.hasPrefix(prefix) && $0.count > prefix.count }.map { String($0.dropFirst(prefix.count)) })
        if let role = node.metadata.labels["kubernetes.io/role"], !role.isEmpty { roles.insert(role) }
        return roles.sorted().joined(separator: ",")
    }
}

/// Events of either group: the newer one has other names for the same fields.
private enum EventRow {
    static let plan = RowPlan(
        "type reason message note count deprecatedCount series firstTimestamp deprecatedFirstTimestamp eventTime lastTimestamp "
            + "deprecatedLastTimestamp involvedObject regarding source deprecatedSource reportingComponent reportingController "
            + "reportingInstance", cells)

    @Sendable private static func cells(_ event: Value, _ ages: Ages) -> PrintedRow {
        func field(_ names: String...) -> Value? { names.lazy.compactMap { event[$0] }.first { !$0.isEmpty } }
        func string(_ names: String...) -> String { names.lazy.compactMap { event[$0]?.string }.first { !$0.isEmpty } ?? "" }
        let object = field("involvedObject", "regarding") ?? [:]
        let source = field("source", "deprecatedSource")
        let series = field("series")
        let first = ages.since(string("firstTimestamp", "deprecatedFirstTimestamp", "eventTime"))
        let lastSeen = string("lastTimestamp", "deprecatedLastTimestamp")
        let last = series.map { ages.since($0["lastObservedTime"]?.string ?? "") } ?? (lastSeen.isEmpty ? first : ages.since(lastSeen))
        let count = series?["count"]?.int ?? field("count", "deprecatedCount")?.int ?? 1
        let kind = (object["kind"]?.string ?? "").lowercased()
        let name = object["name"]?.string ?? ""
        let reporters =
            [source?["component"]?.string ?? "", string("reportingComponent", "reportingController")].first { !$0.isEmpty } ?? ""
        let instance = [source?["host"]?.string ?? "", string("reportingInstance")].first { !$0.isEmpty } ?? ""
        let message = string("message", "note")
        return PrintedRow([
            .string(last), .string(string("type")), .string(string("reason")), .string(name.isEmpty ? kind : "\(kind)/\(name)"),
            .string(object["fieldPath"]?.string ?? ""), .string(instance.isEmpty ? reporters : "\(reporters), \(instance)"),
            .string(trimmed(message)), .string(first), .int(count), .string(event["metadata"]?["name"]?.string ?? ""),
        ])
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
