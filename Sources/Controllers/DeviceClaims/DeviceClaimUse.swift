import KubernetesAPI

/// Which claims for devices pods use. Pure.
enum DeviceClaimUse {
    /// How much of a generated name is left for what it is made of.
    private static let longestBase = 57

    /// The names of the claims that a pod names, or that were made for it: the scheduler makes the last for extended resources.
    static func names(of pod: Pod) -> [String] {
        var names = pod.spec.resourceClaims.isEmpty ? [] : named(by: pod)
        if let extended = pod.status.extendedResourceClaimStatus?.resourceClaimName, !extended.isEmpty { names.append(extended) }
        return names
    }

    private static func named(by pod: Pod) -> [String] {
        pod.spec.resourceClaims.compactMap { entry in
            if !entry.resourceClaimName.isEmpty { return entry.resourceClaimName }
            let name = pod.status.resourceClaimStatuses[named: entry.name]?.resourceClaimName ?? ""
            return name.isEmpty ? nil : name
        }
    }

    /// "pod-entry-", both cut in proportion where they are too long together.
    static func generateName(_ pod: String, _ entry: String) -> String {
        let whole = "\(pod)-\(entry)-"
        guard whole.utf8.count > longestBase else { return whole }
        let first = pod.prefix(pod.utf8.count * longestBase / whole.utf8.count)
        let start = "\(first)-"
        return start + entry.prefix(entry.utf8.count * longestBase / whole.utf8.count)
    }
}
