import Values

/// Members of the objects that are being read, the innermost object's on top: their number is known only at their end, and an object that
/// is kept should take no more memory than it needs.
final class MemberStack {
    private var base: UnsafeMutablePointer<Object.Member>
    private var capacity = 32
    private(set) var count = 0

    init() { base = .allocate(capacity: capacity) }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    func push(_ key: String, _ value: Value) {
        if count == capacity {
            let larger = UnsafeMutablePointer<Object.Member>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: base, count: count)
            base.deallocate()
            base = larger
            capacity *= 2
        }
        (base + count).initialize(to: Object.Member(key: key, value: value))
        count += 1
    }

    /// The position of a key among the members from `first` on.
    func position(of key: String, from first: Int) -> Int? {
        var position = first
        while position < count {
            if String.isSame(base[position].key, key) { return position }
            position += 1
        }
        return nil
    }

    func replaceValue(at position: Int, by value: Value) { base[position].value = value }

    func key(at position: Int) -> String { base[position].key }

    /// The members from `first` on, which leave the stack.
    func take(from first: Int) -> [Object.Member] {
        let taken = count - first
        let result = [Object.Member](unsafeUninitializedCapacity: taken) { room, filled in
            if taken > 0 { room.baseAddress?.moveInitialize(from: base + first, count: taken) }
            filled = taken
        }
        count = first
        return result
    }
}
