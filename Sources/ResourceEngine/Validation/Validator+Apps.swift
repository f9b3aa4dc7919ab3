import Core
import Values

/// Deployments, replica sets, stateful sets and daemon sets.
extension Validator {
    /// A workload's selector, and whether its template's labels are chosen by it. `kind` is what messages call it.
    private mutating func selector(_ spec: Place, _ kind: String) {
        let selector = spec["selector"]
        if !selector.isPresent { return required(selector) }
        labelSelector(selector)
        if selector["matchLabels"].isEmpty, selector["matchExpressions"].isEmpty {
            invalid(selector, "empty selector is invalid for \(kind)")
        }
    }

    /// Whether the template's labels are chosen by the selector; false, said in upstream's words, when the selector cannot be read.
    private mutating func templateLabels(_ spec: Place, unreadable: String) -> Bool {
        let selector = spec["selector"]
        guard Self.isReadable(selector) else {
            invalid(selector, unreadable)
            return false
        }
        if selector.isPresent, selector["matchLabels"].isEmpty, selector["matchExpressions"].isEmpty { return true }
        if !Self.selects(selector, spec["template"]["metadata"]["labels"].map) {
            invalid(spec["template"]["metadata"]["labels"], "`selector` does not match template `labels`")
        }
        return true
    }

    /// What only pods that are restarted for ever can be.
    private mutating func perpetual(_ spec: Place, _ kind: String) {
        let pod = spec["template"]["spec"]
        if pod["restartPolicy"].text != "Always" { unsupported(pod["restartPolicy"], ["Always"]) }
        if pod["activeDeadlineSeconds"].isPresent {
            forbidden(pod["activeDeadlineSeconds"], "activeDeadlineSeconds in \(kind) is not Supported")
        }
    }

    /// A count, or a percentage of another one.
    mutating func countOrPercent(_ place: Place) {
        if case .string(let text)? = place.value {
            if !Formats.isPercent(text) { invalid(place, Formats.percentMessage) }
        } else {
            nonNegative(place)
        }
    }

    private static func amount(_ place: Place) -> Int64 {
        if case .string(let text)? = place.value { return Formats.isPercent(text) ? Int64(text.dropLast()) ?? 0 : 0 }
        return place.int ?? 0
    }

    private mutating func atMostHundredPercent(_ place: Place) {
        if case .string(let text)? = place.value, Formats.isPercent(text), Self.amount(place) > 100 {
            invalid(place, "must not be greater than 100%")
        }
    }

    // MARK: Deployment

