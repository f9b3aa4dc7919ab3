import Core
import KubernetesAPI
import Values

/// What the scheduler needs of a pod, taken out of the object once.
package final class PodState: Sendable {
    /// A port on the node that the pod takes.
    package struct HostPort: Hashable, Sendable {
        package let address: String
        package let transport: String
        package let port: Int

        /// Whether both cannot be on one node: the same port and protocol on overlapping addresses.
        package func conflicts(with other: HostPort) -> Bool {
            port == other.port && transport == other.transport
                && (address == other.address || address == "0.0.0.0" || other.address == "0.0.0.0")
        }
    }

    /// A volume that may be attached once, or by readers only (GCE disks, EBS, iSCSI, RBD).
    package struct Disk: Hashable, Sendable {
        package let identity: String
        package let isReadOnly: Bool
        /// Whether several readers may share it.
        package let isShareable: Bool

        package init?(_ volume: Volume) {
            if let disk = volume.gcePersistentDisk {
                (identity, isReadOnly, isShareable) = ("gce/\(disk.pdName)", disk.readOnly ?? false, true)
            } else if let disk = volume.awsElasticBlockStore {
                (identity, isReadOnly, isShareable) = ("ebs/\(disk.volumeID)", disk.readOnly ?? false, false)
            } else if let disk = volume.iscsi {
                (identity, isReadOnly, isShareable) = ("iscsi/\(disk.iqn)", disk.readOnly ?? false, true)
            } else if let disk = volume.rbd {
                let monitors = disk.monitors.joined(separator: ",")
                (identity, isReadOnly, isShareable) = ("rbd/\(monitors)/\(disk.pool)/\(disk.image)", disk.readOnly ?? false, true)
            } else {
                return nil
            }
        }

        package func conflicts(with other: Disk) -> Bool {
            identity == other.identity && !(isShareable && isReadOnly && other.isReadOnly)
        }
    }

    /// One `topologySpreadConstraints` entry.
    package struct SpreadConstraint: Sendable {
        package let maxSkew: Int
        package let topologyKey: String
        package let isHard: Bool
        package let selector: CompiledSelector
        package let minDomains: Int
        package let honoursAffinity: Bool
        package let honoursTaints: Bool
    }

    /// One term of pod affinity or anti-affinity; `weight` is 0 for required ones.
    package struct AffinityTerm: Hashable, Sendable {
        package let weight: Int64
        package let topologyKey: String
        package let selector: CompiledSelector
        package let namespaces: Set<String>
        /// Set when the term chooses namespaces by label: nil means only by name.
        package let namespaceSelector: CompiledSelector?

        package func matches(_ pod: PodState, namespaceLabels: (String) -> [String: String]) -> Bool {
            matches(pod.group, namespaceLabels: namespaceLabels)
        }

        package func matches(_ group: LabelGroup, namespaceLabels: (String) -> [String: String]) -> Bool {
            let isNamespaceChosen =
                namespaces.contains(group.namespace) || (namespaceSelector?.matches(namespaceLabels(group.namespace)) ?? false)
            return isNamespaceChosen && selector.matches(group.labels)
        }
    }

    /// A resource claim that the pod names in its spec.
    package struct ClaimReference: Hashable, Sendable {
        /// The claim; nil: it was not made yet, or is not needed.
        package let key: ObjectKey?
        /// It is made for the pod, and must belong to it.
        package let isGenerated: Bool
        package let isNotNeeded: Bool
    }

    package let key: ObjectKey
    package let uid: String
    package let labels: [String: String]
    package let priority: Int
    package let schedulerName: String
    package let nodeName: String
    package let isTerminating: Bool
    package let isGated: Bool
    package let creation: String
    package let generation: Int?
    let spec: Value

    package let requests: ResourceAmounts
    /// Requests with upstream's floor of 100m and 200 MiB a container, for least-allocated scoring.
    package let scoringRequests: ResourceAmounts
    /// The same without regard to what the pod as a whole asks for: so upstream's NodeResourcesFit ranks nodes for the pod.
    package let containerRequests: ResourceAmounts
    package let hostPorts: [HostPort]
    package let nodeSelector: [Requirement]
    /// nil when the pod has no required node affinity; otherwise one term must match.
    package let requiredNodeTerms: [NodeTerm]?
    /// The names of nodes that the required terms allow, when every term has some (as DaemonSets' pods do); nil: not by name.
    package let namedNodes: Set<String>?
    package let preferredNodeTerms: [(weight: Int64, term: NodeTerm)]
    package let tolerations: [Toleration]
    package let spreadConstraints: [SpreadConstraint]
    /// What it asks of the pods near it; nil: nothing.
    package let affinity: AffinityGroup?
    /// Of containers and volumes.
    package let images: [String]
    package let containerCount: Int
    /// Its controller, of the kinds that have several pods alike.
    package let owner: SiblingSelectors.Owner?
    package let group: LabelGroup
    /// The persistent volume claims it uses, those of ephemeral volumes included.
    package let claims: [ObjectKey]
    /// Volumes of the kinds that only one pod may write to.
    package let disks: [Disk]
    /// The claims for devices.
    package let resourceClaims: [ClaimReference]
    /// Whether it may make others leave: `preemptionPolicy` is not Never.
    package let mayPreempt: Bool
    /// Where it was promised a place.
    package let nominatedNode: String
    /// The PodGroup it names.
    package let podGroup: ObjectKey?
    /// When it started, as far as it was known when this was read; empty: it has not.
    package let startTime: String
    /// What it asks nodes to be able to do (`status.declaredFeatures` of a node).
    package let requiredFeatures: Set<String>
    /// Whether it is going because a more important pod asked for its place.
    package let isPreempted: Bool

    /// The PodGroup that a pod names.
    package static func podGroup(of pod: Pod) -> ObjectKey? {
        guard let name = pod.raw[path: "spec", "schedulingGroup", "podGroupName"]?.string, !name.isEmpty else { return nil }
        return ObjectKey(namespace: pod.metadata.namespace, name: name)
    }

    package init(_ pod: Pod) {
        let spec = pod.spec
        key = ObjectKey(namespace: pod.metadata.namespace, name: pod.metadata.name)
        uid = pod.metadata.uid
        labels = pod.metadata.labels
        priority = spec.priority ?? 0
        schedulerName = spec.schedulerName.isEmpty ? "default-scheduler" : spec.schedulerName
        nodeName = spec.nodeName
        isTerminating = !pod.metadata.deletionTimestamp.isEmpty
        isGated = !spec.schedulingGates.isEmpty
        creation = pod.metadata.creationTimestamp
        generation = pod.metadata.generation
        let counted = EffectiveResources.spec(of: pod)
        self.spec = counted.raw
        requests = .requested(by: counted)
        var floor = ResourceAmounts()
        floor.milliCPU = 100
        floor.memory = 200 << 20
        if counted.resources?.requests.isEmpty ?? true {
            scoringRequests = .requested(by: counted, floor: floor)
            containerRequests = scoringRequests
        } else {
            containerRequests = .requested(by: counted, floor: floor, wholePod: false)
            // What the pod as a whole asks for stands for containers that say nothing.
            if requests.milliCPU > 0 { floor.milliCPU = 0 }
            if requests.memory > 0 { floor.memory = 0 }
            scoringRequests = .requested(by: counted, floor: floor)
        }
        hostPorts = Self.hostPorts(of: spec)
        nodeSelector = spec.nodeSelector.map { .isIn($0.key, [$0.value]) }
        let nodeAffinity = spec.affinity?.nodeAffinity
        requiredNodeTerms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution.map { $0.nodeSelectorTerms.map(NodeTerm.init) }
        namedNodes = nodeAffinity.flatMap { Self.names($0.requiredDuringSchedulingIgnoredDuringExecution) }
        preferredNodeTerms = (nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution.values ?? []).map {
            let preferred = PreferredSchedulingTerm($0)
            return (Int64(preferred.weight), NodeTerm(preferred.preference))
        }
        tolerations = spec.tolerations.values.map { Toleration($0) }
        let podLabels = labels
        spreadConstraints = spec.topologySpreadConstraints.values.map {
            SpreadConstraint(TopologySpreadConstraint($0), podLabels: podLabels)
        }
        let namespace = key.namespace
        affinity = spec.affinity.flatMap { AffinityGroup($0, namespace: namespace, podLabels: podLabels) }
        let containerImages = (spec.initContainers.values + spec.containers.values).map {
            ImageLocality.normalized($0["image"]?.string ?? "")
        }
        containerCount = containerImages.count
        let volumes = spec.volumes.values
        images =
            containerImages
            + volumes.compactMap { $0.optionalChild("image") }.map { ImageLocality.normalized($0["reference"]?.string ?? "") }
        owner = Self.owner(of: pod)
        group = LabelGroup(namespace: namespace, labels: labels, isTerminating: isTerminating)
        let podName = key.name
        claims = volumes.compactMap { volume in
            if let claim = volume.optionalChild("persistentVolumeClaim") {
                return ObjectKey(namespace: namespace, name: claim["claimName"]?.string ?? "")
            }
            guard volume.optionalChild("ephemeral") != nil else { return nil }
            return ObjectKey(namespace: namespace, name: "\(podName)-\(volume["name"]?.string ?? "")")
        }
        disks = volumes.compactMap { Disk(Volume($0)) }
        resourceClaims = spec.resourceClaims.values.map { ClaimReference(PodResourceClaim($0), pod) }
        mayPreempt = spec.preemptionPolicy != "Never"
        nominatedNode = pod.status.nominatedNodeName
        podGroup = Self.podGroup(of: pod)
        startTime = pod.status.startTime
        requiredFeatures = NodeDeclaredFeatures.required(by: spec)
        isPreempted =
            isTerminating
            && pod.status.conditions.contains {
                $0.type == "DisruptionTarget" && $0.status == "True" && $0.reason == "PreemptionByScheduler"
            }
    }

    private static func hostPorts(of spec: PodSpec) -> [HostPort] {
        let sidecars = spec.initContainers.values.filter { $0["restartPolicy"]?.string == "Always" }
        var found: [HostPort] = []
        for container in spec.containers.values + sidecars {
            for port in container["ports"]?.array ?? [] {
                let port = ContainerPort(port)
                guard let number = port.hostPort, number > 0 else { continue }
                found.append(
                    HostPort(
                        address: port.hostIP.isEmpty ? "0.0.0.0" : port.hostIP,
                        transport: port.protocol.isEmpty ? "TCP" : port.protocol, port: number))
            }
        }
        return found
    }

    private static func owner(of pod: Pod) -> SiblingSelectors.Owner? {
        for reference in pod.metadata.ownerReferences.values where reference["controller"]?.bool == true {
            let reference = OwnerReference(reference)
            guard ["ReplicaSet", "ReplicationController", "StatefulSet"].contains(reference.kind) else { return nil }
            return SiblingSelectors.Owner(
                kind: reference.kind, key: ObjectKey(namespace: pod.metadata.namespace, name: reference.name))
        }
        return nil
    }

    private static func names(_ selector: NodeSelector?) -> Set<String>? {
        guard let selector, !selector.nodeSelectorTerms.isEmpty else { return nil }
        var names: Set<String> = []
        for term in selector.nodeSelectorTerms {
            let lists = term.matchFields.filter { $0.key == "metadata.name" && $0.operator == "In" }.map { Set($0.values) }
            guard let first = lists.first else { return nil }
            names.formUnion(lists.dropFirst().reduce(first) { $0.intersection($1) })
        }
        return names
    }

    /// Whether nothing that counts on a node differs from an object of the same uid.
    package func isSame(as pod: Pod) -> Bool {
        isTerminating == !pod.metadata.deletionTimestamp.isEmpty && generation == pod.metadata.generation && labels == pod.metadata.labels
            && requestsTheSame(EffectiveResources.spec(of: pod))
    }

    private func requestsTheSame(_ other: PodSpec) -> Bool {
        // A binding leaves all of these what they were, mostly even in memory.
        func isShared(_ part: String) -> Bool {
            guard let here = spec[part], let there = other.raw[part] else { return spec[part] == nil && other.raw[part] == nil }
            return here.isIdentical(to: there)
        }
        if isShared("containers"), isShared("initContainers"), isShared("resources"), isShared("overhead") { return true }
        return requests == .requested(by: other)
    }

    /// Whether another version of the pod, not bound either, may fit where this one did not: its spec or labels differ.
    package func asksTheSame(as other: PodState) -> Bool {
        labels == other.labels && isGated == other.isGated && isTerminating == other.isTerminating
            && resourceClaims == other.resourceClaims && spec == other.spec
    }

    /// Whether devices may have to be found for it: for its claims, or for resources that a device class may stand behind.
    package var mayNeedDevices: Bool { !resourceClaims.isEmpty || !requests.scalars.isEmpty }

    /// Whether the pod has no node selector and no required node affinity.
    package var acceptsEveryNode: Bool { nodeSelector.isEmpty && requiredNodeTerms == nil }

    /// Whether the pod's node selector and required node affinity accept a node.
    package func acceptsByAffinity(_ node: NodeState) -> Bool {
        guard nodeSelector.allSatisfy({ $0.matches(node.labels) }) else { return false }
        guard let requiredNodeTerms else { return true }
        return requiredNodeTerms.contains { $0.matches(node) }
    }

    /// The first taint with one of the given effects that the pod does not tolerate.
    package func untolerated(on node: NodeState, effects: Set<String>) -> Taint? {
        node.taints.first { taint in effects.contains(taint.effect) && !tolerations.contains { $0.tolerates(taint) } }
    }
}

