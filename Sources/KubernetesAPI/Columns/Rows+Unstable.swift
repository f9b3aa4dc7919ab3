import Values

/// Kinds of which there is no stable version; a version stands for all of them.
extension BuiltInRows {
    static let unstable: [String: RowPlan] = [
        "io.k8s.api.certificates.v1.ClusterTrustBundle": cells("spec.signerName") { object, _, _ in
            [text(object[path: "spec", "signerName"]?.string ?? "", or: "<none>")]
        },
        "io.k8s.api.certificates.v1.PodCertificateRequest": cells(
            "spec(podName,serviceAccountName,nodeName,signerName,unverifiedUserAnnotations) status.conditions.type"
        ) { object, _, _ in
            let spec = ["podName", "serviceAccountName", "nodeName", "signerName"].map { object["spec"]?[$0] ?? "" }
            let states = conditions(object).compactMap { $0["type"]?.string }.filter { ["Issued", "Denied", "Failed"].contains($0) }
            var annotations: [String: String] = [:]
            for member in object[path: "spec", "unverifiedUserAnnotations"]?.object ?? Object() {
                annotations[member.key] = member.value.string ?? ""
            }
            return spec + [.string(states.last ?? "Pending"), labels(annotations)]
        },
        "io.k8s.api.coordination.v1.LeaseCandidate": cells("spec(leaseName,binaryVersion,emulationVersion)") { object, metadata, ages in
            ["leaseName", "binaryVersion", "emulationVersion"].map { object["spec"]?[$0] ?? "" } + [ages.of(metadata)]
        },
        "io.k8s.api.apiserverinternal.v1.StorageVersion": cells(
            "status(storageVersions(apiServerID,encodingVersion),commonEncodingVersion)"
        ) { object, metadata, ages in
            let servers = (object[path: "status", "storageVersions"]?.array ?? []).map {
                "\($0["apiServerID"]?.string ?? "")=\($0["encodingVersion"]?.string ?? "")"
            }
            return [
                object[path: "status", "commonEncodingVersion"] ?? "<unset>", some(servers, empty: "<unset>"), ages.of(metadata),
            ]
        },
        "io.k8s.api.resource.v1.DeviceTaintRule": cells("spec.taint") { object, metadata, ages in
            let taint = object[path: "spec", "taint"]
            return ["key", "value", "effect"].map { taint?[$0] ?? "" }
                + [.string((taint?["timeAdded"]?.string).map(ages.since) ?? ""), ages.of(metadata)]
        },
        "io.k8s.api.resource.v1.ResourcePoolStatusRequest": cells("spec.driver status", poolStatus),
        "io.k8s.api.storagemigration.v1.StorageVersionMigration": cells("spec.resource status.conditions(type,status)") { object, _, _ in
            let resource = object[path: "spec", "resource"]
            let group = resource?["group"]?.string ?? ""
            let name = (resource?["resource"]?.string ?? "") + (group.isEmpty ? "" : ".\(group)")
            let states = conditions(object).filter { $0["status"] == "True" }.compactMap { $0["type"]?.string }
            return [.string(name), .string(states.last { ["Running", "Failed", "Succeeded"].contains($0) } ?? "Unknown")]
        },
        "io.k8s.api.scheduling.v1.Workload": cells("") { _, metadata, ages in [ages.of(metadata)] },
        "io.k8s.api.scheduling.v1.PodGroup": cells(
            "spec(schedulingPolicy.gang(),podGroupTemplateRef.workload.workloadName) status.conditions(type,status,reason)"
        ) { object, metadata, ages in
            var status = "Pending"
            if let scheduled = conditions(object).last(where: { $0["type"] == "PodGroupScheduled" }) {
                status = scheduled["status"] == "True" ? "Scheduled" : "Unschedulable"
            }
            if let disrupted = conditions(object).last(where: { $0["type"] == "DisruptionTarget" }) {
                status = disrupted["reason"]?.string ?? ""
            }
            return [
                object[path: "spec", "schedulingPolicy", "gang"] == nil ? "Basic" : "Gang",
                object[path: "spec", "podGroupTemplateRef", "workload", "workloadName"] ?? "<none>", .string(status), ages.of(metadata),
            ]
        },
    ]

    /// The name, and the cells behind it.
    private static func cells(_ members: String, _ rest: @escaping @Sendable (Value, ObjectMeta, Ages) -> [Value]) -> RowPlan {
        RowPlan(members) { object, ages in
            let metadata = ObjectMeta(object["metadata"] ?? [:])
            return PrintedRow([text(metadata.name)] + rest(object, metadata, ages))
        }
    }

    private static func conditions(_ object: Value) -> [Value] { object[path: "status", "conditions"]?.array ?? [] }

    @Sendable private static func poolStatus(_ object: Value, _ metadata: ObjectMeta, _ ages: Ages) -> [Value] {
        let pools = object[path: "status", "pools"]?.array ?? []
        let ended = conditions(object).first { ["Complete", "Failed"].contains($0["type"]?.string ?? "") && $0["status"] == "True" }
        let isFailed = ended?["type"] == "Failed"
        let count = object[path: "status", "poolCount"]?.int ?? 0
        var status = ended?["type"]?.string ?? "Pending"
        if status == "Complete", count > pools.count { status = "Complete (\(pools.count)/\(count) pools)" }
        let isCounted = object["status"] != nil && !isFailed
        let sums = ["totalDevices", "availableDevices", "allocatedDevices", "unavailableDevices"].map { field -> Value in
            isCounted ? .string("\(pools.reduce(0) { $0 + ($1[field]?.int ?? 0) })") : "-"
        }
        let errors = isCounted ? "\(pools.filter { $0["validationError"] != nil }.count)" : "-"
        let completed = isFailed ? nil : ended?["lastTransitionTime"]?.string
        return [object[path: "spec", "driver"] ?? ""] + sums
            + [.string(errors), .int(count), .string(status), .string(completed.map(ages.since) ?? "<none>")]
    }
}
