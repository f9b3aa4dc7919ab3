import Core
import Glibc
import Values

/// Priority and fairness: which requests are of a flow, and what it may take.
extension Validator {
    mutating func flowSchema(_ object: Place) {
        let spec = object["spec"]
        let precedence = spec["matchingPrecedence"]
        let number = precedence.int ?? 0
        if number <= 0 { invalid(precedence, "must be a positive value", value: .int(number)) }
        if number > 10_000 { invalid(precedence, "must not be greater than 10000") }
        if number == 1, object["metadata"]["name"].text != "exempt" {
            invalid(precedence, "only the schema named 'exempt' may have matchingPrecedence 1")
        }
        let method = spec["distinguisherMethod"]
        if method.isPresent, !["ByNamespace", "ByUser"].contains(method["type"].text) {
            unsupported(method["type"], ["ByNamespace", "ByUser"], value: method.value)
        }
        let level = spec["priorityLevelConfiguration"]["name"]
        if level.isEmpty { required(level, "must reference a priority level") } else { dnsSubdomain(level) }
        for rule in spec["rules"].items {
            if rule["subjects"].isEmpty { required(rule["subjects"], "subjects must contain at least one value") }
            for subject in rule["subjects"].items { flowSubject(subject) }
            if rule["resourceRules"].isEmpty, rule["nonResourceRules"].isEmpty {
                required(rule, "at least one of resourceRules and nonResourceRules has to be non-empty")
            }
            for part in rule["resourceRules"].items { flowRule(ofResources: part) }
            for part in rule["nonResourceRules"].items { flowRule(ofPaths: part) }
        }
        let name = object["metadata"]["name"].text
        if let fixed = MandatoryFlows.schemas[name], !Self.same(spec.value, fixed) {
            invalid(spec, "spec of '\(name)' must equal the fixed value")
        }
        flowConditions(object["status"]["conditions"])
    }

    /// Of the metadata upstream looks only at what new objects have, too.
    mutating func flowSchemaUpdate(_ new: Place, _ old: Place) {
        metadata(new["metadata"], isNamespaced: false, name: .subdomain)
        flowSchema(new)
    }

    /// The conditions in the status of either kind.
    mutating func flowConditions(_ conditions: Place) {
        var seen: Set<String> = []
        for condition in conditions.items {
            if !seen.insert(condition["type"].text).inserted { duplicate(condition["type"]) }
            if condition["type"].isEmpty { required(condition["type"]) }
        }
    }

    private mutating func flowRule(ofResources rule: Place) {
        flowVerbs(rule["verbs"])
        for (field, one, many) in [("apiGroups", "api group", "api groups"), ("resources", "resource", "resources")] {
            if rule[field].isEmpty { required(rule[field], "resource rules must supply at least one \(one)") }
            _ = isAlone("*", in: rule[field], "other \(many)")
        }
        let namespaces = rule["namespaces"]
        if namespaces.isEmpty, !rule["clusterScope"].isTrue {
            required(namespaces, "resource rules that are not cluster scoped must supply at least one namespace")
        } else if !isAlone("*", in: namespaces, "other namespaces") {
            for namespace in namespaces.items {
                for problem in Formats.dnsLabel(namespace.text) {
                    invalid(namespace, "each member of this list must be '*' or a DNS-1123 label; \(problem)")
                }
            }
        }
    }

    private mutating func flowRule(ofPaths rule: Place) {
        flowVerbs(rule["verbs"])
        let paths = rule["nonResourceURLs"]
        if paths.isEmpty {
            required(paths, "nonResourceURLs must contain at least one value")
        } else if !isAlone("*", in: paths, "other non-resource URLs") {
            for path in paths.items { flowPath(path) }
        }
    }

    private mutating func flowVerbs(_ verbs: Place) {
        let known = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"]
        if verbs.isEmpty {
            required(verbs, "verbs must contain at least one value")
        } else if !isAlone("*", in: verbs, "other verbs"), !Set(verbs.texts).isSubset(of: known) {
            unsupported(verbs, known)
        }
    }

    /// Whether a word that stands for everything is in the list; nothing may stand beside it.
    private mutating func isAlone(_ word: String, in list: Place, _ others: String) -> Bool {
        guard list.texts.contains(word) else { return false }
        if list.count > 1 { invalid(list, "if '\(word)' is present, must not specify \(others)") }
        return true
    }

    private mutating func flowPath(_ place: Place) {
        let path = place.text
        if path.isEmpty {
            invalid(place, "must not be empty", value: "")
        } else if path != "/" {
            if !path.hasPrefix("/") {
                invalid(place, "must start with slash")
            } else if path.contains(" ") {
                invalid(place, "must not contain white-space")
            } else if path.contains("//") {
                invalid(place, "must not contain double slash")
            } else if path.dropLast().contains("*") || path.hasSuffix("*") && !path.hasSuffix("/*") {
                invalid(place, "wildcard can only do suffix matching")
            }
        }
    }

