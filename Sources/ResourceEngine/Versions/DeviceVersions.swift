import Values

/// What v1beta1 of resource.k8s.io has in other places than v1: a request's only choice stands in the request itself, and what a device is
/// stands in its `basic`.
enum DeviceVersions {
    private static let choice = ["deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity"]

    static func raise(_ object: inout Value) { change(&object, request: raiseRequest, device: raiseDevice) }
    static func lower(_ object: inout Value) { change(&object, request: lowerRequest, device: lowerDevice) }

    private static func change(_ object: inout Value, request: (Value) -> Value, device: (Value) -> Value) {
        func requests(_ spec: Value?) -> Value? {
            guard var spec, let list = spec[path: "devices", "requests"]?.array else { return spec }
            spec["devices"]?["requests"] = .array(list.map(request))
            return spec
        }
        switch object["kind"]?.string {
        case "ResourceClaim": object["spec"] = requests(object["spec"])
        case "ResourceClaimTemplate":
            let spec = requests(object[path: "spec", "spec"])
            if object["spec"] != nil { object["spec"]?["spec"] = spec }
        case "ResourceSlice":
            if let list = object[path: "spec", "devices"]?.array { object["spec"]?["devices"] = .array(list.map(device)) }
        default: break
        }
    }

    private static func raiseRequest(_ request: Value) -> Value {
        var result = request
        var exact = Object()
        for field in choice {
            guard let value = request[field] else { continue }
            exact[field] = value
            result[field] = nil
        }
        // A request with alternatives has no choice of its own.
        guard request["firstAvailable"]?.isEmpty ?? true else { return result }
        // The defaults of v1, which are given to what is sent, have passed by.
        if exact["allocationMode"]?.isEmpty ?? true { exact["allocationMode"] = "ExactCount" }
        if exact["allocationMode"] == "ExactCount", exact["count"]?.isEmpty ?? true { exact["count"] = 1 }
        result["exactly"] = .object(exact)
        return result
    }

    private static func lowerRequest(_ request: Value) -> Value {
        var result = request
        result["exactly"] = nil
        for member in request["exactly"]?.object ?? Object() { result[member.key] = member.value }
        return result
    }

    private static func raiseDevice(_ device: Value) -> Value {
        var result = device
        result["basic"] = nil
        for member in device["basic"]?.object ?? Object() { result[member.key] = member.value }
        return result
    }

    private static func lowerDevice(_ device: Value) -> Value {
        let basic = Object((device.object ?? Object()).filter { $0.key != "name" }.map { ($0.key, $0.value) })
        var result: Value = [:]
        result["name"] = device["name"]
        result["basic"] = .object(basic)
        return result
    }
}
