import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Binds claims to volumes, has volumes made for claims of a storage class, and takes back volumes whose claim is gone.
struct VolumeBinder: Reconciler {
    enum Key: Hashable, Sendable {
        case claim(ObjectKey)
        case volume(ObjectKey)
    }

    let context: ControllerContext
    let local: (any LocalVolumeStorage)?
    let claims: Informer<PersistentVolumeClaim>
    let volumes: Informer<PersistentVolume>
    let classes: Informer<StorageClass>
    let pods: Informer<Pod>
    let nodes: Informer<Node>
    let queue: WorkQueue<Key>

    init(context: ControllerContext, local: (any LocalVolumeStorage)?) {
        self.context = context
        self.local = local
        claims = context.informer()
        volumes = context.informer()
        classes = context.informer()
        pods = context.informer()
        nodes = context.informer()
        queue = context.queue(of: Key.self)
        pods.add(ClaimUse.index)
        claims.onChange { [self] changes in
            for change in changes {
                queue.add(.claim(change.key))
                let volume = change.latest.spec.volumeName
                if !volume.isEmpty { queue.add(.volume(ObjectKey(name: volume))) }
            }
        }
        volumes.onChange { [self] changes in
            for change in changes {
                queue.add(.volume(change.key))
                if let claim = change.latest.spec.claimRef { queue.add(.claim(ObjectKey(namespace: claim.namespace, name: claim.name))) }
            }
            // A volume that is free may suit any claim that waits.
            if changes.contains(where: { $0.new?.status.phase == "Available" && $0.old?.status.phase != "Available" }) { wakeWaiting() }
        }
        classes.onChange { [self] _ in wakeWaiting() }
        pods.onChange { [self] changes in
            // A pod that was placed says where its claims' volumes are to be.
            for change in changes {
                guard let pod = change.new, ClaimUse.hasClaims(pod), !pod.spec.nodeName.isEmpty, change.old?.spec.nodeName.isEmpty ?? true
                else { continue }
                queue.add(ClaimUse.claims(of: pod).map { .claim(ObjectKey(namespace: change.key.namespace, name: $0.name)) })
            }
        }
    }

