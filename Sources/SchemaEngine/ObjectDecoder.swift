import Core
import Values

/// What happens to fields that are unknown or stand twice (`fieldValidation`).
package enum FieldValidation: String, Sendable {
    case strict = "Strict"
    case warn = "Warn"
    case ignore = "Ignore"
}

/// Why a value does not have the shape its structure asks for.
package struct DecodingError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Brings what a client sent into the form that is stored and served: unknown fields are pruned, types checked, null taken
/// for absent, quantities and times written canonically, members put in the order of the tables, free keys sorted, empty
/// fields left out or filled in as Go's encoding of the same object would have them. Decoding twice changes nothing.
package struct ObjectDecoder {
    private var problems: [String] = []
    private var path: [Step] = []
    /// For the structures that are being decoded, the outermost first: where each field stands in its object, -1 where it does not.
    private var places: [Int] = []
    private let collectsProblems: Bool
    private let keepsEmptyLists: Bool
    private var hasKeptEmptyLists = false

    /// A step down into an object; put into words only where something is wrong.
    private enum Step {
        case field(String)
        case key(String)
        case position(Int)
    }

    /// Upstream stops counting there.
    private static let problemLimit = 100
    private static let pathLimit = 4096

    private init(collectsProblems: Bool, keepsEmptyLists: Bool) {
        self.collectsProblems = collectsProblems
        self.keepsEmptyLists = keepsEmptyLists
    }

    /// What a decoding gives.
    package struct Decoded {
        /// The value in canonical form.
        package var value: Value
        package var warnings: [String] = []
        /// Whether an empty list stands in it that storing would leave out.
        package var hasKeptEmptyLists = false
    }

    /// The value in canonical form and one warning for each field that is unknown, after those of `duplicates`, which say what stood twice
    /// in the text ("duplicate field \"a\""). Throws `DecodingError`; when strict, also for these fields.
    /// With `keepsEmptyLists` an empty list stays told from none in fields that are always shown, until the object is stored: who sends
    /// one comes to own the field.
    /// Of `known`, which must be in canonical form without such lists, the parts that `value` shares are taken over as they are.
    package static func decode(
        _ value: Value, as structure: Structure, duplicates: [String] = [], fieldValidation: FieldValidation = .ignore,
        keepsEmptyLists: Bool = false, known: Value? = nil
    ) throws(DecodingError) -> Decoded {
        var decoder = ObjectDecoder(collectsProblems: fieldValidation != .ignore, keepsEmptyLists: keepsEmptyLists)
        var decoded = Decoded(value: try decoder.object(value, structure, known))
        decoded.hasKeptEmptyLists = decoder.hasKeptEmptyLists
        guard fieldValidation != .ignore else { return decoded }
        let problems = Array(
            inDocumentOrder(duplicates + decoder.problems, value).prefix(problemLimit))
        if fieldValidation == .strict, !problems.isEmpty {
            throw DecodingError("strict decoding error: \(problems.joined(separator: ", "))")
        }
        decoded.warnings = problems
        return decoded
    }

    /// The same for an object of a request; what is wrong becomes the 400 that upstream answers.
    package static func decode(
        _ value: Value, kind: GroupVersionKind, as structure: Structure, duplicates: [String] = [], fieldValidation: FieldValidation,
        keepsEmptyLists: Bool = false, known: Value? = nil
    ) throws(APIError) -> Decoded {
        do throws(DecodingError) {
            return try decode(
                value, as: structure, duplicates: duplicates, fieldValidation: fieldValidation, keepsEmptyLists: keepsEmptyLists,
                known: known)
        } catch {
            throw .badRequest("\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): \(error)")
        }
    }

    /// The problems in the order in which a reader of the document meets the fields they name, as upstream tells them.
    private static func inDocumentOrder(_ problems: [String], _ document: Value) -> [String] {
        guard problems.count > 1 else { return problems }
        var order: [String: Int] = [:]
        func walk(_ value: Value, _ path: String) {
            order[path] = order.count
            switch value {
            case .object(let object): for member in object { walk(member.value, path.isEmpty ? member.key : "\(path).\(member.key)") }
            case .array(let items): for (index, item) in items.enumerated() { walk(item, "\(path)[\(index)]") }
            default: break
            }
        }
        walk(document, "")
        // What YAML's own reader found names lines, not fields, and comes first.
        func place(_ problem: String) -> Int {
            if problem.hasPrefix("yaml:") { return -1 }
            return order[problem.split(separator: "\"").dropFirst().first.map(String.init) ?? ""] ?? .max
        }
        return problems.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element)
    }

    // MARK: Structures

    private mutating func object(_ value: Value, _ structure: Structure, _ known: Value?) throws(DecodingError) -> Value {
        guard case .object(let object) = value else { throw mismatch(value, type(of: .structure(structure)), in: structure) }
        // Where each field stands in the object; those whose members come in the order of the fields are found without looking for them.
        let columns = structure.columns
        let first = places.count
        places.append(contentsOf: columns.nowhere)
        defer { places.removeLast(columns.names.count) }
        var (expected, present, hasUnknown) = (0, 0, false)
        for position in object.members.indices {
            guard let field = structure.position(of: object.members[position].key, expecting: expected) else {
                hasUnknown = true
                continue
            }
            expected = field + 1
            guard !object.members[position].value.isNull else { continue }
            places[first + field] = position
            present += 1
        }
        let isWrittenEmpty = columns.alwaysWritten
        for position in isWrittenEmpty where places[first + position] < 0 { present += 1 }
        var result = Object(reserving: present)
        let before = known?.object
        var (cursor, empty) = (0, 0)
        for position in columns.names.indices {
            let keepsEmpty = empty < isWrittenEmpty.count && isWrittenEmpty[empty] == position
            if keepsEmpty { empty += 1 }
            let place = places[first + position]
            guard place >= 0 || keepsEmpty else { continue }
            let name = columns.names[position]
            if place >= 0 {
                path.append(.field(name))
                let decoded = try self.value(
                    object.members[place].value, columns.shapes[position], in: structure, before?.value(of: name, after: &cursor))
                path.removeLast()
                if columns.havePresence[position] || isWritten(decoded, columns.shapes[position], keepsEmpty: keepsEmpty) {
                    result.append(name, decoded)
                    continue
                }
            }
            if keepsEmpty { result.append(name, Self.empty(structure.fields[position])) }
        }
        if collectsProblems, hasUnknown { noteUnknown(object, structure) }
        return .object(result)
    }

    private static func text(_ path: [Step]) -> String {
        var text = ""
        for step in path {
            switch step {
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            case .key(let name): text += ".\(name)"
            case .position(let position): text += "[\(position)]"
            }
        }
        return text
    }

    private mutating func noteUnknown(_ object: Object, _ structure: Structure) {
        guard problems.count < Self.problemLimit else { return }
        // Names as long as the body, a hundred times over, are no message.
        let prefix = String(Self.text(path).prefix(Self.pathLimit))
        for member in object where !structure.has(field: member.key) && problems.count < Self.problemLimit {
            problems.append("unknown field \"\(prefix)\(path.isEmpty ? "" : ".")\(member.key.prefix(Self.pathLimit))\"")
        }
    }

    /// Whether a value of a field without presence is written.
    private mutating func isWritten(_ value: Value, _ shape: Shape, keepsEmpty: Bool) -> Bool {
        switch shape {
        case .any: return true
        // Upstream keeps objects in protobuf, which does not tell an empty list from none.
        case .list, .map:
            guard value.isEmpty else { return true }
            guard keepsEmptyLists, keepsEmpty else { return false }
            hasKeptEmptyLists = true
            return true
        case .scalar, .structure: return keepsEmpty || !value.isEmpty
        }
    }

    /// What Go writes of an absent field that it does not leave out.
    static func empty(_ field: Field) -> Value {
        if field.hasPresence { return .null }
        switch field.shape {
        case .scalar(.string): return ""
        case .scalar(.bool): return false
        case .scalar(.int32), .scalar(.int64), .scalar(.double), .scalar(.intOrString): return 0
        case .scalar(.quantity): return "0"
        case .scalar(.duration): return "0s"
        case .scalar(.time), .scalar(.microTime), .scalar(.bytes), .any, .list, .map: return .null
        case .structure(let structure): return empty(structure)
        }
    }

    private static func empty(_ structure: Structure) -> Value {
        var result = Object()
        for field in structure.fields where field.keepsEmpty { result.append(field.name, empty(field)) }
        return .object(result)
    }

    // MARK: Values

    private mutating func value(
        _ value: Value, _ shape: Shape, in structure: Structure, _ known: Value?
    ) throws(DecodingError) -> Value {
        if let known, value.isIdentical(to: known) { return value }
        switch shape {
        case .any: return value
        case .structure(let inner):
            // Told of the structure that has the field, as Go tells it.
            guard value.object != nil else { throw mismatch(value, type(of: shape), in: structure) }
            return try object(value, inner, known)
        case .scalar(let scalar):
            if case .string(let text) = value, case .string(let before)? = known, String.isSame(text, before) { return value }
            return try self.scalar(value, scalar, in: structure)
        case .list(let element, _):
            guard case .array(let items) = value else { throw mismatch(value, type(of: shape), in: structure) }
            var result: [Value] = []
            result.reserveCapacity(items.count)
            let before = known?.array ?? []
            for position in items.indices {
                path.append(.position(position))
                let known = position < before.count ? before[position] : nil
                result.append(try self.element(items[position], element, in: structure, known))
                path.removeLast()
            }
            return .array(result)
        case .map(let element, _):
            guard case .object(let object) = value else { throw mismatch(value, type(of: shape), in: structure) }
            var result = Object()
            let before = known?.object
            for member in Self.sorted(object) {
                path.append(.key(member.key))
                result.append(member.key, try self.element(member.value, element, in: structure, before?[member.key]))
                path.removeLast()
            }
            return .object(result)
        }
    }

    /// An element of a list or map, where null stands for the element's zero.
    private mutating func element(
        _ value: Value, _ shape: Shape, in structure: Structure, _ known: Value?
    ) throws(DecodingError) -> Value {
        value.isNull ? Self.empty(Field(name: "", shape: shape)) : try self.value(value, shape, in: structure, known)
    }

    private static func sorted(_ object: Object) -> [Object.Member] {
        let members = object.members
        for position in members.indices.dropFirst()
        where members[position].key.utf8.lexicographicallyPrecedes(members[position - 1].key.utf8) {
            return members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
        return members
    }

    private func scalar(_ value: Value, _ scalar: Scalar, in structure: Structure) throws(DecodingError) -> Value {
        switch (scalar, value) {
        case (.string, .string), (.bool, .bool), (.int64, .int), (.double, .int), (.double, .double), (.intOrString, .string): return value
        case (.int32, .int(let number)), (.intOrString, .int(let number)):
            guard Int32(exactly: number) != nil else { throw mismatch(value, "int32", in: structure, number: "\(number)") }
            return value
        case (.quantity, .string(let text)): return .string(try quantity(text))
        case (.quantity, .int(let number)): return .string(Quantity(number).description)
        case (.quantity, .double(let number)): return .string(try quantity("\(number)"))
        case (.time, .string(let text)): return .string(try time(text, isMicro: false))
        case (.microTime, .string(let text)): return .string(try time(text, isMicro: true))
        case (.bytes, .string(let text)): return .string(try bytes(text))
        case (.duration, .string(let text)): return .string(try duration(text))
        case (.int32, .double(let number)), (.int64, .double(let number)), (.intOrString, .double(let number)):
            throw mismatch(value, type(of: .scalar(scalar)), in: structure, number: "\(number)")
        default: throw mismatch(value, type(of: .scalar(scalar)), in: structure)
        }
    }

    private func quantity(_ text: String) throws(DecodingError) -> String {
        do throws(Quantity.ParseError) { return try Quantity(parsing: text).description } catch { throw DecodingError(error.description) }
    }

    private func bytes(_ text: String) throws(DecodingError) -> String {
        do throws(Base64.DecodingError) { return Base64.encode(try Base64.decode(text)) } catch { throw DecodingError(error.description) }
    }

    private func duration(_ text: String) throws(DecodingError) -> String {
        guard let duration = GoDuration.parse(text) else { throw DecodingError("time: invalid duration \"\(text)\"") }
        return GoDuration.text(duration)
    }

    private func time(_ text: String, isMicro: Bool) throws(DecodingError) -> String {
        guard let time = Timestamp.canonical(text, isMicro: isMicro) else {
            throw DecodingError("parsing time \"\(text)\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\(text)\" as \"2006\"")
        }
        return time
    }

    // MARK: Messages

    /// In the words of Go's JSON package, which clients have come to see.
    private func mismatch(_ value: Value, _ type: String, in structure: Structure, number: String = "") -> DecodingError {
        let what =
            switch value {
            case .null: "null"
            case .bool: "bool"
            case .int, .double: number.isEmpty ? "number" : "number \(number)"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        if type == "quantity" { return DecodingError(Quantity.malformed) }
        if path.isEmpty { return DecodingError("json: cannot unmarshal \(what) into Go value of type \(type)") }
        // Go names the innermost structure, then the whole path; positions and free keys are no part of it.
        let fields = Self.text(path.filter { if case .field = $0 { true } else { false } })
        return DecodingError("json: cannot unmarshal \(what) into Go struct field \(structure.shortName).\(fields) of type \(type)")
    }

    private func type(of shape: Shape) -> String {
        switch shape {
        case .any: "runtime.RawExtension"
        case .structure(let structure): "v1.\(structure.shortName)"
        case .list(let element, _): "[]\(type(of: element))"
        case .map(let element, _): "map[string]\(type(of: element))"
        case .scalar(.double): "float64"
        case .scalar(.time), .scalar(.microTime), .scalar(.duration): "string"
        case .scalar(.bytes): "[]uint8"
        case .scalar(.intOrString): "int32"
        case .scalar(let scalar): scalar.rawValue
        }
    }
}
