import Client
import Core
import Cryptography
import KubernetesAPI
import Reconcile
import Values

/// Asks CSI drivers, by VolumeAttachments, to attach volumes to the nodes of the pods that use them, and to take them off again.
struct VolumeAttacher: Reconciler {
    /// A volume on a node.
    struct Use: Hashable, Sendable {
        let volume: String
        let node: String
    }

    private static let byNode = InformerIndex(name: "attachedNode", of: VolumeAttachment.self) { [$0.spec.nodeName] }
    private static let byVolume = InformerIndex(name: "attachedVolume", of: VolumeAttachment.self) {
        $0.spec.source.persistentVolumeName.isEmpty ? [] : [$0.spec.source.persistentVolumeName]
    }

    let context: ControllerContext
    let pods: Informer<Pod>
    let claims: Informer<PersistentVolumeClaim>
    let volumes: Informer<PersistentVolume>
    let attachments: Informer<VolumeAttachment>
    let drivers: Informer<CSIDriver>
    let nodes: Informer<Node>
    let queue: WorkQueue<Use>

    init(context: ControllerContext) {
        self.context = context
        pods = context.informer()
        claims = context.informer()
        volumes = context.informer()
        attachments = context.informer()
        drivers = context.informer()
        nodes = context.informer()
        queue = context.queue(of: Use.self)
        pods.add(ClaimUse.index)
        attachments.add(Self.byNode)
        attachments.add(Self.byVolume)
        pods.onChange { [self] changes in
            for change in changes {
                guard ClaimUse.hasClaims(change.latest) else { continue }
                // Only what changes who uses what: where the pod is, and whether it is over.
                let (old, new) = (change.old, change.new)
                let isSame = old?.spec.nodeName == new?.spec.nodeName && old?.isFinished == new?.isFinished
                if old == nil || new == nil || !isSame { queue.add([old, new].compactMap { $0 }.flatMap(uses)) }
            }
        }
        claims.onChange { [self] changes in
            for change in changes where change.new?.status.phase == "Bound" && change.old?.status.phase != "Bound" {
                queue.add(pods.byIndex(ClaimUse.index, "\(change.key)").flatMap(uses))
            }
        }
        attachments.onChange { [self] changes in
            for change in changes {
                let spec = change.latest.spec
                guard !spec.source.persistentVolumeName.isEmpty else { continue }
                queue.add(Use(volume: spec.source.persistentVolumeName, node: spec.nodeName))
                // Who waits for the volume elsewhere may have it now.
                if change.new == nil { queue.add(users(of: spec.source.persistentVolumeName)) }
            }
        }
        nodes.onChange { [queue, attachments] changes in
            for change in changes where change.old?.status.volumesInUse != change.new?.status.volumesInUse || change.new == nil {
                queue.add(
                    attachments.byIndex(Self.byNode, change.key.name).filter { !$0.spec.source.persistentVolumeName.isEmpty }.map {
                        Use(volume: $0.spec.source.persistentVolumeName, node: change.key.name)
                    })
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 4,
            informers: [pods.base, claims.base, volumes.base, attachments.base, drivers.base, nodes.base], logger: context.logger)
    }

    // MARK: Who uses what

    private func uses(_ pod: Pod) -> [Use] {
        guard !pod.spec.nodeName.isEmpty else { return [] }
        return ClaimUse.claims(of: pod).compactMap { name, _ in
            let claim = claims.get(ObjectKey(namespace: pod.metadata.namespace, name: name))
            guard let volume = claim?.spec.volumeName, !volume.isEmpty else { return nil }
            return Use(volume: volume, node: pod.spec.nodeName)
        }
    }

    private func pods(of volume: PersistentVolume) -> [Pod] {
        guard let claim = volume.spec.claimRef else { return [] }
        return pods.byIndex(ClaimUse.index, "\(claim.namespace)/\(claim.name)").filter { !$0.spec.nodeName.isEmpty && !$0.isFinished }
    }

    private func users(of name: String) -> [Use] {
        guard let volume = volumes.get(ObjectKey(name: name)) else { return [] }
        return Set(pods(of: volume).map(\.spec.nodeName)).map { Use(volume: name, node: $0) }
    }

    /// "csi-" and the SHA-256 of what is attached where, as node agents look for it.
    static func name(handle: String, driver: String, node: String) -> String {
        "csi-" + HashAlgorithm.sha256.hexadecimal(Array((handle + driver + node).utf8))
    }

    private static func isOwn(_ name: String) -> Bool {
        let digest = name.utf8.dropFirst("csi-".utf8.count)
        return name.hasPrefix("csi-") && digest.count == 64
            && digest.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    // MARK: Attaching

    func reconcile(_ use: Use) async throws -> Duration? {
        // Those that others have made are theirs.
        let known = attachments.byIndex(Self.byNode, use.node).first {
            $0.spec.source.persistentVolumeName == use.volume && Self.isOwn($0.metadata.name)
        }
        guard let volume = volumes.get(ObjectKey(name: use.volume)), let csi = volume.spec.csi else {
            if let known { try await detach(known, use, uniqueName: nil) }
            return nil
        }
        let uniqueName = "kubernetes.io/csi/\(csi.driver)^\(csi.volumeHandle)"
        let users = pods(of: volume).filter { $0.spec.nodeName == use.node }
        let node = nodes.get(ObjectKey(name: use.node))
        guard !users.isEmpty, node != nil else {
            guard let known else { return nil }
            // The node agent says when it has let go; a node that is gone cannot.
            if node?.status.volumesInUse.contains(uniqueName) == true { return nil }
            try await detach(known, use, uniqueName: uniqueName)
            return nil
        }
        guard drivers.get(ObjectKey(name: csi.driver))?.spec.attachRequired != false else { return nil }
        guard let known else {
            guard isFree(volume, for: use, users) else { return nil }
            var attachment = VolumeAttachment()
            attachment.metadata.name = Self.name(handle: csi.volumeHandle, driver: csi.driver, node: use.node)
            attachment.spec.attacher = csi.driver
            attachment.spec.nodeName = use.node
            attachment.spec.source.persistentVolumeName = use.volume
            do {
                try await attachments.waitFor(try await context.client.create(attachment))
            } catch let error as APIError where error.reason == .alreadyExists {
                return nil
            }
            return nil
        }
        if let problem = known.status.attachError?.message, known.status.attached != true {
            for pod in users {
                context.recorder.record(
                    .init(pod), .warning, "FailedAttachVolume", "AttachVolume.Attach failed for volume \"\(use.volume)\" : \(problem)")
            }
        }
        guard known.status.attached == true, !known.metadata.isBeingDeleted else { return nil }
        if try await report(uniqueName, isAttached: true, on: use.node) {
            for pod in users {
                context.recorder.record(
                    .init(pod), .normal, "SuccessfulAttachVolume", "AttachVolume.Attach succeeded for volume \"\(use.volume)\" ")
            }
        }
        return nil
    }

    /// Whether a volume that one node at a time may have is on no other.
    private func isFree(_ volume: PersistentVolume, for use: Use, _ users: [Pod]) -> Bool {
        let isShared = volume.spec.accessModes.contains { $0 == "ReadWriteMany" || $0 == "ReadOnlyMany" }
        let others = attachments.byIndex(Self.byVolume, use.volume).filter { $0.spec.nodeName != use.node }
        guard !isShared, !others.isEmpty else { return true }
        for pod in users {
            context.recorder.record(
                .init(pod), .warning, "FailedAttachVolume",
                "Multi-Attach error for volume \"\(use.volume)\" Volume is already exclusively attached to one node and can't be attached to another"
            )
        }
        return false
    }

    private func detach(_ attachment: VolumeAttachment, _ use: Use, uniqueName: String?) async throws {
        guard !attachment.metadata.isBeingDeleted else { return }
        // First the node is told, so that nobody starts to use what goes.
        if let uniqueName { _ = try await report(uniqueName, isAttached: false, on: use.node) }
        var options = Client.Options()
        options.preconditionUID = attachment.metadata.uid
        do {
            try await context.client.delete(VolumeAttachment.self, attachment.key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return
        }
    }

    /// Writes into the node's status what is attached; answers whether that was news.
    private func report(_ uniqueName: String, isAttached: Bool, on name: String) async throws -> Bool {
        guard let node = nodes.get(ObjectKey(name: name)) else { return false }
        var attached = node.status.volumesAttached.filter { $0.name != uniqueName }
        guard isAttached == (attached.count == node.status.volumesAttached.count) else { return false }
        if isAttached { attached.append(AttachedVolume(["name": .string(uniqueName), "devicePath": ""])) }
        let patch: Value = [
            "metadata": ["resourceVersion": .string(node.metadata.resourceVersion)],
            "status": ["volumesAttached": .array(attached.map(\.raw))],
        ]
        try await nodes.waitFor(try await context.client.patch(Node.self, node.key, .merge, patch, subresource: "status"))
        return true
    }
}