    var loop: Controller<Self> {
        // One worker: two claims must not take one volume.
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 1,
            informers: [claims.base, volumes.base, classes.base, pods.base, nodes.base], logger: context.logger)
    }

    private func wakeWaiting() { queue.add(claims.list().filter { !$0.isBindCompleted }.map { .claim($0.key) }) }

    func reconcile(_ key: Key) async throws -> Duration? {
        do {
            switch key {
            case .claim(let key): if let claim = claims.get(key) { try await reconcile(claim) }
            case .volume(let key): if let volume = volumes.get(key) { try await reconcile(volume) }
            }
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }

    private func tell<K: Kind>(_ object: K, _ type: EventRecorder.EventType, _ reason: String, _ message: String) {
        context.recorder.record(object, type, reason, message)
    }

    // MARK: Claims

    private func reconcile(_ claim: PersistentVolumeClaim) async throws {
        if claim.isBindCompleted { return try await checkBound(claim) }
        guard !claim.metadata.isBeingDeleted else { return }
        if !claim.spec.volumeName.isEmpty {
            // Somebody chose its volume.
            guard let volume = volumes.get(ObjectKey(name: claim.spec.volumeName)) else { return }
            if volume.spec.claimRef == nil || volume.isMeant(for: claim) {
                try await bind(claim, to: volume)
            } else {
                tell(claim, .warning, "FailedBinding", "volume \"\(volume.metadata.name)\" already bound to a different claim.")
            }
            return
        }
        let storageClass = claim.className.isEmpty ? nil : classes.get(ObjectKey(name: claim.className))
        let node = node(for: claim)
        let waits = storageClass?.volumeBindingMode == "WaitForFirstConsumer" && node == nil
        let candidate = VolumeMatch.best(for: claim, among: volumes.list(), node: node)
        if let candidate, !waits || candidate.spec.claimRef != nil { return try await bind(claim, to: candidate) }
        if waits {
            tell(claim, .normal, "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
        } else if let storageClass {
            try await provision(claim, storageClass, node)
        } else if claim.className.isEmpty {
            tell(
                claim, .normal, "FailedBinding", "no persistent volumes available for this claim and no storage class is set")
        } else {
            tell(claim, .warning, "ProvisioningFailed", "storageclass.storage.k8s.io \"\(claim.className)\" not found")
        }
    }

    /// Where the claim's volume is to be: as the scheduler says, or where a pod that uses it is.
    private func node(for claim: PersistentVolumeClaim) -> Node? {
        let users = pods.byIndex(ClaimUse.index, "\(claim.key)").filter { $0.isActive && !$0.spec.nodeName.isEmpty }
        let name = claim.metadata.annotations[VolumeAnnotation.selectedNode] ?? users.map(\.spec.nodeName).min()
        return name.flatMap { nodes.get(ObjectKey(name: $0)) }
    }

    private func bind(_ claim: PersistentVolumeClaim, to found: PersistentVolume) async throws {
        var volume = found
        let wasKept = volume.spec.claimRef != nil
        if volume.spec.claimRef?.uid != claim.metadata.uid {
            volume.raw["spec"]?["claimRef"] = [
                "kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": .string(claim.metadata.namespace),
                "name": .string(claim.metadata.name), "uid": .string(claim.metadata.uid),
                "resourceVersion": .string(claim.metadata.resourceVersion),
            ]
            if !wasKept { volume.metadata.annotations[VolumeAnnotation.boundByController] = "yes" }
            volume = try await context.client.update(volume)
            try await volumes.waitFor(volume)
        }
        try await setPhase(of: volume, "Bound")
        var bound = claim
        if bound.spec.volumeName.isEmpty { bound.metadata.annotations[VolumeAnnotation.boundByController] = "yes" }
        bound.spec.volumeName = volume.metadata.name
        bound.metadata.annotations[VolumeAnnotation.bindCompleted] = "yes"
        bound = try await context.client.update(bound)
        try await claims.waitFor(bound)
        try await setBound(bound, volume)
    }

    private func setBound(_ claim: PersistentVolumeClaim, _ volume: PersistentVolume) async throws {
        var changed = claim
        changed.status.phase = "Bound"
        changed.status.accessModes = volume.spec.accessModes
        changed.status.capacity = volume.spec.capacity
        guard changed.status != claim.status else { return }
        try await claims.waitFor(try await context.client.updateStatus(changed))
    }

    private func checkBound(_ claim: PersistentVolumeClaim) async throws {
        guard !claim.spec.volumeName.isEmpty, let volume = volumes.get(ObjectKey(name: claim.spec.volumeName)) else {
            return try await lose(
                claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
        }
        guard volume.spec.claimRef == nil || volume.isMeant(for: claim) else {
            return try await lose(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly")
        }
        if volume.spec.claimRef?.uid == claim.metadata.uid {
            try await setPhase(of: volume, "Bound")
            try await setBound(claim, volume)
        } else {
            try await bind(claim, to: volume)
        }
    }

    private func lose(_ claim: PersistentVolumeClaim, _ reason: String, _ message: String) async throws {
        guard claim.status.phase != "Lost" else { return }
        var changed = claim
        changed.status.phase = "Lost"
        try await claims.waitFor(try await context.client.updateStatus(changed))
        tell(claim, .warning, reason, message)
    }

    // MARK: Provisioning

    private func provision(_ claim: PersistentVolumeClaim, _ storageClass: StorageClass, _ node: Node?) async throws {
        guard storageClass.provisioner == LocalPathClass.provisioner, let local else {
            return try await leave(claim, to: storageClass.provisioner)
        }
        guard let node else {
            return tell(
                claim, .warning, "ProvisioningFailed",
                "failed to provision volume with StorageClass \"\(claim.className)\": the class must have volumeBindingMode WaitForFirstConsumer"
            )
        }
        guard claim.mode == "Filesystem" else {
            return tell(
                claim, .warning, "ProvisioningFailed",
                "failed to provision volume with StorageClass \"\(claim.className)\": it has no volumes of mode \(claim.mode)")
        }
        let name = "pvc-\(claim.metadata.uid)"
        let path = "\(local.root)/\(name)_\(claim.metadata.namespace)_\(claim.metadata.name)"
        let volume = localVolume(name, path, for: claim, storageClass, on: node)
        do {
            try await local.create(path, on: node.metadata.name)
            try await volumes.waitFor(try await context.client.create(volume))
        } catch let error as APIError where error.reason == .alreadyExists {
            throw error
        } catch {
            tell(
                claim, .warning, "ProvisioningFailed", "failed to provision volume with StorageClass \"\(claim.className)\": \(error)")
            throw error
        }
        tell(claim, .normal, "ProvisioningSucceeded", "Successfully provisioned volume \(name)")
        queue.add(.claim(claim.key))
    }

    private func localVolume(
        _ name: String, _ path: String, for claim: PersistentVolumeClaim, _ storageClass: StorageClass, on node: Node
    ) -> PersistentVolume {
        let hostname = node.metadata.labels["kubernetes.io/hostname"] ?? node.metadata.name
        var volume = PersistentVolume()
        volume.metadata.name = name
        volume.metadata.annotations[VolumeAnnotation.provisionedBy] = LocalPathClass.provisioner
        volume.raw["spec"] = [
            "capacity": ["storage": .string("\(claim.request)")], "accessModes": .array(claim.spec.accessModes.map(Value.string)),
            "hostPath": ["path": .string(path), "type": "DirectoryOrCreate"], "storageClassName": .string(claim.className),
            "persistentVolumeReclaimPolicy": .string(storageClass.reclaimPolicy.isEmpty ? "Delete" : storageClass.reclaimPolicy),
            "volumeMode": "Filesystem",
            "claimRef": [
                "kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": .string(claim.metadata.namespace),
                "name": .string(claim.metadata.name), "uid": .string(claim.metadata.uid),
            ],
            "nodeAffinity": [
                "required": [
                    "nodeSelectorTerms": [
                        ["matchExpressions": [["key": "kubernetes.io/hostname", "operator": "In", "values": [.string(hostname)]]]]
                    ]
                ]
            ],
        ]
        return volume
    }

    /// Tells the provisioner of another class that a volume is wanted.
    private func leave(_ claim: PersistentVolumeClaim, to provisioner: String) async throws {
        var changed = claim
        for annotation in VolumeAnnotation.provisioners { changed.metadata.annotations[annotation] = provisioner }
        if changed != claim { try await claims.waitFor(try await context.client.update(changed)) }
        tell(
            claim, .normal, "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner '\(provisioner)' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."
        )
    }

    // MARK: Volumes

    private func reconcile(_ volume: PersistentVolume) async throws {
        guard let reference = volume.spec.claimRef, !reference.uid.isEmpty else { return try await setPhase(of: volume, "Available") }
        let key = ObjectKey(namespace: reference.namespace, name: reference.name)
        var claim = claims.get(key)
        if claim?.metadata.uid != reference.uid, volume.status.phase != "Released", volume.status.phase != "Failed" {
            // The cache may be behind: a volume given away by mistake is data lost.
            do {
                claim = try await context.client.get(PersistentVolumeClaim.self, key)
            } catch let error as APIError where error.reason == .notFound {
                claim = nil
            }
        }
        guard let claim, claim.metadata.uid == reference.uid else {
            try await setPhase(of: volume, "Released")
            return try await reclaim(volume)
        }
        if claim.spec.volumeName == volume.metadata.name {
            try await setPhase(of: volume, "Bound")
        } else if claim.spec.volumeName.isEmpty {
            queue.add(.claim(claim.key))
        } else if volume.metadata.annotations[VolumeAnnotation.boundByController] != nil {
            // The claim went to another volume meanwhile.
            var free = volume
            free.raw["spec"]?["claimRef"] = nil
            free.metadata.annotations[VolumeAnnotation.boundByController] = nil
            let written = try await context.client.update(free)
            try await volumes.waitFor(written)
            try await setPhase(of: written, "Available")
        } else if volume.metadata.annotations[VolumeAnnotation.provisionedBy] == LocalPathClass.provisioner {
            try await setPhase(of: volume, "Released")
            try await reclaim(volume)
        }
    }

    /// Deletes a volume of ours that nobody claims any more, data first. Those of others are for their provisioners.
    private func reclaim(_ volume: PersistentVolume) async throws {
        guard volume.spec.persistentVolumeReclaimPolicy == "Delete", !volume.metadata.isBeingDeleted, let local,
            volume.metadata.annotations[VolumeAnnotation.provisionedBy] == LocalPathClass.provisioner,
            let path = volume.spec.hostPath?.path, path.hasPrefix("\(local.root)/pvc-")
        else { return }
        let terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
        do {
            try await local.remove(path, on: terms.first?.matchExpressions.first?.values.first ?? "")
        } catch {
            tell(volume, .warning, "VolumeFailedDelete", "\(error)")
            try await setPhase(of: volume, "Failed", message: "\(error)")
            throw error
        }
        var options = Client.Options()
        options.preconditionUID = volume.metadata.uid
        try await context.client.delete(PersistentVolume.self, volume.key, options: options)
    }

    private func setPhase(of volume: PersistentVolume, _ phase: String, message: String = "") async throws {
        let newest = volumes.get(volume.key) ?? volume
        guard newest.status.phase != phase || newest.status.message != message else { return }
        var changed = newest
        changed.status.phase = phase
        changed.status.message = message
        try await volumes.waitFor(try await context.client.updateStatus(changed))
    }
}
