import Core
import Values

/// Autoscalers, disruption budgets, priority and runtime classes.
extension Validator {
    mutating func scale(_ object: Place) {
        metadata(object["metadata"], isNamespaced: true, name: .subdomain)
        nonNegative(object["spec"]["replicas"])
    }

    mutating func autoscaler(_ object: Place, old: Place? = nil) {
        let spec = object["spec"]
        let low = spec["minReplicas"]
        let high = spec["maxReplicas"]
        if let minimum = low.int, minimum < 1 { invalid(low, "must be greater than or equal to 1") }
        let maximum = high.int ?? 0
        if maximum == 0 {
            required(high, "must be set and greater than 0")
        } else if maximum < 1 {
            invalid(high, "must be greater than or equal to 1")
        }
        if let minimum = low.int, maximum < minimum {
            invalid(high, "must be greater than or equal to `minReplicas`", value: .int(maximum))
        }
        let target = spec["scaleTargetRef"]
        let former = old?["spec"]["scaleTargetRef"]
        // What was taken once stays, and one scalable kind has no group.
        if former?["apiVersion"].text != target["apiVersion"].text || former?["kind"].text != target["kind"].text {
            crossVersionReference(target)
            apiVersion(of: target, needsGroup: target["kind"].text != "ReplicationController")
        } else {
            crossVersionReference(target)
        }
        for metric in spec["metrics"].items { metricSpec(metric) }
        for direction in ["scaleUp", "scaleDown"] where spec["behavior"][direction].isPresent {
            scalingRules(spec["behavior"][direction])
        }
        if let percent = spec["targetCPUUtilizationPercentage"].int, percent < 1 {
            invalid(spec["targetCPUUtilizationPercentage"], "must be greater than 0")
        }
    }

    private mutating func apiVersion(of reference: Place, needsGroup: Bool) {
        let text = reference["apiVersion"].text
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count > 2 {
            invalid(reference["apiVersion"], "unexpected GroupVersion string: \(text)", value: .string(text))
        } else if needsGroup, parts.count < 2 || parts[0].isEmpty {
            invalid(reference["apiVersion"], "apiVersion must specify API group", value: .string(text))
        }
    }

    private mutating func crossVersionReference(_ reference: Place) {
        for field in ["kind", "name"] {
            if reference[field].isEmpty {
                required(reference[field])
            } else {
                invalid(reference[field], Formats.pathSegment(reference[field].text))
            }
        }
    }

    private mutating func scalingRules(_ rules: Place) {
        let window = rules["stabilizationWindowSeconds"]
        if let seconds = window.int {
            if seconds < 0 { invalid(window, "must be greater than or equal to zero") }
            if seconds > 3600 { invalid(window, "must be less than or equal to 3600") }
        }
        oneOfIfPresent(rules["selectPolicy"], ["Disabled", "Max", "Min"])
        let policies = rules["policies"]
        if policies.isEmpty { required(policies, "must specify at least one Policy") }
        for policy in policies.items {
            if !["Percent", "Pods"].contains(policy["type"].text) { unsupported(policy["type"], ["Percent", "Pods"]) }
            if (policy["value"].int ?? 0) <= 0 {
                invalid(policy["value"], "must be greater than zero", value: .int(policy["value"].int ?? 0))
            }
            let period = policy["periodSeconds"].int ?? 0
            if period <= 0 { invalid(policy["periodSeconds"], "must be greater than zero", value: .int(period)) }
            if period > 1800 { invalid(policy["periodSeconds"], "must be less than or equal to 1800") }
        }
    }