extension PodState.ClaimReference {
    /// A claim made from a template has its name in the pod's status.
    init(_ claim: PodResourceClaim, _ pod: Pod) {
        let namespace = pod.metadata.namespace
        if !claim.resourceClaimName.isEmpty {
            self.init(key: ObjectKey(namespace: namespace, name: claim.resourceClaimName), isGenerated: false, isNotNeeded: false)
            return
        }
        let status = pod.status.resourceClaimStatuses[named: claim.name]
        let name = status?.resourceClaimName ?? ""
        self.init(
            key: name.isEmpty ? nil : ObjectKey(namespace: namespace, name: name), isGenerated: true,
            isNotNeeded: status != nil && name.isEmpty)
    }
}

extension PodState.SpreadConstraint {
    package init(_ constraint: TopologySpreadConstraint, podLabels: [String: String]) {
        let matching = constraint.matchLabelKeys.compactMap { key in podLabels[key].map { Requirement.isIn(key, [$0]) } }
        self.init(
            maxSkew: constraint.maxSkew, topologyKey: constraint.topologyKey,
            isHard: constraint.whenUnsatisfiable != "ScheduleAnyway",
            selector: CompiledSelector(requirements: CompiledSelector(constraint.labelSelector).requirements + matching),
            minDomains: constraint.minDomains ?? 1,
            honoursAffinity: constraint.nodeAffinityPolicy != "Ignore", honoursTaints: constraint.nodeTaintsPolicy == "Honor")
    }
}

