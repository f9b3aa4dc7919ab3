import Core
import Values

/// Seals with keys that a service outside keeps (`kms` of an EncryptionConfiguration). Called from the store's threads, which `open` may block; no
/// task may call that.
package protocol KeyServiceCipher: Sendable {
    /// Its name in the configuration.
    var name: String { get }
    /// What comes behind the prefix; `place` is authenticated with it. Throws `IdentityError`.
    func seal(_ bytes: [UInt8], place: String) throws -> [UInt8]
    /// The plain form, and whether `seal` would use the same key. Throws `IdentityError`.
    func open(_ sealed: ArraySlice<UInt8>, place: String) throws -> (bytes: [UInt8], isCurrent: Bool)
}

/// Where a service is that keeps keys.
package struct KeyServiceReference: Sendable, Equatable {
    package var name: String
    /// The path of a socket.
    package var socket: String
    /// What one call may take.
    package var timeout: Duration

    package init(name: String, socket: String, timeout: Duration) {
        self.name = name
        self.socket = socket
        self.timeout = timeout
    }

    /// Reads `kms` of a provider. Throws `IdentityError` that names what is wrong.
    init(_ json: Value, _ place: String) throws {
        func problem(_ field: String, _ text: String) -> IdentityError { .malformed("\(place).\(field): \(text)") }
        if let unknown = json.object?.keys.first(where: { !["apiVersion", "name", "endpoint", "timeout", "cachesize"].contains($0) }) {
            throw problem(unknown, "is not known")
        }
        // Without a version the first one is meant, which upstream has switched off since 1.29.
        guard json["apiVersion"]?.string == "v2" else { throw problem("apiVersion", "must be v2") }
        name = json["name"]?.string ?? ""
        guard !name.isEmpty, !name.contains(":") else { throw problem("name", "must not be empty or have a colon") }
        guard json["cachesize"]?.int ?? 0 == 0 else { throw problem("cachesize", "is not supported with version v2") }
        let scheme = "unix://"
        let endpoint = json["endpoint"]?.string ?? ""
        guard endpoint.hasPrefix(scheme), endpoint.count > scheme.count else { throw problem("endpoint", "must be unix:// and a path") }
        let path = endpoint.dropFirst(scheme.count)
        // An at sign stands for the abstract name space of sockets, with and without a slash before it.
        socket = path.hasPrefix("/@") ? String(path.dropFirst()) : String(path)
        guard !socket.hasPrefix("@") else { throw problem("endpoint", "abstract sockets are not supported") }
        let text = json["timeout"]?.string ?? "3s"
        guard let given = GoDuration.parse(text), given > .zero else { throw problem("timeout", "must be longer than 0s: \(text)") }
        timeout = given
    }
}
