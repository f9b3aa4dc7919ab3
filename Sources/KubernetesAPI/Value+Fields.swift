import Values

/// What the generated views are made of: one reader and one writer for each shape of field.
/// A string, list or map reads as empty when absent and is removed when set to empty, as Go's `omitempty` has it;
/// numbers and booleans are optional, since their zero has a meaning.
///
/// None of these is inlined: some nine thousand accessors call them, and the compiler took longer over the copies than over anything else here.
extension Value {
    @inline(never) package func text(_ key: String) -> String { self[key]?.string ?? "" }
    @inline(never) package func integer(_ key: String) -> Int? { self[key]?.int.map { Int($0) } }
    @inline(never) package func fraction(_ key: String) -> Double? { self[key]?.double }
    @inline(never) package func flag(_ key: String) -> Bool? { self[key]?.bool }
    @inline(never) package func strings(_ key: String) -> [String] { self[key]?.array?.compactMap(\.string) ?? [] }
    @inline(never) package func integers(_ key: String) -> [Int] { self[key]?.array?.compactMap { $0.int.map { Int($0) } } ?? [] }

    @inline(never)
    package func stringMap(_ key: String) -> [String: String] {
        guard let object = self[key]?.object else { return [:] }
        var result: [String: String] = [:]
        result.reserveCapacity(object.count)
        for member in object { result[member.key] = member.value.string ?? "" }
        return result
    }

    package func viewMap<V: View>(_ key: String) -> [String: V] {
        var result: [String: V] = [:]
        for member in self[key]?.object ?? Object() { result[member.key] = V(member.value) }
        return result
    }

    package func view<V: View>(_ key: String) -> V { V(child(key)) }
    package func optionalView<V: View>(_ key: String) -> V? { optionalChild(key).map { V($0) } }
    package func viewList<V: View>(_ key: String) -> ViewList<V> { ViewList(children(key)) }

    @inline(never) package func child(_ key: String) -> Value { self[key] ?? .object(Object()) }
    @inline(never)
    package func optionalChild(_ key: String) -> Value? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }
    @inline(never) package func children(_ key: String) -> [Value] { self[key]?.array ?? [] }

    @inline(never)
    package mutating func set(_ key: String, _ value: String, keepsEmpty: Bool) {
        self[key] = value.isEmpty && !keepsEmpty ? nil : .string(value)
    }
    @inline(never) package mutating func set(_ key: String, _ value: Int?) { self[key] = value.map { .int(Int64($0)) } }
    @inline(never) package mutating func set(_ key: String, _ value: Double?) { self[key] = value.map { .double($0) } }
    @inline(never) package mutating func set(_ key: String, _ value: Bool?) { self[key] = value.map { .bool($0) } }
    @inline(never) package mutating func set(_ key: String, _ values: [String]) {
        self[key] = values.isEmpty ? nil : .array(values.map { .string($0) })
    }
    @inline(never) package mutating func set(_ key: String, _ values: [Int]) {
        self[key] = values.isEmpty ? nil : .array(values.map { .int(Int64($0)) })
    }

    /// Maps are written in the order of their keys, so that equal maps have equal bytes.
    @inline(never)
    package mutating func set(_ key: String, _ map: [String: String]) {
        self[key] = map.isEmpty ? nil : .object(Object(map.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    package mutating func set<V: View>(_ key: String, _ map: [String: V]) {
        self[key] = map.isEmpty ? nil : .object(Object(map.sorted { $0.key < $1.key }.map { ($0.key, $0.value.raw) }))
    }

    // Taking leaves null behind, so that the taken part has one owner and changes in place; put brings it back.

    package mutating func takeView<V: View>(_ key: String) -> V { V(takeChild(key)) }
    package mutating func takeOptionalView<V: View>(_ key: String) -> V? { takeOptionalChild(key).map { V($0) } }
    package mutating func takeViewList<V: View>(_ key: String) -> ViewList<V> { ViewList(takeChildren(key)) }

    @inline(never)
    package mutating func takeChild(_ key: String) -> Value {
        guard self[key] != nil else { return .object(Object()) }
        var taken: Value? = .null
        swap(&taken, &self[key])
        return taken ?? .object(Object())
    }
    @inline(never)
    package mutating func takeOptionalChild(_ key: String) -> Value? {
        guard let present = self[key], !present.isNull else { return nil }
        var taken: Value? = .null
        swap(&taken, &self[key])
        return taken
    }
    @inline(never)
    package mutating func takeChildren(_ key: String) -> [Value] {
        guard self[key] != nil else { return [] }
        var taken: Value? = .null
        swap(&taken, &self[key])
        return taken?.array ?? []
    }

    package mutating func put<V: View>(_ key: String, _ view: V) { put(key, value: view.raw) }
    package mutating func put<V: View>(_ key: String, _ list: ViewList<V>) { put(key, values: list.values) }
    @inline(never) package mutating func put(_ key: String, value: Value?) { self[key] = value }
    @inline(never) package mutating func put(_ key: String, values: [Value]) { self[key] = values.isEmpty ? nil : .array(values) }
}
