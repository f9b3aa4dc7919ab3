import Core
import Identity
import ResourceEngine
import Values

/// Bootstrap tokens: bearer tokens `id.secret` that secrets of kube-system vouch for. Read from memory at each request, so that one that is
/// deleted is good no more.
package struct BootstrapTokens: TokenAuthenticator {
    /// Finds a secret of kube-system that nobody is deleting.
    package typealias Lookup = @Sendable (_ name: String) -> Value?

    /// Of the API server itself: these tokens name none, and are good for no other.
    private let apiAudiences: [String]
    private let clock: any Clock
    private let lookup: Lookup

    package init(apiAudiences: [String], clock: any Clock, lookup: @escaping Lookup) {
        self.apiAudiences = apiAudiences
        self.clock = clock
        self.lookup = lookup
    }

    package func authenticate(token: String, audiences: [String]) -> (user: UserInfo, audiences: [String])? {
        let accepted = audiences.isEmpty ? apiAudiences : audiences.filter(apiAudiences.contains)
        guard !accepted.isEmpty, let (id, secret) = BootstrapToken.parts(of: token), let object = lookup(BootstrapToken.secretName(id: id)),
            let known = BootstrapToken(object), known.id == id, known.isProved(by: secret), known.timeLeft(at: clock.now) != .zero,
            known.authenticates, let groups = known.groups
        else { return nil }
        return (UserInfo(name: known.userName, groups: groups), accepted)
    }
}
