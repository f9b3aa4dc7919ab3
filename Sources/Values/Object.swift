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
    package init(_ elements: some Sequence<(String, Value)>) {
        self.init()
        members.reserveCapacity(elements.underestimatedCount)
        for (key, value) in elements { self[key] = value }
    }

    @inlinable package var count: Int { members.count }
    @inlinable package var isEmpty: Bool { members.isEmpty }
    package var keys: some Sequence<String> { members.lazy.map(\.key) }
    package var values: some Sequence<Value> { members.lazy.map(\.value) }

    @inlinable package func position(of key: String) -> Int? {
        if let index { return index[key] }
        for position in members.indices where members[position].key == key { return position }
        return nil
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
        for member in left where right[member.key] != member.value { return false }
        return true
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
