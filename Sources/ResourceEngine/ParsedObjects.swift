import Core
import JSON
import Store
import Synchronization
import Values

/// Parsed forms of stored objects, shared by everyone in this process who looks inside: an object is parsed once for all informers,
/// hooks and plugins, and its tree is in memory once. Bounded: the oldest entries make room. Safe from any thread.
package final class ParsedObjects: Sendable {
    private struct State {
        var entries: [ObjectIdentifier: (object: StoredObject, value: Value)] = [:]
        /// Keys in the order they came, used as a ring.
        var order: [ObjectIdentifier] = []
        var next = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// A cache of at most `capacity` objects.
    package init(capacity: Int = 2048) { self.capacity = capacity }

    /// Keeps what a new object was written from, so that its tree is in memory no longer than others'.
    func takeOrigin(of object: StoredObject) {
        guard let value = Self.origin(of: object) else { return }
        keep(value, object)
    }

    private static func origin(of object: StoredObject) -> Value? {
        guard var value = object.origin?.take() as? Value else { return nil }
        value.setMeta("resourceVersion", .string(String(object.revision)))
        return value
    }

    /// The object as a value. Throws `JSONError` when the stored bytes are damaged.
    package func value(of object: StoredObject) throws -> Value {
        let identity = ObjectIdentifier(object)
        if let known = state.withLock({ $0.entries[identity]?.value }) { return known }
        let value = try Self.origin(of: object) ?? JSONParser.parse(object.bytes)
        keep(value, object)
        return value
    }

    private func keep(_ value: Value, _ object: StoredObject) {
        let identity = ObjectIdentifier(object)
        // What makes room is taken apart outside of the lock, which is most of the work.
        let old = state.withLock { state -> (object: StoredObject, value: Value)? in
            if let known = state.entries.updateValue((object, value), forKey: identity) { return known }
            if state.order.count < capacity {
                state.order.append(identity)
                return nil
            }
            let old = state.entries.removeValue(forKey: state.order[state.next])
            state.order[state.next] = identity
            state.next = (state.next + 1) % capacity
            return old
        }
        withExtendedLifetime(old) {}
    }
}

extension StoredObject {
    /// The object as a value, parsed anew.
    package func parsed() throws -> Value { try JSONParser.parse(bytes) }
}
