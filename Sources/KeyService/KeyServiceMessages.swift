import SchemaEngine

/// `EncryptRequest` of the service: a seed in the clear, and what the call is called in both sides' logs.
package struct EncryptRequest: ProtobufMessage {
    package var plain: [UInt8] = []
    package var id = ""

    package init() {}

    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.data(1, &plain)
        fields.text(2, &id)
    }
}

/// `DecryptRequest` of the service: what it answered when it encrypted.
package struct DecryptRequest: ProtobufMessage {
    package var seed = EncryptedSeed()
    package var id = ""

    package init() {}

    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.data(1, &seed.bytes)
        fields.text(2, &id)
        fields.text(3, &seed.keyID)
        fields.map(4, &seed.annotations)
    }
}

/// `DecryptResponse` of the service: the seed in the clear.
package struct DecryptResponse: ProtobufMessage {
    package var plain: [UInt8] = []

    package init() {}

    package mutating func visit(_ fields: inout ProtobufCodec) { fields.data(1, &plain) }
}

/// `StatusRequest` of the service, which says nothing.
struct StatusRequest: ProtobufMessage {
    mutating func visit(_ fields: inout ProtobufCodec) {}
}

/// A record as it is stored: upstream's `EncryptedObject` of KMS v2.
package struct SealedRecord: ProtobufMessage {
    /// How a record's key is made of what the service encrypted; other numbers are of versions that are not known.
    enum SeedKind: UInt64 {
        /// It is the key.
        case key = 0
        /// It is a seed for HKDF with what stands before the record.
        case seed = 1
    }

    /// The nonce, the record and its tag; before them what its key is derived with.
    package var data: [UInt8] = []
    package var seed = EncryptedSeed()
    package var kind: UInt64 = 0

    package init() {}

    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.data(1, &data)
        fields.text(2, &seed.keyID)
        fields.data(3, &seed.bytes)
        fields.map(4, &seed.annotations)
        fields.number(5, &kind)
    }
}
