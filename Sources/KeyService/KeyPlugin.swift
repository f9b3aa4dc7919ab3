import SchemaEngine

/// A service that keeps keys: upstream's `v2.KeyManagementService`. All methods throw `KeyPluginError` when it does not answer or refuses.
package protocol KeyPlugin: Sendable {
    func status() async throws -> KeyPluginStatus
    /// Encrypts a seed. `id` names the call in both sides' logs.
    func encrypt(_ bytes: [UInt8], id: String) async throws -> EncryptedSeed
    func decrypt(_ seed: EncryptedSeed, id: String) async throws -> [UInt8]
    /// Ends the connection.
    func close() async
}

/// How the service is: its `StatusResponse`.
package struct KeyPluginStatus: ProtobufMessage, Equatable {
    /// "v2", or "v2beta1" of older ones.
    package var version = ""
    /// "ok", or what is wrong.
    package var health = ""
    /// The key that it encrypts with now.
    package var keyID = ""

    package init() {}

    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &version)
        fields.text(2, &health)
        fields.text(3, &keyID)
    }
}

/// A seed as the service encrypted it, with what it wants back to decrypt it: its `EncryptResponse`.
package struct EncryptedSeed: ProtobufMessage, Hashable {
    package var bytes: [UInt8] = []
    package var keyID = ""
    package var annotations: [String: [UInt8]] = [:]

    package init() {}

    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.data(1, &bytes)
        fields.text(2, &keyID)
        fields.map(3, &annotations)
    }

    /// What is wrong with it, by upstream's limits; nil when nothing is.
    var problem: String? {
        if bytes.isEmpty || bytes.count > 1024 { return "the encrypted key has \(bytes.count) bytes, which is not in 1 to 1024" }
        if let problem = Self.problem(keyID: keyID) { return problem }
        var size = 0
        for (key, value) in annotations {
            guard key.contains("."),
                key.utf8.allSatisfy({ $0 == 0x2D || $0 == 0x2E || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
            else { return "the annotation \(key) is no domain name" }
            size += key.utf8.count + value.count
        }
        return size > 32 * 1024 ? "the annotations have \(size) bytes, more than 32768" : nil
    }

    static func problem(keyID: String) -> String? {
        keyID.isEmpty || keyID.utf8.count > 1024 ? "the key's id has \(keyID.utf8.count) bytes, which is not in 1 to 1024" : nil
    }
}

/// Why a service did not do what it was asked.
package struct KeyPluginError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
