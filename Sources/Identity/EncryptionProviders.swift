import Core
import Crypto
import Values
import _CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

/// How objects are encrypted on the disk (`apiserver.config.k8s.io/v1 EncryptionConfiguration`): for each resource a list of providers, the
/// first of which writes and all of which can read.
///
/// What it writes looks as upstream's API server writes it to etcd: `k8s:enc:aesgcm:v1:NAME:` and the encrypted bytes.
package struct EncryptionProviders: Sendable {
    private struct Key: Sendable {
        var prefix: [UInt8]
        var isGCM: Bool
        var key: SymmetricKey
    }

    private enum Provider: Sendable {
        /// Unencrypted.
        case identity
        case keys([Key])
    }

    private struct Rule: Sendable {
        var resources: [String]
        var providers: [Provider]
    }

    private static let mark = Array("k8s:enc:".utf8)
    private let rules: [Rule]

    /// Encrypts nothing, and says of what is encrypted that there is no key.
    package init() { rules = [] }

    /// Reads a configuration. Throws `IdentityError` that names what is wrong.
    package init(_ configuration: Value) throws {
        guard configuration["kind"] == "EncryptionConfiguration", configuration["apiVersion"] == "apiserver.config.k8s.io/v1" else {
            throw IdentityError.malformed("must be of kind EncryptionConfiguration and apiVersion apiserver.config.k8s.io/v1")
        }
        guard let resources = configuration["resources"]?.array, !resources.isEmpty else {
            throw IdentityError.malformed("resources: at least one entry is required")
        }
        rules = try resources.enumerated().map { index, entry in
            let place = "resources[\(index)]"
            let names = (entry["resources"]?.array ?? []).compactMap(\.string)
            guard !names.isEmpty else { throw IdentityError.malformed("\(place).resources: names are required") }
            let providers = try (entry["providers"]?.array ?? []).map { try Self.provider($0, "\(place).providers") }
            guard !providers.isEmpty else { throw IdentityError.malformed("\(place).providers: at least one provider is required") }
            return Rule(resources: names, providers: providers)
        }
    }

    private static func provider(_ entry: Value, _ place: String) throws -> Provider {
        guard let member = entry.object?.first(where: { _ in true }), entry.object?.count == 1 else {
            throw IdentityError.malformed("\(place): each provider is one of aesgcm, aescbc and identity")
        }
        switch member.key {
        case "identity": return .identity
        case "aesgcm", "aescbc":
            let keys = try (member.value["keys"]?.array ?? []).map { key -> Key in
                let name = key["name"]?.string ?? ""
                guard !name.isEmpty, !name.contains(":") else {
                    throw IdentityError.malformed("\(place).\(member.key): a key's name must not be empty or have a colon")
                }
                guard let secret = try? Base64.decode(key["secret"]?.string ?? ""), [16, 24, 32].contains(secret.count) else {
                    throw IdentityError.malformed("\(place).\(member.key): the secret of key \(name) is not base64 of 16, 24 or 32 bytes")
                }
                return Key(
                    prefix: Array("k8s:enc:\(member.key):v1:\(name):".utf8), isGCM: member.key == "aesgcm", key: SymmetricKey(data: secret))
            }
            guard !keys.isEmpty else { throw IdentityError.malformed("\(place).\(member.key): at least one key is required") }
            return .keys(keys)
        default: throw IdentityError.malformed("\(place): the provider \(member.key) is not supported: use aesgcm, aescbc or identity")
        }
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
        guard case .keys(let keys)? = providers(resource).first, let key = keys.first else { return bytes }
        if key.isGCM {
            let box = try AES.GCM.seal(bytes, using: key.key, authenticating: Array(place.utf8))
            return key.prefix + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        }
        let start = AES._CBC.IV()
        return key.prefix + Array(start) + Array(try AES._CBC.encrypt(bytes, using: key.key, iv: start))
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
            guard case .keys(let keys) = provider else { continue }
            for (position, key) in keys.enumerated() where bytes.starts(with: key.prefix) {
                let sealed = bytes.dropFirst(key.prefix.count)
                return (try Self.open(sealed, key, place), index == 0 && position == 0)
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
            if key.isGCM {
                let box = try AES.GCM.SealedBox(combined: sealed)
                return Array(try AES.GCM.open(box, using: key.key, authenticating: Array(place.utf8)))
            }
            guard sealed.count > 16 else { throw IdentityError.malformed("too short") }
            let start = try AES._CBC.IV(ivBytes: sealed.prefix(16))
            return Array(try AES._CBC.decrypt(sealed.dropFirst(16), using: key.key, iv: start))
        } catch { throw IdentityError.untrusted("the key does not fit, or it was changed on the disk") }
    }
}
