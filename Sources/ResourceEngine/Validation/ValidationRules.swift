import CEL
import Core
import SchemaEngine
import Values

/// The rules of a schema (`x-kubernetes-validations`), compiled: what they find wrong with objects, and what is wrong with them.
///
/// Texts and order are upstream's (`apiextensions-apiserver/pkg/apiserver/schema/cel`).
package final class ValidationRules: CustomResourceRules {
    /// What one rule may cost, and all rules on one object.
    static let costLimit: UInt64 = 1_000_000
    static let budget: UInt64 = 10_000_000

    private let root: RuleNode

    /// Nil where a schema has no rules.
    package init?(_ schema: StructuralSchema) {
        guard let root = RuleNode(schema, isRoot: true) else { return nil }
        self.root = root
    }

    package func causes(_ object: Value, old: Value?) -> [APIError.Cause] {
        var run = RuleRun(budget: Self.budget)
        run.check(root, object, old: old, at: "")
        return run.causes
    }

    /// How long compiling the rules of one node takes, and asking those of a value with all below it, in this process under upstream's names.
    package static var metricsText: String {
        let (compilation, evaluation) = ("apiserver_cel_compilation_duration_seconds", "apiserver_cel_evaluation_duration_seconds")
        return metricHead(compilation, "histogram", "How long compiling the rules of a schema takes.") + compilations.text(compilation)
            + metricHead(evaluation, "histogram", "How long the rules of a schema take.") + evaluations.text(evaluation)
    }

    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    fileprivate static let compilations = DurationCounter(bounds)
    fileprivate static let evaluations = DurationCounter(bounds)

    /// What is wrong with the rules of a schema that stands at `path` of its definition.
    static func problems(_ schema: StructuralSchema, at path: String) -> [APIError.Cause] {
        guard let root = RuleNode(schema, isRoot: true) else { return [] }
        var audit = RuleAudit()
        audit.check(root, at: path, cardinality: 1, uncorrelatable: nil)
        audit.checkTotal(at: path)
        return audit.causes
    }

    /// What each rule of the schema's own can cost at most for one value; nil for one that does not compile.
    package static func estimates(_ schema: StructuralSchema) -> [UInt64?] {
        guard let root = RuleNode(schema, isRoot: false) else { return [] }
        return root.rules.map { rule in
            guard case .success(let expression) = rule.expression else { return nil }
            return expression.estimatedCost { root.sizes.size(at: $0) }
        }
    }
}

/// The rules of one node of a schema, and the nodes below that have rules.
final class RuleNode: Sendable {
    /// One rule with its expressions.
    struct Rule: Sendable {
        let source: Value
        let expression: Result<Expression, CompilationError>
        let message: Result<Expression, CompilationError>?
        let usesOldSelf: Bool
        let isOldSelfOptional: Bool

        /// What messages call it.
        var shown: String {
            let message = source["message"]?.string ?? ""
            return Rule.trimmed(message.isEmpty ? source["rule"]?.string ?? "" : message)
        }

        static func trimmed(_ text: String) -> String {
            let start = text.drop { $0.isWhitespace }
            return String(start.dropLast(start.reversed().prefix { $0.isWhitespace }.count))
        }
    }

    let schema: StructuralSchema
    let sizes: RuleSizes
    let type: CELType
    let rules: [Rule]
    let items: RuleNode?
    let properties: [(name: String, node: RuleNode)]
    let additional: RuleNode?

    /// Nil where neither the node nor any below has a rule.
    init?(_ schema: StructuralSchema, isRoot: Bool = false) {
        guard let type = RuleTypes.type(of: schema, isResource: isRoot || schema.isEmbeddedResource) else { return nil }
        self.schema = schema
        sizes = RuleSizes(schema, isResource: isRoot || schema.isEmbeddedResource)
        self.type = type
        rules = Self.compile(schema.rules, type)
        items = schema.items.flatMap { RuleNode($0) }
        properties = schema.properties.compactMap { property in RuleNode(property.schema).map { (property.name, $0) } }
        additional = schema.additionalSchema.flatMap { RuleNode($0) }
        if rules.isEmpty, items == nil, properties.isEmpty, additional == nil { return nil }
    }