    mutating func deployment(_ spec: Place) {
        nonNegative(spec["replicas"])
        selector(spec, "deployment")
        if templateLabels(spec, unreadable: "invalid label selector") {
            podTemplate(spec["template"])
            perpetual(spec, "ReplicaSet")
        }
        let strategy = spec["strategy"]
        let rolling = strategy["rollingUpdate"]
        switch strategy["type"].text {
        case "Recreate":
            if rolling.isPresent { forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'") }
        case "RollingUpdate":
            if !rolling.isPresent {
                required(rolling, "this should be defaulted and never be nil")
            } else {
                countOrPercent(rolling["maxUnavailable"])
                countOrPercent(rolling["maxSurge"])
                if Self.amount(rolling["maxUnavailable"]) == 0, Self.amount(rolling["maxSurge"]) == 0 {
                    invalid(rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0")
                }
                atMostHundredPercent(rolling["maxUnavailable"])
            }
        default: unsupported(strategy, ["Recreate", "RollingUpdate"], value: Self.internalStrategy(strategy))
        }
        nonNegative(spec["minReadySeconds"])
        nonNegative(spec["revisionHistoryLimit"])
        if let deadline = spec["progressDeadlineSeconds"].int {
            nonNegative(spec["progressDeadlineSeconds"])
            if deadline <= spec["minReadySeconds"].int ?? 0 {
                invalid(spec["progressDeadlineSeconds"], "must be greater than minReadySeconds")
            }
        }
    }

    /// A strategy as upstream prints its internal form.
    private static func internalStrategy(_ strategy: Place) -> Value {
        guard strategy["rollingUpdate"].isPresent else { return ["Type": .string(strategy["type"].text), "RollingUpdate": .null] }
        let rolling = strategy["rollingUpdate"]
        return [
            "Type": .string(strategy["type"].text),
            "RollingUpdate": ["MaxUnavailable": rolling["maxUnavailable"].value ?? 0, "MaxSurge": rolling["maxSurge"].value ?? 0],
        ]
    }

    mutating func deploymentUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        deployment(new["spec"])
        immutable(new["spec"]["selector"], old["spec"]["selector"])
    }

    /// Counts of a status: none negative, none above `replicas`.
    mutating func replicaStatus(_ status: Place, _ fields: [String]) {
        nonNegative(status["observedGeneration"])
        nonNegative(status["replicas"])
        for field in fields { nonNegative(status[field]) }
        nonNegative(status["collisionCount"])
        let replicas = status["replicas"].int ?? 0
        for field in fields where field != "unavailableReplicas" && field != "terminatingReplicas" {
            let count = status[field].int ?? 0
            if count > replicas { invalid(status[field], "cannot be greater than status.replicas", value: .int(count)) }
        }
        if fields.contains("availableReplicas"), (status["availableReplicas"].int ?? 0) > (status["readyReplicas"].int ?? 0) {
            let limit = fields.contains("updatedReplicas") ? "readyReplicas" : "status.readyReplicas"
            let count = status["availableReplicas"].int ?? 0
            invalid(status["availableReplicas"], "cannot be greater than \(limit)", value: .int(count))
        }
    }

    // MARK: ReplicaSet

    mutating func replicaSet(_ spec: Place) {
        nonNegative(spec["replicas"])
        nonNegative(spec["minReadySeconds"])
        selector(spec, "deployment")
        guard templateLabels(spec, unreadable: "invalid label selector") else { return }
        podTemplate(spec["template"])
        perpetual(spec, "ReplicaSet")
    }

    // MARK: StatefulSet

    mutating func statefulSet(_ spec: Place, isUpdate: Bool) {
        let management = spec["podManagementPolicy"]
        if management.isEmpty {
            required(management)
        } else if !["OrderedReady", "Parallel"].contains(management.text) {
            invalid(management, "must be 'OrderedReady' or 'Parallel'")
        }
        let strategy = spec["updateStrategy"]
        let rolling = strategy["rollingUpdate"]
        switch strategy["type"].text {
        case "": required(strategy)
        case "OnDelete": if rolling.isPresent { invalid(rolling, "only allowed for updateStrategy 'RollingUpdate'") }
        case "RollingUpdate":
            nonNegative(rolling["partition"])
            if rolling["maxUnavailable"].isPresent {
                countOrPercent(rolling["maxUnavailable"])
                if Self.amount(rolling["maxUnavailable"]) == 0 { invalid(rolling["maxUnavailable"], "cannot be 0") }
                atMostHundredPercent(rolling["maxUnavailable"])
            }
        default: invalid(strategy, "must be 'RollingUpdate' or 'OnDelete'")
        }
        let retention = spec["persistentVolumeClaimRetentionPolicy"]
        for field in ["whenDeleted", "whenScaled"] where retention.isPresent {
            if !["Delete", "Retain"].contains(retention[field].text) { unsupported(retention[field], ["Retain", "Delete"]) }
        }
        if !isUpdate {
            for template in spec["volumeClaimTemplates"].items {
                let name = template["metadata"]["name"]
                for problem in Formats.dnsSubdomain(name.text) { invalid(name, problem, value: .string(name.text)) }
                claimSpec(template["spec"])
            }
        }
        nonNegative(spec["replicas"])
        nonNegative(spec["minReadySeconds"])
        if spec["ordinals"].isPresent { nonNegative(spec["ordinals.start"].with(spec["ordinals"]["start"].value)) }
        if !isUpdate, !spec["serviceName"].isEmpty { dnsLabel(spec["serviceName"]) }
        selector(spec, "statefulset")
        if templateLabels(spec, unreadable: "") { podTemplate(Self.withClaims(spec)) }
        perpetual(spec, "StatefulSet")
    }

    /// The template with a volume for every claim template, and without names that each pod gets its own of.
    private static func withClaims(_ spec: Place) -> Place {
        let template = spec["template"]
        guard var value = template.value else { return template }
        value["spec"]?["hostname"] = nil
        value["spec"]?["subdomain"] = nil
        let names = spec["volumeClaimTemplates"].items.map { $0["metadata"]["name"].text }
        guard !names.isEmpty else { return template.with(value) }
        let claims: [Value] = names.map { ["name": .string($0), "persistentVolumeClaim": ["claimName": .string($0)]] }
        let others = (value["spec"]?["volumes"]?.array ?? []).filter { !names.contains($0["name"]?.string ?? "") }
        value["spec"]?["volumes"] = .array(claims + others)
        return template.with(value)
    }

    mutating func statefulSetUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        statefulSet(new["spec"], isUpdate: true)
        let mutable = [
            "replicas", "template", "updateStrategy", "minReadySeconds", "ordinals", "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
        ]
        if Self.without(mutable, new["spec"].value) != Self.without(mutable, old["spec"].value) {
            forbidden(
                new["spec"],
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
                    + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")
        }
    }

    static func without(_ fields: [String], _ value: Value?) -> Value {
        var value = value ?? .object(Object())
        for field in fields { value[field] = nil }
        return value
    }

    // MARK: DaemonSet

    mutating func daemonSet(_ spec: Place) {
        labelSelector(spec["selector"])
        if Self.isReadable(spec["selector"]), !Self.selects(spec["selector"], spec["template"]["metadata"]["labels"].map) {
            invalid(spec["template"]["metadata"]["labels"], "`selector` does not match template `labels`")
        }
        if spec["selector"].isPresent, spec["selector"]["matchLabels"].isEmpty, spec["selector"]["matchExpressions"].isEmpty {
            invalid(spec["selector"], "empty selector is invalid for daemonset")
        }
        podTemplate(spec["template"])
        perpetual(spec, "DaemonSet")
        nonNegative(spec["minReadySeconds"])
        let strategy = spec["updateStrategy"]
        let rolling = strategy["rollingUpdate"]
        switch strategy["type"].text {
        case "OnDelete": break
        case "RollingUpdate":
            if !rolling.isPresent {
                required(rolling)
            } else {
                for field in ["maxUnavailable", "maxSurge"] { countOrPercent(rolling[field]) }
                for field in ["maxUnavailable", "maxSurge"] { atMostHundredPercent(rolling[field]) }
                let (unavailable, surge) = (Self.amount(rolling["maxUnavailable"]), Self.amount(rolling["maxSurge"]))
                if unavailable != 0, surge != 0 {
                    invalid(rolling["maxSurge"], "may not be set when maxUnavailable is non-zero")
                } else if unavailable == 0, surge == 0 {
                    required(rolling["maxUnavailable"], "cannot be 0 when maxSurge is 0")
                }
            }
        default: unsupported(strategy, ["RollingUpdate", "OnDelete"], value: Self.internalStrategy(strategy))
        }
        nonNegative(spec["revisionHistoryLimit"])
    }

    mutating func daemonSetUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        immutable(new["spec"]["selector"], old["spec"]["selector"])
        daemonSet(new["spec"])
    }

    mutating func controllerRevision(_ object: Place) {
        if !object["data"].isPresent { required(object["data"], "data is mandatory") }
        if let revision = object["revision"].int, revision < 0 { invalid(object["revision"], "must be greater than or equal to 0") }
    }
}
