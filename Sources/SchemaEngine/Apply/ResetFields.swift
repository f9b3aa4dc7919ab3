import Core

/// Which fields a write to a resource or subresource cannot change, and therefore does not come to own.
///
/// Source: the reset fields of upstream's REST strategies.
extension FieldSet {
    /// For a kind that has a status; kinds without one reset nothing.
    package static func resetFields(kind: GroupVersionKind, subresource: String, hasStatus: Bool) -> FieldSet {
        switch (kind.group, kind.kind, subresource) {
        case (_, _, ""):
            if kind.group == "certificates.k8s.io", kind.kind == "CertificateSigningRequest" {
                return FieldSet(fields: [["status"]])
            }
            return hasStatus ? FieldSet(fields: [["status"]]) : FieldSet()
        case ("certificates.k8s.io", "CertificateSigningRequest", "status"): return FieldSet(fields: [["spec"], ["status", "conditions"]])
        case ("certificates.k8s.io", "CertificateSigningRequest", "approval"):
            return FieldSet(fields: [["spec"], ["status", "certificate"]])
        case ("apps", "Deployment", "status"): return FieldSet(fields: [["spec"], ["metadata", "labels"]])
        case ("", "Pod", "status"):
            return FieldSet(fields: [["spec"], ["metadata", "deletionTimestamp"], ["metadata", "ownerReferences"]])
        case ("", "Namespace", "finalize"): return FieldSet(fields: [["status"]])
        case ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "status"),
            ("flowcontrol.apiserver.k8s.io", "FlowSchema", "status"),
            ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "status"),
            ("internal.apiserver.k8s.io", "StorageVersion", "status"),
            ("apiregistration.k8s.io", "APIService", "status"),
            ("storage.k8s.io", "VolumeAttachment", "status"),
            ("networking.k8s.io", "ServiceCIDR", "status"),
            ("resource.k8s.io", "ResourceClaim", "status"):
            return FieldSet(fields: [["metadata"], ["spec"]])
        case (_, _, "status"): return FieldSet(fields: [["spec"]])
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
