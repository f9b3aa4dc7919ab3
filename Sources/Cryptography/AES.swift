/// AES in Galois/Counter Mode (NIST SP 800-38D): encrypted and authenticated. Sealed bytes are the nonce, the text, the tag.
package enum AESGCM {
    package static let nonceLength = 12
    package static let tagLength = 16

    /// A new random nonce each time: not more than some four milliards a key.
    package static func seal(_ plain: [UInt8], key: SecretKey, authenticating: [UInt8]) throws -> [UInt8] {
        try seal(plain, key: key, nonce: RandomBytes.make(nonceLength), authenticating: authenticating)
    }

    /// A nonce must not be used twice with a key.
    package static func seal(_ plain: [UInt8], key: SecretKey, nonce: [UInt8], authenticating: [UInt8]) throws -> [UInt8] {
        let context = try CipherContext(.gcm, key: key, start: nonce, isSealing: true)
        try context.authenticate(authenticating)
        let text = try context.transform(plain[...])
        return nonce + text + (try context.tag(tagLength))
    }

    /// Throws when the key or what is authenticated is another, or the bytes were changed.
    package static func open(_ sealed: ArraySlice<UInt8>, key: SecretKey, authenticating: [UInt8]) throws -> [UInt8] {
        guard sealed.count >= nonceLength + tagLength else { throw CryptographyError("what is sealed is too short") }
        let context = try CipherContext(.gcm, key: key, start: Array(sealed.prefix(nonceLength)), isSealing: false)
        try context.expect(tag: Array(sealed.suffix(tagLength)))
        try context.authenticate(authenticating)
        return try context.transform(sealed.dropFirst(nonceLength).dropLast(tagLength))
    }
}

/// AES in Cipher Block Chaining (NIST SP 800-38A) with padding as PKCS #7 has it: encrypted and not authenticated. Sealed bytes are the initialization
/// vector, then the text.
package enum AESCBC {
    private static let blockLength = 16

    package static func seal(_ plain: [UInt8], key: SecretKey) throws -> [UInt8] {
        try seal(plain, key: key, start: RandomBytes.make(blockLength))
    }

    /// With an initialization vector, which nobody may be able to foretell.
    package static func seal(_ plain: [UInt8], key: SecretKey, start: [UInt8]) throws -> [UInt8] {
        start + (try CipherContext(.cbc, key: key, start: start, isSealing: true).transform(plain[...]))
    }

    /// Throws when the padding is not one: with another key, nearly always.
    package static func open(_ sealed: ArraySlice<UInt8>, key: SecretKey) throws -> [UInt8] {
        guard sealed.count > blockLength else { throw CryptographyError("what is sealed is too short") }
        return try CipherContext(.cbc, key: key, start: Array(sealed.prefix(blockLength)), isSealing: false)
            .transform(sealed.dropFirst(blockLength))
    }
}
