import Core
import SchemaEngine
import Values

/// Checks objects beyond what decoding has checked: metadata (names, labels, finalizers, owners), what the table says (required, enum,
/// bounds, immutable) and rules across fields. Returns every violation, in upstream's order and words.
package protocol ObjectValidator: Sendable {
    func validateCreate(_ object: Value, _ schema: ResourceSchema) -> [APIError.Cause]
    /// `subresource` is the part that was written: "" or "status", "ephemeralcontainers", ….
    func validateUpdate(_ object: Value, old: Value, subresource: String, _ schema: ResourceSchema) -> [APIError.Cause]
    /// Advice that does not refuse the object; sent as `Warning` headers.
    func warnings(_ object: Value, old: Value?, _ schema: ResourceSchema) -> [String]
}
