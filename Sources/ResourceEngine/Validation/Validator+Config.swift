import Core
import Values

/// ConfigMaps, Secrets, namespaces, nodes, service accounts, limits and quotas, events, leases.
extension Validator {
    static let configLimit = 1024 * 1024

    mutating func configMap(_ object: Place) {
        metadata(object["metadata"], isNamespaced: true, name: .subdomain)
        configMapData(object)
    }

    private mutating func configMapData(_ object: Place) {
        var size = 0
        for (key, entry) in object["data"].entries {
            invalid(entry.with(.string(key)), Formats.configKey(key))
            if object["binaryData"][key].isPresent { invalid(entry, "duplicate of key present in binaryData", value: .string(key)) }
            size += entry.text.utf8.count
        }
        for (key, entry) in object["binaryData"].entries {
            invalid(entry.with(.string(key)), Formats.configKey(key))
            size += Self.decodedLength(entry.text)
        }
        if size > Self.configLimit { tooLong(Place(object.value ?? .null), Self.configLimit) }
    }

    /// How many bytes a Base64 text stands for.
    static func decodedLength(_ text: String) -> Int {
        let digits = text.utf8.count
        return digits / 4 * 3 - (text.hasSuffix("==") ? 2 : (text.hasSuffix("=") ? 1 : 0))
    }

