/// What goes wrong below the level of requests and answers.
package enum HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The peer or this side closed the connection or stream.
    case closed
    case bodyTooLarge(limit: Int)
    case timeout(String)
    case cannotConnect(String)
    /// The peer did not keep to a protocol.
    case protocolViolation(String)
    /// An upgrade was asked of a connection that cannot give one, or the server answered it with another status.
    case notUpgraded(String)
    case invalidTLS(String)
    case invalidAddress(String)

    package var description: String {
        switch self {
        case .closed: "the connection is closed"
        case .bodyTooLarge(let limit): "the body is larger than \(limit) bytes"
        case .timeout(let what): "timed out: \(what)"
        case .cannotConnect(let why): "cannot connect: \(why)"
        case .protocolViolation(let what): "protocol violation: \(what)"
        case .notUpgraded(let why): "the connection was not upgraded: \(why)"
        case .invalidTLS(let why): "TLS material cannot be used: \(why)"
        case .invalidAddress(let what): "not an address: \(what)"
        }
    }
}
