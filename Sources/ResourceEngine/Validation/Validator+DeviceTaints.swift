import Core
import Values

/// Taints of devices, and requests for the state of pools of them (`pkg/apis/resource/validation`).
extension Validator {
    private static let taintConditionLimit = 8
    private static let poolConditionLimit = 10
    private static let poolLimit = 1000

    /// An effect that was there before is not looked at again.
    mutating func deviceTaintRule(_ rule: Place, old: Place? = nil) {
        let (spec, taint) = (rule["spec"], rule["spec"]["taint"])
        let selector = spec["deviceSelector"]
        if selector["driver"].isPresent {
            if selector["driver"].isEmpty { required(selector["driver"]) } else { csiDriverName(selector["driver"]) }
        }
        if selector["pool"].isPresent { poolName(selector["pool"]) }
        if selector["device"].isPresent { dnsLabel(selector["device"]) }
        qualifiedName(taint["key"].with(.string(taint["key"].text)))
        if !taint["value"].isEmpty { invalid(taint["value"], Formats.labelValue(taint["value"].text, saysBytes: true)) }
        if let old, old["spec"]["taint"]["effect"].text == taint["effect"].text { return }
        oneOf(taint["effect"], ["NoExecute", "NoSchedule", "None"])
    }

    mutating func deviceTaintRuleUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        deviceTaintRule(new, old: old)
    }

    mutating func deviceTaintRuleStatus(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let list = new["status"]["conditions"]
        conditions(list)
        if list.count > Self.taintConditionLimit { tooMany(list, Self.taintConditionLimit) }
    }

    // MARK: Requests for the state of pools

    mutating func poolStatusRequest(_ request: Place) {
        let spec = request["spec"]
        poolDriver(spec["driver"])
        if spec["poolName"].isPresent { resourcePoolName(spec["poolName"]) }
        if let limit = spec["limit"].int {
            if limit < 1 { invalid(spec["limit"], "must be greater than or equal to 1") }
            if limit > Self.poolLimit { invalid(spec["limit"], "must be less than or equal to \(Self.poolLimit)") }
        }
    }

    mutating func poolStatusRequestUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        if !Self.same(new["spec"].value, old["spec"].value) { invalid(new["spec"].with(nil), Self.immutable) }
    }

    /// Whoever answers a request does so once.
    mutating func poolStatusRequestStatus(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let status = new["status"]
        if old["status"].isPresent { return immutable(status, old["status"]) }
        guard status.isPresent else { return }
        count(status["poolCount"], least: 0, isRequired: true)
        if status["pools"].count > Self.poolLimit {
            tooMany(status["pools"], Self.poolLimit)
        } else {
            for pool in status["pools"].items { poolStatus(pool) }
        }
        let list = status["conditions"]
        conditions(list)
        if list.count > Self.poolConditionLimit { tooMany(list, Self.poolConditionLimit) }
    }

    private mutating func poolStatus(_ pool: Place) {
        poolDriver(pool["driver"])
        if pool["poolName"].isEmpty { required(pool["poolName"]) } else { resourcePoolName(pool["poolName"]) }
        // Zero is taken for none.
        if pool["generation"].int ?? 0 == 0 { required(pool["generation"]) } else { count(pool["generation"], least: 0) }
        count(pool["resourceSliceCount"], least: 1)
        for field in ["totalDevices", "allocatedDevices", "availableDevices", "unavailableDevices"] { count(pool[field], least: 0) }
        if pool["nodeName"].isPresent { dnsSubdomain(pool["nodeName"]) }
        if pool["validationError"].text.utf8.count > 256 { tooLong(pool["validationError"], 256) }
    }

    private mutating func poolDriver(_ place: Place) {
        if place.isEmpty { required(place) } else { invalid(place, Formats.caselessSubdomain(place.text)) }
    }

    private mutating func count(_ place: Place, least: Int64, isRequired: Bool = false) {
        guard let number = place.int else {
            if isRequired { required(place) }
            return
        }
        if number < least { invalid(place, "must be greater than or equal to \(least)") }
    }

    /// Names of pools as the declared rules read them: causes count the parts.
    private mutating func resourcePoolName(_ place: Place) {
        if place.text.utf8.count > 253 { tooLong(place, 253) }
        for (position, part) in place.text.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            if part.isEmpty {
                invalid(place, "segment \(position): must not be empty")
            } else {
                for problem in Formats.dnsSubdomain(String(part), saysBytes: true) {
                    invalid(place, "segment \(position): \(problem)", value: .string(String(part)))
                }
            }
        }
    }
}
