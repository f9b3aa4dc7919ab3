import GRPCCore
import SwiftProtobuf

/// The services of the interface, by their names on the wire.
enum CRIService {
    static let runtime = ServiceDescriptor(fullyQualifiedService: "runtime.v1.RuntimeService")
    static let image = ServiceDescriptor(fullyQualifiedService: "runtime.v1.ImageService")
    /// containerd's own.
    static let containerdEvents = ServiceDescriptor(fullyQualifiedService: "containerd.services.events.v1.Events")
}

/// The interface's methods, as the kubelet names them in its metrics.
enum CRIMethod {
    /// "RunPodSandbox" is "run_podsandbox".
    static func operation(_ method: String) -> String {
        switch method {
        case "UpdateContainerResources": return "update_container"
        case "ImageFsInfo": return "image_fs_info"
        default: break
        }
        var words = ""
        for character in method.replacing("PodSandbox", with: "Podsandbox") {
            if character.isUppercase, !words.isEmpty { words += "_" }
            words += character.lowercased()
        }
        return words
    }
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
