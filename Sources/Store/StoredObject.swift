import Core

/// What a reader needs to know of an object without parsing its bytes.
package struct ObjectSummary: Sendable, Equatable {
    package var uid: String
    package var labels: [String: String]
    /// The selectable fields by path ("spec.nodeName"); `metadata.name` and `metadata.namespace` are the key's.
    package var fields: [String: String]
    package var ownerUIDs: [String]
    /// As it stands in the object (RFC 3339); nil while nobody has asked for its deletion.
    package var deletionTimestamp: String?

    package init(
        uid: String = "", labels: [String: String] = [:], fields: [String: String] = [:], ownerUIDs: [String] = [],
        deletionTimestamp: String? = nil
    ) {
        self.uid = uid
        self.labels = labels
        self.fields = fields
        self.ownerUIDs = ownerUIDs
        self.deletionTimestamp = deletionTimestamp
    }
}

/// One revision of one object: immutable encoded bytes and what was read from them once.
package final class StoredObject: Sendable {
    /// The storage bucket: the plural of the core group ("pods"), or group and plural ("apps/deployments").
    package let resource: String
    package let key: ObjectKey
    package let revision: Int64
    /// The complete JSON text, resourceVersion included.
    package let bytes: [UInt8]
    package let summary: ObjectSummary
    /// Offset in `bytes` of the spliced `"resourceVersion":"N"`.
    package let slot: Int
    /// What the bytes were written from, of an object that this process wrote.
    package let origin: EncodedObject.Origin?

    init(
        resource: String, key: ObjectKey, revision: Int64, bytes: [UInt8], slot: Int, summary: ObjectSummary,
        origin: EncodedObject.Origin? = nil
    ) {
        self.resource = resource
        self.key = key
        self.revision = revision
        self.bytes = bytes
        self.slot = slot
        self.summary = summary
        self.origin = origin
    }

    /// The object as it is after a write at `revision`.
    convenience init(resource: String, key: ObjectKey, revision: Int64, encoded: EncodedObject, summary: ObjectSummary) {
        self.init(
            resource: resource, key: key, revision: revision, bytes: encoded.bytes(at: revision), slot: encoded.slot, summary: summary,
            origin: encoded.origin)
    }

    /// The bytes without their resourceVersion, ready to be written at another revision.
    package var encoded: EncodedObject {
        var end = slot + EncodedObject.member(revision).utf8.count
        if bytes[end] == UInt8(ascii: ",") { end += 1 }
        return EncodedObject(bytes: Array(bytes[..<slot] + bytes[end...]), slot: slot, summary: summary)
    }
}