    private static func compile(_ sources: [Value], _ type: CELType) -> [Rule] {
        guard !sources.isEmpty else { return [] }
        let began = ContinuousClock.now
        defer { ValidationRules.compilations.observe(ContinuousClock.now - began) }
        return sources.map { compile($0, type) }
    }

    private static func compile(_ source: Value, _ type: CELType) -> Rule {
        let isOptional = source["optionalOldSelf"]?.bool ?? false
        let variables = ["self": type, "oldSelf": isOptional ? CELType.optional(type) : type]
        func compiled(_ text: String) -> Result<Expression, CompilationError> {
            do throws(CompilationError) {
                return .success(try Expression(text, variables: variables))
            } catch {
                return .failure(error)
            }
        }
        let expression = compiled(source["rule"]?.string ?? "")
        let message = source["messageExpression"]?.string.flatMap { $0.isEmpty ? nil : compiled($0) }
        var usesOldSelf = false
        if case .success(let expression) = expression { usesOldSelf = expression.usedVariables.contains("oldSelf") }
        return Rule(source: source, expression: expression, message: message, usesOldSelf: usesOldSelf, isOldSelfOptional: isOptional)
    }
}

/// The types expressions see in place of schemas (upstream's `SchemaDeclType`).
enum RuleTypes {
    /// Nil for what expressions cannot see. A resource shows its kind, its version and its names.
    static func type(of schema: StructuralSchema, isResource: Bool = false) -> CELType? {
        if schema.isIntOrString { return .dyn }
        switch schema.type {
        case "array": return schema.items.flatMap { type(of: $0, isResource: $0.isEmbeddedResource) }.map { .list($0) }
        case "object":
            if let inner = schema.additionalSchema {
                return type(of: inner, isResource: inner.isEmbeddedResource).map { .map(.string, $0) }
            }
            var fields: [String: CELType] = [:]
            for property in schema.properties where FieldName.isExpressible(property.name) {
                fields[FieldName.escape(property.name)] = type(of: property.schema, isResource: property.schema.isEmbeddedResource)
            }
            if isResource {
                fields["apiVersion"] = .string
                fields["kind"] = .string
                fields["metadata"] = .object(ObjectType(name: "object", fields: ["name": .string, "generateName": .string]))
            }
            return .object(ObjectType(name: "object", fields: fields))
        case "string":
            switch schema.validation.format {
            case "byte": return .bytes
            case "duration": return .duration
            case "date", "date-time": return .timestamp
            default: return .string
            }
        case "boolean": return .bool
        case "number": return .double
        case "integer": return .int
        default: return nil
        }
    }
}

/// One pass of a schema's rules over an object.
private struct RuleRun {
    private(set) var causes: [APIError.Cause] = []
    private var budget: UInt64
    /// Set once the budget is spent: no further rule is asked.
    private var isOver = false

    init(budget: UInt64) { self.budget = budget }

    mutating func check(_ node: RuleNode, _ value: Value, old: Value?, at path: String) {
        guard !isOver, !value.isNull else { return }
        let began = ContinuousClock.now
        defer { ValidationRules.evaluations.observe(ContinuousClock.now - began) }
        let old = old.flatMap { $0.isNull ? Optional<Value>.none : $0 }
        evaluate(node, value, old, path)
        switch value {
        case .array(let items):
            guard let inner = node.items else { return }
            let known = Self.keyed(old, node.schema)
            for (position, item) in items.enumerated() { check(inner, item, old: known?(item), at: "\(path)[\(position)]") }
        case .object(let object):
            if let inner = node.additional {
                for member in object where node.schema[property: member.key] == nil {
                    check(inner, member.value, old: old?[member.key], at: "\(path)[\(member.key)]")
                }
            }
            let isCorrelatable = node.schema.mapType != "atomic"
            for property in node.properties {
                guard let member = object[property.name] else { continue }
                check(
                    property.node, member, old: isCorrelatable ? old?[property.name] : nil,
                    at: path.isEmpty ? property.name : "\(path).\(property.name)")
            }
        default: return
        }
    }

