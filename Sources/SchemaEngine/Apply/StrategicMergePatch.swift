import Core
import JSON
import Values

/// Strategic merge patch: a merge patch that merges the lists that have a merge key, and knows directives (`$patch`,
/// `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`).
///
/// Source of the rules: the API convention page "strategic merge patch" and the behaviour of upstream's API server.
package enum StrategicMergePatch {
    static let directive = "$patch"
    static let retainKeys = "$retainKeys"
    static let deletionPrefix = "$deleteFromPrimitiveList"
    static let orderPrefix = "$setElementOrder"

    /// `original` with `patch` applied by the patch strategies of `structure`. Throws `APIError`: 400 for directives of a wrong
    /// form, 422 for contents that contradict `$retainKeys`, 500 with upstream's text for fields nobody knows.
    package static func apply(_ patch: Value, to original: Value, structure: Structure) throws -> Value {
        if patch.isNull { return original }
        guard case .object(let changes) = patch else {
            throw APIError.badRequest("json: cannot unmarshal \(patch.jsonKind) into Go value of type map[string]interface {}")
        }
        return .object(try merge(changes, into: original.object ?? Object(), .structure(structure)))
    }

    // MARK: Objects

    private static func merge(_ patch: Object, into original: Object, _ shape: Shape) throws -> Object {
        var patch = patch
        var result = original
        let hasDirectives = patch.members.contains { $0.key.utf8.first == UInt8(ascii: "$") }
        if hasDirectives {
            if let mark = patch[directive] {
                switch mark.string {
                case "replace":
                    patch[directive] = nil
                    return patch
                case "delete": return Object()
                case let other:
                    throw failure("unknown patch type: \(other ?? JSONWriter.string(mark)) in map: \(Value.object(patch).goText)")
                }
            }
            try retain(&patch, in: &result)
            try applyOrders(&patch, to: &result, shape)
        }
        for change in patch.members {
            var key = change.key
            let isDeletion = hasDirectives && key.hasPrefix(deletionPrefix)
            if isDeletion {
                guard let name = suffix(key, deletionPrefix) else { throw APIError.badRequest("invalid patch format of primitive list") }
                key = name
            }
            if change.value.isNull {
                result[key] = nil
                continue
            }
            guard let current = result[key] else {
                if !isDeletion { result[key] = fresh(change.value) }
                continue
            }
            switch (current, change.value) {
            case (.object(let old), .object(let new)):
                let (inner, _) = try lookUp(key, in: shape)
                result[key] = .object(try merge(new, into: old, inner))
            case (.array(let old), .array(let new)):
                let (inner, strategy) = try lookUp(key, in: shape)
                if isDeletion {
                    let gone = Set(new)
                    result[key] = .array(old.filter { !gone.contains($0) })
                } else if strategy.merges {
                    result[key] = .array(try merge(new, into: old, element(of: inner), strategy.mergeKey, order: nil))
                } else {
                    result[key] = change.value
                }
            default:
                if !isDeletion { result[key] = fresh(change.value) }
            }
        }
        return result
    }

    /// The shape and strategy of the field `key`. Inside free maps and untyped values everything merges by name.
    private static func lookUp(_ key: String, in shape: Shape) throws -> (Shape, PatchStrategy) {
        switch shape {
        case .structure(let structure):
            guard let merging = structure.merging(of: key) else {
                throw failure("unable to find api field in struct \(structure.name) for the json field \"\(key)\"")
            }
            return merging
        case .map(let element, _): return (element, PatchStrategy())
        default: return (.any, PatchStrategy())
        }
    }

    private static func element(of shape: Shape) -> Shape { if case .list(let element, _) = shape { element } else { .any } }

    private static func suffix(_ key: String, _ prefix: String) -> String? {
        guard key.count > prefix.count + 1, key.dropFirst(prefix.count).first == "/" else { return nil }
        return String(key.dropFirst(prefix.count + 1))
    }

    /// Drops every member of the original that `$retainKeys` does not name.
    private static func retain(_ patch: inout Object, in original: inout Object) throws {
        guard let list = patch[retainKeys] else { return }
        patch[retainKeys] = nil
        guard let kept = list.array else { throw APIError.badRequest("invalid patch format of retainKeys") }
        let names = Set(kept.compactMap(\.string))
        for change in patch where !change.value.isNull && !change.key.hasPrefix(deletionPrefix) && !change.key.hasPrefix(orderPrefix) {
            guard names.contains(change.key) else { throw APIError.badRequest("invalid patch format of retainKeys") }
        }
        original.removeAll { !names.contains($0.key) }
    }

    /// Merges each list that comes with a `$setElementOrder/…`, in the order that it gives.
    private static func applyOrders(_ patch: inout Object, to original: inout Object, _ shape: Shape) throws {
        let malformed = APIError.badRequest("invalid patch format of setElementOrder list")
        for change in patch where change.key.hasPrefix(orderPrefix) {
            patch[change.key] = nil
            guard let name = suffix(change.key, orderPrefix), let order = change.value.array else { throw malformed }
            let additions = patch[name]
            if let additions, additions.array == nil { throw failure("expected a list in the field \"\(name)\" of the patch") }
            let current = original[name]
            if current == nil && additions == nil { continue }
            let (inner, strategy) = try lookUp(name, in: shape)
            try requireOrder(additions?.array ?? [], order, strategy.mergeKey)
            patch[name] = nil
            guard let current = current?.array else {
                guard case .array(let list)? = fresh(additions ?? .array([])) else { continue }
                original[name] = .array(sort(list, by: order, strategy.mergeKey))
                continue
            }
            if let additions = additions?.array, !strategy.merges {
                original[name] = .array(sort(additions, by: order, strategy.mergeKey))
            } else {
                original[name] = .array(
                    try merge(additions?.array ?? [], into: current, element(of: inner), strategy.mergeKey, order: order))
            }
        }
    }

    /// The items of a patch must stand in the order that the directive beside them gives.
    private static func requireOrder(_ items: [Value], _ order: [Value], _ mergeKey: String) throws {
        guard !order.isEmpty else { return }
        var rest = order[...]
        for item in items where item[directive] == nil {
            while let next = rest.first, !isSame(item, next, mergeKey) { rest.removeFirst() }
            guard !rest.isEmpty else {
                throw failure(
                    "The order in patch list:\n\(Value.array(items).goText)\n doesn't match \(orderPrefix) list:\n"
                        + "\(Value.array(order).goText)\n")
            }
            rest.removeFirst()
        }
    }

    // MARK: Lists

    private static func isSame(_ left: Value, _ right: Value, _ mergeKey: String) -> Bool {
        if mergeKey.isEmpty { return left == right }
        guard let key = left[mergeKey] else { return false }
        return key == right[mergeKey]
    }

    /// Where the items of a list are, the first of those that are the same: looked for one by one in a short list, found at once in a long.
    private struct Places {
        private static let shortList = 16
        private let mergeKey: String
        /// Of each item; not kept of a long list.
        private var keys: [Value?] = []
        private var first: [Value: Int] = [:]
        private var count = 0

        init(_ list: [Value], _ mergeKey: String) {
            self.mergeKey = mergeKey
            if list.count > Self.shortList { first.reserveCapacity(list.count) } else { keys.reserveCapacity(list.count) }
            for item in list { append(item) }
        }

        private func key(_ item: Value) -> Value? { mergeKey.isEmpty ? item : item[mergeKey] }

        mutating func append(_ item: Value) {
            defer { count += 1 }
            if first.isEmpty, count < Self.shortList { return keys.append(key(item)) }
            for (position, key) in keys.enumerated() { note(key, at: position) }
            keys = []
            note(key(item), at: count)
        }

        private mutating func note(_ key: Value?, at position: Int) {
            guard let key, first[key] == nil else { return }
            first[key] = position
        }

        subscript(item: Value) -> Int? {
            guard let key = key(item) else { return nil }
            return first.isEmpty ? keys.firstIndex { $0 == key } : first[key]
        }
    }

    /// Merges two lists of one field. The order is that of `order` (else of the patch) for the items it names; the others keep their
    /// places relative to those the server had already.
    private static func merge(_ patch: [Value], into original: [Value], _ shape: Shape, _ mergeKey: String, order: [Value]?) throws
        -> [Value]
    {
        if original.isEmpty && patch.isEmpty { return original }
        guard let sample = original.first ?? patch.first else { return [] }
        if case .array = sample { throw APIError(code: 422, reason: .invalid, message: "lists of lists are not supported") }
        var merged = original
        var additions = patch
        if case .object = sample {
            guard !mergeKey.isEmpty else { throw failure("cannot merge lists without merge key") }
            (merged, additions) = try applySpecialElements(patch, to: original, mergeKey)
            var places = Places(merged, mergeKey)
            for item in additions {
                guard let new = item.object, new[mergeKey] != nil else { throw missingKey(item, mergeKey) }
                if let position = places[item], let old = merged[position].object {
                    merged[position] = .object(try merge(new, into: old, shape))
                } else {
                    merged.append(fresh(item) ?? .null)
                    places.append(item)
                }
            }
        } else {
            var known = Set(merged)
            for item in patch where known.insert(item).inserted { merged.append(item) }
        }
        if original.isEmpty, order == nil {
            if !mergeKey.isEmpty, let item = merged.first(where: { $0[mergeKey] == nil }) { throw missingKey(item, mergeKey) }
            return merged
        }
        let wanted = order ?? additions
        let wantedPlaces = Places(wanted, mergeKey)
        var named: [Value] = []
        var serverOnly: [Value] = []
        for item in merged {
            if !mergeKey.isEmpty, item[mergeKey] == nil { throw missingKey(item, mergeKey) }
            if wantedPlaces[item] == nil { serverOnly.append(item) } else { named.append(item) }
        }
        return interleave(
            sort(serverOnly, by: original, mergeKey), sort(named, by: wanted, mergeKey), serverOrder: original, mergeKey)
    }

    /// Carries out the elements that are directives; gives the list they leave and the elements that are none.
    private static func applySpecialElements(_ patch: [Value], to original: [Value], _ mergeKey: String) throws -> ([Value], [Value]) {
        guard patch.contains(where: { $0[directive] != nil }) else { return (original, patch) }
        var deleted: Set<Value> = []
        var plain: [Value] = []
        var replaces = false
        for item in patch {
            guard let mark = item[directive] else {
                plain.append(item)
                continue
            }
            switch mark.string {
            case "delete":
                guard let key = item[mergeKey] else { throw missingKey(item, mergeKey) }
                deleted.insert(key)
            case "replace": replaces = true
            case "merge": throw failure("merging lists cannot yet be specified in the patch")
            case let other: throw failure("unknown patch type: \(other ?? JSONWriter.string(mark)) in map: \(item.goText)")
            }
        }
        if replaces { return (plain, []) }
        return (deleted.isEmpty ? original : original.filter { item in item[mergeKey].map { !deleted.contains($0) } ?? true }, plain)
    }

    private static func sort(_ items: [Value], by order: [Value], _ mergeKey: String) -> [Value] {
        let places = Places(order, mergeKey)
        let placed = items.enumerated().map { (offset: $0, item: $1, place: places[$1] ?? Int.max) }
        return placed.sorted { ($0.place, $0.offset) < ($1.place, $1.offset) }.map(\.item)
    }

    /// Joins what only the server has with what the patch names: a server's item goes first only where the server had it so.
    private static func interleave(_ server: [Value], _ named: [Value], serverOrder: [Value], _ mergeKey: String) -> [Value] {
        let places = Places(serverOrder, mergeKey)
        var server = server[...]
        var named = named[...]
        var result: [Value] = []
        while let left = server.first, let right = named.first {
            if let a = places[left], let b = places[right], a < b {
                result.append(server.removeFirst())
            } else {
                result.append(named.removeFirst())
            }
        }
        return result + named + server
    }

    // MARK: Clean-up

    /// A new part as it is taken over: without nulls, as there is nothing for them to remove, and without directives; nil when it is one
    /// itself.
    private static func fresh(_ value: Value) -> Value? { isPlain(value) ? value : cleaned(value) }

    /// Whether there is nothing to leave out of a new part.
    private static func isPlain(_ value: Value) -> Bool {
        switch value {
        case .object(let object): object.members.allSatisfy { !$0.value.isNull && $0.key != directive && isPlain($0.value) }
        case .array(let items): items.allSatisfy(isPlain)
        default: true
        }
    }

    private static func cleaned(_ value: Value) -> Value? {
        switch value {
        case .object(let object):
            guard object[directive]?.isNull ?? true else { return nil }
            var result = Object(reserving: object.count)
            for member in object.members where !member.value.isNull {
                if let part = cleaned(member.value) { result.append(member.key, part) }
            }
            return .object(result)
        case .array(let items): return .array(items.compactMap(cleaned))
        default: return value
        }
    }

    private static func missingKey(_ item: Value, _ key: String) -> APIError {
        failure("map: \(item.goText) does not contain declared merge key: \(key)")
    }

    private static func failure(_ message: String) -> APIError { APIError(code: 500, reason: .unknown, message: message) }
}
