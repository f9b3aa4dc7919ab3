import Core
import KubernetesAPI
import Values

/// Claims for devices, their templates and classes (`pkg/apis/resource/validation`).
extension Validator {
    private static let requestLimit = 32
    private static let subrequestLimit = 8
    private static let reservationLimit = 256
    private static let parameterLimit = 10 * 1024
    private static let resultLimit = 32

    /// The names of a claim's requests, each with those of its alternatives.
    private static func requestNames(_ devices: Place) -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for request in devices["requests"].items {
            result[request["name"].text] = Set(request["firstAvailable"].items.map { $0["name"].text })
        }
        return result
    }

    mutating func resourceClaim(_ claim: Place) { claimedDevices(claim["spec"]["devices"]) }

    mutating func resourceClaimTemplate(_ template: Place) { claimedDevices(template["spec"]["spec"]["devices"]) }

    /// A claim's or template's spec stays as it was made.
    mutating func deviceClaimUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        immutable(new["spec"], old["spec"])
    }

    mutating func deviceClass(_ item: Place) {
        let spec = item["spec"]
        selectors(spec["selectors"])
        if spec["config"].count > Self.requestLimit { tooMany(spec["config"], Self.requestLimit) }
        for config in spec["config"].items { configuration(config) }
        let name = spec["extendedResourceName"]
        if name.isPresent, !name.text.contains("/") || name.text.contains("kubernetes.io/") || !Formats.qualifiedName(name.text).isEmpty {
            invalid(name, "must be a valid extended resource name")
        }
    }

    // MARK: Requests

    private mutating func claimedDevices(_ devices: Place) {
        let names = Self.requestNames(devices)
        let requests = devices["requests"]
        if requests.count > Self.requestLimit { tooMany(requests, Self.requestLimit) }
        var seen: Set<String> = []
        for request in requests.items {
            deviceRequest(request)
            if !seen.insert(request["name"].text).inserted { duplicate(request, value: request["name"].value) }
        }
        if devices["constraints"].count > Self.requestLimit { tooMany(devices["constraints"], Self.requestLimit) }
        for constraint in devices["constraints"].items {
            references(constraint["requests"], names)
            let given = [constraint["matchAttribute"], constraint["distinctAttribute"]].filter(\.isPresent)
            if given.count != 1 {
                required(constraint, #"exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set"#)
            }
            for attribute in given { fullyQualifiedAttribute(attribute) }
        }
        if devices["config"].count > Self.requestLimit { tooMany(devices["config"], Self.requestLimit) }
        for config in devices["config"].items {
            references(config["requests"], names)
            configuration(config)
        }
    }

    private mutating func deviceRequest(_ request: Place) {
        dnsLabel(request["name"])
        let (exactly, alternatives) = (request["exactly"], request["firstAvailable"])
        switch (exactly.isPresent, !alternatives.isEmpty) {
        case (false, false): required(request, "exactly one of `exactly` or `firstAvailable` is required")
        case (true, true):
            invalid(request, "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set", value: .null)
        case (true, false): oneRequest(exactly)
        case (false, true):
            if alternatives.count > Self.subrequestLimit { tooMany(alternatives, Self.subrequestLimit) }
            var seen: Set<String> = []
            for item in alternatives.items {
                dnsLabel(item["name"])
                oneRequest(item)
                if !seen.insert(item["name"].text).inserted { duplicate(item, value: item["name"].value) }
            }
        }
    }

    private mutating func oneRequest(_ request: Place) {
        let name = request["deviceClassName"]
        if name.isEmpty { required(name) } else { dnsSubdomain(name) }
        selectors(request["selectors"])
        let count = request["count"].int ?? 0
        switch request["allocationMode"].text {
        case "All":
            if count != 0 { invalid(request["count"], "must not be specified when allocationMode is 'All'", value: .int(count)) }
        case "ExactCount":
            if count <= 0 { invalid(request["count"], "must be greater than zero", value: .int(count)) }
        default: unsupported(request["allocationMode"], ["All", "ExactCount"])
        }
        for toleration in request["tolerations"].items { deviceToleration(toleration) }
    }

    private mutating func deviceToleration(_ toleration: Place) {
        let (key, value) = (toleration["key"], toleration["value"])
        if !key.isEmpty { invalid(key, Formats.qualifiedName(key.text)) }
        switch toleration["operator"].text {
        case "Exists":
            if !value.isEmpty { invalid(value, "must be empty for operator `Exists`") }
        case "Equal":
            if key.isEmpty { required(key, "must be `Exists` when `key` is empty") }
            invalid(value, Formats.labelValue(value.text))
        default: unsupported(toleration["operator"], ["Equal", "Exists"])
        }
        let effect = toleration["effect"]
        if !effect.isEmpty { oneOf(effect, ["NoExecute", "NoSchedule", "None"]) }
    }

    private mutating func selectors(_ list: Place) {
        if list.count > Self.requestLimit { tooMany(list, Self.requestLimit) }
        for selector in list.items {
            let expression = selector["cel"]["expression"]
            guard selector["cel"].isPresent else {
                required(selector["cel"])
                continue
            }
            guard expression.text.utf8.count <= DeviceSelectorExpression.longestText else {
                tooLong(expression, DeviceSelectorExpression.longestText)
                continue
            }
            do {
                if try DeviceSelectorExpression(expression.text).isTooComplex { forbidden(expression, "too complex, exceeds cost limit") }
            } catch {
                invalid(expression, "\(error)", value: .string(expression.text))
            }
        }
    }

    private mutating func references(_ list: Place, _ names: [String: Set<String>]) {
        if list.count > Self.requestLimit { tooMany(list, Self.requestLimit) }
        var seen: Set<String> = []
        for item in list.items {
            reference(item, names)
            if !seen.insert(item.text).inserted { duplicate(item) }
        }
    }

    private mutating func reference(_ place: Place, _ names: [String: Set<String>]) {
        let parts = place.text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isKnown = parts.count == 1 ? names[parts[0]] != nil : parts.count == 2 && names[parts[0]]?.contains(parts[1]) == true
        if parts.count <= 2 { for part in parts { invalid(place, Formats.dnsLabel(part)) } }
        if !isKnown {
            invalid(place, "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'")
        }
    }

    private mutating func configuration(_ config: Place) {
        let opaque = config["opaque"]
        guard opaque.isPresent else { return required(opaque) }
        if opaque["driver"].isEmpty { required(opaque["driver"]) } else { csiDriverName(opaque["driver"]) }
        let parameters = opaque["parameters"]
        switch parameters.value {
        case nil: required(parameters)
        case .object?:
            if Self.shown(parameters.value).utf8.count > Self.parameterLimit { tooLong(parameters, Self.parameterLimit) }
        default: invalid(parameters, "must be a valid JSON object", value: "<value omitted>")
        }
    }

    /// "domain/identifier".
    private mutating func fullyQualifiedAttribute(_ place: Place) {
        guard !place.isEmpty else { return required(place) }
        guard place.text.contains("/") else { return invalid(place, "must include a domain") }
        deviceQualifiedName(place)
    }

    /// The name of an attribute or capacity: a C identifier, with a domain before it or without.
    mutating func deviceQualifiedName(_ place: Place) {
        let parts = place.text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: deviceIdentifier(place, parts[0])
        case 2:
            if parts[0].isEmpty {
                required(place, "the domain must not be empty")
            } else {
                if parts[0].utf8.count > 63 { tooLong(place, 63) }
                invalid(place, Formats.dnsSubdomain(parts[0]))
            }
            if parts[1].isEmpty { required(place, "the name must not be empty") } else { deviceIdentifier(place, parts[1]) }
        default: invalid(place, "must be a domain and an identifier separated by a slash")
        }
    }

    private mutating func deviceIdentifier(_ place: Place, _ text: String) {
        if text.isEmpty { return required(place) }
        if text.utf8.count > 32 { tooLong(place, 32) }
        let isIdentifier =
            text.utf8.allSatisfy { $0 == 0x5F || ($0 >= 0x30 && $0 <= 0x39) || (($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A) }
            && !(text.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? true)
        if !isIdentifier {
            invalid(
                place,
                "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"
            )
        }
    }

    // MARK: Status

    mutating func resourceClaimStatus(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let (status, before) = (new["status"], old["status"])
        let reservations = status["reservedFor"]
        if reservations.count > Self.reservationLimit { tooMany(reservations, Self.reservationLimit) }
        var seen: Set<String> = []
        for entry in reservations.items {
            for field in ["resource", "name", "uid"] where entry[field].isEmpty { required(entry[field]) }
            if !seen.insert(entry["uid"].text).inserted { duplicate(entry, value: entry["uid"].value) }
        }
        let names = Self.requestNames(new["spec"]["devices"])
        let allocation = status["allocation"]
        let allocated = Set(allocation["devices"]["results"].items.map(Self.identity))
        for device in status["devices"].items where !allocated.contains(Self.identity(device)) {
            invalid(device, "must be an allocated device in the claim", value: .string(Self.identity(device)))
        }
        if !reservations.isEmpty {
            if !allocation.isPresent {
                forbidden(reservations, "may not be specified when `allocated` is not set")
            } else if new["metadata"]["deletionTimestamp"].isPresent {
                let known = Set(before["reservedFor"].items.map { $0["uid"].text })
                if !seen.isSubset(of: known) {
                    forbidden(reservations, "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set")
                }
            }
        }
        guard allocation.isPresent else { return }
        if before["allocation"].isPresent { immutable(allocation, before["allocation"]) } else { allocationResult(allocation, names) }
    }

    private static func identity(_ device: Place) -> String {
        ["driver", "pool", "device", "shareID"].map { device[$0].text }.joined(separator: "/")
    }

    private mutating func allocationResult(_ allocation: Place, _ names: [String: Set<String>]) {
        let devices = allocation["devices"]
        if devices["results"].count > Self.resultLimit { tooMany(devices["results"], Self.resultLimit) }
        for result in devices["results"].items {
            reference(result["request"], names)
            if result["driver"].isEmpty { required(result["driver"]) } else { csiDriverName(result["driver"]) }
            poolName(result["pool"])
            dnsLabel(result["device"])
        }
        if devices["config"].count > 2 * Self.requestLimit { tooMany(devices["config"], 2 * Self.requestLimit) }
        for config in devices["config"].items {
            oneOf(config["source"], ["FromClaim", "FromClass"])
            references(config["requests"], names)
            configuration(config)
        }
        if allocation["nodeSelector"].isPresent { nodeSelector(allocation["nodeSelector"]) }
    }

    mutating func poolName(_ place: Place) {
        guard !place.isEmpty else { return required(place) }
        if place.text.utf8.count > 253 { tooLong(place, 253) }
        for part in place.text.split(separator: "/", omittingEmptySubsequences: false) {
            for problem in Formats.dnsSubdomain(String(part)) { invalid(place, problem, value: .string(String(part))) }
        }
    }
}
