import GRPCCore
import SwiftProtobuf

/// The services of the interface, by their names on the wire.
enum CRIService {
    static let runtime = ServiceDescriptor(fullyQualifiedService: "runtime.v1.RuntimeService")
    static let image = ServiceDescriptor(fullyQualifiedService: "runtime.v1.ImageService")
    /// containerd's own.
    static let containerdEvents = ServiceDescriptor(fullyQualifiedService: "containerd.services.events.v1.Events")
}

/// Protobuf for gRPC.
struct ProtobufCoding<Message: SwiftProtobuf.Message>: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes {
        let bytes: [UInt8] = try message.serializedBytes()
        return Bytes(bytes)
    }

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
        try bytes.withUnsafeBytes { try Message(serializedBytes: Array($0)) }
    }
}
