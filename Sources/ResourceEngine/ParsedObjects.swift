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
        state.withLock { Self.keep(value, object, &$0, capacity) }
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
        state.withLock { Self.keep(value, object, &$0, capacity) }
        return value
    }

    private static func keep(_ value: Value, _ object: StoredObject, _ state: inout State, _ capacity: Int) {
        let identity = ObjectIdentifier(object)
        guard state.entries.updateValue((object, value), forKey: identity) == nil else { return }
        if state.order.count < capacity {
            state.order.append(identity)
        } else {
            state.entries[state.order[state.next]] = nil
            state.order[state.next] = identity
            state.next = (state.next + 1) % capacity
        }
    }
}

extension StoredObject {
    /// The object as a value, parsed anew.
    package func parsed() throws -> Value { try JSONParser.parse(bytes) }
}
