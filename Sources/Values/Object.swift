/// An ordered map from strings to values: a JSON object. Members keep the order in which they were added; equality
/// ignores it. Look-up is a linear scan up to `indexThreshold` members and a hash table beyond.
@frozen
package struct Object: Sendable {
    @frozen
    package struct Member: Sendable {
        package let key: String
        package var value: Value

        @inlinable package init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    package static var indexThreshold: Int { 24 }
    package private(set) var members: [Member]
    package private(set) var index: [String: Int]?

    @inlinable package init() {
        members = []
        index = nil
    }

    /// An empty object with room for so many members.
    @inlinable package init(reserving count: Int) {
        self.init()
        members.reserveCapacity(count)
    }

    /// An object of the given members; of repeated keys the last one stands.
    @inlinable package init(_ elements: some Sequence<(String, Value)>) {
        self.init()
        members.reserveCapacity(elements.underestimatedCount)
        for (key, value) in elements { self[key] = value }
    }

    /// An object of members of which no two have the same key.
    package init(unique members: [Member]) {
        self.members = members
        index = nil
        rebuildIndex()
    }

    @inlinable package var count: Int { members.count }
    @inlinable package var isEmpty: Bool { members.isEmpty }
    package var keys: some Sequence<String> { members.lazy.map(\.key) }
    package var values: some Sequence<Value> { members.lazy.map(\.value) }

    @inlinable package func position(of key: String) -> Int? {
        if let index { return index[key] }
        return members.withUnsafeBufferPointer { members in
            for position in members.indices where String.isSame(members[position].key, key) { return position }
            return nil
        }
    }

    /// The value of `key`, or nil. Writing nil removes the member. O(1) beyond `indexThreshold`, removal O(n).
    package subscript(key: String) -> Value? {
        get { position(of: key).map { members[$0].value } }
        _modify {
            let position = position(of: key)
            var slot: Value?
            if let position {
                slot = members[position].value
                members[position].value = .null
            }
            defer { store(slot, for: key, at: position) }
            yield &slot
        }
    }

    private mutating func store(_ value: Value?, for key: String, at position: Int?) {
        switch (value, position) {
        case (let value?, let position?): members[position].value = value
        case (let value?, nil): append(key, value)
        case (nil, let position?):
            members.remove(at: position)
            if index != nil { rebuildIndex() }
        case (nil, nil): break
        }
    }

    /// The value of `key`, which is looked for first where `cursor` points and behind it: who asks in the order of the members finds each at
    /// once. `cursor` then points behind what was found.
    @inlinable package func value(of key: String, after cursor: inout Int) -> Value? {
        let found = members.withUnsafeBufferPointer { members -> Int? in
            for position in cursor..<Swift.max(cursor, members.count) where String.isSame(members[position].key, key) { return position }
            for position in 0..<Swift.min(cursor, members.count) where String.isSame(members[position].key, key) { return position }
            return nil
        }
        guard let found else { return nil }
        cursor = found + 1
        return members[found].value
    }

    /// Gives the member at a position another value.
    package mutating func replaceValue(at position: Int, by value: Value) { members[position].value = value }

    /// Adds a member that is known not to be there yet.
    package mutating func append(_ key: String, _ value: Value) {
        members.append(Member(key: key, value: value))
        if index != nil {
            index?[key] = members.count - 1
        } else if members.count > Self.indexThreshold {
            rebuildIndex()
        }
    }

    package mutating func removeAll(where condition: (Member) -> Bool) {
        members.removeAll(where: condition)
        if index != nil { rebuildIndex() }
    }

    /// Changes every value in place.
    package mutating func modifyValues(_ change: (String, inout Value) throws -> Void) rethrows {
        for position in members.indices { try change(members[position].key, &members[position].value) }
    }

    /// Puts the members into the order of their keys' bytes.
    package mutating func sortMembers() {
        members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        rebuildIndex()
    }

    private mutating func rebuildIndex() {
        guard members.count > Self.indexThreshold else {
            index = nil
            return
        }
        var fresh: [String: Int] = [:]
        fresh.reserveCapacity(members.count)
        for (position, member) in members.enumerated() { fresh[member.key] = position }
        index = fresh
    }
}

extension Object: Sequence {
    package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
    package var underestimatedCount: Int { members.count }
}

extension Object: Hashable {
    package static func == (left: Object, right: Object) -> Bool {
        guard left.count == right.count else { return false }
        if Value.isSame(left.members, right.members) { return true }
        return left.members.withUnsafeBufferPointer { mine in
            right.members.withUnsafeBufferPointer { others in
                for position in mine.indices {
                    // Objects of one origin have their members in the same order.
                    if String.isSame(mine[position].key, others[position].key) {
                        if mine[position].value != others[position].value { return false }
                    } else {
                        guard let other = right.position(of: mine[position].key) else { return false }
                        if mine[position].value != others[other].value { return false }
                    }
                }
                return true
            }
        }
    }

    package func hash(into hasher: inout Hasher) {
        var combined = 0
        for member in members {
            var inner = Hasher()
            inner.combine(member.key)
            inner.combine(member.value)
            combined ^= inner.finalize()
        }
        hasher.combine(combined)
    }
}

extension Object: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
