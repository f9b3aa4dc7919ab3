import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Makes the claims for devices that pods ask for by template, and takes the devices away from pods that are done.
///
/// Source: `pkg/controller/resourceclaim`.
struct DeviceClaimReconciler: Reconciler {
    enum Subject: Hashable, Sendable {
        case pod(ObjectKey)
        case claim(ObjectKey)
    }

    /// The scheduler puts it on what it allocates.
    static let finalizer = "resource.kubernetes.io/delete-protection"
    static let annotation = "resource.kubernetes.io/pod-claim-name"

    /// Pods by "namespace/claim" of every claim they name or were given.
    private static let byClaim = InformerIndex(name: "resourceClaim", of: Pod.self) { pod in
        let names = DeviceClaimUse.names(of: pod)
        return names.isEmpty ? [] : names.map { "\(pod.metadata.namespace)/\($0)" }
    }
    /// Pods by "namespace/template" of every template they name.
    private static let byTemplate = InformerIndex(name: "resourceClaimTemplate", of: Pod.self) { pod in
        let claims = pod.spec.resourceClaims
        if claims.isEmpty { return [] }
        return claims.filter { !$0.resourceClaimTemplateName.isEmpty }.map { "\(pod.metadata.namespace)/\($0.resourceClaimTemplateName)" }
    }

    let context: ControllerContext
    let pods: Informer<Pod>
    let claims: Informer<ResourceResourceClaim>
    let templates: Informer<ResourceClaimTemplate>
    let queue: WorkQueue<Subject>

