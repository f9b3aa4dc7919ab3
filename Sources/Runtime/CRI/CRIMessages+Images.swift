import SchemaEngine

// The interface's messages about images and the disks they are on, and the answers that calls have in common.

package struct CRIImageSpec: ProtobufMessage {
    package var image = ""
    package var userSpecifiedImage = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &image)
        fields.text(18, &userSpecifiedImage)
    }
}

package struct CRIImage: ProtobufMessage {
    package var id = ""
    package var repoTags: [String] = []
    package var repoDigests: [String] = []
    /// Bytes.
    package var size: UInt64 = 0
    /// The user it says to run as, where that is a number.
    package var uid: Int64?
    package var username = ""
    package var pinned = false

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.texts(2, &repoTags)
        fields.texts(3, &repoDigests)
        fields.number(4, &size)
        size = min(size, CRIFilesystemUsage.most)
        fields.wrapped(5, &uid)
        fields.text(6, &username)
        fields.flag(8, &pinned)
    }
}

package struct CRIAuthConfig: ProtobufMessage {
    package var username = ""
    package var password = ""
    package var identityToken = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &username)
        fields.text(2, &password)
        fields.text(5, &identityToken)
    }
}

package struct CRIFilesystemIdentifier: ProtobufMessage {
    package var mountpoint = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) { fields.text(1, &mountpoint) }
}

package struct CRIFilesystemUsage: ProtobufMessage {
    /// What is more is no disk's: sums of such numbers must not overflow.
    static let most: UInt64 = 1 << 50

    package var fsID = CRIFilesystemIdentifier()
    package var usedBytes: UInt64?
    package var inodesUsed: UInt64?

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.message(2, &fsID)
        fields.wrapped(3, &usedBytes)
        fields.wrapped(4, &inodesUsed)
        usedBytes = usedBytes.map { min($0, Self.most) }
        inodesUsed = inodesUsed.map { min($0, Self.most) }
    }
}

/// The many answers that are one text: an id, an address, a reference.
struct CRITextResponse: ProtobufMessage {
    var text = ""

    mutating func visit(_ fields: inout ProtobufCodec) { fields.text(1, &text) }
}

/// The many answers that are one message, or a list of them, in field 1.
struct CRIItemsResponse<Item: ProtobufMessage>: ProtobufMessage {
    var items: [Item] = []

    mutating func visit(_ fields: inout ProtobufCodec) { fields.messages(1, &items) }
}

/// An answer that says no more than that it was done.
struct CRIEmptyResponse: ProtobufMessage {
    mutating func visit(_ fields: inout ProtobufCodec) {}
}
