import COpenSSL

/// What all calls of the library share.
enum OpenSSL {
    private static let isStarted = openssl_start() == 1

    /// To be called before anything else is. What an earlier call noted on this thread is not the next one's reason.
    static func begin() {
        precondition(isStarted, "OpenSSL does not start")
        ERR_clear_error()
    }

    /// An algorithm of the library's providers, for as long as the process lives: version 3.0 searches for it in every call that is given the constant.
    static func digest(_ name: String) -> OpaquePointer {
        begin()
        guard let found = EVP_MD_fetch(nil, name, nil) else { fatalError("\(CryptographyError.last("OpenSSL has no \(name)"))") }
        return found
    }

    static func cipher(_ name: String) -> OpaquePointer {
        begin()
        guard let found = EVP_CIPHER_fetch(nil, name, nil) else { fatalError("\(CryptographyError.last("OpenSSL has no \(name)"))") }
        return found
    }

    /// What a function d2i_… makes of all the bytes. Throws when it makes nothing of them or leaves some.
    static func decoded<Pointer>(
        _ bytes: [UInt8], _ problem: String, free: (Pointer) -> Void,
        _ decode: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Pointer?
    ) throws -> Pointer {
        begin()
        return try bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress, !buffer.isEmpty else { throw CryptographyError("\(problem): it is empty") }
            var position: UnsafePointer<UInt8>? = start
            guard let result = decode(&position, buffer.count) else { throw CryptographyError.last(problem) }
            guard position == start + buffer.count else {
                free(result)
                throw CryptographyError("\(problem): there is more behind it")
            }
            return result
        }
    }

    /// What a function i2d_… writes.
    static func encoded(_ problem: String, _ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) throws -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = encode(&start)
        guard count >= 0, let start else { throw CryptographyError.last(problem) }
        defer { openssl_free(start) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// The bytes of an ASN.1 string.
    static func bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
    }

    /// An object identifier with its numbers ("2.5.29.17").
    static func identifier(_ object: OpaquePointer?) -> String {
        var text = [CChar](repeating: 0, count: 128)
        let count = Int(OBJ_obj2txt(&text, Int32(text.count), object, 1))
        if count >= text.count {
            text = [CChar](repeating: 0, count: count + 1)
            OBJ_obj2txt(&text, Int32(text.count), object, 1)
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
