import Core
import KubernetesAPI
import SchemaEngine
import Values

/// Bodies of type `application/vnd.kubernetes.protobuf`, which only built-in kinds have.
enum ProtobufBody {
    /// Throws `APIError` (400).
    static func decode(_ bytes: [UInt8]) throws -> Value {
        do {
            return try ProtobufDecoder.decode(bytes) { BuiltInSchema.shared.structure(of: $0) }
        } catch let error as ProtobufError {
            throw APIError.badRequest("\(error)")
        }
    }

    /// An object, a status or a list of built-in kinds, or of their metadata. A value of another kind goes out without its content.
    static func encode(_ value: Value) -> [UInt8] {
        let kind = GroupVersionKind(apiVersion: value["apiVersion"]?.string ?? "", kind: value["kind"]?.string ?? "")
        let schema = BuiltInSchema.shared
        if let structure = schema.structure(of: kind) { return ProtobufEncoder.encode(value, as: structure) }
        let item = GroupVersionKind(group: kind.group, version: kind.version, kind: String(kind.kind.dropLast("List".count)))
        return ProtobufEncoder.encode(list: value, metadata: listMetadata, items: schema.structure(of: item) ?? Structure(name: item.kind))
    }

    private static let listMetadata = meta("ListMeta")

    private static func meta(_ name: String) -> Structure {
        guard let structure = BuiltInSchema.shared.structure(named: "io.k8s.apimachinery.pkg.apis.meta.v1.\(name)") else {
            fatalError("the schema has no \(name)")
        }
        return structure
    }
}
