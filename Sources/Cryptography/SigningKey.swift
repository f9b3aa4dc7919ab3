import COpenSSL

/// A private key on the curve P-256. Safe from any thread.
package final class SigningKey: @unchecked Sendable {
    private static let coordinateLength: Int32 = 32
    private static let problem = "the private key cannot be read"
    /// [0] with the curve's object identifier, 1.2.840.10045.3.1.7.
    private static let taggedCurve: [UInt8] = [parametersTag, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]
    private static let parametersTag: UInt8 = 0xa0

    // An EVP_PKEY. OpenSSL lets threads share one that nobody changes, and nothing here does.
    let handle: OpaquePointer
    package let publicKey: PublicKey

    /// Takes over the reference to `handle`.
    private init(owning handle: OpaquePointer) {
        self.handle = handle
        EVP_PKEY_up_ref(handle)
        publicKey = PublicKey(owning: handle, .p256)
    }

    deinit { EVP_PKEY_free(handle) }

    /// A new key. The process ends when the kernel gives no random bytes for it.
    package convenience init() {
        OpenSSL.begin()
        guard let handle = openssl_new_p256() else { fatalError("\(CryptographyError.last("no key can be made"))") }
        self.init(owning: handle)
    }

    /// Reads a PEM block `PRIVATE KEY` (PKCS #8) or `EC PRIVATE KEY` (SEC 1); its public half is made from the private one. Throws for other keys.
    package convenience init(pem: String) throws {
        let (label, bytes) = try PEM.decode(pem, labels: ["PRIVATE KEY", "EC PRIVATE KEY"])
        let isBare = label == "EC PRIVATE KEY"
        let number = try Self.number(isBare ? bytes : try Self.content(bytes), mustNameCurve: isBare)
        guard let handle = openssl_private_p256(number, Int32(number.count)) else {
            throw CryptographyError.last("the private key is not a number of the curve P-256")
        }
        self.init(owning: handle)
    }

    /// What PKCS #8 (RFC 5958) wraps. Throws when that is not said to be a key on P-256.
    private static func content(_ bytes: [UInt8]) throws -> [UInt8] {
        let info = try OpenSSL.decoded(bytes, problem, free: PKCS8_PRIV_KEY_INFO_free) { d2i_PKCS8_PRIV_KEY_INFO(nil, $0, $1) }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        var start: UnsafePointer<UInt8>?
        var count: Int32 = 0
        var algorithm: UnsafePointer<X509_ALGOR>?
        guard PKCS8_pkey_get0(nil, &start, &count, &algorithm, info) == 1 else { throw CryptographyError.last(problem) }
        var type: OpaquePointer?
        var sort: Int32 = 0
        var parameter: UnsafeRawPointer?
        X509_ALGOR_get0(&type, &sort, &parameter, algorithm)
        guard OBJ_obj2nid(type) == NID_X9_62_id_ecPublicKey, sort == V_ASN1_OBJECT, let parameter,
            OBJ_obj2nid(OpaquePointer(parameter)) == NID_X9_62_prime256v1
        else { throw CryptographyError.last("the private key is not on the curve P-256") }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// The number in an `ECPrivateKey` (RFC 5915): a sequence of 1, the number and, tagged, the curve and the public half.
    private static func number(_ bytes: [UInt8], mustNameCurve: Bool) throws -> [UInt8] {
        let values = try OpenSSL.decoded(bytes, problem, free: openssl_free_values) { d2i_ASN1_SEQUENCE_ANY(nil, $0, $1) }
        defer { openssl_free_values(values) }
        guard openssl_value_count(values) >= 2, let version = openssl_value(values, 0), version.pointee.type == V_ASN1_INTEGER,
            ASN1_INTEGER_get(version.pointee.value.integer) == 1, let number = openssl_value(values, 1),
            number.pointee.type == V_ASN1_OCTET_STRING, let string = number.pointee.value.octet_string
        else { throw CryptographyError.last(problem) }
        var isNamed = !mustNameCurve
        for index in 2..<max(2, openssl_value_count(values)) {
            guard let value = openssl_value(values, index), value.pointee.type == V_ASN1_OTHER else { continue }
            let tagged = OpenSSL.bytes(value.pointee.value.asn1_string)
            guard tagged.first == parametersTag else { continue }
            guard tagged == taggedCurve else { throw CryptographyError("the private key is not on the curve P-256") }
            isNamed = true
        }
        guard isNamed else { throw CryptographyError("the private key does not name its curve") }
        return OpenSSL.bytes(string)
    }

    /// A PEM block `PRIVATE KEY` (PKCS #8, unencrypted), with a line break at its end.
    package var pem: String {
        get throws {
            let problem = "the private key cannot be written"
            guard let info = EVP_PKEY2PKCS8(handle) else { throw CryptographyError.last(problem) }
            defer { PKCS8_PRIV_KEY_INFO_free(info) }
            return PEM.encode(try OpenSSL.encoded(problem) { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }, label: "PRIVATE KEY")
        }
    }

    /// An ECDSA signature of the bytes' SHA-256: r and s, 32 bytes each.
    package func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        let problem = "it cannot be signed"
        OpenSSL.begin()
        let digest = HashAlgorithm.sha256.hash(bytes)
        guard let context = EVP_PKEY_CTX_new(handle, nil) else { throw CryptographyError.last(problem) }
        defer { EVP_PKEY_CTX_free(context) }
        var encoded = [UInt8](repeating: 0, count: 80)
        var count = encoded.count
        guard EVP_PKEY_sign_init(context) == 1, EVP_PKEY_CTX_set_signature_md(context, HashAlgorithm.sha256.digest) == 1,
            EVP_PKEY_sign(context, &encoded, &count, digest, digest.count) == 1
        else { throw CryptographyError.last(problem) }
        let pair = try OpenSSL.decoded(Array(encoded.prefix(count)), problem, free: ECDSA_SIG_free) { d2i_ECDSA_SIG(nil, $0, $1) }
        defer { ECDSA_SIG_free(pair) }
        var signature: [UInt8] = []
        for number in [ECDSA_SIG_get0_r(pair), ECDSA_SIG_get0_s(pair)] {
            var bytes = [UInt8](repeating: 0, count: Int(Self.coordinateLength))
            guard BN_bn2binpad(number, &bytes, Self.coordinateLength) == Self.coordinateLength else {
                throw CryptographyError.last(problem)
            }
            signature += bytes
        }
        return signature
    }
}
