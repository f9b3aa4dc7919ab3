import Values

/// A compiled and checked expression. Safe to share.
package final class Expression: Sendable {
    package let text: String
    package let type: CELType
    /// The variables it names.
    package let usedVariables: Set<String>
    let root: Node
    private let variables: [String: CELType]
    private let messages: MessageTypes

    /// Compiles an expression over variables of the given types, which may write values of the given message types. Throws `CompilationError`.
    package init(_ text: String, variables: [String: CELType], messages: MessageTypes = .none) throws(CompilationError) {
        self.text = text
        self.variables = variables
        self.messages = messages
        do throws(SyntaxProblem) {
            root = try Parser.parse(text)
        } catch {
            throw CompilationError([(error.message, error.offset)], in: text)
        }
        var checker = Checker(variables: variables, messages: messages)
        type = checker.check(root)
        usedVariables = checker.usedNames
        guard checker.problems.isEmpty else { throw CompilationError(checker.problems.map { ($0.message, $0.offset) }, in: text) }
        let literals = LiteralCheck.problems(root)
        guard literals.isEmpty else { throw CompilationError(literals, in: text) }
    }

    /// The value of the expression, and what it cost. Throws `CELError`; one with the text "operation cancelled: actual cost limit exceeded" when
    /// evaluation would cost more than `limit`.
    package func evaluate(_ variables: [String: CELValue], limit: UInt64 = .max) throws -> (value: CELValue, cost: UInt64) {
        var interpreter = Interpreter(variables: variables, limit: limit)
        let value = try interpreter.evaluate(root)
        return (value, interpreter.cost)
    }

    /// The most the expression can cost, given how large values can be: `size` is asked with the path of a variable's part
    /// (`["self", "items", "@items"]`; of a map `@keys` and `@values`) and answers with the largest number of characters or elements, nil where it
    /// is not known. As in cel-go a path may begin with such a step, where a loop goes over what the expression itself made.
    package func estimatedCost(size: ([String]) -> UInt64?) -> UInt64 {
        var checker = Checker(recordingWith: variables, messages: messages)
        _ = checker.check(root)
        return withoutActuallyEscaping(size) { size in
            var estimator = CostEstimator(types: checker.types ?? [:], size: size)
            return estimator.estimate(root)
        }
    }
}

/// Everything wrong with the text of an expression, worded and laid out as cel-go does.
package struct CompilationError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ problems: [(String, Int)], in text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        description = problems.sorted { $0.1 < $1.1 }.map { message, offset in
            var line = 0
            var column = offset
            while line < lines.count - 1, column > lines[line].count {
                column -= lines[line].count + 1
                line += 1
            }
            var source = ""
            source.unicodeScalars.append(contentsOf: lines[line].map { $0 == "\t" ? " " : $0 })
            return "ERROR: <input>:\(line + 1):\(column + 1): \(message)\n | \(source)\n | \(String(repeating: ".", count: column))^"
        }.joined(separator: "\n")
    }
}
