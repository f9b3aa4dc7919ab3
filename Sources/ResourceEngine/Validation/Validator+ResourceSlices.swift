import CEL
import Core
import Values

/// What drivers say of their devices (`pkg/apis/resource/validation`).
extension Validator {
    private static let deviceLimit = 128
    /// With taints or counters a device takes more room.
    private static let elaborateDeviceLimit = 64
    private static let counterSetLimit = 8
    private static let attributeLimit = 32

    mutating func resourceSlice(_ slice: Place) {
        let spec = slice["spec"]
        if spec["driver"].isEmpty { required(spec["driver"]) } else { csiDriverName(spec["driver"]) }
        let pool = spec["pool"]
        poolName(pool["name"])
        if (pool["resourceSliceCount"].int ?? 0) <= 0 {
            invalid(pool["resourceSliceCount"], "must be greater than zero", value: .int(pool["resourceSliceCount"].int ?? 0))
        }
        if let generation = pool["generation"].int, generation < 0 {
            invalid(pool["generation"], "must be greater than or equal to zero")
        }
        oneOfNodeChoices(spec, ["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"], "")
        if spec["nodeSelector"].isPresent, spec["nodeSelector"]["nodeSelectorTerms"].count != 1 {
            invalid(spec["nodeSelector"]["nodeSelectorTerms"], "must have exactly one node selector term")
        }
        if spec["sharedCounters"].isPresent, spec["devices"].isPresent {
            invalid(spec, "only one of `sharedCounters` or `devices` is allowed", value: "")
        }
        let isElaborate = spec["devices"].items.contains { !$0["taints"].isEmpty || !$0["consumesCounters"].isEmpty }
        let limit = isElaborate ? Self.elaborateDeviceLimit : Self.deviceLimit
        if spec["devices"].count > limit { tooMany(spec["devices"], limit) }
        var names: Set<String> = []
        for device in spec["devices"].items {
            self.device(device, choosesNodes: spec["perDeviceNodeSelection"].isTrue)
            if !names.insert(device["name"].text).inserted { duplicate(device, value: device["name"].value) }
        }
        counterSets(spec["sharedCounters"])
    }

    mutating func resourceSliceUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        resourceSlice(new)
        immutable(new["spec"]["pool"]["name"], old["spec"]["pool"]["name"])
        for field in ["driver", "nodeName"] { immutable(new["spec"][field], old["spec"][field]) }
    }

    private mutating func oneOfNodeChoices(_ place: Place, _ fields: [String], _ condition: String) {
        var given: [String] = []
        for name in fields {
            let field = place[name]
            switch field.value {
            case nil: continue
            case .string(let text)?:
                guard !text.isEmpty else {
                    invalid(field, condition.isEmpty ? "must be either unset or set to a non-empty string" : "must not be empty")
                    continue
                }
                dnsSubdomain(field)
            case .bool(false)?:
                invalid(field, "must be either unset or set to true")
                continue
            case .bool?: break
            default: nodeSelector(field)
            }
            given.append("`\(name)`")
        }
        let quoted = fields.map { "`\($0)`" }
        let list =
            condition.isEmpty ? quoted.joined(separator: ", ") : "\(quoted.dropLast().joined(separator: ", ")), or \(quoted.last ?? "")"
        if given.isEmpty { required(place, "exactly one of \(list) is required\(condition)") }
        if given.count > 1 {
            invalid(
                place, "exactly one of \(list) is required\(condition)\(condition.isEmpty ? ", but multiple fields are set" : "")",
                value: .string("{\(given.joined(separator: ", "))}"))
        }
    }

    private mutating func device(_ device: Place, choosesNodes: Bool) {
        dnsLabel(device["name"])
        let (attributes, capacities) = (device["attributes"], device["capacity"])
        if attributes.count + capacities.count > Self.attributeLimit {
            invalid(
                device, "the total number of attributes and capacities must not exceed \(Self.attributeLimit)",
                value: .int(Int64(attributes.count + capacities.count)))
        }
        for (name, attribute) in attributes.entries {
            deviceQualifiedName(attributes.with(.string(name)))
            deviceAttribute(attribute)
        }
        for (name, capacity) in capacities.entries {
            deviceQualifiedName(capacities.with(.string(name)))
            let isShared = device["allowMultipleAllocations"].isTrue
            if capacity["requestPolicy"].isPresent, !isShared {
                forbidden(capacity["requestPolicy"], "allowMultipleAllocations must be true")
            } else if !capacity["requestPolicy"]["validValues"].isEmpty, capacity["requestPolicy"]["validRange"].isPresent {
                let message = "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time"
                forbidden(capacity["requestPolicy"], message)
            }
        }
        if device["taints"].count > 16 { tooMany(device["taints"], 16) }
        for taint in device["taints"].items {
            if taint["key"].isEmpty { required(taint["key"]) } else { invalid(taint["key"], Formats.qualifiedName(taint["key"].text)) }
            invalid(taint["value"], Formats.labelValue(taint["value"].text))
            oneOf(taint["effect"], ["NoExecute", "NoSchedule", "None"])
        }
        for use in device["consumesCounters"].items {
            if use["counterSet"].isEmpty { required(use["counterSet"]) } else { dnsLabel(use["counterSet"]) }
            if use["counters"].isEmpty { required(use["counters"]) }
            for (name, _) in use["counters"].entries { invalid(use["counters"].with(.string(name)), Formats.dnsLabel(name)) }
        }
        if choosesNodes {
            oneOfNodeChoices(
                device, ["nodeName", "nodeSelector", "allNodes"],
                " when `perDeviceNodeSelection` is set to true in the ResourceSlice spec")
        } else if ["nodeName", "nodeSelector", "allNodes"].contains(where: { device[$0].isPresent }) {
            invalid(
                device,
                "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec",
                value: .null)
        }
    }

    private mutating func deviceAttribute(_ attribute: Place) {
        let given = ["int", "bool", "string", "version"].filter { attribute[$0].isPresent }
        if given.isEmpty { return required(attribute, "exactly one value must be specified") }
        if given.count > 1 { return invalid(attribute, "exactly one value must be specified") }
        for name in ["string", "version"] where attribute[name].text.utf8.count > 64 { tooLong(attribute[name], 64) }
        if attribute["version"].isPresent, SemanticVersion(attribute["version"].text) == nil {
            invalid(attribute["version"], "must be a string compatible with semver.org spec 2.0.0")
        }
    }

    private mutating func counterSets(_ sets: Place) {
        if sets.count > Self.counterSetLimit { tooMany(sets, Self.counterSetLimit) }
        var names: Set<String> = []
        for set in sets.items {
            if set["name"].isEmpty { required(set["name"]) } else { dnsLabel(set["name"]) }
            if set["counters"].isEmpty { required(set["counters"]) }
            for (name, _) in set["counters"].entries { invalid(set["counters"].with(.string(name)), Formats.dnsLabel(name)) }
            if !names.insert(set["name"].text).inserted { duplicate(set, value: set["name"].value) }
        }
    }
}
