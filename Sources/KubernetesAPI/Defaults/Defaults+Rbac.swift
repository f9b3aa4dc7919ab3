import SchemaEngine
import Values

/// Subjects of bindings (`pkg/apis/rbac/v1/defaults.go`).
extension BuiltInDefaults {
    static let rbac: [String: Defaulter.Function] = [
        "io.k8s.api.rbac.v1.Subject": view(Subject.self) { subject in
            guard subject.apiGroup.isEmpty, subject.kind == "User" || subject.kind == "Group" else { return }
            subject.apiGroup = "rbac.authorization.k8s.io"
        }
    ]
}
