import Core
import Values

/// Where a pod spec stands; a template may leave open what only a pod must have settled.
struct PodContext {
    /// The object is a pod, not the template of one.
    var isPod = false
    /// The metadata of the pod or template.
    var metadata: Place
}

/// The pod spec, of pods and of templates.
extension Validator {
    mutating func podSpec(_ spec: Place, _ context: PodContext) {
        if !spec["terminationGracePeriodSeconds"].isPresent { required(spec["terminationGracePeriodSeconds"]) }
        let volumes = self.volumes(spec["volumes"], podName: context.metadata["name"].text)
        let claims = resourceClaims(spec["resourceClaims"])
        let scope = ContainerScope(
            volumes: volumes, claims: claims, restartPolicy: spec["restartPolicy"].text,
            sharesUsers: spec["hostUsers"].value?.bool ?? true)
        containers(spec["containers"], scope)
        initContainers(spec["initContainers"], regular: spec["containers"], scope)
        ephemeralContainers(spec["ephemeralContainers"], of: spec, scope)
        variableFiles(spec)
        if spec["hostNetwork"].isTrue { hostNetworkPorts(spec, context) }
        oneOf(spec["restartPolicy"], ["Always", "OnFailure", "Never"])
        oneOf(spec["dnsPolicy"], ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"])
        labels(spec["nodeSelector"])
        podSecurityContext(spec["securityContext"], spec)
        for secret in spec["imagePullSecrets"].items where secret["name"].isEmpty { required(secret["name"]) }
        affinity(spec["affinity"])
        dnsConfig(spec["dnsConfig"], policy: spec["dnsPolicy"].text)
        for gate in spec["readinessGates"].items {
            let type = gate["conditionType"]
            qualifiedName(type.with(.string(type.text)))
        }
        schedulingGates(spec["schedulingGates"])
        topologySpread(spec["topologySpreadConstraints"])
        if spec["hostUsers"].value?.bool == false {
            for (field, name) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")] where spec[field].isTrue {
                forbidden(spec["hostUsers"], "when `hostUsers` is false, `\(name)` must be false")
            }
        }
        if !spec["serviceAccountName"].isEmpty { dnsSubdomain(spec["serviceAccountName"]) }
        if !spec["nodeName"].isEmpty { dnsSubdomain(spec["nodeName"]) }
        if let deadline = spec["activeDeadlineSeconds"].int, !(1...Int64(Int32.max)).contains(deadline) {
            invalid(spec["activeDeadlineSeconds"], "must be between 1 and 2147483647, inclusive")
        }
        if !spec["hostname"].isEmpty { dnsLabel(spec["hostname"]) }
        if !spec["subdomain"].isEmpty { dnsLabel(spec["subdomain"]) }
        if spec["schedulingGroup"].isPresent {
            let name = spec["schedulingGroup"]["podGroupName"]
            if name.isPresent { dnsSubdomain(name) } else { invalid(name, "must specify one of: `podGroupName`", value: .null) }
        }
        tolerations(spec["tolerations"])
        for alias in spec["hostAliases"].items {
            ip(alias["ip"].with(.string(alias["ip"].text)))
            for name in alias["hostnames"].items { invalid(alias["hostnames"], Formats.dnsSubdomain(name.text).map { $0 }, of: name) }
        }
        if !spec["priorityClassName"].isEmpty { dnsSubdomain(spec["priorityClassName"]) }
        if spec["runtimeClassName"].isPresent { dnsSubdomain(spec["runtimeClassName"]) }
        if spec["preemptionPolicy"].isPresent { oneOf(spec["preemptionPolicy"], ["PreemptLowerPriority", "Never"]) }
        for (name, quantity) in spec["overhead"].entries { resourceQuantity(quantity, name) }
        if spec["os"].isPresent {
            if spec["os"]["name"].isEmpty {
                required(spec["os"]["name"])
            } else if !["linux", "windows"].contains(spec["os"]["name"].text) {
                unsupported(spec["os"], ["linux", "windows"], value: spec["os"]["name"].value)
            }
        }
    }

