import Core
import Values

/// One thing wrong with a value by its schema.
package struct SchemaProblem: Sendable {
    /// The reasons of `metav1.CauseType` this comes to.
    package enum Reason: String, Sendable {
        case required = "FieldValueRequired"
        case notSupported = "FieldValueNotSupported"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case typeInvalid = "FieldValueTypeInvalid"
        case invalid = "FieldValueInvalid"
    }

    package let reason: Reason
    /// Where, from the value that was checked; empty for that value itself.
    package let path: String
    /// The text of a cause.
    package let message: String

    /// Whether rules on the object make no sense while this stands (upstream's `hasBlockingErr`).
    package var isBlocking: Bool { reason != .invalid }
}