extension PodState.AffinityTerm {
    package init(_ term: PodAffinityTerm, weight: Int64, namespace: String, podLabels: [String: String]) {
        let matching = term.matchLabelKeys.compactMap { key in podLabels[key].map { Requirement.isIn(key, [$0]) } }
        let mismatching = term.mismatchLabelKeys.compactMap { key in podLabels[key].map { Requirement.notIn(key, [$0]) } }
        let selectsNamespaces = term.namespaceSelector != nil
        self.init(
            weight: weight, topologyKey: term.topologyKey,
            selector: CompiledSelector(requirements: CompiledSelector(term.labelSelector).requirements + matching + mismatching),
            namespaces: term.namespaces.isEmpty && !selectsNamespaces ? [namespace] : Set(term.namespaces),
            namespaceSelector: term.namespaceSelector.map { CompiledSelector($0) })
    }
}

extension Toleration {
    /// Whether this toleration covers a taint (`ToleratesTaint`).
    package func tolerates(_ taint: Taint) -> Bool {
        guard effect.isEmpty || effect == taint.effect, key.isEmpty || key == taint.key else { return false }
        switch self.operator {
        case "", "Equal": return value == taint.value
        case "Exists": return true
        case "Gt": return compare(with: taint) { $0 > $1 }
        case "Lt": return compare(with: taint) { $0 < $1 }
        default: return false
        }
    }

    private func compare(with taint: Taint, _ order: (Int64, Int64) -> Bool) -> Bool {
        guard let mine = Int64(value), let theirs = Int64(taint.value) else { return false }
        return order(theirs, mine)
    }
}
