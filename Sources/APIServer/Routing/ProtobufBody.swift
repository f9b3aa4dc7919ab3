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
}
