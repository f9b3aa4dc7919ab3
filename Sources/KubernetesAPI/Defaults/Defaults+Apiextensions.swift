import SchemaEngine
import Values

/// Custom resource definitions (`apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go`).
extension BuiltInDefaults {
    static let extensions: [String: Defaulter.Function] = [
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition": view(CustomResourceDefinition.self) {
            definition in
            if definition.spec.names.singular.isEmpty { definition.spec.names.singular = definition.spec.names.kind.lowercased() }
            if definition.spec.names.listKind.isEmpty, !definition.spec.names.kind.isEmpty {
                definition.spec.names.listKind = definition.spec.names.kind + "List"
            }
            if definition.spec.conversion == nil { definition.spec.conversion = CustomResourceConversion(["strategy": "None"]) }
            if definition.status.storedVersions.isEmpty, let stored = definition.spec.versions.first(where: { $0.storage }) {
                definition.status.storedVersions = [stored.name]
            }
        }
    ]
}
