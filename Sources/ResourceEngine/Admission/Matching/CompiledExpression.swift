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
            let names = types.map(\.description)
            outcome = .failure(
                Failure(
                    description: names.count == 1
                        ? "must evaluate to \(names[0])" : "must evaluate to one of [\(names.joined(separator: " "))]"))
            return
        }
        outcome = .success(expression)
    }

    /// The type of the value; dyn where the expression does not compile.
    var type: CELType { (try? outcome.get())?.type ?? .dyn }

    /// Why the expression is of no use, in the words of upstream's validation; nil when it is.
    var problem: String? {
        if case .failure(let failure) = outcome { return failure.description }
        return nil
    }
}
