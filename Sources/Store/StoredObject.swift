import Core
import Synchronization

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
    private let otherForm = Mutex<[UInt8]?>(nil)

    /// How many bytes all other forms together may take.
    private static let otherFormsLimit = 64 * 1024 * 1024
    private static let otherForms = Atomic<Int>(0)

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

    deinit {
        if let form = otherForm.withLock({ $0 }) { Self.otherForms.subtract(form.count, ordering: .relaxed) }
    }

    /// The object in the one other form there is (protobuf): made at the first call and kept with the object, so that lists and watchers
    /// share it; not kept once such forms take 64 MiB in all. Throws what `make` throws.
    package func otherForm(_ make: ([UInt8]) throws -> [UInt8]) rethrows -> [UInt8] {
        if let form = otherForm.withLock({ $0 }) { return form }
        let form = try make(bytes)
        guard Self.otherForms.load(ordering: .relaxed) + form.count <= Self.otherFormsLimit else { return form }
        let isNew = otherForm.withLock { kept in
            defer { kept = form }
            return kept == nil
        }
        if isNew { Self.otherForms.add(form.count, ordering: .relaxed) }
        return form
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
