import Core

/// Which fields a write to a resource or subresource cannot change, and therefore does not come to own.
///
/// Source: the reset fields of upstream's REST strategies.
extension FieldSet {
    private static let status = FieldSet(fields: [["status"]])
    private static let spec = FieldSet(fields: [["spec"]])
    private static let podStatus = FieldSet(fields: [["spec"], ["metadata", "deletionTimestamp"], ["metadata", "ownerReferences"]])
    /// Of custom resources, too, a write to the status resets all else.
    package static let allButStatus = FieldSet(fields: [["metadata"], ["spec"]])

    /// For a kind that has a status; kinds without one reset nothing.
    package static func resetFields(kind: GroupVersionKind, subresource: String, hasStatus: Bool) -> FieldSet {
        switch (kind.group, kind.kind, subresource) {
        case (_, _, ""):
            if kind.group == "certificates.k8s.io", kind.kind == "CertificateSigningRequest" { return status }
            return hasStatus ? status : FieldSet()
        case ("certificates.k8s.io", "CertificateSigningRequest", "status"): return FieldSet(fields: [["spec"], ["status", "conditions"]])
        case ("certificates.k8s.io", "CertificateSigningRequest", "approval"):
            return FieldSet(fields: [["spec"], ["status", "certificate"]])
        case ("apps", "Deployment", "status"): return FieldSet(fields: [["spec"], ["metadata", "labels"]])
        case ("", "Pod", "status"): return podStatus
        case ("", "Namespace", "finalize"): return status
        case ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "status"),
            ("flowcontrol.apiserver.k8s.io", "FlowSchema", "status"),
            ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "status"),
            ("internal.apiserver.k8s.io", "StorageVersion", "status"),
            ("apiregistration.k8s.io", "APIService", "status"),
            ("storage.k8s.io", "VolumeAttachment", "status"),
            ("networking.k8s.io", "ServiceCIDR", "status"),
            ("resource.k8s.io", "ResourceClaim", "status"):
            return allButStatus
        case (_, _, "status"): return spec
        default: return FieldSet()
        }
    }
}

extension FieldPattern {
    /// The only fields a write to a subresource can come to own; empty for all.
    package static func ownable(kind: GroupVersionKind, subresource: String) -> [FieldPattern] {
        switch (kind.group, kind.kind, subresource) {
        case ("", "Pod", "ephemeralcontainers"): [FieldPattern([.field("spec"), .field("ephemeralContainers")])]
        case ("", "Pod", "resize"):
            ["containers", "initContainers"].flatMap { list in
                ["resources", "resizePolicy"].map { FieldPattern([.field("spec"), .field(list), .any, .field($0)]) }
            }
        default: []
        }
    }
}
