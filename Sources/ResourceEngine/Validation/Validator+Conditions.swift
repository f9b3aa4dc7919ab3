import Core
import Values

/// `metav1.Condition`s (`apimachinery/pkg/apis/meta/v1/validation`).
extension Validator {
    private static let reasonLimit = 1 << 10
    private static let messageLimit = 32 << 10

    mutating func conditions(_ list: Place) {
        var seen: Set<String> = []
        for condition in list.items {
            if !seen.insert(condition["type"].text).inserted { duplicate(condition["type"]) }
            self.condition(condition)
        }
    }

    private mutating func condition(_ condition: Place) {
        func part(_ name: String) -> Place { condition[name].with(.string(condition[name].text)) }
        qualifiedName(part("type"))
        let states = ["False", "True", "Unknown"]
        if !states.contains(condition["status"].text) { unsupported(part("status"), states) }
        if let generation = condition["observedGeneration"].int, generation < 0 {
            invalid(condition["observedGeneration"], "must be greater than or equal to zero")
        }
        if condition["lastTransitionTime"].isEmpty { required(condition["lastTransitionTime"]) }
        let (reason, message) = (condition["reason"], condition["message"])
        if reason.isEmpty {
            required(reason)
        } else {
            invalid(reason, Formats.conditionReason(reason.text))
            if reason.text.utf8.count > Self.reasonLimit { tooLong(reason, Self.reasonLimit) }
        }
        if message.text.utf8.count > Self.messageLimit { tooLong(message, Self.messageLimit) }
    }
}
