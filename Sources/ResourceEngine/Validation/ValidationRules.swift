import CEL
import Core
import JSON
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
        rules = schema.rules.map { Self.compile($0, type) }
        items = schema.items.flatMap { RuleNode($0) }
        properties = schema.properties.compactMap { property in RuleNode(property.schema).map { (property.name, $0) } }
        additional = schema.additionalSchema.flatMap { RuleNode($0) }
        if rules.isEmpty, items == nil, properties.isEmpty, additional == nil { return nil }
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

/// One pass over the rules themselves.
private struct RuleAudit {
    private(set) var causes: [APIError.Cause] = []
    /// What one rule may cost by estimate, and all rules of a schema.
    private static let costLimit: UInt64 = 10_000_000
    private static let totalLimit: UInt64 = 100_000_000
    /// How many of the dearest rules are named when all are too much.
    private static let named = 4
    private var total: UInt64 = 0
    private var dearest: [(field: String, cost: UInt64)] = []

    /// `cardinality` is how often the node can be there; nil: as often as a request has room for it.
    mutating func check(_ node: RuleNode, at path: String, cardinality: UInt64?, uncorrelatable: String?) {
        for (position, rule) in node.rules.enumerated() {
            check(rule, node, "\(path).x-kubernetes-validations[\(position)]", cardinality, uncorrelatable)
        }
        let schema = node.schema
        var inside: UInt64?
        if let cardinality, let most = RuleSizes.limit(of: schema) { inside = Self.times(cardinality, most) }
        if let items = node.items {
            check(
                items, at: "\(path).items", cardinality: inside,
                uncorrelatable: uncorrelatable ?? (schema.listType == "map" ? nil : path))
        }
        if let additional = node.additional {
            check(additional, at: "\(path).additionalProperties", cardinality: inside, uncorrelatable: uncorrelatable)
        }
        for property in node.properties {
            check(
                property.node, at: "\(path).properties[\(property.name)]", cardinality: cardinality,
                uncorrelatable: uncorrelatable ?? (schema.mapType == "atomic" ? path : nil))
        }
    }

    private static func times(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? .max : product
    }

    private mutating func invalid(_ field: String, _ value: String, _ detail: String) {
        causes.append(.init(reason: "FieldValueInvalid", message: "Invalid value: \(value): \(detail)", field: field))
    }

    private mutating func check(_ rule: RuleNode.Rule, _ node: RuleNode, _ path: String, _ cardinality: UInt64?, _ uncorrelatable: String?)
    {
        let shown = Self.shown(rule.source)
        switch rule.expression {
        case .failure(let error): return invalid("\(path).rule", shown, "compilation failed: \(error)")
        case .success(let expression):
            guard expression.type == .bool else { return invalid("\(path).rule", shown, "cel expression must evaluate to a bool") }
            cost(expression, node, "\(path).rule", "estimated rule cost", cardinality ?? node.sizes.mostPerRequest)
        }
        switch rule.message {
        case .failure(let error)?: invalid("\(path).messageExpression", shown, "messageExpression compilation failed: \(error)")
        case .success(let expression)?:
            if expression.type != .string {
                invalid("\(path).messageExpression", shown, "messageExpression must evaluate to a string")
            } else {
                cost(expression, node, "\(path).messageExpression", "estimated messageExpression cost", 1)
            }
        case nil: break
        }
        if rule.usesOldSelf {
            if let uncorrelatable {
                invalid(
                    "\(path).rule", Validator.quoted(rule.source["rule"]?.string ?? ""),
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within \(uncorrelatable)")
            }
        } else if let optional = rule.source["optionalOldSelf"]?.bool {
            invalid("\(path).optionalOldSelf", "\(optional)", "may not be set if oldSelf is not used in rule")
        }
    }

    private mutating func cost(_ expression: Expression, _ node: RuleNode, _ field: String, _ name: String, _ cardinality: UInt64) {
        let cost = Self.times(expression.estimatedCost { node.sizes.size(at: $0) }, cardinality)
        let (sum, overflow) = total.addingReportingOverflow(cost)
        total = overflow ? .max : sum
        if cost >= Self.totalLimit / 100 { dearest.append((field, cost)) }
        if cost > Self.costLimit { forbidden(field, Self.exceeds(name, cost, Self.costLimit)) }
    }

    /// Refuses rules that are too much together.
    mutating func checkTotal(at path: String) {
        guard total > Self.totalLimit else { return }
        let rules = dearest.enumerated().sorted { ($1.element.cost, $0.offset) < ($0.element.cost, $1.offset) }
        for rule in rules.prefix(Self.named) {
            forbidden(rule.element.field, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema")
        }
        let name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema"
        forbidden(path, Self.exceeds(name, total, Self.totalLimit))
    }

    private mutating func forbidden(_ field: String, _ detail: String) {
        causes.append(.init(reason: "FieldValueForbidden", message: "Forbidden: \(detail)", field: field))
    }

    private static func exceeds(_ name: String, _ cost: UInt64, _ limit: UInt64) -> String {
        let factor = Double(cost) / Double(limit)
        let shown: String
        if factor > 100 {
            shown = "more than 100"
        } else {
            let digits = factor < 1.5 ? 6 : 1
            let unit: UInt64 = factor < 1.5 ? 1_000_000 : 10
            let number = UInt64((factor * Double(unit)).rounded(.toNearestOrEven))
            let rest = String(number % unit)
            shown = "\(number / unit).\(String(repeating: "0", count: digits - rest.utf8.count))\(rest)"
        }
        return "\(name) exceeds budget by factor of \(shown)x (try simplifying the rule, or adding maxItems, maxProperties, and "
            + "maxLength where arrays, maps, and strings are declared)"
    }

    /// The rule as upstream's internal type prints.
    private static func shown(_ source: Value) -> String {
        let members: [(String, Value)] = [
            ("Rule", source["rule"] ?? ""), ("Message", source["message"] ?? ""), ("MessageExpression", source["messageExpression"] ?? ""),
            ("Reason", source["reason"] ?? .null), ("FieldPath", source["fieldPath"] ?? ""),
            ("OptionalOldSelf", source["optionalOldSelf"] ?? .null),
        ]
        return JSONWriter.string(.object(Object(members)))
    }
}
