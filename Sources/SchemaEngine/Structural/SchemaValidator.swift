import JSON
import Values

/// Checks values by a schema, with the messages of the OpenAPI validation library upstream uses.
///
/// On updates it ratchets: what is wrong with a part that did not change was wrong before, and is let through (KEP-4008).
package struct SchemaValidator: Sendable {
    package init() {}

    /// What came of checking one value: the problems, and how many checks it passed, by which the best of several failures is chosen.
    struct Outcome {
        var problems: [SchemaProblem] = []
        var matches = 0

        mutating func add(_ problem: SchemaProblem) {
            // A thing is said once however often it is found.
            if !problems.contains(where: { $0.message == problem.message && $0.path == problem.path }) { problems.append(problem) }
        }

        mutating func merge(_ other: Outcome) {
            for problem in other.problems { add(problem) }
            matches += other.matches
        }
    }

    /// The value before the change, where there was one that corresponds.
    enum Previous {
        case none
        case value(Value)
    }

    /// Everything wrong with `value`. `old` is what it replaces, for ratcheting.
    package func problems(_ value: Value, _ schema: StructuralSchema, old: Value? = nil) -> [SchemaProblem] {
        guard let old else { return check(value, schema, "", .none).problems }
        return ratcheted(value, schema, "", .value(old)).problems
    }

    // MARK: Nodes

    /// Checks a value that may be the same as before: then it is let through.
    private func ratcheted(_ value: Value, _ schema: StructuralSchema, _ path: String, _ old: Previous) -> Outcome {
        var outcome = check(value, schema, path, old)
        if case .value(let before) = old, !outcome.problems.isEmpty, before == value { outcome.problems = [] }
        return outcome
    }

    private func check(_ value: Value, _ schema: StructuralSchema, _ path: String, _ old: Previous) -> Outcome {
        var outcome = Outcome()
        let rules = schema.validation
        let types = schema.isIntOrString ? ["integer", "string"] : schema.type.isEmpty ? [] : [schema.type]
        let format = ValueFormat.supported(rules.format, type: schema.type)
        if value.isNull {
            if !types.isEmpty, !schema.isNullable { outcome.add(.type(path, types.joined(separator: ","), .string("null"))) }
            enumeration(value, rules, path, &outcome)
            return outcome
        }
        if !types.isEmpty || !format.isEmpty {
            type(value, types, format, path, &outcome)
            outcome.matches += 1
        }
        outcome.merge(junctors(value, rules, path, old))
        switch value {
        case .string(let text):
            string(text, rules, path, &outcome)
            if !format.isEmpty, !ValueFormat.matches(text, format) { outcome.add(.type(path, rules.format, value)) }
            outcome.matches += format.isEmpty ? 1 : 2
        case .int, .double:
            number(value, schema, format, path, &outcome)
            outcome.matches += 1
        case .array(let items):
            list(items, schema, path, old, &outcome)
            outcome.matches += 1
        default: break
        }
        enumeration(value, rules, path, &outcome)
        outcome.matches += 1
        if case .object(let object) = value {
            members(object, schema, path, old, &outcome)
            outcome.matches += 1
        }
        outcome.matches += 1
        return outcome
    }

    // MARK: Scalars

    private func type(_ value: Value, _ types: [String], _ format: String, _ path: String, _ outcome: inout Outcome) {
        let (found, foundFormat): (String, String) =
            switch value {
            case .null: ("null", "")
            case .bool: ("boolean", "")
            case .int: ("integer", "int64")
            case .double: ("number", "float64")
            case .string: ("string", "")
            case .array: ("array", "")
            case .object: ("object", "")
            }
        let isWhole: Bool = if case .double(let number) = value { number == number.rounded() && types.contains("integer") } else { false }
        let isIntegerAsNumber = found == "integer" && types.contains("number")
        let isText = found == "string" || found == "array"
        if !isText, !format.isEmpty, !(types.contains(found) || foundFormat == format || isWhole || isIntegerAsNumber) {
            return outcome.add(.type(path, format, .string(foundFormat)))
        }
        if !(types.contains("number") || types.contains("integer")), !format.isEmpty, isText { return }
        if !(types.contains(found) || isWhole || isIntegerAsNumber) {
            outcome.add(.type(path, types.joined(separator: ","), .string(found)))
        }
    }

    private func string(_ text: String, _ rules: ValueValidation, _ path: String, _ outcome: inout Outcome) {
        let length = Int64(text.unicodeScalars.count)
        if let limit = rules.maxLength, length > limit {
            outcome.add(
                SchemaProblem(reason: .tooLong, path: path, message: "Too long: may not be more than \(limit) byte\(limit == 1 ? "" : "s")")
            )
        } else if let limit = rules.minLength, length < limit {
            outcome.add(.invalid(path, .string(text), "\(path) in body should be at least \(limit) chars long"))
        } else if let expression = rules.expression {
            do {
                guard try !expression.matches(text) else { return }
                outcome.add(.invalid(path, .string(text), "\(path) in body should match '\(rules.pattern)'"))
            } catch {
                outcome.add(.invalid(path, .string("\(text.prefix(100))…"), "\(path) in body cannot be matched: \(error)"))
            }
        }
    }

    private func number(_ value: Value, _ schema: StructuralSchema, _ format: String, _ path: String, _ outcome: inout Outcome) {
        let rules = schema.validation
        let isInteger: Bool = if case .int = value { true } else { false }
        let amount = value.double ?? 0
        func shown(_ number: Double) -> String { isInteger ? "\(Int64(exactly: number.rounded(.towardZero)) ?? 0)" : GoNumber.text(number) }
        if schema.type == "integer", format == "int32", amount < -2147483648 || amount > 2147483647 {
            outcome.add(.composite("Checked value must be of type integer with format int32 in \(path)"))
        } else if schema.type == "integer", !isInteger, Int64(exactly: amount) == nil {
            let suffix = format.isEmpty ? "(default format)" : "with format \(format)"
            outcome.add(.composite("Checked value must be of type integer \(suffix) in \(path)"))
        } else if schema.type == "number", format == "float", abs(amount) > Double(Float.greatestFiniteMagnitude) {
            outcome.add(.composite("Checked value must be of type number with format float in \(path)"))
        }
        if let factor = rules.multipleOf, factor > 0 {
            let quotient = amount / factor
            if quotient != quotient.rounded() {
                outcome.add(.invalid(path, value, "\(path) in body should be a multiple of \(shown(factor))"))
            }
        }
        if let limit = rules.minimum {
            if rules.isMinimumExclusive ? amount <= limit : amount < limit {
                let relation = rules.isMinimumExclusive ? "greater than" : "greater than or equal to"
                outcome.add(.invalid(path, value, "\(path) in body should be \(relation) \(shown(limit))"))
            }
        }
        if let limit = rules.maximum {
            if rules.isMaximumExclusive ? amount >= limit : amount > limit {
                let relation = rules.isMaximumExclusive ? "less than" : "less than or equal to"
                outcome.add(.invalid(path, value, "\(path) in body should be \(relation) \(shown(limit))"))
            }
        }
    }

    private func enumeration(_ value: Value, _ rules: ValueValidation, _ path: String, _ outcome: inout Outcome) {
        guard !rules.enumeration.isEmpty, value.isNull || !rules.enumeration.contains(value) else { return }
        let list = rules.enumeration.map { $0.string.map(GoNumber.quoted) ?? GoNumber.quoted(JSONWriter.string($0)) }.joined(
            separator: ", ")
        outcome.add(
            SchemaProblem(
                reason: .notSupported, path: path, message: "Unsupported value: \(SchemaProblem.shown(value)): supported values: \(list)"))
    }

    // MARK: Lists and objects

    private func list(_ items: [Value], _ schema: StructuralSchema, _ path: String, _ old: Previous, _ outcome: inout Outcome) {
        if let inner = schema.items {
            let previous = Self.previousItems(old, schema)
            for (position, item) in items.enumerated() {
                let before = previous?(item)
                let place = "\(path)[\(position)]"
                outcome.merge(before.map { ratcheted(item, inner, place, .value($0)) } ?? check(item, inner, place, .none))
            }
        }
        let count = Int64(items.count)
        if let limit = schema.validation.minItems, count < limit {
            outcome.add(.invalid(path, .int(count), "\(path) in body should have at least \(limit) items"))
        }
        if let limit = schema.validation.maxItems, count > limit { outcome.add(.tooMany(path, count, limit)) }
        if schema.validation.hasUniqueItems, Set(items).count != items.count {
            outcome.add(.invalid(path, "", "\(path) in body shouldn't contain duplicates"))
        }
    }

    /// What the items of a list corresponded to: only those of `map` lists can be told.
    private static func previousItems(_ old: Previous, _ schema: StructuralSchema) -> ((Value) -> Value?)? {
        guard case .value(.array(let items)) = old, schema.listType == "map" else { return nil }
        func key(_ item: Value) -> [Value] { schema.listMapKeys.map { item[$0] ?? .null } }
        let known = Dictionary(items.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        return { known[key($0)] }
    }

    private func members(_ object: Object, _ schema: StructuralSchema, _ path: String, _ old: Previous, _ outcome: inout Outcome) {
        let count = Int64(object.count)
        if let limit = schema.validation.minProperties, count < limit {
            outcome.add(.invalid(path, .int(count), "\(path) in body should have at least \(limit) properties"))
        }
        if let limit = schema.validation.maxProperties, count > limit { outcome.add(.tooMany(path, count, limit)) }
        func checked(_ name: String, _ value: Value, _ inner: StructuralSchema, _ place: String) -> Outcome {
            let isTypeField = path.isEmpty && (name == "kind" || name == "apiVersion")
            guard case .value(let before) = old, let previous = before[name], !isTypeField else { return check(value, inner, place, .none) }
            return ratcheted(value, inner, place, .value(previous))
        }
        switch schema.additional {
        case .allowed(false):
            for member in object where schema[property: member.key] == nil {
                outcome.add(.invalid(path, .string(member.key), "\(path).\(member.key) in body is a forbidden property"))
            }
        case .schema(let inner):
            for member in object where schema[property: member.key] == nil {
                outcome.merge(checked(member.key, member.value, inner, "\(path).\(member.key)"))
            }
        default: break
        }
        for property in schema.properties {
            guard let value = object[property.name] else { continue }
            outcome.merge(checked(property.name, value, property.schema, path.isEmpty ? property.name : "\(path).\(property.name)"))
        }
        for name in schema.validation.required where object[name] == nil {
            outcome.add(SchemaProblem(reason: .required, path: path.isEmpty ? name : "\(path).\(name)", message: "Required value"))
        }
    }

    // MARK: Junctors

    private func junctors(_ value: Value, _ rules: ValueValidation, _ path: String, _ old: Previous) -> Outcome {
        var outcome = Outcome()
        if !rules.anyOf.isEmpty {
            let outcomes = rules.anyOf.map { check(value, $0, path, old) }
            if let success = outcomes.first(where: \.problems.isEmpty) {
                outcome.merge(success)
            } else {
                outcome.add(.composite("\"\(path)\" must validate at least one schema (anyOf)"))
                if let best = Self.best(outcomes) { outcome.merge(best) }
            }
        }
        if !rules.oneOf.isEmpty {
            let outcomes = rules.oneOf.map { check(value, $0, path, old) }
            let successes = outcomes.filter(\.problems.isEmpty)
            if successes.count == 1 {
                outcome.merge(successes[0])
            } else {
                let found = successes.isEmpty ? "Found none valid" : "Found \(successes.count) valid alternatives"
                outcome.add(.composite("\"\(path)\" must validate one and only one schema (oneOf). \(found)"))
                if successes.isEmpty, let best = Self.best(outcomes) { outcome.merge(best) }
            }
        }
        if !rules.allOf.isEmpty {
            let outcomes = rules.allOf.map { check(value, $0, path, old) }
            let passed = outcomes.count { $0.problems.isEmpty }
            for each in outcomes { outcome.merge(each) }
            if passed != outcomes.count {
                outcome.add(.composite("\"\(path)\" must validate all the schemas (allOf)\(passed == 0 ? ". None validated" : "")"))
            }
        }
        if let not = rules.not, check(value, not, path, old).problems.isEmpty {
            outcome.add(.composite("\"\(path)\" must not validate the schema (not)"))
        }
        outcome.matches += 2
        return outcome
    }

    /// The failure that came furthest; of equals the first.
    private static func best(_ outcomes: [Outcome]) -> Outcome? {
        var best: Outcome?
        for outcome in outcomes where best.map({ outcome.matches > $0.matches }) ?? true { best = outcome }
        return best
    }
}

extension SchemaProblem {
    static func shown(_ value: Value) -> String { value.string.map(GoNumber.quoted) ?? JSONWriter.string(value) }

    static func invalid(_ path: String, _ value: Value, _ detail: String) -> SchemaProblem {
        SchemaProblem(reason: .invalid, path: path, message: "Invalid value: \(shown(value)): \(detail)")
    }

    /// A problem of the whole; upstream gives it no place.
    static func composite(_ detail: String) -> SchemaProblem {
        SchemaProblem(reason: .invalid, path: "", message: "Invalid value: \"\": \(detail)")
    }

    static func tooMany(_ path: String, _ count: Int64, _ limit: Int64) -> SchemaProblem {
        SchemaProblem(reason: .tooMany, path: path, message: "Too many: \(count): must have at most \(limit) item\(limit == 1 ? "" : "s")")
    }

    static func type(_ path: String, _ type: String, _ value: Value) -> SchemaProblem {
        let place = "\(path) in body must be of type \(type)"
        let detail = value.string.map { "\(place): \(GoNumber.quoted($0))" } ?? place
        return SchemaProblem(reason: .typeInvalid, path: path, message: "Invalid value: \(shown(value)): \(detail)")
    }
}

/// Numbers and texts as Go prints them.
package enum GoNumber {
    /// `%v` of a float64.
    package static func text(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e21, let whole = Int64(exactly: number) { return "\(whole)" }
        let text = "\(number)"
        guard let position = text.firstIndex(of: "e") else { return text }
        // Go writes two digits of exponent at least.
        let exponent = text[text.index(after: position)...]
        let digits = exponent.drop { $0 == "-" || $0 == "+" }
        let mantissa = text[..<position].hasSuffix(".0") ? text[..<position].dropLast(2) : text[..<position]
        return "\(mantissa)e\(exponent.hasPrefix("-") ? "-" : "+")\(digits.count < 2 ? "0" : "")\(digits)"
    }

    /// `%q` of a string.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{0}"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
