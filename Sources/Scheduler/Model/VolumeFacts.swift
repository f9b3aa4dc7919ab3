import Core
import KubernetesAPI

/// What the scheduler knows of claims, volumes, classes and drivers.
package struct VolumeFacts {
    package struct Claim: Sendable {
        package let key: ObjectKey
        package let volumeName: String
        package let className: String
        /// The volume controller has finished binding it.
        package let isBound: Bool
        package let isDeleting: Bool
        package let bytes: Int64
        package let modes: Set<String>
        package let volumeMode: String
        package let selector: CompiledSelector?
        /// The node it is already being provisioned for; empty: none.
        package let selectedNode: String

        package init(_ claim: PersistentVolumeClaim) {
            let (metadata, spec) = (claim.metadata, claim.spec)
            key = ObjectKey(namespace: metadata.namespace, name: metadata.name)
            volumeName = spec.volumeName
            className =
                spec.storageClassName.isEmpty
                ? metadata.annotations["volume.beta.kubernetes.io/storage-class"] ?? "" : spec.storageClassName
            isBound = !spec.volumeName.isEmpty && metadata.annotations["pv.kubernetes.io/bind-completed"] != nil
            isDeleting = !metadata.deletionTimestamp.isEmpty
            bytes = spec.resources?.requests["storage"].flatMap { Quantity($0) }?.value ?? 0
            modes = Set(spec.accessModes)
            volumeMode = spec.volumeMode.isEmpty ? "Filesystem" : spec.volumeMode
            selector = spec.selector.map { CompiledSelector($0) }
            selectedNode = metadata.annotations["volume.kubernetes.io/selected-node"] ?? ""
        }
    }

    package struct Volume: Sendable {
        package let name: String
        package let className: String
        package var claim: ObjectKey?
        package let isUsable: Bool
        package let bytes: Int64
        package let modes: Set<String>
        package let volumeMode: String
        package let labels: [String: String]
        /// nil: every node reaches it.
        package let nodeTerms: [NodeTerm]?
        package let driver: String
        package let handle: String

        package init(_ volume: PersistentVolume) {
            let (metadata, spec) = (volume.metadata, volume.spec)
            name = metadata.name
            className = spec.storageClassName
            claim = spec.claimRef.map { ObjectKey(namespace: $0.namespace, name: $0.name) }
            isUsable = metadata.deletionTimestamp.isEmpty && ["", "Available", "Pending"].contains(volume.status.phase)
            bytes = spec.capacity["storage"].flatMap { Quantity($0) }?.value ?? 0
            modes = Set(spec.accessModes)
            volumeMode = spec.volumeMode.isEmpty ? "Filesystem" : spec.volumeMode
            labels = metadata.labels
            nodeTerms = spec.nodeAffinity?.required.map { $0.nodeSelectorTerms.map(NodeTerm.init) }
            driver = spec.csi?.driver ?? ""
            handle = spec.csi?.volumeHandle ?? ""
        }

        package func isReached(from node: NodeState) -> Bool { nodeTerms?.contains { $0.matches(node) } ?? true }
    }

    package struct Class: Sendable {
        package let provisioner: String
        package let waitsForConsumer: Bool
        /// One of these must hold of a node; empty: any node will do.
        package let topologies: [[Requirement]]

        package init(_ storageClass: StorageClass) {
            provisioner = storageClass.provisioner
            waitsForConsumer = storageClass.volumeBindingMode == "WaitForFirstConsumer"
            topologies = storageClass.allowedTopologies.map { term in
                term.matchLabelExpressions.map { .isIn($0.key, Set($0.values)) }
            }
        }
    }

    /// How much room a driver has for volumes of a class on some nodes (CSIStorageCapacity).
    package struct Capacity: Sendable {
        let className: String
        let bytes: Int64
        /// nil: no node reaches it.
        let nodes: CompiledSelector?

        package init(_ capacity: CSIStorageCapacity) {
            className = capacity.storageClassName
            // The largest volume is more exact, where it is told.
            let text = capacity.maximumVolumeSize.isEmpty ? capacity.capacity : capacity.maximumVolumeSize
            bytes = Quantity(text)?.value ?? -1
            nodes = capacity.nodeTopology.map { CompiledSelector($0) }
        }
    }

    package var claims: [ObjectKey: Claim] = [:]
    /// CSI drivers that tell how much room they have, and what they told.
    package var tellingDrivers: Set<String> = []
    package var capacities: [ObjectKey: Capacity] = [:]
    package var volumes: [String: Volume] = [:]
    package var classes: [String: Class] = [:]
    /// How many volumes of each driver a node takes.
    package var limits: [String: [String: Int]] = [:]
    /// Volumes promised to claims by decisions that are not written yet.
    package var promised: [String: ObjectKey] = [:]

    package init() {}

    /// What must be written before a pod with unbound claims goes to a node.
    package enum Decision: Equatable, Sendable {
        /// This volume is for this claim.
        case bind(claim: ObjectKey, volume: String)
        /// A volume is to be made for this claim where the node can reach it.
        case provision(claim: ObjectKey)
    }

    /// Why a node will not do for claims that wait for their consumer.
    package enum Obstacle: String, Error {
        case nothingToBind = "node(s) didn't find available persistent volumes to bind"
        case noRoom = "node(s) did not have enough free storage"
    }

    /// Whether there is room for a claim's volume, as far as its driver tells.
    private func hasRoom(for claim: Claim, of driver: String, on node: NodeState) -> Bool {
        guard claim.bytes > 0, tellingDrivers.contains(driver) else { return true }
        return capacities.values.contains {
            $0.className == claim.className && $0.bytes >= claim.bytes && $0.nodes?.matches(node.labels) == true
        }
    }

    /// What to do about claims that wait for their consumer.
    package func decide(_ waiting: [Claim], on node: NodeState) -> Result<[Decision], Obstacle> {
        var taken: Set<String> = []
        var decisions: [Decision] = []
        for claim in waiting {
            if !claim.selectedNode.isEmpty {
                guard claim.selectedNode == node.name else { return .failure(.nothingToBind) }
                decisions.append(.provision(claim: claim.key))
            } else if let volume = bestVolume(for: claim, on: node, besides: taken) {
                taken.insert(volume)
                decisions.append(.bind(claim: claim.key, volume: volume))
            } else {
                guard let storageClass = classes[claim.className], storageClass.provisioner != "kubernetes.io/no-provisioner" else {
                    return .failure(.nothingToBind)
                }
                let isAllowed =
                    storageClass.topologies.isEmpty
                    || storageClass.topologies.contains { $0.allSatisfy { $0.matches(node.labels) } }
                guard isAllowed else { return .failure(.nothingToBind) }
                guard hasRoom(for: claim, of: storageClass.provisioner, on: node) else { return .failure(.noRoom) }
                decisions.append(.provision(claim: claim.key))
            }
        }
        return .success(decisions)
    }

    /// The smallest volume that suffices; one that names the claim already comes first.
    private func bestVolume(for claim: Claim, on node: NodeState, besides taken: Set<String>) -> String? {
        var best: Volume?
        for volume in volumes.values where !taken.contains(volume.name) && volume.className == claim.className {
            if let owner = promised[volume.name] ?? volume.claim, owner != claim.key { continue }
            guard volume.isUsable, volume.bytes >= claim.bytes, claim.modes.isSubset(of: volume.modes),
                volume.volumeMode == claim.volumeMode, claim.selector?.matches(volume.labels) ?? true, volume.isReached(from: node)
            else { continue }
            if volume.claim == claim.key { return volume.name }
            if let known = best, (known.bytes, known.name) <= (volume.bytes, volume.name) { continue }
            best = volume
        }
        return best?.name
    }
}
