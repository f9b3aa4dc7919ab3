import Core
import KubernetesAPI
import SchemaEngine

/// Which versions and resources are served: all that are stable, and what `--runtime-config` says otherwise, as far as the feature gates of
/// the kinds that are still behind one allow.
package struct APISelection: Sendable, Equatable {
    private enum Maturity: String, CaseIterable {
        case stable = "api/ga"
        case beta = "api/beta"
        case alpha = "api/alpha"

        init(_ version: String) {
            self = version.contains("alpha") ? .alpha : version.contains("beta") ? .beta : .stable
        }
    }

    private var maturities: [String: Bool] = [:]
    private var versions: [GroupVersion: Bool] = [:]
    private var resources: [GroupVersionResource: Bool] = [:]
    package let gates: FeatureGates

    /// What upstream serves by default.
    package init(gates: FeatureGates = FeatureGates()) { self.gates = gates }

    /// Reads "api/beta=true,networking.k8s.io/v1beta1=true,apps/v1/deployments=false". Throws `FlagError`.
    package init(_ runtimeConfig: String, gates: FeatureGates) throws {
        self.gates = gates
        let pairs = runtimeConfig.split(separator: ",").map { part in
            part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        if pairs.count == 1, pairs[0] == ["api/all", "false"] { throw FlagError("invalid runtime-config with only api/all=false") }
        var unknown: [String] = []
        for pair in pairs {
            let (key, text) = (pair[0], pair.count == 2 ? pair[1] : "")
            if key == "api/all" || Maturity(rawValue: key) != nil {
                guard text == "true" || text == "false" || text.isEmpty else { throw FlagError("invalid value \(key)=\(text)") }
                maturities[key] = text != "false"
                continue
            }
            guard let isOn = text.isEmpty ? true : FeatureGates.boolean(text) else { throw FlagError("invalid value of \(key)=\(text)") }
            let parts = key == "v1" ? ["", "v1"] : key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 || parts.count == 3 else { continue }
            let version = GroupVersion(parts[0] == "api" ? "" : parts[0], parts[1])
            let known = BuiltInSchema.shared.resources.map(\.resource).filter { $0.group == version.group }
            guard !known.isEmpty else {
                unknown.append("\(version.group)/\(version.version)")
                continue
            }
            guard known.contains(where: { $0.version == version.version }) else {
                throw FlagError("group version \(version.group)/\(version.version) that has not been registered")
            }
            if parts.count == 2 {
                versions[version] = isOn
            } else {
                guard parts[2] == parts[2].lowercased() else {
                    throw FlagError(
                        "invalid key \(key): group/version/resource and resource is always lowercase plural, not \"\(parts[2])\"")
                }
                resources[GroupVersionResource(group: version.group, version: version.version, resource: parts[2])] = isOn
            }
        }
        if !unknown.isEmpty { throw FlagError("unknown api groups \(unknown.sorted().joined(separator: ","))") }
    }

    /// Whether a resource is served in a version. What names it closest counts; a kind behind a gate needs that one, too.
    package func serves(_ resource: GroupVersionResource) -> Bool {
        let maturity = Maturity(resource.version)
        let isChosen =
            resources[resource] ?? versions[GroupVersion(resource.group, resource.version)] ?? maturities[maturity.rawValue]
            ?? maturities["api/all"] ?? (maturity == .stable || resource.group == "metrics.k8s.io")
        guard isChosen, let gate = Self.gates[resource.groupResource.description] else { return isChosen }
        return gates.isOn(gate)
    }

    /// The alpha and beta versions of which anything is served, metrics aside.
    package var unstableVersions: [GroupVersion] {
        let served = BuiltInSchema.shared.resources.map(\.resource).filter {
            Maturity($0.version) != .stable && $0.group != "metrics.k8s.io" && serves($0)
        }
        return Set(served.map { GroupVersion($0.group, $0.version) }).sorted { ($0.group, $0.version) < ($1.group, $1.version) }
    }

    /// The gates without which upstream does not serve a kind.
    private static let gates = [
        "clustertrustbundles.certificates.k8s.io": "ClusterTrustBundle",
        "podcertificaterequests.certificates.k8s.io": "PodCertificateRequest",
        "storageversionmigrations.storagemigration.k8s.io": "StorageVersionMigrator",
        "workloads.scheduling.k8s.io": "GenericWorkload", "podgroups.scheduling.k8s.io": "GenericWorkload",
    ]
}
