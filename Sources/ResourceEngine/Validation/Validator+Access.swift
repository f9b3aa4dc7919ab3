import Core
import Values

/// RBAC, certificates and webhooks.
extension Validator {
    private static let rbac = "rbac.authorization.k8s.io"

    mutating func role(_ object: Place, isNamespaced: Bool) {
        metadata(object["metadata"], isNamespaced: isNamespaced, name: .pathSegment)
        for rule in object["rules"].items {
            if rule["verbs"].isEmpty { required(rule["verbs"], "verbs must contain at least one value") }
            if !rule["nonResourceURLs"].isEmpty {
                if isNamespaced { invalid(rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs") }
                if !rule["apiGroups"].isEmpty || !rule["resources"].isEmpty || !rule["resourceNames"].isEmpty {
                    invalid(rule["nonResourceURLs"], "rules cannot apply to both regular resources and non-resource URLs")
                }
                continue
            }
            if rule["apiGroups"].isEmpty { required(rule["apiGroups"], "resource rules must supply at least one api group") }
            if rule["resources"].isEmpty { required(rule["resources"], "resource rules must supply at least one resource") }
        }
        let aggregation = object["aggregationRule"]
        if aggregation.isPresent {
            let selectors = aggregation["clusterRoleSelectors"]
            if selectors.isEmpty { required(selectors, "at least one clusterRoleSelector required if aggregationRule is non-nil") }
            for selector in selectors.items {
                labelSelector(selector)
                if !Self.isReadable(selector) { invalid(selector, "invalid label selector.", value: .null) }
            }
        }
    }

    mutating func roleBinding(_ object: Place, isNamespaced: Bool) {
        metadata(object["metadata"], isNamespaced: isNamespaced, name: .pathSegment)
        let reference = object["roleRef"]
        if reference["apiGroup"].text != Self.rbac { unsupported(reference["apiGroup"], [Self.rbac]) }
        let kinds = isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]
        if !kinds.contains(reference["kind"].text) { unsupported(reference["kind"], kinds) }
        if reference["name"].isEmpty {
            required(reference["name"])
        } else {
            invalid(reference["name"], Formats.pathSegment(reference["name"].text))
        }
        for subject in object["subjects"].items {
            if subject["name"].isEmpty { required(subject["name"]) }
            switch subject["kind"].text {
            case "ServiceAccount":
                if !subject["name"].isEmpty { dnsSubdomain(subject["name"]) }
                if !subject["apiGroup"].isEmpty { unsupported(subject["apiGroup"], [""]) }
                if !isNamespaced, subject["namespace"].isEmpty { required(subject["namespace"]) }
            case "User", "Group": if subject["apiGroup"].text != Self.rbac { unsupported(subject["apiGroup"], [Self.rbac]) }
            default: unsupported(subject["kind"], ["ServiceAccount", "User", "Group"])
            }
        }
    }

    mutating func roleBindingUpdate(_ new: Place, _ old: Place, isNamespaced: Bool) {
        roleBinding(new, isNamespaced: isNamespaced)
        metadataUpdate(new["metadata"], old["metadata"])
        if !Self.same(new["roleRef"].value, old["roleRef"].value) {
            let reference = new["roleRef"]
            invalid(
                reference, "cannot change roleRef",
                value: [
                    "APIGroup": .string(reference["apiGroup"].text), "Kind": .string(reference["kind"].text),
                    "Name": .string(reference["name"].text),
                ])
        }
    }

    // MARK: Certificates

    private static let usages: Set<String> = [
        "signing", "digital signature", "content commitment", "key encipherment", "key agreement", "data encipherment", "cert sign",
        "crl sign",
        "encipher only", "decipher only", "any", "server auth", "client auth", "code signing", "email protection", "s/mime",
        "ipsec end system",
        "ipsec tunnel", "ipsec user", "timestamping", "ocsp signing", "microsoft sgc", "netscape sgc",
    ]

    mutating func certificateRequest(_ object: Place) {
        let spec = object["spec"]
        if let problem = Self.problem(ofRequest: spec["request"].text) {
            invalid(spec["request"], problem, value: spec["request"].value ?? "")
        }
        if spec["usages"].isEmpty { required(spec["usages"]) }
        var seen: Set<String> = []
        for usage in spec["usages"].items {
            if !Self.usages.contains(usage.text) { unsupported(usage, Self.usages.sorted()) }
            if !seen.insert(usage.text).inserted { duplicate(usage) }
        }
        if spec["signerName"].text == "kubernetes.io/legacy-unknown" {
            invalid(spec["signerName"], "the legacy signerName is not allowed via this API version")
        } else {
            signerName(spec["signerName"])
        }
        if let seconds = spec["expirationSeconds"].int, seconds < 600 {
            invalid(spec["expirationSeconds"], "may not specify a duration less than 600 seconds (10 minutes)")
        }
        certificateConditions(object["status"]["conditions"])
    }

    /// What is wrong with the base64 text of a PKCS #10 request in PEM; nil when it looks like one. The signer reads what is in it.
    private static func problem(ofRequest encoded: String) -> String? {
        guard let bytes = try? Base64.decode(encoded) else { return "illegal base64 data" }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { $0.filter { $0 != " " } }
        guard let begin = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN") }), lines[begin] == "-----BEGINCERTIFICATEREQUEST-----",
            let end = lines[begin...].firstIndex(of: "-----ENDCERTIFICATEREQUEST-----")
        else { return "PEM block type must be CERTIFICATE REQUEST" }
        guard let request = try? Base64.decode(lines[(begin + 1)..<end].joined()), request.first == 0x30 else {
            return "PEM block does not hold a certificate request"
        }
        return nil
    }

    mutating func signerName(_ place: Place) {
        if place.isEmpty { return required(place) }
        let parts = place.text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return invalid(place, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
        }
        let (domain, path) = (String(parts[0]), String(parts[1]))
        if domain.utf8.count > Self.domainLimit { tooLong(place, Self.domainLimit) }
        signerLabels(place, domain, Formats.dnsLabel)
        if !domain.contains(".") {
            invalid(place, "should be a domain with at least two segments separated by dots", value: .string(domain))
        }
        signerLabels(place, path) { Formats.dnsSubdomain($0) }
        if place.text.utf8.count > Self.signerLimit { tooLong(place, Self.signerLimit) }
    }

    private static let domainLimit = 253
    private static let signerLimit = domainLimit + 1 + domainLimit + 1 + 63

    /// What is wrong with the first bad label of a part of a signer's name.
    private mutating func signerLabels(_ place: Place, _ part: String, _ problems: (String) -> [String]) {
        for label in part.split(separator: ".", omittingEmptySubsequences: false).map(String.init) {
            let found = problems(label)
            for problem in found { invalid(place, "validating label \(Self.quoted(label)): \(problem)", value: .string(part)) }
            if !found.isEmpty { return }
        }
    }

    mutating func certificateConditions(_ conditions: Place) {
        var seen: Set<String> = []
        for condition in conditions.items {
            let type = condition["type"]
            if type.isEmpty { required(type) }
            let states = ["False", "True", "Unknown"]
            if condition["status"].isEmpty {
                required(condition["status"])
            } else if type.text == "Approved" || type.text == "Denied" || type.text == "Failed", condition["status"].text != "True" {
                unsupported(condition["status"], ["True"])
            } else if !states.contains(condition["status"].text) {
                unsupported(condition["status"], states)
            }
            let other = type.text == "Approved" ? "Denied" : (type.text == "Denied" ? "Approved" : "")
            if seen.contains(other) { invalid(conditions, "Approved and Denied conditions are mutually exclusive", value: type.value) }
            if !seen.insert(type.text).inserted { duplicate(type) }
        }
    }

    mutating func certificateRequestUpdate(_ new: Place, _ old: Place, subresource: String) {
        metadataUpdate(new["metadata"], old["metadata"])
        func types(_ object: Place) -> Set<String> { Set(object["status"]["conditions"].items.map { $0["type"].text }) }
        let conditions = new["status"]["conditions"]
        for type in types(old).subtracting(types(new)).sorted() where ["Approved", "Denied", "Failed"].contains(type) {
            forbidden(conditions, "updates may not remove a condition of type \(Self.quoted(type))")
        }
        if subresource != "approval" {
            for type in types(new).subtracting(types(old)).sorted() where type == "Approved" || type == "Denied" {
                forbidden(conditions, "updates may not add a condition of type \(Self.quoted(type))")
            }
        }
        let certificate = new["status"]["certificate"]
        if certificate.text != old["status"]["certificate"].text {
            if subresource != "status" {
                forbidden(certificate, "updates may not set certificate content")
            } else if !old["status"]["certificate"].isEmpty {
                forbidden(certificate, "updates may not modify existing certificate content")
            }
        }
        certificateConditions(conditions)
    }

    // MARK: Webhooks

    mutating func webhooks(_ object: Place, isMutating: Bool) {
        var names: Set<String> = []
        for hook in object["webhooks"].items {
            let name = hook["name"]
            if name.isEmpty {
                required(name)
            } else {
                for problem in Formats.fullyQualifiedName(name.text) { invalid(name, problem) }
            }
            labelSelector(hook["namespaceSelector"])
            labelSelector(hook["objectSelector"])
            for rule in hook["rules"].items { webhookRule(rule) }
            oneOfIfPresent(hook["failurePolicy"], ["Fail", "Ignore"])
            matchConditions(hook["matchConditions"], hasParams: false)
            oneOfIfPresent(hook["matchPolicy"], ["Equivalent", "Exact"])
            let effects = hook["sideEffects"]
            if !effects.isPresent {
                required(effects, "must specify one of None, NoneOnDryRun")
            } else {
                oneOfIfPresent(effects, ["None", "NoneOnDryRun"])
            }
            if let timeout = hook["timeoutSeconds"].int, !(1...30).contains(timeout) {
                invalid(hook["timeoutSeconds"], "the timeout value must be between 1 and 30 seconds")
            }
            if isMutating { oneOfIfPresent(hook["reinvocationPolicy"], ["IfNeeded", "Never"]) }
            webhookClient(hook["clientConfig"], namesParts: true)
            reviewVersions(hook["admissionReviewVersions"])
            if !name.isEmpty, !names.insert(name.text).inserted { duplicate(name) }
        }
    }

    private mutating func reviewVersions(_ versions: Place) {
        if versions.isEmpty { return required(versions, "must specify one of v1, v1beta1") }
        var seen: Set<String> = []
        for version in versions.items {
            if !seen.insert(version.text).inserted {
                invalid(version, "duplicate version")
                continue
            }
            for problem in Formats.dns1035Label(version.text) { invalid(version, problem) }
        }
        if seen.isDisjoint(with: ["v1", "v1beta1"]) { invalid(versions, "must include at least one of v1, v1beta1") }
    }

    mutating func webhookRule(_ rule: Place) {
        let operations = rule["operations"]
        if operations.isEmpty { required(operations) }
        if operations.count > 1, operations.texts.contains("*") {
            invalid(operations, "if '*' is present, must not specify other operations")
        }
        let known = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]
        for operation in operations.items where !known.contains(operation.text) { unsupported(operation, known) }
        if rule["apiGroups"].isEmpty { required(rule["apiGroups"]) }
        if rule["apiGroups"].count > 1, rule["apiGroups"].texts.contains("*") {
            invalid(rule["apiGroups"], "if '*' is present, must not specify other API groups")
        }
        if rule["apiVersions"].isEmpty { required(rule["apiVersions"]) }
        if rule["apiVersions"].count > 1, rule["apiVersions"].texts.contains("*") {
            invalid(rule["apiVersions"], "if '*' is present, must not specify other API versions")
        }
        for version in rule["apiVersions"].items where version.isEmpty { required(version) }
        let resources = rule["resources"]
        if resources.isEmpty { required(resources) }
        for resource in resources.items where resource.isEmpty { required(resource) }
        if resources.count > 1, resources.texts.contains("*/*") {
            invalid(resources, "if '*/*' is present, must not specify other resources")
        } else if resources.texts.contains("*"), resources.texts.contains(where: { $0 != "*" && !$0.contains("/") }) {
            invalid(resources, "if '*' is present, must not specify other resources without subresources")
        }
        oneOfIfPresent(rule["scope"], ["*", "Cluster", "Namespaced"])
    }

