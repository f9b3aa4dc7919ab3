import COpenSSL

/// The hashes of the SHA-2 family (FIPS 180-4), and what is made with them and a key.
package enum HashAlgorithm: Sendable, Hashable, CaseIterable {
    case sha256, sha384, sha512

    // What the library gives out is not changed any more, so all threads may read it.
    private nonisolated(unsafe) static let digest256 = OpenSSL.digest("SHA256")
    private nonisolated(unsafe) static let digest384 = OpenSSL.digest("SHA384")
    private nonisolated(unsafe) static let digest512 = OpenSSL.digest("SHA512")

    /// OpenSSL's `EVP_MD`.
    var digest: OpaquePointer {
        switch self {
        case .sha256: Self.digest256
        case .sha384: Self.digest384
        case .sha512: Self.digest512
        }
    }

    /// Of a hash, in bytes.
    package var length: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    package func hash(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: length)
        precondition(EVP_Digest(bytes, bytes.count, &result, nil, digest, nil) == 1, "no memory is left for a hash")
        return result
    }

    /// The hash in lower-case digits.
    package func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: hash(bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// HMAC (RFC 2104).
    package func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: length)
        let made = HMAC(digest, key, Int32(key.count), bytes, bytes.count, &result, nil)
        precondition(made != nil, "no memory is left for an authentication code")
        return result
    }

    /// The second half of HKDF (RFC 5869): a key made of one that is random already, and of what it is for.
    ///
    /// - Parameter count: of the result's bytes; 255 times the hash's length at the most.
    package func expanded(_ key: SecretKey, information: [UInt8], count: Int) -> SecretKey {
        precondition(count <= 255 * length, "HKDF cannot make that much of a key")
        var result: [UInt8] = []
        var block: [UInt8] = []
        var number: UInt8 = 1
        while result.count < count {
            block = authenticationCode(of: block + information + [number], key: key.bytes)
            result += block
            number &+= 1
        }
        return SecretKey(Array(result.prefix(count)))
    }
}
