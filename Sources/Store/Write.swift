import Core
import Synchronization

/// An object's JSON text without `metadata.resourceVersion`, and the place where the store puts it.
package struct EncodedObject: Sendable {
    package let bytes: [UInt8]
    /// Offset at which `"resourceVersion":"N"` goes in: inside `metadata`, before one of its members or between the braces of an empty one.
    package let slot: Int
    /// What the writer knows of the object already; nil has the store read it from the bytes.
    package let summary: ObjectSummary?
    /// What the bytes were written from, for the first who would parse them.
    package let origin: Origin?

    /// Holds what bytes were written from until somebody takes it, once.
    package final class Origin: Sendable {
        private let held: Mutex<(any Sendable)?>

        package init(_ value: any Sendable) { held = Mutex(value) }

        package func take() -> (any Sendable)? {
            held.withLock { held in
                defer { held = nil }
                return held
            }
        }
    }

    package init(bytes: [UInt8], slot: Int, summary: ObjectSummary? = nil, origin: Origin? = nil) {
        precondition((1..<bytes.count).contains(slot), "the slot lies inside the object")
        self.bytes = bytes
        self.slot = slot
        self.summary = summary
        self.origin = origin
    }

    /// The complete text of the object as it is at `revision`.
    package func bytes(at revision: Int64) -> [UInt8] {
        let member = Self.member(revision)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + member.utf8.count + 1)
        result.append(contentsOf: bytes[..<slot])
        result.append(contentsOf: member.utf8)
        if bytes[slot] != UInt8(ascii: "}") { result.append(UInt8(ascii: ",")) }
        result.append(contentsOf: bytes[slot...])
        return result
    }

    static func member(_ revision: Int64) -> String { "\"resourceVersion\":\"\(revision)\"" }
}

/// One change of one object, and what must be true for it.
package struct Write: Sendable {
    package enum Precondition: Sendable, Equatable {
        case none
        /// No such object.
        case absent
        /// The object is there at exactly this revision.
        case revision(Int64)
    }

    package enum Change: Sendable {
        /// Creates or replaces. The object is deleted by the store once `timeToLive` has passed without another put.
        case put(EncodedObject, timeToLive: Duration? = nil)
        /// Deletes; watchers see the given last state, or the stored one, at the revision of the deletion.
        case delete(EncodedObject? = nil)
    }

    package var resource: String
    package var key: ObjectKey
    package var precondition: Precondition
    package var change: Change

    package init(resource: String, key: ObjectKey, precondition: Precondition, change: Change) {
        self.resource = resource
        self.key = key
        self.precondition = precondition
        self.change = change
    }
}
