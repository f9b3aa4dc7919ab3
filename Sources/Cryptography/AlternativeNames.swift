import COpenSSL

/// What a certificate is good for beside its subject: the extension of subject alternative names (RFC 5280, section 4.2.1.6).
package struct AlternativeNames: Sendable {
    package private(set) var dnsNames: [String] = []
    /// Of four and of sixteen bytes.
    package private(set) var addresses: [[UInt8]] = []
    package private(set) var emails: [String] = []
    package private(set) var uris: [String] = []
    /// DER, with the names of further sorts.
    let encoded: [UInt8]
    let isEmpty: Bool

    package init(dnsNames: [String] = [], addresses: [[UInt8]] = []) throws {
        let problem = "the alternative names cannot be written"
        OpenSSL.begin()
        guard let names = GENERAL_NAMES_new() else { throw CryptographyError.last(problem) }
        defer { GENERAL_NAMES_free(names) }
        for (type, bytes) in dnsNames.map({ (GEN_DNS, Array($0.utf8)) }) + addresses.map({ (GEN_IPADD, $0) }) {
            guard type != GEN_DNS || bytes.allSatisfy({ $0 < 0x80 }) else {
                throw CryptographyError("\"\(String(decoding: bytes, as: UTF8.self))\" is not a DNS name")
            }
            guard let text = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING), let name = GENERAL_NAME_new(),
                ASN1_STRING_set(text, bytes, Int32(bytes.count)) == 1
            else { throw CryptographyError.last(problem) }
            GENERAL_NAME_set0_value(name, type, text)
            guard openssl_add_name(names, name) > 0 else { throw CryptographyError.last(problem) }
        }
        self.dnsNames = dnsNames
        self.addresses = addresses
        isEmpty = dnsNames.isEmpty && addresses.isEmpty
        encoded = try OpenSSL.encoded(problem) { i2d_GENERAL_NAMES(names, $0) }
    }

    /// Reads an extension's value. Throws for texts that are none.
    init(encoded bytes: [UInt8]) throws {
        let problem = "the alternative names cannot be read"
        let names = try OpenSSL.decoded(bytes, problem, free: GENERAL_NAMES_free) { d2i_GENERAL_NAMES(nil, $0, $1) }
        defer { GENERAL_NAMES_free(names) }
        for index in 0..<openssl_name_count(names) {
            guard let name = openssl_name(names, index) else { throw CryptographyError.last(problem) }
            switch name.pointee.type {
            case GEN_DNS: dnsNames.append(try Self.text(name.pointee.d.dNSName))
            case GEN_EMAIL: emails.append(try Self.text(name.pointee.d.rfc822Name))
            case GEN_URI: uris.append(try Self.text(name.pointee.d.uniformResourceIdentifier))
            case GEN_IPADD: addresses.append(OpenSSL.bytes(name.pointee.d.iPAddress))
            default: continue
            }
        }
        isEmpty = openssl_name_count(names) == 0
        encoded = try OpenSSL.encoded(problem) { i2d_GENERAL_NAMES(names, $0) }
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>) throws -> String {
        let bytes = OpenSSL.bytes(string)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { throw CryptographyError("an alternative name is no ASCII") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