    /// Files of variables lie where a container of the pod can have written them (KEP-3721).
    private mutating func variableFiles(_ spec: Place) {
        let containers = ["initContainers", "containers", "ephemeralContainers"].flatMap { spec[$0].items }
        let volumes = Dictionary(spec["volumes"].items.map { ($0["name"].text, $0) }) { first, _ in first }
        for variable in containers.flatMap({ $0["env"].items }) where variable["valueFrom"]["fileKeyRef"].isPresent {
            let name = variable["valueFrom"]["fileKeyRef"]["volumeName"]
            guard let volume = volumes[name.text] else {
                notFound(name)
                continue
            }
            if !volume["emptyDir"].isPresent { invalid(name, "referenced volume must be of type emptyDir") }
        }
    }

    private mutating func invalid(_ place: Place, _ details: [String], of part: Place) {
        for detail in details { invalid(place, detail, value: part.value) }
    }

    private mutating func hostNetworkPorts(_ spec: Place, _ context: PodContext) {
        for container in spec["containers"].items {
            for port in container["ports"].items {
                let hostPort = port["hostPort"].int ?? 0
                if (context.isPod || hostPort != 0) && hostPort != (port["containerPort"].int ?? 0) {
                    invalid(port["hostPort"], "must match `containerPort` when `hostNetwork` is true", value: .int(hostPort))
                }
            }
        }
    }

    /// The names of the claims that containers may refer to.
    private mutating func resourceClaims(_ place: Place) -> Set<String> {
        var names: Set<String> = []
        for claim in place.items {
            let name = claim["name"]
            if name.isEmpty {
                required(name)
            } else if !names.insert(name.text).inserted {
                duplicate(name)
            } else {
                dnsLabel(name)
            }
            let sources = [claim["resourceClaimName"], claim["resourceClaimTemplateName"]].filter(\.isPresent)
            if sources.count != 1 {
                invalid(
                    claim,
                    sources.isEmpty
                        ? "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
                        : "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified")
            }
            for source in sources { dnsSubdomain(source) }
        }
        return names
    }

    private mutating func podSecurityContext(_ context: Place, _ spec: Place) {
        for field in ["fsGroup", "runAsUser", "runAsGroup"] { identifier(context[field]) }
        for group in context["supplementalGroups"].items { identifier(group) }
        if spec["shareProcessNamespace"].isTrue, spec["hostPID"].isTrue {
            invalid(
                context["shareProcessNamespace"].with(true), "ShareProcessNamespace and HostPID cannot both be enabled")
        }
        var names: Set<String> = []
        for sysctl in context["sysctls"].items {
            let name = sysctl["name"]
            if name.isEmpty {
                required(name)
            } else if !Self.isSysctl(name.text) {
                let segment = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
                invalid(name, "must have at most 253 characters and match regex ^(\(segment)[\\./])*\(segment)$")
            } else if !names.insert(name.text).inserted {
                duplicate(name)
            }
        }
        oneOfIfPresent(context["fsGroupChangePolicy"], ["Always", "OnRootMismatch"])
        seccompProfile(context["seccompProfile"])
        appArmorProfile(context["appArmorProfile"])
        oneOfIfPresent(context["supplementalGroupsPolicy"], ["Merge", "Strict"])
        oneOfIfPresent(context["seLinuxChangePolicy"], ["MountOption", "Recursive"])
    }

