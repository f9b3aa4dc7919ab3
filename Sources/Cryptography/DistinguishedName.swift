import COpenSSL

/// Whom a certificate names (RFC 5280, section 4.1.2.4). Two are equal when they are written with the same bytes.
package struct DistinguishedName: Sendable, Equatable {
    /// DER.
    let encoded: [UInt8]
    /// The values of CN, in order.
    package let commonNames: [String]
    /// The values of O, in order.
    package let organizations: [String]

    /// A name of these fields, each of its own: the organizations, then the common name.
    package init(commonName: String, organizations: [String]) throws {
        let problem = "the name cannot be written"
        OpenSSL.begin()
        guard let name = X509_NAME_new() else { throw CryptographyError.last(problem) }
        defer { X509_NAME_free(name) }
        let fields = organizations.map { (NID_organizationName, $0) } + [(NID_commonName, commonName)]
        for (type, text) in fields {
            // As UTF-8 whatever the text is, and however long: names of nodes exceed what X.520 allows.
            let bytes = Array(text.utf8)
            guard X509_NAME_add_entry_by_NID(name, type, V_ASN1_UTF8STRING, bytes, Int32(bytes.count), -1, 0) == 1 else {
                throw CryptographyError.last(problem)
            }
        }
        try self.init(name)
    }

    /// Reads an X509_NAME, which stays its owner's. Throws for texts that are none.
    init(_ name: OpaquePointer?) throws {
        let problem = "a name cannot be read"
        guard let name else { throw CryptographyError.last(problem) }
        var start: UnsafePointer<UInt8>?
        var count = 0
        guard X509_NAME_get0_der(name, &start, &count) == 1 else { throw CryptographyError.last(problem) }
        encoded = Array(UnsafeBufferPointer(start: start, count: count))
        var commonNames: [String] = []
        var organizations: [String] = []
        for index in 0..<X509_NAME_entry_count(name) {
            let entry = X509_NAME_get_entry(name, index)
            switch OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) {
            case NID_commonName: commonNames.append(try Self.text(entry))
            case NID_organizationName: organizations.append(try Self.text(entry))
            default: continue
            }
        }
        self.commonNames = commonNames
        self.organizations = organizations
    }

    /// Of any of ASN.1's sorts of strings: what is left out here would be seen by others.
    private static func text(_ entry: OpaquePointer?) throws -> String {
        var start: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&start, X509_NAME_ENTRY_get_data(entry))
        guard count >= 0, let start else { throw CryptographyError.last("a name has a field that is no text") }
        defer { openssl_free(start) }
        guard let text = String(validating: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self) else {
            throw CryptographyError("a name has a field that is no text")
        }
        return text
    }

    /// As OpenSSL has it; to be freed.
    func makeHandle() throws -> OpaquePointer {
        try OpenSSL.decoded(encoded, "the name cannot be read", free: X509_NAME_free) { d2i_X509_NAME(nil, $0, $1) }
    }
}
