import Core
import KubernetesAPI
import Values

/// The label that names a pod's revision.
enum RevisionLabel {
    static let pod = "controller-revision-hash"
    static let statefulHash = "controller.kubernetes.io/hash"
}

/// What a stateful set's spec says, defaults included.
extension StatefulSet {
    var wanted: Int { spec.replicas ?? 1 }
    var firstOrdinal: Int { spec.ordinals?.start ?? 0 }
    /// The ordinals there should be pods for.
    var ordinals: Range<Int> { firstOrdinal..<firstOrdinal + wanted }
    /// One pod after another, each only when the one before is ready.
    var isOrdered: Bool { spec.podManagementPolicy != "Parallel" }
    var isRolling: Bool { spec.updateStrategy?.type != "OnDelete" }
    var partition: Int { spec.updateStrategy?.rollingUpdate?.partition ?? 0 }
    var minReadySeconds: Int { spec.minReadySeconds ?? 0 }

    /// How many pods an update may make unavailable at once; nil when the set does not say, and the update goes one by one.
    var maxUnavailable: Int? {
        guard let field = spec.updateStrategy?.rollingUpdate?.maxUnavailable else { return nil }
        return max(1, IntOrPercent.resolve(field, of: wanted, roundUp: false) ?? 1)
    }

    /// The ordinal in a pod's name, if it is one of this set's names.
    func ordinal(of pod: Pod) -> Int? {
        let name = pod.metadata.name
        guard let dash = name.lastIndex(of: "-"), name[..<dash] == metadata.name else { return nil }
        let digits = name[name.index(after: dash)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    // MARK: Pods and claims

    /// The pod of an ordinal by a revision's template.
    func pod(_ ordinal: Int, _ revision: ControllerRevision) -> Pod {
        var pod = Pod.from(revision.template, controlledBy: self)
        pod.metadata.generateName = ""
        pod.metadata.name = "\(metadata.name)-\(ordinal)"
        pod.metadata.labels[RevisionLabel.pod] = revision.metadata.name
        pod.spec.hostname = pod.metadata.name
        pod.spec.subdomain = spec.serviceName
        identify(&pod, ordinal)
        return pod
    }

    /// Gives a pod the labels and volumes of its ordinal.
    func identify(_ pod: inout Pod, _ ordinal: Int) {
        pod.metadata.labels["statefulset.kubernetes.io/pod-name"] = pod.metadata.name
        pod.metadata.labels["apps.kubernetes.io/pod-index"] = String(ordinal)
        guard !spec.volumeClaimTemplates.isEmpty else { return }
        let names = Set(spec.volumeClaimTemplates.map(\.metadata.name))
        var volumes = ViewList<Volume>()
        for template in spec.volumeClaimTemplates {
            var volume = Volume()
            volume.name = template.metadata.name
            volume.raw["persistentVolumeClaim"] = ["claimName": .string(claimName(template, ordinal))]
            volumes.append(volume)
        }
        pod.spec.volumes = volumes + pod.spec.volumes.filter { !names.contains($0.name) }
    }

    /// Whether a pod has the labels and volumes of its ordinal.
    func isIdentified(_ pod: Pod, _ ordinal: Int) -> Bool {
        guard pod.metadata.labels["statefulset.kubernetes.io/pod-name"] == pod.metadata.name else { return false }
        return spec.volumeClaimTemplates.allSatisfy { template in
            pod.spec.volumes.contains {
                $0.name == template.metadata.name
                    && $0.raw[path: "persistentVolumeClaim", "claimName"]?.string == claimName(template, ordinal)
            }
        }
    }

    /// The claims of an ordinal.
    func claims(_ ordinal: Int) -> [PersistentVolumeClaim] {
        spec.volumeClaimTemplates.map { template in
            var claim = PersistentVolumeClaim(template.raw)
            claim.metadata.name = claimName(template, ordinal)
            claim.metadata.namespace = metadata.namespace
            claim.metadata.labels.merge(spec.selector.matchLabels) { $1 }
            claim.raw["status"] = nil
            return claim
        }
    }

    private func claimName(_ template: PersistentVolumeClaim, _ ordinal: Int) -> String {
        "\(template.metadata.name)-\(metadata.name)-\(ordinal)"
    }
}
