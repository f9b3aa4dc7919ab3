import Core
import Values

/// The secret of a token by which a new node introduces itself: type `bootstrap.kubernetes.io/token`, in kube-system.
package struct BootstrapToken: Sendable, Equatable {
    package static let secretType = "bootstrap.kubernetes.io/token"
    package static let namespace = "kube-system"
    private static let secretPrefix = "bootstrap-token-"
    private static let defaultGroup = "system:bootstrappers"

    /// Six and sixteen lower-case letters or digits.
    package let id: String
    package let secret: String
    /// The raw text; empty when it does not end.
    package let expiration: String
    package let authenticates: Bool
    package let signs: Bool
    /// As written; nil without any.
    private let extraGroups: String?

    /// Reads a Secret; nil when it is of another type, in another place, or does not say what its name says.
    package init?(_ object: Value) {
        let name = object[path: "metadata", "name"]?.string ?? ""
        guard object["type"]?.string == Self.secretType, object[path: "metadata", "namespace"]?.string == Self.namespace,
            name.hasPrefix(Self.secretPrefix)
        else { return nil }
        func text(_ key: String) -> String? {
            guard let encoded = object[path: "data", key]?.string, let bytes = Base64Codec.decode(encoded) else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
        guard let id = text("token-id"), let secret = text("token-secret"), !secret.isEmpty,
            name.dropFirst(Self.secretPrefix.count) == id, Self.isPart(id, 6)
        else { return nil }
        self.id = id
        self.secret = secret
        expiration = text("expiration") ?? ""
        authenticates = text("usage-bootstrap-authentication") == "true"
        signs = text("usage-bootstrap-signing") == "true"
        extraGroups = text("auth-extra-groups")
    }

    /// The two parts of a bearer token that looks like one of these ("abcdef.0123456789abcdef"); nil otherwise.
    package static func parts(of bearer: String) -> (id: String, secret: String)? {
        guard bearer.utf8.count == 23 else { return nil }
        let parts = bearer.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, isPart(parts[0], 6), isPart(parts[1], 16) else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    /// The name of the Secret of a token.
    package static func secretName(id: String) -> String { secretPrefix + id }

    private static func isPart(_ text: some StringProtocol, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// How long it is still good; nil for one without end, zero for one that has ended or whose end cannot be read.
    package func timeLeft(at now: Timestamp) -> Duration? {
        if expiration.isEmpty { return nil }
        guard let end = Timestamp(rfc3339: expiration), end > now else { return .zero }
        return end - now
    }

    /// Whether the secret is the one shown, in the same time whatever differs.
    package func isProved(by shown: String) -> Bool {
        let (mine, theirs) = (Array(secret.utf8), Array(shown.utf8))
        guard mine.count == theirs.count else { return false }
        return zip(mine, theirs).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    package var userName: String { "system:bootstrap:\(id)" }

    /// Its groups; nil when an extra one is none that a bootstrapper may have.
    package var groups: [String]? {
        var groups: Set<String> = [Self.defaultGroup]
        for group in (extraGroups ?? "").split(separator: ",", omittingEmptySubsequences: extraGroups?.isEmpty ?? true) {
            guard Self.isGroup(String(group)) else { return nil }
            groups.insert(String(group))
        }
        return groups.sorted()
    }

    /// `system:bootstrappers:` and up to 255 of a-z, 0-9, colons and dashes, which begin and end with a letter or digit.
    private static func isGroup(_ group: String) -> Bool {
        let prefix = defaultGroup + ":"
        guard group.hasPrefix(prefix) else { return false }
        let rest = Array(group.utf8.dropFirst(prefix.utf8.count))
        func isPlain(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
        guard let first = rest.first, let last = rest.last, rest.count <= 255, isPlain(first), isPlain(last) else { return false }
        return rest.allSatisfy { isPlain($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") }
    }
}
