import CEL
import Synchronization
import Values

/// The variables a policy defines, in their order: each may name those before it.
struct PolicyVariables: Sendable {
    let expressions: [(name: String, compiled: CompiledExpression)]
    /// What the policy's other expressions know of them.
    let types: [String: CELType]

    /// `object` and `params` are the types of those variables, known when a policy's types are checked.
    init(_ variables: Value?, hasParams: Bool, object: CELType = .dyn, params: CELType = .dyn) {
        var expressions: [(name: String, compiled: CompiledExpression)] = []
        var types: [String: CELType] = [:]
        for variable in variables?.array ?? [] {
            let name = variable["name"]?.string ?? ""
            let scope = AdmissionTypes.variables(hasParams: hasParams, composed: types, object: object, params: params)
            let compiled = CompiledExpression(variable["expression"]?.string ?? "", scope, returns: [])
            expressions.append((name, compiled))
            types[name] = compiled.type
        }
        self.expressions = expressions
        self.types = types
    }
}

/// The variables of a policy in one evaluation: each is evaluated when it is first named, and once. Safe from any thread.
final class VariableValues: CELOpaque {
    private struct State {
        var known: [String: Result<CELValue, CELError>] = [:]
        var cost: UInt64 = 0
    }

    private let expressions: [String: CompiledExpression]
    private let scope: [String: CELValue]
    private let state = Mutex(State())

    /// `scope` has the values of all other variables.
    init(_ variables: PolicyVariables, scope: [String: CELValue]) {
        expressions = Dictionary(variables.expressions.map { ($0.name, $0.compiled) }, uniquingKeysWith: { _, last in last })
        self.scope = scope
    }

    var type: CELType { .opaque("kubernetes.variables") }

    func field(_ name: String) throws -> CELValue? {
        if let known = state.withLock({ $0.known[name] }) { return try known.get() }
        guard let compiled = expressions[name] else { return nil }
        let result: Result<CELValue, CELError>
        switch compiled.outcome {
        case .failure(let failure): result = .failure(CELError("composited variable \"\(name)\" fails to compile: \(failure)"))
        case .success(let expression):
            var variables = scope
            variables["variables"] = .opaque(self)
            do {
                let (value, cost) = try expression.evaluate(variables, limit: ExpressionScope.callLimit)
                state.withLock { $0.cost += cost }
                result = .success(value)
            } catch let missing as AccessAnswers.Missing {
                throw missing
            } catch {
                result = .failure(CELError("composited variable \"\(name)\" fails to evaluate: \(error)"))
            }
        }
        state.withLock { $0.known[name] = result }
        return try result.get()
    }

    /// What evaluating has cost since this was last asked.
    func takeCost() -> UInt64 {
        state.withLock { state in
            defer { state.cost = 0 }
            return state.cost
        }
    }
}
