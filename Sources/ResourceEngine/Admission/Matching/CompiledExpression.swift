import CEL

/// An expression of a configuration: what it compiled to, or why it did not.
struct CompiledExpression: Sendable {
    /// Why an expression has no value.
    struct Failure: Error, Sendable, CustomStringConvertible {
        let description: String
        /// Nothing further may be evaluated for this request.
        var isOutOfBudget = false
    }

    let text: String
    let outcome: Result<Expression, Failure>

    /// Compiles an expression that must be of one of the types; none given takes all.
    init(_ text: String, _ variables: [String: CELType], returns types: [CELType], messages: MessageTypes = .none) {
        self.text = text
        let expression: Expression
        do throws(CompilationError) {
            expression = try Expression(text, variables: variables, messages: messages)
        } catch {
            outcome = .failure(Failure(description: "compilation failed: \(error)"))
            return
        }
        guard types.isEmpty || types.contains(expression.type) else {
            let names = types.map(Self.name)
            let wanted = names.count == 1 ? names[0] : "one of [\(names.joined(separator: " "))]"
            outcome = .failure(Failure(description: "must evaluate to \(wanted) but got \(Self.name(expression.type))"))
            return
        }
        outcome = .success(expression)
    }

    /// A type as upstream's library names it outside of its own messages.
    private static func name(_ type: CELType) -> String {
        switch type {
        case .null: "null_type"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list(let element): "list(\(name(element)))"
        case .map(let key, let value): "map(\(name(key)), \(name(value)))"
        case .optional(let wrapped): "optional_type(\(name(wrapped)))"
        default: type.description
        }
    }

    /// The type of the value; dyn where the expression does not compile.
    var type: CELType { (try? outcome.get())?.type ?? .dyn }

    /// Why the expression is of no use, in the words of upstream's validation; nil when it is.
    var problem: String? {
        if case .failure(let failure) = outcome { return failure.description }
        return nil
    }
}
