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
    /// What an object's text is turned into on its way out.
    package enum Form: Sendable {
        case protobuf
        /// A row of a table, without its ages.
        case row
    }

    private struct Forms {
        var protobuf: [UInt8]?
        var row: [UInt8]?

        subscript(form: Form) -> [UInt8]? {
            get {
                switch form {
                case .protobuf: protobuf
                case .row: row
                }
            }
            set {
                switch form {
                case .protobuf: protobuf = newValue
                case .row: row = newValue
                }
            }
        }
    }

    private let forms = Mutex(Forms())

    /// How many bytes the forms of all objects together may take.
    private static let formsLimit = 64 * 1024 * 1024
    private static let formsSize = Atomic<Int>(0)

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
        let size = forms.withLock { ($0.protobuf?.count ?? 0) + ($0.row?.count ?? 0) }
        if size > 0 { Self.formsSize.subtract(size, ordering: .relaxed) }
    }

    /// The object in another form: made at the first call and kept with the object, so that lists and watchers share it; not kept once such
    /// forms take 64 MiB in all. Throws what `make` throws.
    package func form(_ form: Form, _ make: ([UInt8]) throws -> [UInt8]) rethrows -> [UInt8] {
        if let kept = forms.withLock({ $0[form] }) { return kept }
        let made = try make(bytes)
        guard Self.formsSize.load(ordering: .relaxed) + made.count <= Self.formsLimit else { return made }
        let isNew = forms.withLock { kept in
            guard kept[form] == nil else { return false }
            kept[form] = made
            return true
        }
        if isNew { Self.formsSize.add(made.count, ordering: .relaxed) }
        return made
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
