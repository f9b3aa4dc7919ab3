import COpenSSL

/// How something is signed. A hash without its key's scheme would let a key be used in a way it was not made for.
package enum SignatureAlgorithm: Sendable, Hashable {
    /// The signature is r and s, each as long as the curve's order (as JSON Web Signatures have it), not their ASN.1.
    case ecdsa(HashAlgorithm)
    /// RSASSA-PKCS1-v1_5.
    case pkcs1(HashAlgorithm)
    /// RSASSA-PSS with the mask made by the same hash, and a salt of its length.
    case pss(HashAlgorithm)
}

/// A key that signatures are verified with. Safe from any thread.
package final class PublicKey: @unchecked Sendable, Equatable {
    /// The sorts of keys that are taken: what else OpenSSL knows is refused, also in certificates.
    package enum Sort: Sendable, Hashable {
        case p256, p384, p521, rsa, ed25519

        /// The curve's name and the length of a coordinate in bytes.
        fileprivate var curve: (name: String, length: Int)? {
            switch self {
            case .p256: ("P-256", 32)
            case .p384: ("P-384", 48)
            case .p521: ("P-521", 66)
            case .rsa, .ed25519: nil
            }
        }
    }

    /// Shorter moduli are no protection any more, longer ones would keep a processor busy.
    private static let modulusBits: ClosedRange<Int32> = 2048...16384
    /// As for all of today's libraries: larger exponents bring nothing but work.
    private static let exponentBits: ClosedRange<Int32> = 2...33

    // An EVP_PKEY. OpenSSL lets threads share one that nobody changes, and nothing here does.
    let handle: OpaquePointer
    package let sort: Sort

    /// Takes over the reference to `handle`.
    init(owning handle: OpaquePointer, _ sort: Sort) {
        self.handle = handle
        self.sort = sort
    }

    deinit { EVP_PKEY_free(handle) }

    /// The point of a curve, by coordinates of the curve's length. Throws for one that is not on it.
    package convenience init(_ sort: Sort, x: [UInt8], y: [UInt8]) throws {
        guard let curve = sort.curve, x.count == curve.length, y.count == curve.length else {
            throw CryptographyError("the coordinates have not the curve's length")
        }
        OpenSSL.begin()
        let point = [4] + x + y
        guard let handle = openssl_ec_key(curve.name, point, point.count) else {
            throw CryptographyError.last("it is not a point of \(curve.name)")
        }
        self.init(owning: handle, sort)
    }

    /// An RSA key of 2048 to 16384 bits, by its numbers with the first byte first.
    package convenience init(modulus: [UInt8], exponent: [UInt8]) throws {
        // What cannot be one is not counted by OpenSSL.
        guard modulus.count <= 4096, exponent.count <= 4096 else { throw CryptographyError("the RSA key is too long") }
        OpenSSL.begin()
        guard let handle = openssl_rsa_key(modulus, Int32(modulus.count), exponent, Int32(exponent.count)) else {
            throw CryptographyError.last("it is not an RSA key")
        }
        self.init(owning: handle, .rsa)
        try checkNumbers()
    }

    /// The key in a certificate or request (X509_PUBKEY), which stays its owner's. Throws for other sorts.
    convenience init(_ info: OpaquePointer?) throws {
        let sort: Sort
        switch openssl_key_sort(info) {
        case NID_X9_62_prime256v1: sort = .p256
        case NID_secp384r1: sort = .p384
        case NID_secp521r1: sort = .p521
        case NID_rsaEncryption: sort = .rsa
        case NID_ED25519: sort = .ed25519
        default: throw CryptographyError.last("its key is of a sort that is not taken")
        }
        guard let handle = X509_PUBKEY_get(info) else { throw CryptographyError.last("its key cannot be read") }
        self.init(owning: handle, sort)
        if sort == .rsa { try checkNumbers() }
    }

    /// As certificates have it (DER, SubjectPublicKeyInfo). Throws for other sorts.
    package convenience init(der: [UInt8]) throws {
        let info = try OpenSSL.decoded(der, "it is not a public key", free: X509_PUBKEY_free) { d2i_X509_PUBKEY(nil, $0, $1) }
        defer { X509_PUBKEY_free(info) }
        try self.init(info)
    }

    /// The length of a modulus or of a curve's coordinates.
    package var bits: Int { Int(EVP_PKEY_get_bits(handle)) }

    private func checkNumbers() throws {
        guard Self.modulusBits.contains(EVP_PKEY_get_bits(handle)) else {
            throw CryptographyError("an RSA key has 2048 to 16384 bits, not \(EVP_PKEY_get_bits(handle))")
        }
        var exponent: OpaquePointer?
        guard EVP_PKEY_get_bn_param(handle, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 else {
            throw CryptographyError.last("the RSA key has no exponent")
        }
        defer { BN_free(exponent) }
        guard BN_is_odd(exponent) == 1, Self.exponentBits.contains(BN_num_bits(exponent)) else {
            throw CryptographyError("the RSA key's exponent is not odd, or not of 2 to 33 bits")
        }
    }

    /// As certificates and PEM blocks "PUBLIC KEY" have it (DER).
    package var info: [UInt8] {
        get throws { try OpenSSL.encoded("the key cannot be written") { i2d_PUBKEY(handle, $0) } }
    }

    /// The coordinates of a point. Throws for a key on no curve.
    package var coordinates: (x: [UInt8], y: [UInt8]) {
        get throws {
            guard let (_, length) = sort.curve else { throw CryptographyError("the key is on no curve") }
            var start: UnsafeMutablePointer<UInt8>?
            let count = EVP_PKEY_get1_encoded_public_key(handle, &start)
            defer { openssl_free(start) }
            let point = Array(UnsafeBufferPointer(start: start, count: count))
            guard count == 1 + 2 * length, point[0] == 4 else { throw CryptographyError.last("the point cannot be written") }
            return (Array(point[1...length]), Array(point[(1 + length)...]))
        }
    }

    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        let isEqual = EVP_PKEY_eq(left.handle, right.handle) == 1
        ERR_clear_error()
        return isEqual
    }

    /// Whether the key's holder signed `bytes`; false too when the key is not of the algorithm's sort, or the signature is none.
    package func isValid(_ signature: [UInt8], of bytes: [UInt8], by algorithm: SignatureAlgorithm) -> Bool {
        defer { ERR_clear_error() }
        switch (algorithm, sort.curve) {
        case (.ecdsa(let hash), let (_, length)?):
            guard signature.count == 2 * length, let encoded = Self.encoded(signature, length) else { return false }
            return isValid(encoded, bytes, hash) { _ in true }
        case (.pkcs1(let hash), nil) where sort == .rsa:
            return isValid(signature, bytes, hash) { EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PADDING) == 1 }
        case (.pss(let hash), nil) where sort == .rsa:
            return isValid(signature, bytes, hash) {
                EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PSS_PADDING) == 1
                    && EVP_PKEY_CTX_set_rsa_pss_saltlen($0, RSA_PSS_SALTLEN_DIGEST) == 1
            }
        default: return false
        }
    }

    /// Whether the key's holder signed `bytes` as is usual for its sort: ECDSA in ASN.1 and RSA-PSS with SHA-256, or Ed25519.
    package func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var options: OpaquePointer?
        let digest = sort == .ed25519 ? nil : HashAlgorithm.sha256.digest
        guard EVP_DigestVerifyInit(context, &options, digest, nil, handle) == 1 else { return false }
        if sort == .rsa {
            guard EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_AUTO) == 1
            else { return false }
        }
        return EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }

    private func isValid(_ signature: [UInt8], _ bytes: [UInt8], _ hash: HashAlgorithm, prepare: (OpaquePointer?) -> Bool) -> Bool {
        // The hash by itself: a context that hashes as well looks for its algorithm each time.
        let digest = hash.hash(bytes)
        guard let context = EVP_PKEY_CTX_new(handle, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_verify_init(context) == 1, prepare(context), EVP_PKEY_CTX_set_signature_md(context, hash.digest) == 1 else {
            return false
        }
        return EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
    }

    /// The ASN.1 of r and s.
    private static func encoded(_ signature: [UInt8], _ length: Int) -> [UInt8]? {
        guard let pair = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(pair) }
        let r = BN_bin2bn(signature, Int32(length), nil)
        let s = signature.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress! + length, Int32(length), nil) }
        guard ECDSA_SIG_set0(pair, r, s) == 1 else {
            BN_free(r)
            BN_free(s)
            return nil
        }
        return try? OpenSSL.encoded("the signature cannot be written") { i2d_ECDSA_SIG(pair, $0) }
    }
}
