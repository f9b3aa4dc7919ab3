import CEL
import Core
import ResourceEngine
import Values

/// Expressions over `request` that all must hold for an authorisation webhook to be asked.
package struct AccessConditions: Sendable {
    enum Outcome: Sendable, Equatable {
        case matches
        case differs
        /// Nobody can tell.
        case fails(String)
    }

    /// What one evaluation may cost; upstream's limit of one expression.
    private static let limit: UInt64 = 10_000_000
    private static let most = 64

    private let expressions: [Expression]

    /// None: every request matches.
    package init() { expressions = [] }

    /// Reads `matchConditions`. Throws `APIError` (400) that names the field.
    package init(_ conditions: [Value], path: String) throws {
        guard conditions.count <= Self.most else { throw APIError.badRequest("\(path): must have at most \(Self.most) items") }
        var seen: Set<String> = []
        expressions = try conditions.enumerated().map { index, condition in
            let place = "\(path)[\(index)].expression"
            let text = condition["expression"]?.string ?? ""
            guard condition.object?.keys.allSatisfy({ $0 == "expression" }) == true, !text.allSatisfy(\.isWhitespace) else {
                throw APIError.badRequest("\(place): an expression, and nothing else, is required")
            }
            guard seen.insert(text).inserted else { throw APIError.badRequest("\(place): is there twice: \(text)") }
            let expression: Expression
            do throws(CompilationError) {
                expression = try Expression(text, variables: ["request": AccessQuestion.type])
            } catch { throw APIError.badRequest("\(place): compilation failed: \(error)") }
            guard expression.type == .bool else {
                throw APIError.badRequest("\(place): must evaluate to bool but got \(expression.type)")
            }
            return expression
        }
    }

    var isEmpty: Bool { expressions.isEmpty }

    /// One that does not hold decides, even when others fail.
    func match(_ attributes: RequestAttributes) -> Outcome {
        let request = CELValue(AccessQuestion.spec(attributes, isWhole: true), as: AccessQuestion.type)
        var problems: [String] = []
        for expression in expressions {
            do {
                let value = try expression.evaluate(["request": request], limit: Self.limit).value
                if case .bool(false) = value { return .differs }
            } catch { problems.append("cel evaluation error: expression '\(expression.text)' resulted in error: \(error)") }
        }
        switch problems.count {
        case 0: return .matches
        case 1: return .fails(problems[0])
        default: return .fails("[\(problems.joined(separator: ", "))]")
        }
    }
}
