/// What a definition in a group of the Kubernetes community says of its API review.
///
/// Source: `apihelpers.GetAPIApprovalState`; the groups are those that end in `.k8s.io` or `.kubernetes.io`.
package enum APIApproval: Sendable {
    case approved, bypassed, missing, invalid

    package static let annotation = "api-approved.kubernetes.io"

    package static func isProtected(_ group: String) -> Bool {
        group == "k8s.io" || group == "kubernetes.io" || group.hasSuffix(".k8s.io") || group.hasSuffix(".kubernetes.io")
    }

    package init(_ annotation: String) {
        if annotation.isEmpty {
            self = .missing
        } else if annotation.hasPrefix("unapproved") {
            self = .bypassed
        } else if annotation.hasPrefix("https://") || annotation.hasPrefix("http://"),
            annotation.dropFirst(8).contains(where: { $0 != "/" })
        {
            self = .approved
        } else {
            self = .invalid
        }
    }

    /// Upstream's explanation; `annotation` is what was given.
    package func reason(_ annotation: String) -> String {
        switch self {
        case .missing:
            "protected groups must have approval annotation \"\(Self.annotation)\", see https://github.com/kubernetes/enhancements/pull/1111"
        case .bypassed: "not approved: \"\(annotation)\""
        case .approved: "approved in \(annotation)"
        case .invalid:
            "protected groups must have approval annotation \"\(Self.annotation)\" with either a URL or a reason starting with \"unapproved\", "
                + "see https://github.com/kubernetes/enhancements/pull/1111"
        }
    }
}
