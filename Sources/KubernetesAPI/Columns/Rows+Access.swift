import Core
import Values

/// Bindings of roles, certificate requests, API priority and aggregated APIs.
extension BuiltInRows {
    static let access: [String: RowPlan] = [
        "io.k8s.api.rbac.v1.RoleBinding": row(RoleBinding.self, "roleRef(kind,name) subjects(kind,name,namespace)") { binding, ages in
            [text(binding.metadata.name), role(binding.roleRef), ages.of(binding.metadata)] + subjects(binding.subjects)
        },
        "io.k8s.api.rbac.v1.ClusterRoleBinding": row(ClusterRoleBinding.self, "roleRef(kind,name) subjects(kind,name,namespace)") {
            binding, ages in
            [text(binding.metadata.name), role(binding.roleRef), ages.of(binding.metadata)] + subjects(binding.subjects)
        },
        "io.k8s.api.certificates.v1.CertificateSigningRequest": row(
            CertificateSigningRequest.self, "spec(expirationSeconds,signerName,username) status(conditions.type,certificate)"
        ) { request, ages in
            let duration = request.spec.expirationSeconds.map { HumanDuration.text(.seconds($0)) } ?? "<none>"
            return [
                text(request.metadata.name), ages.of(request.metadata), text(request.spec.signerName, or: "<none>"),
                text(request.spec.username), .string(duration), .string(status(request)),
            ]
        },
        "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService": row(
            APIService.self, "spec.service(namespace,name) status.conditions(type,status,reason)"
        ) { service, ages in
            let reference = service.spec.service.map { "\($0.namespace)/\($0.name)" } ?? "Local"
            let available = service.status.conditions.first { $0.type == "Available" }
            let word = available.map { $0.status == "True" ? "True" : "\($0.status) (\($0.reason))" } ?? "Unknown"
            return [text(service.metadata.name), .string(reference), .string(word), ages.of(service.metadata)]
        },
        "io.k8s.api.flowcontrol.v1.FlowSchema": row(
            FlowSchema.self,
            "spec(priorityLevelConfiguration.name,matchingPrecedence,distinguisherMethod.type) status.conditions(type,status)"
        ) { flow, ages in
            let dangling = flow.status.conditions.first { $0.type == "Dangling" }?.status ?? "?"
            return [
                text(flow.metadata.name), text(flow.spec.priorityLevelConfiguration.name), number(flow.spec.matchingPrecedence),
                text(flow.spec.distinguisherMethod?.type ?? "", or: "<none>"), ages.of(flow.metadata), .string(dangling),
            ]
        },
        "io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration": row(
            PriorityLevelConfiguration.self,
            "spec(type,limited(nominalConcurrencyShares,limitResponse.queuing(queues,handSize,queueLengthLimit)))"
        ) { level, ages in
            let queuing = level.spec.limited?.limitResponse?.queuing
            func cell(_ number: Int??) -> Value { (number ?? nil).map { .int(Int64($0)) } ?? "<none>" }
            return [
                text(level.metadata.name), text(level.spec.type), cell(level.spec.limited?.nominalConcurrencyShares), cell(queuing?.queues),
                cell(queuing?.handSize), cell(queuing?.queueLengthLimit), ages.of(level.metadata),
            ]
        },
    ]

    private static func role(_ role: RoleRef) -> Value { .string("\(role.kind)/\(role.name)") }

    /// Users, groups and service accounts.
    private static func subjects(_ subjects: ViewList<Subject>) -> [Value] {
        ["User", "Group", "ServiceAccount"].map { kind in
            let names = subjects.filter { $0.kind == kind }.map { kind == "ServiceAccount" ? "\($0.namespace)/\($0.name)" : $0.name }
            return .string(names.joined(separator: ", "))
        }
    }

    private static func status(_ request: CertificateSigningRequest) -> String {
        func has(_ type: String) -> Bool { request.status.conditions.contains { $0.type == type } }
        var status = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending"
        if has("Failed") { status += ",Failed" }
        if !request.status.certificate.isEmpty { status += ",Issued" }
        return status
    }
}