    private static func isSysctl(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "/" }).allSatisfy { part in
                let bytes = Array(part.utf8)
                func isPlain(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
                guard let first = bytes.first, let last = bytes.last, isPlain(first), isPlain(last) else { return false }
                return bytes.allSatisfy { isPlain($0) || $0 == 0x2D || $0 == 0x5F }
            }
    }

    private mutating func dnsConfig(_ config: Place, policy: String) {
        if policy == "None" {
            guard config.isPresent else { return required(config, "must provide `dnsConfig` when `dnsPolicy` is None") }
            if config["nameservers"].isEmpty {
                return required(config["nameservers"], "must provide at least one DNS nameserver when `dnsPolicy` is None")
            }
        }
        if config["nameservers"].count > 3 { invalid(config["nameservers"], "must not have more than 3 nameservers") }
        for server in config["nameservers"].items { ip(server) }
        let searches = config["searches"]
        if searches.count > 32 { invalid(searches, "must not have more than 32 search paths") }
        if searches.texts.joined(separator: " ").utf8.count > 2048 {
            invalid(searches, "must not have more than 2048 characters (including spaces) in the search list")
        }
        for search in searches.items where search.text != "." {
            let name = search.text.hasSuffix(".") ? String(search.text.dropLast()) : search.text
            for problem in Formats.dnsSubdomainWithUnderscore(name) { invalid(search, problem, value: .string(name)) }
        }
        for option in config["options"].items where option["name"].isEmpty { required(option, "must not be empty") }
    }

    private mutating func schedulingGates(_ gates: Place) {
        var names: Set<String> = []
        for gate in gates.items {
            qualifiedName(gate.with(.string(gate["name"].text)))
            if !names.insert(gate["name"].text).inserted { duplicate(gate, value: gate["name"].value) }
        }
    }

    mutating func tolerations(_ place: Place) {
        for toleration in place.items {
            let key = toleration["key"]
            let operation = toleration["operator"]
            let effect = toleration["effect"]
            if !key.isEmpty { qualifiedName(key) }
            if key.isEmpty, operation.text != "Exists" {
                invalid(
                    operation, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
                    value: .string(operation.text))
            }
            if toleration["tolerationSeconds"].isPresent, effect.text != "NoExecute" {
                invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set", value: .string(effect.text))
            }
            let value = toleration["value"].text
            switch operation.text {
            case "", "Equal":
                let problems = Formats.labelValue(value)
                if !problems.isEmpty { invalid(operation, problems.joined(separator: ";"), value: .string(value)) }
            case "Exists":
                if !value.isEmpty { invalid(operation, "value must be empty when `operator` is 'Exists'", value: .string(value)) }
            default: unsupported(operation, ["Equal", "Exists"])
            }
            if !effect.isEmpty { oneOf(effect, ["NoSchedule", "PreferNoSchedule", "NoExecute"]) }
        }
    }

    // MARK: Affinity and spreading

    private mutating func affinity(_ affinity: Place) {
        let node = affinity["nodeAffinity"]
        if node["requiredDuringSchedulingIgnoredDuringExecution"].isPresent {
            nodeSelector(node["requiredDuringSchedulingIgnoredDuringExecution"])
        }
        for term in node["preferredDuringSchedulingIgnoredDuringExecution"].items {
            weight(term["weight"])
            nodeSelectorTerm(term["preference"])
        }
        for kind in ["podAffinity", "podAntiAffinity"] {
            for term in affinity[kind]["requiredDuringSchedulingIgnoredDuringExecution"].items { podAffinityTerm(term) }
            for term in affinity[kind]["preferredDuringSchedulingIgnoredDuringExecution"].items {
                weight(term["weight"])
                podAffinityTerm(term["podAffinityTerm"])
            }
        }
    }

    private mutating func weight(_ place: Place) {
        let weight = place.int ?? 0
        if !(1...100).contains(weight) { invalid(place, "must be in the range 1-100", value: .int(weight)) }
    }

    mutating func nodeSelector(_ selector: Place) {
        let terms = selector["nodeSelectorTerms"]
        if terms.isEmpty { return required(terms, "must have at least one node selector term") }
        for term in terms.items { nodeSelectorTerm(term) }
    }

    private mutating func nodeSelectorTerm(_ term: Place) {
        for requirement in term["matchExpressions"].items {
            let values = requirement["values"]
            switch requirement["operator"].text {
            case "In", "NotIn":
                if values.isEmpty { required(values, "must be specified when `operator` is 'In' or 'NotIn'") }
            case "Exists", "DoesNotExist":
                if !values.isEmpty { forbidden(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'") }
            case "Gt", "Lt":
                if values.count != 1 { required(values, "must be specified single value when `operator` is 'Lt' or 'Gt'") }
            default:
                invalid(requirement["operator"], "not a valid selector operator", value: .string(requirement["operator"].text))
            }
            qualifiedName(requirement["key"].with(.string(requirement["key"].text)))
            for value in values.items { invalid(value, Formats.labelValue(value.text)) }
        }
        for requirement in term["matchFields"].items {
            switch requirement["operator"].text {
            case "In", "NotIn":
                if requirement["values"].count != 1 {
                    required(
                        requirement["values"], "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
                }
            default: invalid(requirement["operator"], "not a valid selector operator", value: .string(requirement["operator"].text))
            }
            let key = requirement["key"]
            if key.text == "metadata.name" {
                for value in requirement["values"].items { dnsSubdomain(value) }
            } else {
                invalid(key, "not a valid field selector key", value: .string(key.text))
            }
        }
    }

    private mutating func podAffinityTerm(_ term: Place) {
        labelSelector(term["labelSelector"])
        labelSelector(term["namespaceSelector"])
        for name in term["namespaces"].items {
            for problem in Formats.dnsLabel(name.text) { invalid(term["namespace"], problem, value: name.value) }
        }
        matchLabelKeys(term)
        let key = term["topologyKey"]
        if key.isEmpty { required(key, "can not be empty") }
        qualifiedName(key.with(.string(key.text)))
    }

    private mutating func matchLabelKeys(_ term: Place) {
        for list in ["matchLabelKeys", "mismatchLabelKeys"] {
            let keys = term[list]
            if !keys.isEmpty, !term["labelSelector"].isPresent {
                forbidden(keys, "must not be specified when labelSelector is not set")
            }
            for key in keys.items { qualifiedName(key) }
        }
        // A new pod's selector has requirements made of these keys by now: one for each is right.
        let selector = term["labelSelector"]
        var selected = Set((selector["matchLabels"].value?.object ?? Object()).keys)
        let matched = Dictionary(term["matchLabelKeys"].texts.enumerated().map { ($1, $0) }) { $1 }
        for key in selector["matchExpressions"].items.map({ $0["key"].text }) {
            if let position = matched[key], selected.contains(key) {
                invalid(term[position].with(.string(key)), "exists in both matchLabelKeys and labelSelector")
            }
            selected.insert(key)
        }
        let mismatched = Set(term["mismatchLabelKeys"].texts)
        for key in term["matchLabelKeys"].items where mismatched.contains(key.text) {
            invalid(key, "exists in both matchLabelKeys and mismatchLabelKeys")
        }
    }

    private mutating func topologySpread(_ constraints: Place) {
        let pairs = constraints.items.map { [$0["topologyKey"].text, $0["whenUnsatisfiable"].text] }
        // How many of each are still to come.
        var coming = Dictionary(pairs.map { ($0, 1) }, uniquingKeysWith: +)
        for (constraint, pair) in zip(constraints.items, pairs) {
            positive(constraint["maxSkew"])
            let key = constraint["topologyKey"]
            if key.isEmpty { required(key, "can not be empty") }
            let action = constraint["whenUnsatisfiable"]
            if !["DoNotSchedule", "ScheduleAnyway"].contains(action.text) { unsupported(action, ["DoNotSchedule", "ScheduleAnyway"]) }
            coming[pair, default: 0] -= 1
            if coming[pair] != 0 {
                duplicate(constraint["{topologyKey, whenUnsatisfiable}"], value: .string("{\(key.text), \(action.text)}"))
            }
            let domains = constraint["minDomains"]
            if domains.isPresent {
                positive(domains)
                if action.text != "DoNotSchedule" {
                    invalid(domains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not \(action.text)")
                }
            }
            for policy in ["nodeAffinityPolicy", "nodeTaintsPolicy"] { oneOfIfPresent(constraint[policy], ["Honor", "Ignore"]) }
            matchLabelKeys(constraint)
            labelSelector(constraint["labelSelector"])
        }
    }
}
