import COpenSSL

/// One use of a cipher. Not safe from two threads.
final class CipherContext {
    /// Ways to use AES.
    enum Mode: Int {
        case gcm, cbc
    }

    // What the library gives out is not changed any more, so all threads may read it.
    private nonisolated(unsafe) static let ciphers = ["GCM", "CBC"].map { mode in
        [128, 192, 256].map { OpenSSL.cipher("AES-\($0)-\(mode)") }
    }

    private let context: OpaquePointer
    private let isSealing: Bool

    /// Throws for a key that has not 16, 24 or 32 bytes. `start` is the nonce or the initialization vector, of the mode's length.
    init(_ mode: Mode, key: SecretKey, start: [UInt8], isSealing: Bool) throws {
        guard [16, 24, 32].contains(key.count) else { throw CryptographyError("a key of AES has 16, 24 or 32 bytes, not \(key.count)") }
        let cipher = Self.ciphers[mode.rawValue][key.count / 8 - 2]
        guard start.count == Int(EVP_CIPHER_get_iv_length(cipher)) else {
            throw CryptographyError("AES does not begin with \(start.count) bytes")
        }
        OpenSSL.begin()
        guard let context = EVP_CIPHER_CTX_new() else { throw CryptographyError.last("no memory is left for a cipher") }
        self.context = context
        self.isSealing = isSealing
        let isReady = key.withBytes { EVP_CipherInit_ex2(context, cipher, $0, start, isSealing ? 1 : 0, nil) }
        guard isReady == 1 else { throw CryptographyError.last("the cipher does not begin") }
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Adds what is authenticated and not encrypted.
    func authenticate(_ bytes: [UInt8]) throws {
        var count: Int32 = 0
        guard bytes.count <= Int32.max, EVP_CipherUpdate(context, nil, &count, bytes, Int32(bytes.count)) == 1 else {
            throw CryptographyError.last("the cipher does not go on")
        }
    }

    /// All that is to be encrypted or decrypted. Throws when what comes out is not what was once put in.
    func transform(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
        guard bytes.count < Int32.max - 64 else { throw CryptographyError("\(bytes.count) bytes are too many for a cipher") }
        var result = [UInt8](repeating: 0, count: bytes.count + 16)
        var count: Int32 = 0
        var rest: Int32 = 0
        let isDone = result.withUnsafeMutableBufferPointer { result in
            bytes.withUnsafeBufferPointer { bytes in
                EVP_CipherUpdate(context, result.baseAddress, &count, bytes.baseAddress, Int32(bytes.count)) == 1
                    && EVP_CipherFinal_ex(context, result.baseAddress! + Int(count), &rest) == 1
            }
        }
        guard isDone else { throw CryptographyError.last(isSealing ? "it cannot be encrypted" : "it cannot be decrypted") }
        result.removeLast(result.count - Int(count + rest))
        return result
    }

    /// Of what was encrypted.
    func tag(_ length: Int) throws -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: length)
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(length), &tag) == 1 else {
            throw CryptographyError.last("there is no tag")
        }
        return tag
    }

    /// What the tag must be of what is to be decrypted.
    func expect(tag: [UInt8]) throws {
        var tag = tag
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else {
            throw CryptographyError.last("the tag is not one")
        }
    }
}
