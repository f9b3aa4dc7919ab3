import Cryptography
import Testing

@Suite struct AESTests {
    private let plain = hex(
        """
        d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
        1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
        """)
    private let nonce = hex("cafebabefacedbaddecaf888")
    private let authenticated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")

    @Test(arguments: [
        (
            "feffe9928665731c6d6a8f9467308308",
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
            "5bc94fbc3221a5db94fae95ae7121a47"
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ])
    func `the test cases of Galois-Counter Mode give what they give elsewhere`(key: String, text: String, tag: String) throws {
        let key = SecretKey(hex(key))
        let sealed = try AESGCM.seal(plain, key: key, nonce: nonce, authenticating: authenticated)
        #expect(sealed == nonce + hex(text) + hex(tag))
        #expect(try AESGCM.open(sealed[...], key: key, authenticating: authenticated) == plain)
    }

    @Test func `what was changed, cut or sealed for another place does not open`() throws {
        let key = SecretKey(randomBytes: 24)
        let sealed = try AESGCM.seal(plain, key: key, authenticating: authenticated)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x40
            #expect(throws: CryptographyError.self) { try AESGCM.open(changed[...], key: key, authenticating: authenticated) }
            #expect(throws: CryptographyError.self) { try AESGCM.open(sealed[..<index], key: key, authenticating: authenticated) }
        }
        #expect(throws: CryptographyError.self) { try AESGCM.open(sealed[...], key: key, authenticating: []) }
        #expect(throws: CryptographyError.self) {
            try AESGCM.open(sealed[...], key: SecretKey(randomBytes: 24), authenticating: authenticated)
        }
        #expect(try AESGCM.seal(plain, key: key, authenticating: authenticated) != sealed)
    }

    @Test func `nothing can be sealed too, in another slice of other bytes`() throws {
        let key = SecretKey(randomBytes: 32)
        let sealed = [7, 7] + (try AESGCM.seal([], key: key, authenticating: []))
        #expect(try AESGCM.open(sealed.dropFirst(2), key: key, authenticating: []).isEmpty)
        let chained = [7, 7] + (try AESCBC.seal([], key: key))
        #expect(try AESCBC.open(chained.dropFirst(2), key: key).isEmpty)
    }

    @Test func `chained blocks are those of SP 800-38A, with padding behind them`() throws {
        let key = SecretKey(hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"))
        let start = hex("000102030405060708090a0b0c0d0e0f")
        let plain = hex("6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51")
        let sealed = try AESCBC.seal(plain, key: key, start: start)
        #expect(sealed.count == 16 + 48)
        #expect(sealed.prefix(48) == (start + hex("f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d"))[...])
        #expect(try AESCBC.open(sealed[...], key: key) == plain)
        for count in [0, 15, 16, 17, 31, 47] {
            #expect(throws: CryptographyError.self, "\(count)") { try AESCBC.open(sealed.prefix(count), key: key) }
        }
    }

    @Test func `keys of other lengths and nonces of others are refused`() {
        for count in [0, 8, 15, 17, 31, 33, 64] {
            #expect(throws: CryptographyError.self) { try AESGCM.seal([1], key: SecretKey(randomBytes: count), authenticating: []) }
            #expect(throws: CryptographyError.self) { try AESCBC.seal([1], key: SecretKey(randomBytes: count)) }
        }
        #expect(throws: CryptographyError.self) {
            try AESGCM.seal([1], key: SecretKey(randomBytes: 16), nonce: [1], authenticating: [])
        }
        #expect(throws: CryptographyError.self) { try AESCBC.seal([1], key: SecretKey(randomBytes: 16), start: [1]) }
    }
}
