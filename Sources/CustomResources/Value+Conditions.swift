import Core
import Values

/// Conditions of a definition.
extension Value {
    func condition(_ type: String) -> Value? { self[path: "status", "conditions"]?.array?.first { $0["type"]?.string == type } }

    func isTrue(_ type: String) -> Bool { condition(type)?["status"]?.string == "True" }

    /// Sets a condition; its time changes with its status only.
    mutating func setCondition(_ type: String, _ status: String, _ reason: String, _ message: String, now: Timestamp) {
        let old = condition(type)
        let time = old?["status"]?.string == status ? old?["lastTransitionTime"] : nil
        let new: Value = [
            "type": .string(type), "status": .string(status), "lastTransitionTime": time ?? .string(now.rfc3339), "reason": .string(reason),
            "message": .string(message),
        ]
        var list = self[path: "status", "conditions"]?.array ?? []
        if let position = list.firstIndex(where: { $0["type"]?.string == type }) { list[position] = new } else { list.append(new) }
        self["status"]?["conditions"] = .array(list)
    }
}
