/// A condition on an object's selectable fields (`metadata.name=a,status.phase!=Running`): every requirement must hold.
package struct FieldMatcher: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        package var field: String
        package var value: String
        package var isEqual: Bool

        package init(_ field: String, _ value: String, isEqual: Bool = true) {
            self.field = field
            self.value = value
            self.isEqual = isEqual
        }
    }

    package var requirements: [Requirement]

    package init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// Throws `APIError` (400) for a term without an operator; backslash escapes `,` `=` and itself.
    package init(parsing text: String) throws {
        requirements = []
        for term in Self.terms(of: text) where !term.isEmpty {
            guard let requirement = Self.requirement(term) else {
                throw APIError.badRequest("invalid selector: '\(text)'; can't understand '\(term)'")
            }
            requirements.append(requirement)
        }
    }

    package var isEverything: Bool { requirements.isEmpty }

    /// The value a field must have, where the selector says so: what lets a list or watch of one name skip all others.
    package func required(_ field: String) -> String? { requirements.first { $0.field == field && $0.isEqual }?.value }

    /// Absent fields count as empty.
    package func matches(_ field: (String) -> String?) -> Bool {
        for requirement in requirements where ((field(requirement.field) ?? "") == requirement.value) != requirement.isEqual {
            return false
        }
        return true
    }

    private static func terms(of text: String) -> [String] {
        var result: [String] = []
        var current = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                current.append(character)
                isEscaped = false
            } else if character == "\\" {
                current.append(character)
                isEscaped = true
            } else if character == "," {
                result.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        result.append(current)
        return result
    }

    private static func requirement(_ term: String) -> Requirement? {
        guard let position = term.firstIndex(of: "=") else { return nil }
        var field = term[..<position]
        var value = term[term.index(after: position)...]
        var isEqual = true
        if field.last == "!" {
            field.removeLast()
            isEqual = false
        } else if value.first == "=" {
            value.removeFirst()
        }
        var unescaped = ""
        var isEscaped = false
        for character in value {
            if !isEscaped, character == "\\" {
                isEscaped = true
            } else {
                unescaped.append(character)
                isEscaped = false
            }
        }
        return Requirement(String(field), unescaped, isEqual: isEqual)
    }
}
