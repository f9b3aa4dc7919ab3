import Core
import JSON
import Values

/// JSON patch (RFC 6902), with the limits and answers of the API server.
package struct JSONPatch: Sendable {
    /// One step of a patch.
    package enum Operation: Sendable, Equatable {
        case add([String], Value)
        case remove([String])
        case replace([String], Value)
        case move(from: [String], to: [String])
        case copy(from: [String], to: [String])
        /// Without a value it holds for what is absent.
        case test([String], Value?)
        /// An operation nobody knows; refused when its turn comes.
        case unknown
    }

    /// Most operations a patch may have.
    package static let operationLimit = 10_000
    /// Most bytes (roughly) that copies may add to a document.
    package static let copyLimit = 3 * 1024 * 1024

    package var operations: [Operation]

    /// Reads a patch. Throws 400 when it is no list of operations, 413 when it has too many.
    package init(_ patch: Value) throws {
        guard let items = patch.isNull ? [] : patch.array else {
            throw APIError.badRequest(
                "error decoding patch: json: cannot unmarshal \(patch.jsonKind) into Go value of type []handlers.jsonPatchOp")
        }
        guard items.count <= Self.operationLimit else {
            var error = APIError.tooLarge(limit: Self.operationLimit)
            error.message =
                "Request entity too large: The allowed maximum operations in a JSON patch is \(Self.operationLimit), got \(items.count)"
            throw error
        }
        operations = try items.map { item in
            if item.isNull { return .unknown }
            guard case .object(let object) = item else {
                throw APIError.badRequest(
                    "error decoding patch: json: cannot unmarshal \(item.jsonKind) into Go value of type handlers.jsonPatchOp")
            }
            for key in ["op", "path", "from"] {
                if let value = object[key], value.string == nil, !value.isNull {
                    throw APIError.badRequest("error decoding patch: \"\(key)\" of a JSON patch operation must be a string")
                }
            }
            guard let path = object["path"]?.string, let target = Self.pointer(path) else { return .unknown }
            switch object["op"]?.string {
            case "add": return .add(target, object["value"] ?? .null)
            case "remove": return .remove(target)
            case "replace": return .replace(target, object["value"] ?? .null)
            case "test": return .test(target, object["value"])
            case "move", "copy":
                guard let from = object["from"]?.string, let source = Self.pointer(from) else { return .unknown }
                return object["op"]?.string == "move" ? .move(from: source, to: target) : .copy(from: source, to: target)
            default: return .unknown
            }
        }
    }

    /// The tokens of a JSON pointer (RFC 6901); nil when it is none.
    private static func pointer(_ text: String) -> [String]? {
        if text.isEmpty { return [] }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { token in
            guard token.contains("~") else { return String(token) }
            return token.split(separator: "~1", omittingEmptySubsequences: false)
                .map { $0.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~") }.joined(separator: "/")
        }
    }

    /// `document` after every operation. Throws the 422 upstream answers with, whatever went wrong, when one cannot be done.
    package func apply(to document: Value) throws -> Value {
        var document = document
        var budget = Budget()
        for operation in operations {
            guard Self.perform(operation, on: &document, &budget) else { throw Self.refused }
        }
        return document
    }

    /// What the operations of one patch may use together.
    private struct Budget {
        /// Roughly in bytes.
        var copied = 0
        /// Values that may still be looked at to know how deep they nest; without a bound, moving a large one to and fro takes hours.
        var visits = 20_000_000

        /// Whether the document would not nest deeper than one that is sent whole may.
        mutating func fits(_ value: Value, at path: [String]) -> Bool {
            path.count < JSONParser.Limits.outside.depth && height(value, atMost: JSONParser.Limits.outside.depth - path.count) != nil
        }

        /// How many levels a value has; nil when it has more, or the visits are used up.
        private mutating func height(_ value: Value, atMost limit: Int) -> Int? {
            visits -= 1
            guard visits > 0 else { return nil }
            var result = 0
            switch value {
            case .array(let items):
                guard limit > 0 else { return nil }
                for item in items {
                    guard let inner = height(item, atMost: limit - 1) else { return nil }
                    result = max(result, inner + 1)
                }
            case .object(let object):
                guard limit > 0 else { return nil }
                for member in object {
                    guard let inner = height(member.value, atMost: limit - 1) else { return nil }
                    result = max(result, inner + 1)
                }
            case .null, .bool, .int, .double, .string: break
            }
            return result
        }
    }

    static let refused = APIError.general(422, .invalid, "the server rejected our request due to an error in our request")

    private static func perform(_ operation: Operation, on document: inout Value, _ budget: inout Budget) -> Bool {
        switch operation {
        case .add(let path, let value): return budget.fits(value, at: path) && add(value, at: path[...], in: &document)
        case .remove(let path): return remove(path[...], in: &document) != nil
        case .replace(let path, let value): return budget.fits(value, at: path) && replace(path[...], with: value, in: &document)
        // What is absent equals nothing, not even null.
        case .test(let path, let value): return find(path, in: document) == value
        case .move(let source, let target):
            // A value cannot be moved into itself.
            if target.count > source.count, target.starts(with: source) { return false }
            guard let value = remove(source[...], in: &document) else { return false }
            return budget.fits(value, at: target) && add(value, at: target[...], in: &document)
        case .copy(let source, let target):
            guard let value = find(source, in: document) else { return false }
            budget.copied += weight(value)
            return budget.copied <= copyLimit && budget.fits(value, at: target) && add(value, at: target[...], in: &document)
        case .unknown: return false
        }
    }

    /// About how many bytes a value takes as text.
    private static func weight(_ value: Value) -> Int {
        switch value {
        case .null, .bool, .int, .double: 5
        case .string(let text): text.utf8.count + 2
        case .array(let items): items.reduce(2) { $0 + weight($1) + 1 }
        case .object(let object): object.reduce(2) { $0 + $1.key.utf8.count + weight($1.value) + 4 }
        }
    }

    /// The place of `token` in a list of `count` elements; negative ones count from the end, as upstream has it.
    private static func index(_ token: String, count: Int) -> Int? {
        guard let number = Int(token), token != "-0", token == "\(number)" else { return nil }
        let index = number < 0 ? number + count : number
        return index >= 0 && index < count ? index : nil
    }

    private static func find(_ path: [String], in document: Value) -> Value? {
        var current = document
        for token in path {
            switch current {
            case .object(let object):
                guard let next = object[token] else { return nil }
                current = next
            case .array(let items):
                guard let position = index(token, count: items.count) else { return nil }
                current = items[position]
            default: return nil
            }
        }
        return current
    }

    private static func add(_ value: Value, at path: ArraySlice<String>, in target: inout Value) -> Bool {
        guard let token = path.first else {
            target = value
            return true
        }
        let rest = path.dropFirst()
        switch target {
        case .object(let object):
            if rest.isEmpty {
                target[token] = .some(value)
                return true
            }
            guard object[token] != nil else { return false }
            return descend(into: &target[token], rest, value)
        case .array(let items):
            if rest.isEmpty {
                if token == "-" {
                    target.elements.append(value)
                    return true
                }
                guard let position = index(token, count: items.count + 1) else { return false }
                target.elements.insert(value, at: position)
                return true
            }
            guard let position = index(token, count: items.count) else { return false }
            return add(value, at: rest, in: &target.elements[position])
        default: return false
        }
    }

    private static func descend(into slot: inout Value?, _ rest: ArraySlice<String>, _ value: Value) -> Bool {
        guard var inner = slot else { return false }
        slot = .null
        defer { slot = inner }
        return add(value, at: rest, in: &inner)
    }

    private static func remove(_ path: ArraySlice<String>, in target: inout Value) -> Value? {
        guard let token = path.first else { return nil }
        let rest = path.dropFirst()
        switch target {
        case .object(let object):
            guard let found = object[token] else { return nil }
            if rest.isEmpty {
                target[token] = nil
                return found
            }
            var inner = found
            let removed = remove(rest, in: &inner)
            target[token] = inner
            return removed
        case .array(let items):
            guard let position = index(token, count: items.count) else { return nil }
            if rest.isEmpty { return target.elements.remove(at: position) }
            return remove(rest, in: &target.elements[position])
        default: return nil
        }
    }

    private static func replace(_ path: ArraySlice<String>, with value: Value, in target: inout Value) -> Bool {
        guard let token = path.first else {
            target = value
            return true
        }
        let rest = path.dropFirst()
        switch target {
        case .object(let object):
            if rest.isEmpty {
                // Upstream's library adds what is not there.
                target[token] = .some(value)
                return true
            }
            guard let found = object[token] else { return false }
            var inner = found
            let done = replace(rest, with: value, in: &inner)
            target[token] = inner
            return done
        case .array(let items):
            guard let position = index(token, count: items.count) else { return false }
            return replace(rest, with: value, in: &target.elements[position])
        default: return false
        }
    }
}
