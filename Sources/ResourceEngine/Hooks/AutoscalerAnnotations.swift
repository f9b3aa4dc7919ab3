import JSON
import Values

/// What `autoscaling/v1` has no fields for, in the form in which its annotations have it: metrics as that version would have them, the
/// behaviour under the names of upstream's Go fields.
enum AutoscalerAnnotations {
    /// The member of a metric that says what it measures, by its type.
    private static let sources = [
        "Object": "object", "Pods": "pods", "Resource": "resource", "ContainerResource": "containerResource", "External": "external",
    ]

    private static func object(_ members: [(String, Value?)]) -> Value {
        .object(Object(members.compactMap { name, value in value.flatMap { $0.isNull ? nil : (name, $0) } }))
    }

    // MARK: From v2

    /// `isStatus`: what was measured, and not what is aimed at.
    static func metric(fromV2 metric: Value, isStatus: Bool) -> Value {
        guard let type = metric["type"]?.string, let name = sources[type], let source = metric[name] else { return metric }
        let measure = source[isStatus ? "current" : "target"]
        let (value, average, percent) = (measure?["value"], measure?["averageValue"], measure?["averageUtilization"])
        let (metricName, selector) = (source[path: "metric", "name"] ?? "", source[path: "metric", "selector"])
        let prefix = isStatus ? "current" : "target"
        let made: Value
        switch type {
        case "Object":
            made = object([
                ("target", source["describedObject"]), ("metricName", metricName), ("\(prefix)Value", value ?? "0"), ("selector", selector),
                ("averageValue", average),
            ])
        case "Pods":
            made = object([("metricName", metricName), ("\(prefix)AverageValue", average ?? "0"), ("selector", selector)])
        case "External":
            made = object([
                ("metricName", metricName), ("metricSelector", selector), ("\(prefix)Value", value ?? (isStatus ? "0" : nil)),
                ("\(prefix)AverageValue", average),
            ])
        default:
            made = object([
                ("name", source["name"]), ("\(prefix)AverageUtilization", percent),
                ("\(prefix)AverageValue", average ?? (isStatus ? "0" : nil)), ("container", source["container"]),
            ])
        }
        return ["type": .string(type), name: made]
    }

    static func behavior(fromV2 behavior: Value) -> Value {
        func rules(_ rules: Value?) -> Value {
            guard let rules, rules.object != nil else { return .null }
            let policies = rules["policies"]?.array?.map { policy -> Value in
                ["Type": policy["type"] ?? "", "Value": policy["value"] ?? 0, "PeriodSeconds": policy["periodSeconds"] ?? 0]
            }
            return [
                "StabilizationWindowSeconds": rules["stabilizationWindowSeconds"] ?? .null, "SelectPolicy": rules["selectPolicy"] ?? .null,
                "Policies": policies.map { .array($0) } ?? .null, "Tolerance": rules["tolerance"] ?? .null,
            ]
        }
        return ["ScaleUp": rules(behavior["scaleUp"]), "ScaleDown": rules(behavior["scaleDown"])]
    }

    // MARK: To v2

    static func metric(fromV1 metric: Value, isStatus: Bool) -> Value {
        guard let type = metric["type"]?.string, let name = sources[type], let source = metric[name] else { return metric }
        let prefix = isStatus ? "current" : "target"
        var value = source["\(prefix)Value"]
        let average = source[type == "Object" ? "averageValue" : "\(prefix)AverageValue"]
        let percent = source["\(prefix)AverageUtilization"]
        let kind: String
        switch type {
        case "Object":
            kind = average == nil ? "Value" : "AverageValue"
            if average != nil, value == "0" { value = Optional.none }
        case "External": kind = value == nil ? "AverageValue" : "Value"
        case "Pods": kind = "AverageValue"
        default: kind = percent == nil ? "AverageValue" : "Utilization"
        }
        let measure = object([
            ("type", isStatus ? nil : .string(kind)), ("value", value), ("averageValue", average), ("averageUtilization", percent),
        ])
        let selector = source[type == "External" ? "metricSelector" : "selector"]
        let metricName = type.hasSuffix("Resource") ? nil : object([("name", source["metricName"] ?? ""), ("selector", selector)])
        let made = object([
            ("describedObject", type == "Object" ? source["target"] : nil), ("name", source["name"]), ("metric", metricName),
            (prefix, measure), ("container", source["container"]),
        ])
        return ["type": .string(type), name: made]
    }

    /// Nil where the text says nothing. Go reads names whatever their capitals.
    static func behavior(fromV1 behavior: Value) -> Value? {
        func lowered(_ value: Value) -> Value {
            switch value {
            case .object(let members):
                object(members.map { ($0.key.prefix(1).lowercased() + $0.key.dropFirst(), lowered($0.value)) })
            case .array(let items): .array(items.map(lowered))
            default: value
            }
        }
        let result = lowered(behavior)
        return result.object.map(\.isEmpty) == false ? result : nil
    }
}
