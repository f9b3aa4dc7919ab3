import Core
import Synchronization

/// What was learnt of bearer tokens lately, by the token itself: a signature is verified once, not at every request.
///
/// Only what cannot change belongs here; whether the objects a token is bound to still exist is asked each time. Tokens that were refused are
/// not remembered, so that a stranger cannot fill it. Safe from any thread.
package final class KnownTokens<Content: Sendable>: Sendable {
    /// More are forgotten, all at once.
    static var capacity: Int { 10_000 }
    /// Longest time until a token is verified anew.
    static var validity: Duration { .seconds(600) }

    private let known = Mutex<[String: (content: Content, until: Timestamp)]>([:])

    package init() {}

    /// What is known of the token at `now`; nil when it has not been seen, or too long ago.
    package subscript(token: String, now: Timestamp) -> Content? {
        known.withLock { known in
            guard let (content, until) = known[token], now < until else { return nil }
            return content
        }
    }

    /// Remembers what a token says until `expires`, and no longer than ten minutes.
    package func remember(_ token: String, _ content: Content, expires: Timestamp, now: Timestamp) {
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[token] = (content, min(expires, now + Self.validity))
        }
    }
}
