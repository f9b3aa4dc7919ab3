import KubernetesAPI
import SchemaEngine

/// What those who ask for a version that is going away are told, whatever they ask.
package struct Deprecation: Sendable, Equatable {
    package let text: String
    /// The release that has it no longer, "1.38"; empty while none is named.
    package let removedRelease: String

    /// Nil for a version that stays.
    init?(_ schema: ResourceSchema) {
        if let custom = schema.custom {
            guard !custom.deprecationWarning.isEmpty else { return nil }
            (text, removedRelease) = (custom.deprecationWarning, "")
            return
        }
        let kind = "\(schema.kind.apiVersion) \(schema.kind.kind)"
        guard let end = Self.ends[kind] else { return nil }
        removedRelease = end.removed
        text =
            "\(kind) is deprecated in v\(end.since)+" + (end.removed.isEmpty ? "" : ", unavailable in v\(end.removed)+")
            + (end.replacement.isEmpty ? "" : "; use \(end.replacement)")
    }

    private struct End {
        var since: String
        var removed = ""
        var replacement = ""
    }

    /// Of the built-in kinds that 1.36 serves (upstream's `zz_generated.prerelease-lifecycle.go`).
    private static let ends: [String: End] = [
        "v1 ComponentStatus": End(since: "1.19"),
        "v1 Endpoints": End(since: "1.33", replacement: "discovery.k8s.io/v1 EndpointSlice"),
        "admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy": End(since: "1.35", removed: "1.38"),
        "admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicyBinding": End(since: "1.35", removed: "1.38"),
        "certificates.k8s.io/v1alpha1 ClusterTrustBundle": End(since: "1.34", removed: "1.37"),
        "coordination.k8s.io/v1alpha2 LeaseCandidate": End(since: "1.35", removed: "1.38"),
        "coordination.k8s.io/v1beta1 LeaseCandidate": End(since: "1.36", removed: "1.39"),
        "networking.k8s.io/v1beta1 IPAddress": End(since: "1.34", removed: "1.37"),
        "networking.k8s.io/v1beta1 ServiceCIDR": End(since: "1.34", removed: "1.37"),
        "resource.k8s.io/v1alpha3 DeviceTaintRule": End(since: "1.36", removed: "1.39"),
        "resource.k8s.io/v1beta1 DeviceClass": End(since: "1.35", removed: "1.38"),
        "resource.k8s.io/v1beta1 ResourceClaim": End(since: "1.35", removed: "1.38"),
        "resource.k8s.io/v1beta1 ResourceClaimTemplate": End(since: "1.35", removed: "1.38"),
        "resource.k8s.io/v1beta1 ResourceSlice": End(since: "1.35", removed: "1.38"),
        "resource.k8s.io/v1beta2 DeviceClass": End(since: "1.36", removed: "1.39"),
        "resource.k8s.io/v1beta2 ResourceClaim": End(since: "1.36", removed: "1.39"),
        "resource.k8s.io/v1beta2 ResourceClaimTemplate": End(since: "1.36", removed: "1.39"),
        "resource.k8s.io/v1beta2 ResourceSlice": End(since: "1.36", removed: "1.39"),
        "storage.k8s.io/v1beta1 VolumeAttributesClass": End(
            since: "1.34", removed: "1.37", replacement: "storage.k8s.io/v1 VolumeAttributesClass"),
    ]
}
