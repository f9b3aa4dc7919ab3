import Core
import KubernetesAPI
import ResourceEngine
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

    /// An object of a built-in kind as the server keeps it.
    static func encode(_ object: ServedObject, _ schema: ResourceSchema) throws -> [UInt8] {
        guard case .value(let value) = object else { return ProtobufEncoder.encode(schema.kind, try message(object, schema)) }
        return encode(value)
    }

    /// A list of such objects; `head` is the list without items.
    static func encode(_ items: [ServedObject], _ schema: ResourceSchema, head: Value) throws -> [UInt8] {
        ProtobufEncoder.encode(list: head, metadata: listMetadata, items: try items.map { try message($0, schema) })
    }

    /// A list of the metadata of objects of any kind.
    static func encode(metadataOf items: [ServedObject], head: Value) throws -> [UInt8] {
        ProtobufEncoder.encode(list: head, metadata: listMetadata, items: try items.map { try metadata(of: $0) })
    }

    /// The metadata of an object of any kind.
    static func encode(metadataOf object: ServedObject) throws -> [UInt8] {
        ProtobufEncoder.encode(
            GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: "PartialObjectMetadata"), try metadata(of: object))
    }

    private static func message(_ object: ServedObject, _ schema: ResourceSchema) throws -> [UInt8] {
        switch object {
        case .stored(let stored): try stored.form(.protobuf) { try ProtobufEncoder.message(json: $0, as: schema.structure) }
        case .encoded(let bytes): try ProtobufEncoder.message(json: bytes, as: schema.structure)
        case .value(let value): ProtobufEncoder.message(value, schema.structure)
        }
    }

    private static func metadata(of object: ServedObject) throws -> [UInt8] {
        try ProtobufEncoder.message(json: object.bytes, as: partialObjectMetadata)
    }

    private static let listMetadata = meta("ListMeta")
    /// The one field that every object has: what it does not name is left out.
    private static let partialObjectMetadata = {
        let structure = Structure(name: "io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata")
        var field = Field(name: "metadata", shape: .structure(meta("ObjectMeta")))
        field.number = 1
        structure.define([field])
        return structure
    }()

    private static func meta(_ name: String) -> Structure {
        guard let structure = BuiltInSchema.shared.structure(named: "io.k8s.apimachinery.pkg.apis.meta.v1.\(name)") else {
            fatalError("the schema has no \(name)")
        }
        return structure
    }
}
