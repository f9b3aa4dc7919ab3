import CEL
import Core
import SchemaEngine
import Values

/// A MutatingAdmissionPolicy, compiled.
struct MutatingPolicy: Sendable {
    /// One change of the object.
    enum Mutation: Sendable {
        case applyConfiguration(CompiledExpression)
        case jsonPatch(CompiledExpression)
    }

    /// Why a change cannot be made, in upstream's words.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    static let objectType = CELType.opaque("Object")
    static let patchType = CELType.opaque("JSONPatch")

    /// What mutations may write: parts of the object, named by their place, and steps of a patch.
    static let messages = MessageTypes { type in
        switch type {
        case "JSONPatch": { ["op": .string, "path": .string, "from": .string, "value": .dyn][$0] }
        case _ where type == "Object" || type.hasPrefix("Object."): { _ in .dyn }
        default: nil
        }
    }

    let core: PolicyCore
    let mutations: [Mutation]
    let wantsReinvocation: Bool

    /// Throws `APIError` for selectors that are none.
    init(_ policy: Value) throws {
        let core = try PolicyCore(policy)
        self.core = core
        let types = core.types()
        let spec = policy["spec"] ?? .null
        mutations = (spec["mutations"]?.array ?? []).compactMap { mutation in
            switch mutation["patchType"]?.string {
            case "ApplyConfiguration": .applyConfiguration(Self.compile(mutation["applyConfiguration"], types, isPatch: false))
            case "JSONPatch": .jsonPatch(Self.compile(mutation["jsonPatch"], types, isPatch: true))
            default: nil
            }
        }
        wantsReinvocation = spec["reinvocationPolicy"]?.string == "IfNeeded"
    }

    private static func compile(_ source: Value?, _ types: [String: CELType], isPatch: Bool) -> CompiledExpression {
        CompiledExpression(
            source?["expression"]?.string ?? "", types, returns: returns(isPatch: isPatch), messages: messages)
    }

    /// What a mutation's expression must give: of a list that is always empty nobody can tell that it is one of steps.
    static func returns(isPatch: Bool) -> [CELType] { isPatch ? [.list(patchType)] : [objectType] }

    /// The object after one mutation; nil when the mutation leaves it as it is. Throws `Problem`.
    func apply(_ mutation: Mutation, to object: Value, _ scope: ExpressionScope, _ schema: ResourceSchema) async throws(Problem) -> Value? {
        switch mutation {
        case .applyConfiguration(let expression):
            return try ApplyConfigurationPatch(try await value(expression, scope)).apply(to: object, schema)
        case .jsonPatch(let expression):
            return try patched(object, try await value(expression, scope))
        }
    }

    private func value(_ expression: CompiledExpression, _ scope: ExpressionScope) async throws(Problem) -> CELValue {
        if case .failure(let failure) = expression.outcome { throw Problem(description: failure.description) }
        do throws(CompiledExpression.Failure) { return try await scope.evaluate(expression) } catch {
            throw Problem(description: error.description)
        }
    }

    private func patched(_ object: Value, _ steps: CELValue) throws(Problem) -> Value? {
        guard case .list(let list) = steps else {
            throw Problem(description: "type mismatch: JSONPatchType.expression should evaluate to array")
        }
        var operations: [Value] = []
        for step in list {
            guard case .message(let message) = step, message.type == "JSONPatch" else {
                throw Problem(description: "type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch")
            }
            if case .message(let value)? = message["value"] { try ApplyConfigurationPatch.checkNames(value, "Object") }
            do { if let operation = try step.json() { operations.append(operation) } } catch {
                throw Problem(description: "JSONPath valueExpression evaluated to a type that could not marshal to JSON: \(error)")
            }
        }
        let result: Value
        do { result = try JSONPatch(.array(operations)).apply(to: object) } catch {
            // A test that fails leaves the object as it is; whatever else cannot be done is a fault of the policy.
            if Self.failsTest(operations, object) { return nil }
            throw Problem(description: "JSON Patch: \(error)")
        }
        return result
    }

    /// Whether the first step that cannot be done is a test.
    private static func failsTest(_ operations: [Value], _ object: Value) -> Bool {
        var current = object
        for operation in operations {
            guard let next = try? JSONPatch([operation]).apply(to: current) else { return operation["op"] == "test" }
            current = next
        }
        return false
    }
}

/// What an expression of type `Object` says of an object, merged into it as server-side apply would, but without owners.
struct ApplyConfigurationPatch {
    private let configuration: Value

    init(_ value: CELValue) throws(MutatingPolicy.Problem) {
        guard case .message(let message) = value else {
            throw MutatingPolicy.Problem(description: "unsupported return type from ApplyConfiguration expression: \(value.type)")
        }
        // The root's name is checked by the compiler.
        try Self.checkNames(message, "Object")
        do { configuration = try value.json() ?? [:] } catch {
            throw MutatingPolicy.Problem(description: "invalid return type: \(error)")
        }
    }

    /// Types are named by where they stand: `Object.spec` is what stands in `spec`.
    static func checkNames(_ message: CELMessage, _ path: String) throws(MutatingPolicy.Problem) {
        for (name, value) in message.fields { try checkNames(value, "\(message.type == "Object" ? path : message.type).\(name)") }
    }

    private static func checkNames(_ value: CELValue, _ path: String) throws(MutatingPolicy.Problem) {
        switch value {
        case .message(let message):
            guard message.type == path else {
                throw MutatingPolicy.Problem(
                    description:
                        "type mismatch: unexpected type name \"\(message.type)\", expected \"\(path)\", which matches field name path "
                        + "from root Object type")
            }
            try checkNames(message, path)
        case .list(let items): for item in items { try checkNames(item, path) }
        case .optional(let wrapped?): try checkNames(wrapped, path)
        default: return
        }
    }

    func apply(to object: Value, _ schema: ResourceSchema) throws(MutatingPolicy.Problem) -> Value {
        var applied = configuration
        applied["apiVersion"] = object["apiVersion"]
        applied["kind"] = object["kind"]
        let shape = Shape.structure(schema.structure)
        let atomics = Self.atomics(applied, shape, "")
        guard atomics.isEmpty else {
            throw MutatingPolicy.Problem(
                description: "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
                    + atomics.joined(separator: ", "))
        }
        do { return try object.merging(applied, shape: shape) } catch {
            throw MutatingPolicy.Problem(description: "error applying patch: failed to merge patch: \(error)")
        }
    }

    /// Where the value has lists, maps or structures that would be replaced as a whole, and fields be lost that nobody meant.
    private static func atomics(_ value: Value, _ shape: Shape, _ path: String) -> [String] {
        switch (value, shape) {
        case (.object(let object), .structure(let structure)):
            let own = structure.kind == .atomic ? [path] : []
            return own
                + object.flatMap { member in
                    structure.shape(of: member.key).map { atomics(member.value, $0, "\(path).\(member.key)") } ?? []
                }
        case (.object, .map(_, .atomic)): return [path]
        case (.array(let items), .list(let element, let kind)):
            let own = kind == .atomic ? [path] : []
            return own + items.enumerated().flatMap { atomics($1, element, "\(path)[\($0)]") }
        default: return []
        }
    }
}
