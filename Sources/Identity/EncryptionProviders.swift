import Core
import Cryptography
import Values

/// How objects are encrypted on the disk (`apiserver.config.k8s.io/v1 EncryptionConfiguration`): for each resource a list of providers, the
/// first of which writes and all of which can read.
///
/// What it writes looks as upstream's API server writes it to etcd: `k8s:enc:aesgcm:v1:NAME:` and the encrypted bytes.
package struct EncryptionProviders: Sendable {
    private enum Algorithm: String {
        case gcm = "aesgcm"
        case cbc = "aescbc"
        case secretBox = "secretbox"

        /// Of keys, in bytes.
        var lengths: [Int] { self == .secretBox ? [32] : [16, 24, 32] }
    }

    private struct Key: Sendable {
        var prefix: [UInt8]
        var algorithm: Algorithm
        var key: SecretKey
    }

    private enum Provider: Sendable {
        /// Unencrypted.
        case identity
        case keys([Key])
        case service(prefix: [UInt8], any KeyServiceCipher)
    }

    private struct Rule: Sendable {
        var resources: [String]
        var providers: [Provider]
    }

    private static let mark = Array("k8s:enc:".utf8)
    private let rules: [Rule]
    /// Services outside that keep keys, in the order in which they are named.
    package let services: [any KeyServiceCipher]

    /// Encrypts nothing, and says of what is encrypted that there is no key.
    package init() { (rules, services) = ([], []) }

    /// Reads a configuration; `service` reaches a service that keeps keys. Throws `IdentityError` that names what is wrong.
    package init(
        _ configuration: Value,
        service: (KeyServiceReference) throws -> any KeyServiceCipher = { _ in
            throw IdentityError.malformed("no services are reached that keep keys")
        }
    ) throws {
        guard configuration["kind"] == "EncryptionConfiguration", configuration["apiVersion"] == "apiserver.config.k8s.io/v1" else {
            throw IdentityError.malformed("must be of kind EncryptionConfiguration and apiVersion apiserver.config.k8s.io/v1")
        }
        guard let resources = configuration["resources"]?.array, !resources.isEmpty else {
            throw IdentityError.malformed("resources: at least one entry is required")
        }
        var services: [any KeyServiceCipher] = []
        var names: Set<String> = []
        var rules: [Rule] = []
        for (index, entry) in resources.enumerated() {
            let place = "resources[\(index)]"
            let resources = (entry["resources"]?.array ?? []).compactMap(\.string)
            guard !resources.isEmpty else { throw IdentityError.malformed("\(place).resources: names are required") }
            var providers: [Provider] = []
            for provider in entry["providers"]?.array ?? [] {
                let (name, content) = try Self.member(provider, "\(place).providers")
                if name == "kms" {
                    let reference = try KeyServiceReference(content, "\(place).providers.kms")
                    guard names.insert(reference.name).inserted else {
                        throw IdentityError.malformed("\(place).providers.kms.name: \(reference.name) is there twice; names must be unique")
                    }
                    let made = try service(reference)
                    services.append(made)
                    providers.append(.service(prefix: Array("k8s:enc:kms:v2:\(reference.name):".utf8), made))
                } else {
                    providers.append(try Self.provider(name, content, "\(place).providers"))
                }
            }
            guard !providers.isEmpty else { throw IdentityError.malformed("\(place).providers: at least one provider is required") }
            rules.append(Rule(resources: resources, providers: providers))
        }
        self.rules = rules
        self.services = services
    }

    private static func member(_ entry: Value, _ place: String) throws -> (name: String, content: Value) {
        guard let member = entry.object?.first(where: { _ in true }), entry.object?.count == 1 else {
            throw IdentityError.malformed("\(place): each provider is one of aesgcm, aescbc, secretbox, kms and identity")
        }
        return (member.key, member.value)
    }

    private static func provider(_ name: String, _ content: Value, _ place: String) throws -> Provider {
        if name == "identity" { return .identity }
        guard let algorithm = Algorithm(rawValue: name) else {
            throw IdentityError.malformed("\(place): the provider \(name) is not known: use aesgcm, aescbc, secretbox, kms or identity")
        }
        var keys: [Key] = []
        for key in content["keys"]?.array ?? [] {
            let given = key["name"]?.string ?? ""
            guard !given.isEmpty, !given.contains(":") else {
                throw IdentityError.malformed("\(place).\(name): a key's name must not be empty or have a colon")
            }
            guard let secret = try? Base64.decode(key["secret"]?.string ?? ""), algorithm.lengths.contains(secret.count) else {
                let lengths = algorithm == .secretBox ? "32" : "16, 24 or 32"
                throw IdentityError.malformed("\(place).\(name): the secret of key \(given) is not base64 of \(lengths) bytes")
            }
            keys.append(Key(prefix: Array("k8s:enc:\(name):v1:\(given):".utf8), algorithm: algorithm, key: SecretKey(secret)))
        }
        guard !keys.isEmpty else { throw IdentityError.malformed("\(place).\(name): at least one key is required") }
        return .keys(keys)
    }

    /// The providers of a storage name ("secrets", "apps/deployments"); the first rule that names it counts.
    private func providers(_ bucket: String) -> [Provider] {
        let parts = bucket.split(separator: "/").map(String.init)
        let (group, resource) = parts.count == 2 ? (parts[0], parts[1]) : ("", bucket)
        let name = group.isEmpty ? resource : "\(resource).\(group)"
        return rules.first { rule in rule.resources.contains { $0 == name || $0 == "*.*" || $0 == "*.\(group)" } }?.providers ?? []
    }

    // MARK: Records

    /// The form for the disk; `place` is authenticated with it where the provider can.
    package func seal(_ bytes: [UInt8], resource: String, place: String) throws -> [UInt8] {
        switch providers(resource).first {
        case nil, .identity?: return bytes
        case .service(let prefix, let service)?: return prefix + (try service.seal(bytes, place: place))
        case .keys(let keys)?:
            guard let key = keys.first else { return bytes }
            return key.prefix + (try Self.seal(bytes, key, place))
        }
    }

    private static func seal(_ bytes: [UInt8], _ key: Key, _ place: String) throws -> [UInt8] {
        switch key.algorithm {
        case .gcm:
            return try AESGCM.seal(bytes, key: key.key, authenticating: Array(place.utf8))
        case .cbc:
            return try AESCBC.seal(bytes, key: key.key)
        case .secretBox:
            let nonce = RandomBytes.make(SecretBox.nonceLength)
            return nonce + SecretBox.seal(bytes, key: key.key.bytes, nonce: nonce)
        }
    }

    /// The plain form, and whether `seal` would use the same key. Throws `IdentityError`.
    package func open(_ bytes: [UInt8], resource: String, place: String) throws -> (bytes: [UInt8], isCurrent: Bool) {
        let providers = providers(resource)
        guard bytes.starts(with: Self.mark) else {
            if providers.isEmpty { return (bytes, true) }
            for (index, provider) in providers.enumerated() { if case .identity = provider { return (bytes, index == 0) } }
            throw IdentityError.untrusted("it is not encrypted, and the identity provider is not among those of its resource")
        }
        for (index, provider) in providers.enumerated() {
            switch provider {
            case .identity: continue
            case .service(let prefix, let service):
                guard bytes.starts(with: prefix) else { continue }
                let opened = try service.open(bytes.dropFirst(prefix.count), place: place)
                return (opened.bytes, index == 0 && opened.isCurrent)
            case .keys(let keys):
                for (position, key) in keys.enumerated() where bytes.starts(with: key.prefix) {
                    let sealed = bytes.dropFirst(key.prefix.count)
                    return (try Self.open(sealed, key, place), index == 0 && position == 0)
                }
            }
        }
        // Up to the fifth colon: the provider and the key's name.
        var colons = 0
        let name = bytes.prefix { byte in
            if byte == UInt8(ascii: ":") { colons += 1 }
            return colons < 5 && byte < 0x80
        }
        throw IdentityError.untrusted("there is no key \(String(decoding: name, as: UTF8.self)) in the encryption configuration")
    }

    private static func open(_ sealed: ArraySlice<UInt8>, _ key: Key, _ place: String) throws -> [UInt8] {
        do {
            switch key.algorithm {
            case .gcm:
                return try AESGCM.open(sealed, key: key.key, authenticating: Array(place.utf8))
            case .cbc:
                return try AESCBC.open(sealed, key: key.key)
            case .secretBox:
                let nonce = Array(sealed.prefix(SecretBox.nonceLength))
                let body = sealed.dropFirst(SecretBox.nonceLength)
                guard nonce.count == SecretBox.nonceLength,
                    let bytes = SecretBox.open(body, key: key.key.bytes, nonce: nonce)
                else { throw IdentityError.untrusted("the tag differs") }
                return bytes
            }
        } catch { throw IdentityError.untrusted("the key does not fit, or it was changed on the disk") }
    }
}
