import CEL
import Core
import JSON
import Values

/// One pass over the rules themselves.
struct RuleAudit {
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
