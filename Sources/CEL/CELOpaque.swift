/// A value of the host program: expressions can call it and select from it, and only it knows what that means.
package protocol CELOpaque: Sendable {
    var type: CELType { get }
    /// The member selected by name; nil where there is none. Throws `CELError`.
    func field(_ name: String) throws -> CELValue?
    /// The result of a member function of one of the libraries that take the type. Throws `CELError`.
    func call(_ function: String, _ arguments: [CELValue]) throws -> CELValue
}

extension CELOpaque {
    package func field(_ name: String) throws -> CELValue? { nil }
    package func call(_ function: String, _ arguments: [CELValue]) throws -> CELValue { throw CELError.noOverload }
}