    private mutating func flowSubject(_ subject: Place) {
        let parts = ["User": "user", "Group": "group", "ServiceAccount": "serviceAccount"]
        let kind = subject["kind"].text
        guard let own = parts[kind] else { return unsupported(subject["kind"], ["Group", "ServiceAccount", "User"]) }
        if !subject[own].isPresent {
            required(subject[own], "\(own) is required when subject kind is '\(kind)'")
        } else if subject[own]["name"].isEmpty {
            required(subject[own]["name"])
        } else if kind == "ServiceAccount", subject[own]["name"].text != "*" {
            dnsSubdomain(subject[own]["name"])
        }
        if kind == "ServiceAccount", subject[own].isPresent {
            let namespace = subject[own]["namespace"]
            if namespace.isEmpty { required(namespace, "must specify namespace for service account") } else { dnsLabel(namespace) }
        }
        // The account first where it is one too many, then users, then groups.
        for (other, part) in ["ServiceAccount", "User", "Group"].map({ ($0, parts[$0] ?? "") })
        where other != kind && subject[part].isPresent {
            forbidden(subject[part], "\(part) is forbidden when subject kind is not '\(other)'")
        }
    }

    mutating func priorityLevel(_ object: Place) {
        let spec = object["spec"]
        let kept = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"
        if object["metadata"]["annotations"][key: kept].isPresent {
            forbidden(object["metadata"]["annotations"], "annotation '\(kept)' is forbidden")
        }
        if (object["metadata"]["name"].text == "exempt") != (spec["type"].text == "Exempt") {
            invalid(spec["type"], "must be 'Exempt' if and only if `name` is 'exempt'")
        }
        switch spec["type"].text {
        case "Exempt":
            if spec["limited"].isPresent { forbidden(spec["limited"], "must be nil if the type is not Limited") }
            nonNegativeShares(spec["exempt"])
        case "Limited":
            if spec["exempt"].isPresent { forbidden(spec["exempt"], "must be nil if the type is Limited") }
            let limited = spec["limited"]
            if limited.isPresent { limitedLevel(limited) } else { required(limited, "must not be empty when type is Limited") }
        default: unsupported(spec["type"], ["Exempt", "Limited"])
        }
        mandatoryLevel(object["metadata"]["name"].text, spec)
        flowConditions(object["status"]["conditions"])
    }

    mutating func priorityLevelUpdate(_ new: Place, _ old: Place) {
        metadata(new["metadata"], isNamespaced: false, name: .subdomain)
        priorityLevel(new)
    }

    /// What an exempt level counts for may be changed, nothing else of the levels that every cluster has.
    private mutating func mandatoryLevel(_ name: String, _ spec: Place) {
        guard let fixed = MandatoryFlows.levels[name] else { return }
        guard name == "exempt" else {
            if !Self.same(spec.value, fixed) { invalid(spec, "spec of '\(name)' must equal the fixed value") }
            return
        }
        var compared = spec.value ?? [:]
        compared["exempt"] = fixed["exempt"]
        if !Self.same(compared, fixed) {
            invalid(spec, "spec of '\(name)' except the 'spec.exempt' field must equal the fixed value")
        }
    }

    private mutating func limitedLevel(_ limited: Place) {
        if (limited["nominalConcurrencyShares"].int ?? 0) < 0 {
            invalid(limited["nominalConcurrencyShares"], "must be a non-negative integer")
        }
        let response = limited["limitResponse"]
        switch response["type"].text {
        case "Reject":
            if response["queuing"].isPresent {
                forbidden(response["queuing"], "must be nil if limited.limitResponse.type is not Limited")
            }
        case "Queue":
            if response["queuing"].isPresent {
                queuing(response["queuing"])
            } else {
                required(response["queuing"], "must not be empty if limited.limitResponse.type is Limited")
            }
        default: unsupported(response["type"], ["Queue", "Reject"])
        }
        if let percent = limited["lendablePercent"].int, !(0...100).contains(percent) {
            invalid(limited["lendablePercent"], "must be between 0 and 100, inclusive")
        }
        if let percent = limited["borrowingLimitPercent"].int, percent < 0 {
            invalid(limited["borrowingLimitPercent"], "if specified, must be a non-negative integer")
        }
    }

    private mutating func queuing(_ queuing: Place) {
        func number(_ field: String) -> (Place, Int64) { (queuing[field], queuing[field].int ?? 0) }
        let (length, queues, hand) = (number("queueLengthLimit"), number("queues"), number("handSize"))
        if length.1 <= 0 { invalid(length.0, "must be positive", value: .int(length.1)) }
        if queues.1 <= 0 {
            invalid(queues.0, "must be positive", value: .int(queues.1))
        } else if queues.1 > Self.mostQueues {
            invalid(queues.0, "must not be greater than \(Self.mostQueues)")
        }
        if hand.1 <= 0 {
            invalid(hand.0, "must be positive", value: .int(hand.1))
        } else if hand.1 > queues.1 {
            invalid(hand.0, "should not be greater than queues (\(queues.1))")
        } else if (log2(Double(queues.1)) * Double(hand.1)).rounded(.up) > Double(Self.mostEntropy) {
            invalid(
                hand.0,
                "required entropy bits of deckSize \(queues.1) and handSize \(hand.1) should not be greater than \(Self.mostEntropy)")
        }
    }

    private static let mostQueues: Int64 = 10_000_000
    /// How many bits of a flow's hash may choose its hand of queues.
    private static let mostEntropy = 60

    private mutating func nonNegativeShares(_ exempt: Place) {
        if let shares = exempt["nominalConcurrencyShares"].int, shares < 0 {
            invalid(exempt["nominalConcurrencyShares"], "must be a non-negative integer")
        }
        if let percent = exempt["lendablePercent"].int, !(0...100).contains(percent) {
            invalid(exempt["lendablePercent"], "must be between 0 and 100, inclusive")
        }
    }
}