    private mutating func metricSpec(_ metric: Place) {
        let kinds = [
            "ContainerResource": "containerResource", "External": "external", "Object": "object", "Pods": "pods", "Resource": "resource",
        ]
        let type = metric["type"]
        if type.isEmpty { required(type, "must specify a metric source type") }
        guard let own = kinds[type.text] else {
            return unsupported(type, kinds.keys.sorted(), value: .string(type.text))
        }
        let source = metric[own]
        let target = source["target"]
        guard source.isPresent else { return required(source, "must populate information for the given metric source") }
        for other in kinds.values.sorted() where other != own && metric[other].isPresent {
            forbidden(metric[other], "must populate the given metric source only")
        }
        switch own {
        case "resource", "containerResource":
            if source["name"].isEmpty { required(source["name"], "must specify a resource name") }
            if own == "containerResource", source["container"].isEmpty { required(source["container"], "must specify a container") }
            metricTarget(target)
            if !target["averageUtilization"].isPresent, !target["averageValue"].isPresent {
                required(target["averageUtilization"], "must set either a target raw value or a target utilization")
            }
            if target["averageUtilization"].isPresent, target["averageValue"].isPresent {
                forbidden(target["averageValue"], "may not set both a target raw value and a target utilization")
            }
        case "pods":
            if source["metric"]["name"].isEmpty { required(source["metric"]["name"], "must specify a metric name") }
            metricTarget(target)
            if !target["averageValue"].isPresent { required(target["averageValue"], "must specify a positive target averageValue") }
        case "object":
            crossVersionReference(source["describedObject"])
            if source["metric"]["name"].isEmpty { required(source["metric"]["name"], "must specify a metric name") }
            metricTarget(target)
            if !target["value"].isPresent, !target["averageValue"].isPresent {
                required(target["averageValue"], "must set either a target value or averageValue")
            }
        default:
            if source["metric"]["name"].isEmpty { required(source["metric"]["name"], "must specify a metric name") }
            metricTarget(target)
            if !target["value"].isPresent, !target["averageValue"].isPresent {
                required(target["averageValue"], "must set either a target value for metric or a per-pod target")
            }
            if target["value"].isPresent, target["averageValue"].isPresent {
                forbidden(target["value"], "may not set both a target value for metric and a per-pod target")
            }
        }
    }

    private mutating func metricTarget(_ target: Place) {
        let type = target["type"]
        if type.isEmpty { required(type, "must specify a metric target type") }
        if !["Utilization", "Value", "AverageValue"].contains(type.text) {
            invalid(type, "must be either Utilization, Value, or AverageValue", value: .string(type.text))
        }
        for field in ["value", "averageValue"] {
            if let quantity = Self.quantity(target[field]), quantity <= .zero { invalid(target[field], "must be positive") }
        }
        if let percent = target["averageUtilization"].int, percent < 1 { invalid(target["averageUtilization"], "must be greater than 0") }
    }

    mutating func disruptionBudget(_ object: Place) {
        let spec = object["spec"]
        if spec["minAvailable"].isPresent, spec["maxUnavailable"].isPresent {
            invalid(spec, "minAvailable and maxUnavailable cannot be both set")
        }
        for field in ["minAvailable", "maxUnavailable"] where spec[field].isPresent {
            countOrPercent(spec[field])
            if case .string(let text)? = spec[field].value, Formats.isPercent(text), let number = Int(text.dropLast()), number > 100 {
                invalid(spec[field], "must not be greater than 100%")
            }
        }
        labelSelector(spec["selector"])
        oneOfIfPresent(spec["unhealthyPodEvictionPolicy"], ["AlwaysAllow", "IfHealthyBudget"])
    }

    // MARK: Classes

    private static let systemPriorities: [String: Int64] = [
        "system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000,
    ]

    mutating func priorityClass(_ object: Place) {
        let name = object["metadata"]["name"]
        let value = object["value"]
        if name.text.hasPrefix("system-") {
            let known = Self.systemPriorities[name.text]
            let problem: String
            if let known, known == value.int {
                problem = ""
            } else if let known {
                problem = "value of \(name.text) PriorityClass must be \(known)"
            } else {
                problem = "\(name.text) is not a known system priority class"
            }
            if !problem.isEmpty {
                forbidden(name, "priority class names with 'system-' prefix are reserved for system use only. error: \(problem)")
            }
        } else if (value.int ?? 0) > 1_000_000_000 {
            forbidden(value, "maximum allowed value of a user defined priority is 1000000000")
        }
        if object["preemptionPolicy"].isPresent { oneOf(object["preemptionPolicy"], ["PreemptLowerPriority", "Never"]) }
    }

    mutating func priorityClassUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        if new["value"].int ?? 0 != old["value"].int ?? 0 { forbidden(new["value"], "may not be changed in an update.") }
        immutable(new["preemptionPolicy"], old["preemptionPolicy"])
    }

    mutating func disruptionStatus(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        for field in ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] { nonNegative(new["status"][field]) }
    }

    mutating func runtimeClass(_ object: Place) {
        if object["handler"].isEmpty { required(object["handler"]) } else { dnsLabel(object["handler"]) }
        // Upstream checks it as a container's limits, and says so.
        let fixed = object["overhead"]["limits"].with(object["overhead"]["podFixed"].value)
        resourceRequirements(object["overhead"].with(["limits": fixed.value ?? [:]]), claims: [])
        labels(object["scheduling"]["nodeSelector"])
        tolerations(object["scheduling"]["tolerations"])
    }

    mutating func tokenRequest(_ object: Place) { tokenExpiration(object["spec"]["expirationSeconds"]) }
}
