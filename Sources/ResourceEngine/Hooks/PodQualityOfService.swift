import Core
import Values

/// The quality-of-service class of a pod, from its requests and limits of cpu and memory (`pkg/apis/core/v1/helper/qos`).
package enum PodQualityOfService {
    package static func of(_ spec: Value) -> String {
        if let whole = spec["resources"], whole["requests"]?.isEmpty == false || whole["limits"]?.isEmpty == false { return ofWhole(whole) }
        let containers = (spec["containers"]?.array ?? []) + (spec["initContainers"]?.array ?? [])
        var hasAny = false
        var isGuaranteed = true
        var requests: [String: Quantity] = [:]
        var limits: [String: Quantity] = [:]
        for container in containers {
            let asked = amounts(container[path: "resources", "requests"])
            let limited = amounts(container[path: "resources", "limits"])
            if !asked.isEmpty || !limited.isEmpty { hasAny = true }
            if limited["cpu"] == nil || limited["memory"] == nil { isGuaranteed = false }
            for (name, amount) in asked { requests[name, default: .zero] += amount }
            for (name, amount) in limited { limits[name, default: .zero] += amount }
        }
        guard hasAny else { return "BestEffort" }
        guard isGuaranteed, requests.count == limits.count || requests.isEmpty else { return "Burstable" }
        for (name, amount) in requests where limits[name] != amount { return "Burstable" }
        return "Guaranteed"
    }

    private static func ofWhole(_ resources: Value) -> String {
        let requests = amounts(resources["requests"])
        let limits = amounts(resources["limits"])
        if requests.isEmpty, limits.isEmpty { return "BestEffort" }
        for name in ["cpu", "memory"] where limits[name] == nil || (requests[name] ?? limits[name]) != limits[name] { return "Burstable" }
        return "Guaranteed"
    }

    private static func amounts(_ list: Value?) -> [String: Quantity] {
        var result: [String: Quantity] = [:]
        for name in ["cpu", "memory"] {
            guard let text = list?[name]?.string, let quantity = Quantity(text), !quantity.isZero else { continue }
            result[name] = quantity
        }
        return result
    }
}