    mutating func configMapUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        if old["immutable"].isTrue {
            if !new["immutable"].isTrue { forbidden(new["immutable"], "field is immutable when `immutable` is set") }
            for field in ["data", "binaryData"] where !Self.same(new[field].value, old[field].value) {
                forbidden(new[field], "field is immutable when `immutable` is set")
            }
        }
        configMap(new)
    }

    mutating func secret(_ object: Place) {
        metadata(object["metadata"], isNamespaced: true, name: .subdomain)
        let data = object["data"]
        var size = 0
        for (key, entry) in data.entries {
            invalid(entry.with(.string(key)), Formats.configKey(key))
            size += Self.decodedLength(entry.text)
        }
        if size > Self.configLimit { tooLong(data, Self.configLimit) }
        switch object["type"].text {
        case "kubernetes.io/service-account-token":
            let annotation = object["metadata"]["annotations"][key: "kubernetes.io/service-account.name"]
            if annotation.isEmpty { required(annotation) }
        case "kubernetes.io/dockercfg": dockerConfig(data[key: ".dockercfg"])
        case "kubernetes.io/dockerconfigjson": dockerConfig(data[key: ".dockerconfigjson"])
        case "kubernetes.io/basic-auth":
            if !data["username"].isPresent, !data["password"].isPresent {
                required(data[key: "username"])
                required(data[key: "password"])
            }
        case "kubernetes.io/ssh-auth": if data["ssh-privatekey"].isEmpty { required(data[key: "ssh-privatekey"]) }
        case "kubernetes.io/tls":
            for key in ["tls.crt", "tls.key"] where !data[key].isPresent { required(data[key: key]) }
        default: break
        }
    }

    private mutating func dockerConfig(_ place: Place) {
        if !place.isPresent { return required(place) }
        if place.text.isEmpty { invalid(place, "unexpected end of JSON input", value: "<secret contents redacted>") }
    }

    mutating func secretUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        immutable(new["type"], old["type"])
        if old["immutable"].isTrue {
            if !new["immutable"].isTrue { forbidden(new["immutable"], "field is immutable when `immutable` is set") }
            if !Self.same(new["data"].value, old["data"].value) {
                forbidden(new["data"], "field is immutable when `immutable` is set")
            }
        }
        secret(new)
    }

    mutating func namespace(_ object: Place) {
        metadata(object["metadata"], isNamespaced: false, name: .label)
        for finalizer in object["spec"]["finalizers"].items {
            let place = object["spec"]["finalizers"].with(finalizer.value)
            qualifiedName(place)
            standardFinalizer(place)
        }
    }

    mutating func namespaceFinalize(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        for finalizer in new["spec"]["finalizers"].items {
            qualifiedName(finalizer)
            standardFinalizer(finalizer)
        }
    }

    mutating func namespaceStatus(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let phase = new["status"]["phase"]
        let isDeleted = new["metadata"]["deletionTimestamp"].isPresent
        if !isDeleted, phase.text != "Active" {
            invalid(phase, "may only be 'Active' if `deletionTimestamp` is empty", value: .string(phase.text))
        } else if isDeleted, phase.text != "Terminating" {
            invalid(phase, "may only be 'Terminating' if `deletionTimestamp` is not empty", value: .string(phase.text))
        }
    }

    mutating func node(_ node: Place) {
        metadata(node["metadata"], isNamespaced: false, name: .subdomain)
        // Upstream looks for them in the metadata.
        taints(node["metadata"]["taints"].with(node["spec"]["taints"].value))
        declaredFeatures(node["status"]["declaredFeatures"])
        let ranges = node["spec"]["podCIDRs"]
        for range in ranges.items { cidr(range) }
        let texts = ranges.texts
        if texts.count > 2 || (texts.count == 2 && texts[0].contains(":") == texts[1].contains(":")) {
            invalid(ranges, "may specify no more than one CIDR for each IP family")
        }
        for kind in ["capacity", "allocatable"] {
            for (name, quantity) in node["status"][kind].entries { resourceQuantity(quantity, name) }
        }
    }

    private mutating func declaredFeatures(_ features: Place) {
        var last: String?
        for feature in features.items {
            let name = feature.text
            let intro = "invalid feature name \(Self.quoted(name)): must "
            if name.utf8.count > 253 {
                invalid(feature, intro + "be no more than 253 characters")
            } else if !Self.isFeatureName(name) {
                invalid(
                    feature,
                    intro + "start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or "
                        + "MyFeature/mySubFeature), and contain only alphanumeric characters and slashes")
            }
            if let last, last == name { duplicate(feature) }
            if let last, last > name { invalid(feature, "list must be sorted alphabetically") }
            last = name
        }
    }

    private static func isFeatureName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, isLetter(first) else { return false }
            return part.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF) && byte < 0x80
    }

    private mutating func taints(_ taints: Place) {
        var seen: Set<String> = []
        for taint in taints.items {
            qualifiedName(taint["key"].with(.string(taint["key"].text)))
            let problems = Formats.labelValue(taint["value"].text)
            if !problems.isEmpty { invalid(taint["value"], problems.joined(separator: ";")) }
            let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
            if taint["effect"].isEmpty {
                required(taint["effect"])
            } else if !effects.contains(taint["effect"].text) {
                unsupported(taint["effect"], effects)
            }
            if !seen.insert("\(taint["key"].text):\(taint["effect"].text)").inserted { duplicate(taint) }
        }
    }

    mutating func nodeUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        node(new)
        let ranges = old["spec"]["podCIDRs"].texts
        if !ranges.isEmpty {
            let now = new["spec"]["podCIDRs"].texts
            if now.count != ranges.count {
                forbidden(new["spec"]["podCIDRs"], "node updates may not change podCIDR except from \"\" to valid")
            } else {
                for position in ranges.indices where ranges[position] != now[position] {
                    forbidden(new["spec"]["podCIDRs"][position], "node updates may not change podCIDR except from \"\" to valid")
                }
            }
        }
        if !old["spec"]["providerID"].isEmpty, old["spec"]["providerID"].text != new["spec"]["providerID"].text {
            forbidden(new["spec"]["providerID"], "node updates may not change providerID except from \"\" to valid")
        }
    }

    mutating func limitRange(_ object: Place) {
        metadata(object["metadata"], isNamespaced: true, name: .subdomain)
        var kinds: Set<String> = []
        for limit in object["spec"]["limits"].items {
            let type = limit["type"]
            let known = ["Pod", "Container", "PersistentVolumeClaim"].contains(type.text)
            let problems = Formats.qualifiedName(type.text)
            for problem in problems { invalid(type, problem, value: .string(type.text)) }
            if problems.isEmpty, !known, !type.text.contains("/") {
                invalid(type, "must be a standard limit type or fully qualified", value: .string(type.text))
            }
            if !kinds.insert(type.text).inserted { duplicate(type) }
            limits(limit, type.text)
        }
    }

    private mutating func limits(_ limit: Place, _ type: String) {
        if type == "Pod" {
            for field in ["default", "defaultRequest"] where !limit[field].isEmpty {
                forbidden(limit[field], "may not be specified when `type` is 'Pod'")
            }
        }
        if type == "PersistentVolumeClaim", !limit["min"]["storage"].isPresent, !limit["max"]["storage"].isPresent {
            required(limit, "either minimum or maximum storage value is required, but neither was provided")
        }
        var names: [String] = []
        for field in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
            for name in limit[field].keys where !names.contains(name) { names.append(name) }
        }
        for name in names {
            func quantity(_ field: String) -> Quantity? { Self.quantity(limit[field][name]) }
            let (low, high, usual, wanted) = (quantity("min"), quantity("max"), quantity("default"), quantity("defaultRequest"))
            func shown(_ quantity: Quantity) -> Value { .string(quantity.description) }
            if let low, let high, high < low {
                invalid(limit["min"][key: name], "min value \(low) is greater than max value \(high)", value: shown(low))
            }
            if let wanted, let low, wanted < low {
                invalid(
                    limit["defaultRequest"][key: name], "min value \(low) is greater than default request value \(wanted)",
                    value: shown(wanted))
            }
            if let wanted, let high, high < wanted {
                invalid(
                    limit["defaultRequest"][key: name], "default request value \(wanted) is greater than max value \(high)",
                    value: shown(wanted))
            }
            if let wanted, let usual, usual < wanted {
                invalid(
                    limit["defaultRequest"][key: name], "default request value \(wanted) is greater than default limit value \(usual)",
                    value: shown(wanted))
            }
            if let usual, let low, usual < low {
                invalid(limit["default"][key: name], "min value \(low) is greater than default value \(usual)", value: shown(usual))
            }
            if let usual, let high, high < usual {
                invalid(limit["default"][key: name], "default value \(usual) is greater than max value \(high)", value: shown(usual))
            }
            if let ratio = quantity("maxLimitRequestRatio") {
                if ratio < Quantity(1) {
                    invalid(limit["maxLimitRequestRatio"][key: name], "ratio \(ratio) is less than 1", value: shown(ratio))
                }
                if let low, let high, !low.isZero, high.double / low.double < ratio.double {
                    invalid(
                        limit["maxLimitRequestRatio"][key: name],
                        "ratio \(ratio) is greater than max/min = \(high.double / low.double)", value: shown(ratio))
                }
            }
        }
    }

    mutating func resourceQuota(_ object: Place) {
        metadata(object["metadata"], isNamespaced: true, name: .subdomain)
        for (name, quantity) in object["spec"]["hard"].entries {
            for problem in Formats.qualifiedName(name) { invalid(quantity, problem, value: .string(name)) }
            if Formats.qualifiedName(name).isEmpty, !name.contains("/"), !Self.isStandardQuotaName(name) {
                invalid(quantity, "must be a standard resource type or fully qualified", value: .string(name))
                invalid(quantity, "must be a standard resource for quota", value: .string(name))
            }
            resourceQuantity(quantity, name)
        }
        let scopes = [
            "BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating",
            "VolumeAttributesClass",
        ]
        for scope in object["spec"]["scopes"].items where !scopes.contains(scope.text) {
            invalid(object["spec"]["scopes"], "unsupported scope", value: object["spec"]["scopes"].value)
        }
        let names = Set(object["spec"]["scopes"].texts)
        for pair in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]] where names.isSuperset(of: pair) {
            invalid(object["spec"]["scopes"], "conflicting scopes")
        }
        scopeSelector(object["spec"]["scopeSelector"], scopes)
    }

    private mutating func scopeSelector(_ selector: Place, _ scopes: [String]) {
        // Upstream's paths name the list, not its element.
        let list = selector["matchExpressions"]
        for requirement in list.items {
            let (scope, operation) = (requirement["scopeName"].text, requirement["operator"].text)
            if !scopes.contains(scope) { invalid(list["scopeName"], "unsupported scope", value: .string(scope)) }
            if scopes.contains(scope), scope != "PriorityClass", scope != "VolumeAttributesClass", operation != "Exists" {
                invalid(
                    list["operator"],
                    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
                        + "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
                    value: .string(operation))
            }
            switch operation {
            case "In", "NotIn":
                if requirement["values"].isEmpty {
                    required(list["values"], "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
                }
            case "Exists", "DoesNotExist":
                if !requirement["values"].isEmpty {
                    invalid(
                        list["values"], "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
                        value: requirement["values"].value)
                }
            default: invalid(list["operator"], "not a valid selector operator", value: .string(operation))
            }
        }
        let names = Set(list.items.map { $0["scopeName"].text })
        for pair in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]] where names.isSuperset(of: pair) {
            invalid(list, "conflicting scopes", value: selector.value)
        }
    }

    mutating func resourceQuotaUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        resourceQuota(new)
        if Set(new["spec"]["scopes"].texts) != Set(old["spec"]["scopes"].texts) { invalid(new["spec"]["scopes"], Self.immutable) }
    }

    mutating func replicationController(_ object: Place) {
        let spec = object["spec"]
        nonNegative(spec["minReadySeconds"])
        let selector = spec["selector"]
        if selector.isEmpty { required(selector) }
        if !spec["replicas"].isPresent { required(spec["replicas"]) } else { nonNegative(spec["replicas"]) }
        let template = spec["template"]
        if !template.isPresent { return required(template) }
        let given = template["metadata"]["labels"].map
        if selector.map.contains(where: { given[$0.key] != $0.value }) {
            invalid(template["metadata"]["labels"], "`selector` does not match template `labels`")
        }
        podTemplate(template)
        if template["spec"]["restartPolicy"].text != "Always" { unsupported(template["spec"]["restartPolicy"], ["Always"]) }
        if template["spec"]["activeDeadlineSeconds"].isPresent {
            forbidden(template["spec"]["activeDeadlineSeconds"], "activeDeadlineSeconds in ReplicationController is not Supported")
        }
    }
}