    private static func keyed(_ old: Value?, _ schema: StructuralSchema) -> ((Value) -> Value?)? {
        guard let items = old?.array, schema.listType == "map" else { return nil }
        func key(_ item: Value) -> [Value] { schema.listMapKeys.map { item[$0] ?? .null } }
        let known = Dictionary(items.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        return { known[key($0)] }
    }

    private mutating func add(_ path: String, _ message: String, reason: String = "FieldValueInvalid") {
        causes.append(.init(reason: reason, message: message, field: path.isEmpty ? "<nil>" : path))
    }

    private mutating func evaluate(_ node: RuleNode, _ value: Value, _ old: Value?, _ path: String) {
        guard !node.rules.isEmpty else { return }
        let own = CELValue(value, as: node.type)
        let before = old.map { CELValue($0, as: node.type) }
        let type = Validator.quoted(node.schema.type)
        for rule in node.rules {
            guard !isOver else { return }
            let expression: Expression
            switch rule.expression {
            case .success(let compiled): expression = compiled
            case .failure(let error):
                add(path, "Invalid value: \(type): rule compile error: \(error)")
                continue
            }
            if rule.usesOldSelf, before == nil, !rule.isOldSelfOptional { continue }
            var variables = ["self": own]
            if rule.isOldSelfOptional { variables["oldSelf"] = .optional(before) } else if let before { variables["oldSelf"] = before }
            do {
                let (result, cost) = try expression.evaluate(variables, limit: ValidationRules.costLimit)
                guard spend(cost, path, type) else { return }
                if case .bool(true) = result { continue }
            } catch let error as CELError {
                if error.isFinal {
                    add(
                        path,
                        "Invalid value: \(type): '\(error)': no further validation rules will be run due to call cost exceeds limit for rule: \(rule.shown)"
                    )
                    isOver = true
                } else if error.description.hasPrefix("no such overload") {
                    add(
                        path,
                        "Invalid value: \(type): '\(error)': call arguments did not match a supported operator, function or macro signature for rule: "
                            + rule.shown)
                } else {
                    add(path, "Invalid value: \(type): \(error) evaluating rule: \(rule.shown)")
                }
                continue
            } catch {
                add(path, "Invalid value: \(type): \(error) evaluating rule: \(rule.shown)")
                continue
            }
            // What was wrong before and did not change is let through.
            if !rule.usesOldSelf, let old, old == value { continue }
            report(rule, node, value, variables, path)
        }
    }

    private mutating func spend(_ cost: UInt64, _ path: String, _ type: String) -> Bool {
        guard cost <= budget else {
            add(
                path, "Invalid value: \(type): validation failed due to running out of cost budget, no further validation rules will be run"
            )
            isOver = true
            return false
        }
        budget -= cost
        return true
    }

    /// The rule's own message where it has one, by expression or as text.
    private mutating func report(_ rule: RuleNode.Rule, _ node: RuleNode, _ value: Value, _ variables: [String: CELValue], _ path: String) {
        var detail: String?
        if case .success(let expression)? = rule.message,
            let (result, cost) = try? expression.evaluate(variables, limit: ValidationRules.costLimit),
            case .string(let text) = result
        {
            budget -= min(cost, budget)
            let trimmed = RuleNode.Rule.trimmed(text)
            if !trimmed.isEmpty, !trimmed.contains("\n") { detail = trimmed }
        }
        let message = rule.source["message"]?.string ?? ""
        let said = detail ?? (message.isEmpty ? "failed rule: \(rule.shown)" : RuleNode.Rule.trimmed(message))
        var place = path
        if let inner = rule.source["fieldPath"]?.string, !inner.isEmpty {
            let relative = inner.drop { $0 == "." }
            place = path.isEmpty || inner.hasPrefix("[") ? path + relative : "\(path).\(relative)"
        }
        let reason = rule.source["reason"]?.string ?? "FieldValueInvalid"
        switch reason {
        case "FieldValueForbidden": add(place, "Forbidden: \(said)", reason: reason)
        case "FieldValueRequired": add(place, "Required value: \(said)", reason: reason)
        case "FieldValueDuplicate": add(place, "Duplicate value: \(Validator.shown(value))", reason: reason)
        default:
            // Objects and lists are not repeated in messages.
            let isWhole = node.schema.type == "object" || node.schema.type == "array"
            add(place, isWhole ? "Invalid value: \(said)" : "Invalid value: \(Validator.shown(value)): \(said)")
        }
    }
}