    init(context: ControllerContext) {
        self.context = context
        pods = context.informer()
        claims = context.informer()
        templates = context.informer()
        queue = context.queue(of: Subject.self)
        pods.add(Self.byClaim)
        pods.add(Self.byTemplate)
        claims.add(.owner)
        pods.onChange { [queue] changes in
            for change in changes {
                guard let pod = change.new ?? change.old,
                    !pod.spec.resourceClaims.isEmpty || pod.status.extendedResourceClaimStatus != nil
                else { continue }
                if change.new == nil || pod.isFinished || pod.metadata.isBeingDeleted {
                    queue.add(DeviceClaimUse.names(of: pod).map { .claim(ObjectKey(namespace: pod.metadata.namespace, name: $0)) })
                }
                if change.new != nil { queue.add([.pod(change.key)]) }
            }
        }
        claims.onChange { [queue, pods] changes in
            for change in changes {
                if change.new != nil { queue.add([.claim(change.key)]) }
                queue.add(pods.byIndex(Self.byClaim, "\(change.key)").map { .pod($0.key) })
            }
        }
        templates.onChange { [queue, pods] changes in
            for change in changes where change.new != nil {
                queue.add(pods.byIndex(Self.byTemplate, "\(change.key)").map { .pod($0.key) })
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 10, informers: [pods.base, claims.base, templates.base],
            logger: context.logger)
    }

    func reconcile(_ subject: Subject) async throws -> Duration? {
        switch subject {
        case .pod(let key): try await reconcilePod(key)
        case .claim(let key): try await reconcileClaim(key)
        }
        return nil
    }

    // MARK: Pods

    private func reconcilePod(_ key: ObjectKey) async throws {
        guard let pod = pods.get(key), !pod.metadata.isBeingDeleted, !pod.isFinished else { return }
        var made: [(entry: String, claim: String)] = []
        for entry in pod.spec.resourceClaims where !entry.resourceClaimTemplateName.isEmpty {
            do {
                if let name = try await claimName(entry, pod) { made.append((entry.name, name)) }
            } catch {
                if !(error is CancellationError) {
                    context.recorder.record(
                        .init(pod), .warning, "FailedResourceClaimCreation", "PodResourceClaim \(entry.name): \(error)")
                }
                throw error
            }
        }
        if !made.isEmpty {
            let statuses = made.map { Value.object(["name": .string($0.entry), "resourceClaimName": .string($0.claim)]) }
            let patch: Value = [
                "metadata": ["uid": .string(pod.metadata.uid)], "status": ["resourceClaimStatuses": .array(statuses)],
            ]
            try await pods.waitFor(try await context.client.patch(Pod.self, key, .strategicMerge, patch, subresource: "status"))
        }
        // The scheduler reserves what it places; whoever named the node himself has not asked it.
        guard !pod.spec.nodeName.isEmpty else { return }
        for name in DeviceClaimUse.names(of: pod) {
            guard var claim = claims.get(ObjectKey(namespace: key.namespace, name: name)), claim.status.allocation != nil,
                !claim.status.reservedFor.contains(where: { $0.uid == pod.metadata.uid })
            else { continue }
            let isGenerated = pod.status.resourceClaimStatuses.contains { $0.resourceClaimName == name }
            guard !isGenerated || claim.metadata.controllerReference?.uid == pod.metadata.uid else { continue }
            var reference = ResourceClaimConsumerReference()
            reference.resource = "pods"
            reference.name = key.name
            reference.uid = pod.metadata.uid
            claim.status.reservedFor.append(reference)
            try await claims.waitFor(try await context.client.updateStatus(claim))
        }
    }

    /// The claim made for an entry of the pod; nil when its status names it already.
    private func claimName(_ entry: PodResourceClaim, _ pod: Pod) async throws -> String? {
        if let status = pod.status.resourceClaimStatuses[named: entry.name] {
            guard !status.resourceClaimName.isEmpty else { return nil }
            let known = claims.get(ObjectKey(namespace: pod.metadata.namespace, name: status.resourceClaimName))
            if known?.metadata.controllerReference?.uid == pod.metadata.uid { return nil }
        }
        // It may have been made before the status could be written.
        let own = claims.byIndex(.owner, pod.metadata.uid).first { $0.metadata.annotations[Self.annotation] == entry.name }
        if let own { return own.metadata.name }
        let template = ObjectKey(namespace: pod.metadata.namespace, name: entry.resourceClaimTemplateName)
        guard let found = templates.get(template) else {
            throw APIError(
                code: 404, reason: .notFound,
                message:
                    "resource claim template \"\(template.name)\": resourceclaimtemplate.resource.k8s.io \"\(template.name)\" not found")
        }
        var claim = ResourceResourceClaim()
        claim.metadata.namespace = template.namespace
        claim.metadata.generateName = DeviceClaimUse.generateName(pod.metadata.name, entry.name)
        claim.metadata.labels = found.spec.metadata.labels
        claim.metadata.annotations = found.spec.metadata.annotations
        claim.metadata.annotations[Self.annotation] = entry.name
        claim.metadata.ownerReferences = [OwnerReference(controller: pod)]
        claim.spec = found.spec.spec
        let made = try await context.client.create(claim)
        try await claims.waitFor(made)
        return made.metadata.name
    }

    // MARK: Claims

    private func reconcileClaim(_ key: ObjectKey) async throws {
        guard var claim = claims.get(key) else { return }
        var remaining: [ResourceClaimConsumerReference] = []
        for reference in claim.status.reservedFor where try await isInUse(reference, key.namespace) { remaining.append(reference) }
        let isOurs = claim.metadata.finalizers.contains(Self.finalizer)
        if remaining.count < claim.status.reservedFor.count {
            claim.status.reservedFor = ViewList(remaining)
            // With its last user a claim gives its devices back.
            if remaining.isEmpty, isOurs { claim.status.allocation = nil }
            claim = try await context.client.updateStatus(claim)
            if isOurs, claim.status.allocation == nil { claim = try await unlocked(claim) }
            try await claims.waitFor(claim)
        } else if isOurs, claim.metadata.isBeingDeleted, remaining.isEmpty {
            if claim.status.allocation != nil {
                claim.status.allocation = nil
                claim = try await context.client.updateStatus(claim)
            }
            _ = try await unlocked(claim)
            return
        }
        guard remaining.isEmpty, !claim.metadata.isBeingDeleted, let owner = claim.metadata.controllerReference, owner.refersTo(Pod.self),
            let pod = pods.get(ObjectKey(namespace: key.namespace, name: owner.name)), pod.metadata.uid != owner.uid || pod.isDone
        else { return }
        var options = Client.Options()
        options.preconditionUID = claim.metadata.uid
        do {
            try await context.client.delete(ResourceResourceClaim.self, key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }

    private func unlocked(_ claim: ResourceResourceClaim) async throws -> ResourceResourceClaim {
        var claim = claim
        claim.metadata.finalizers.removeAll { $0 == Self.finalizer }
        return try await context.client.update(claim)
    }

    /// Whether what a claim is reserved for may still use it. A pod that the cache does not have is asked for: it may be very new.
    private func isInUse(_ reference: ResourceClaimConsumerReference, _ namespace: String) async throws -> Bool {
        guard reference.apiGroup.isEmpty, reference.resource == "pods" else { return true }
        let key = ObjectKey(namespace: namespace, name: reference.name)
        if let pod = pods.get(key) { return pod.metadata.uid == reference.uid && !pod.isDone }
        do {
            return try await context.client.get(Pod.self, key).metadata.uid == reference.uid
        } catch let error as APIError where error.reason == .notFound {
            return false
        }
    }
}

extension Pod {
    /// Will not use its devices any more: it has ended, or goes without ever having had a node.
    fileprivate var isDone: Bool { isFinished || (metadata.isBeingDeleted && spec.nodeName.isEmpty) }
}
