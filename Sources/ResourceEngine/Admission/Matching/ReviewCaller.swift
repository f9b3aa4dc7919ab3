import Values

/// A service outside the cluster that answers reviews: it is sent an object with a `spec`, and gives it back with a `status`.
package protocol ReviewCaller: Sendable {
    /// The object with its status. Throws when nobody answered, or not with an object of the same kind; the text says why.
    func review(_ object: Value) async throws -> Value
}
