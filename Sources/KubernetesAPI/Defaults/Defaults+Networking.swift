import SchemaEngine
import Values

/// Network policies (`pkg/apis/networking/v1/defaults.go`).
extension BuiltInDefaults {
    static let networking: [String: Defaulter.Function] = [
        "io.k8s.api.networking.v1.NetworkPolicy": view(NetworkPolicy.self) { policy in
            guard policy.spec.policyTypes.isEmpty else { return }
            policy.spec.policyTypes = policy.spec.egress.isEmpty ? ["Ingress"] : ["Ingress", "Egress"]
        }
    ]
}