    // MARK: Aggregation

    mutating func apiService(_ object: Place) {
        let spec = object["spec"]
        let name = object["metadata"]["name"]
        let wanted = "\(spec["version"].text).\(spec["group"].text)"
        metadata(object["metadata"], isNamespaced: false, name: .pathSegment)
        if name.text != wanted, !name.isEmpty { invalid(name, "must be `spec.version+\".\"+spec.group`: \(Self.quoted(wanted))") }
        if spec["group"].isEmpty {
            if spec["version"].text != "v1" { required(spec["group"], "only v1 may have an empty group and it better be legacy kube") }
        } else {
            dnsSubdomain(spec["group"])
        }
        for problem in Formats.dns1035Label(spec["version"].text) {
            invalid(spec["version"], problem, value: .string(spec["version"].text))
        }
        for (field, limit) in [("groupPriorityMinimum", Int64(20000)), ("versionPriority", 1000)] {
            let number = spec[field].int ?? 0
            if number <= 0 || number > limit { invalid(spec[field], "must be positive and less than \(limit)", value: .int(number)) }
        }
        let service = spec["service"]
        if service.isPresent {
            if service["namespace"].isEmpty { required(service["namespace"]) }
            if service["name"].isEmpty { required(service["name"]) }
            if spec["insecureSkipTLSVerify"].isTrue, !spec["caBundle"].isEmpty {
                invalid(spec["insecureSkipTLSVerify"], "may not be true if caBundle is present")
            }
        } else {
            if !spec["caBundle"].isEmpty {
                invalid(
                    spec["caBundle"], "local APIServices may not have a caBundle",
                    value: .string("\(Self.decodedLength(spec["caBundle"].text)) bytes"))
            }
            if spec["insecureSkipTLSVerify"].isTrue {
                invalid(spec["insecureSkipTLSVerify"], "local APIServices may not have insecureSkipTLSVerify")
            }
        }
    }
}
