import Core
import KubernetesAPI
import Store
import Values

/// Refuses what would take a namespace over one of its quotas, and charges what it lets in to the quotas' status
/// (upstream's `plugin/resourcequota`). The charge becomes durable with the object, of all quotas at once and only upon the state that was
/// judged, so that two writes never share the last free place, and who counts for a revision of a quota knows what has been charged to it.
struct ResourceQuotaAdmission: ChargingPlugin {
    let name = "ResourceQuota"

    private static let bucket = "resourcequotas"

    private let quotas: ServedResource?
    private let limited: LimitedResources

    /// Reads upstream's ResourceQuotaConfiguration. Throws `APIError` that names the field.
    init(_ configuration: Value?) throws {
        limited = try LimitedResources(configuration)
        quotas = BuiltInSchema.shared.resource(GroupVersionResource(group: "", version: "v1", resource: Self.bucket)).map {
            ServedResource(schema: $0)
        }
    }

    func charges(for request: AdmissionRequest, _ cluster: ClusterState) throws -> [Write] {
        guard !request.namespace.isEmpty, request.groupResource.description != "namespaces", let object = request.object,
            isHandled(request, object)
        else { return [] }
        // Judged upon what waits to become durable, so that the writes of many clients share a batch.
        let present = try cluster.store.list(Self.bucket, namespace: request.namespace).objects.compactMap { stored in
            try cluster.store.pending(Self.bucket, stored.key).map { ($0, ResourceQuota(try cluster.parsed.value(of: $0))) }
        }
        let usage = QuotaUsage(resource: request.groupResource, now: cluster.clock.now)
        let writes = try present.compactMap { stored, quota in try charge(quota, stored, request, object, usage) }
        if !limited.isEmpty { try requireCover(present.map(\.1), request, object, usage) }
        return writes
    }

    /// Refuses what is limited by default and no quota covers.
    private func requireCover(_ quotas: [ResourceQuota], _ request: AdmissionRequest, _ object: Value, _ usage: QuotaUsage) throws {
        let used = usage.used(object)
        let names = limited.names(used, of: request.groupResource)
        let scopes = limited.scopes(object, usage)
        guard !names.isEmpty || !scopes.isEmpty else { return }
        let old = request.operation == .update ? request.oldObject.map(usage.used) ?? [:] : [:]
        guard used.contains(where: { name, amount in amount > max(old[name] ?? .zero, .zero) }) else { return }
        let covering = quotas.filter { usage.isInScope(object, $0.spec) }.flatMap { $0.status.hard.keys.filter(usage.concerns) }
        let uncovered = names.subtracting(covering).sorted()
        guard uncovered.isEmpty else { throw request.forbidden("insufficient quota to consume: \(uncovered.joined(separator: ","))") }
        let covered = Set(quotas.flatMap { QuotaScope.all(of: $0.spec).filter { usage.isIn($0, object) }.map(\.name) })
        let missing = scopes.filter { !covered.contains($0.name) }
        guard missing.isEmpty else {
            throw request.forbidden("insufficient quota to match these scopes: [\(missing.map(\.shown).joined(separator: " "))]")
        }
    }

    /// Which writes change what is used: creations, and of some kinds updates.
    private func isHandled(_ request: AdmissionRequest, _ object: Value) -> Bool {
        switch (request.operation, request.groupResource.description, request.subresource) {
        case (.create, _, ""): true
        case (.update, "pods", "resize"), (.update, "services", ""), (.update, "persistentvolumeclaims", ""): true
        case (.update, "pods", ""): Self.isTerminating(object) != Self.isTerminating(request.oldObject ?? object)
        default: false
        }
    }

    private static func isTerminating(_ pod: Value) -> Bool { (pod[path: "spec", "activeDeadlineSeconds"]?.int ?? -1) >= 0 }

    /// The write that charges a quota; nil when it does not count the object. Throws the refusal when it is used up.
    private func charge(
        _ quota: ResourceQuota, _ stored: StoredObject, _ request: AdmissionRequest, _ object: Value, _ usage: QuotaUsage
    ) throws -> Write? {
        let limited = quota.status.hard.keys.filter(usage.concerns)
        guard !limited.isEmpty, usage.isInScope(object, quota.spec) else { return nil }
        let name = quota.metadata.name
        if let missing = usage.missing(object, limited) { throw request.forbidden("failed quota: \(name): \(missing)") }
        guard limited.allSatisfy({ quota.status.used[$0] != nil }) else {
            throw request.forbidden("status unknown for quota: \(name), resources: \(limited.sorted().joined(separator: ","))")
        }
        var added = usage.used(object)
        if request.operation == .update, let old = request.oldObject, usage.isInScope(old, quota.spec) {
            // What becomes less is given back when the controller counts.
            for (name, before) in usage.used(old) { added[name] = max((added[name] ?? .zero) - before, .zero) }
        }
        added = added.filter { limited.contains($0.key) && !$0.value.isZero }
        guard !added.isEmpty else { return nil }
        var used: [String: Quantity] = [:]
        for (name, amount) in added { used[name] = (quota.status.used[name].flatMap { Quantity($0) } ?? .zero) + amount }
        let exceeded = used.filter { name, amount in quota.status.hard[name].flatMap { Quantity($0) }.map { $0 < amount } ?? false }.keys
        guard exceeded.isEmpty else {
            func shown(_ amount: (String) -> String) -> String { exceeded.sorted().map { "\($0)=\(amount($0))" }.joined(separator: ",") }
            throw request.forbidden(
                "exceeded quota: \(name), requested: \(shown { (added[$0] ?? .zero).description }), "
                    + "used: \(shown { quota.status.used[$0] ?? "0" }), limited: \(shown { quota.status.hard[$0] ?? "" })")
        }
        return try write(quota, used, stored, usage.now)
    }

    private func write(_ quota: ResourceQuota, _ used: [String: Quantity], _ stored: StoredObject, _ now: Timestamp) throws -> Write? {
        guard let quotas else { return nil }
        var charged = quota
        for (name, amount) in used { charged.status.used[name] = amount.description }
        let tracked = quotas.fieldManagement("status").updating(charged.raw, live: quota.raw, manager: "kube-apiserver", now: now)
        let object = try quotas.schema.canonical(tracked)
        let encoded = ObjectEncoder.encode(object, quotas.schema.kind, ObjectSummary(of: object, quotas.schema.selectableFields))
        return Write(resource: Self.bucket, key: stored.key, precondition: .revision(stored.revision), change: .put(encoded))
    }
}
