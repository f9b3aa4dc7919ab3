import Core
import Cryptography
import Testing

/// The bytes of hexadecimal digits; spaces and line breaks may stand between them.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

@Suite struct HashTests {
    @Test func `hashes are those of FIPS 180-4`() {
        let abc = Array("abc".utf8)
        #expect(HashAlgorithm.sha256.hexadecimal(abc) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(HashAlgorithm.sha256.hexadecimal([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            HashAlgorithm.sha384.hash(abc)
                == hex(
                    """
                    cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163 1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
                    """))
        #expect(
            HashAlgorithm.sha512.hash(abc)
                == hex(
                    """
                    ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
                    2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                    """))
        for algorithm in HashAlgorithm.allCases { #expect(algorithm.hash(abc).count == algorithm.length) }
    }

    @Test func `codes are those of RFC 4231`() {
        let text = Array("what do ya want for nothing?".utf8)
        let key = Array("Jefe".utf8)
        #expect(
            HashAlgorithm.sha256.authenticationCode(of: text, key: key)
                == hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
        #expect(
            HashAlgorithm.sha384.authenticationCode(of: text, key: key)
                == hex("af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"))
        #expect(
            HashAlgorithm.sha512.authenticationCode(of: text, key: key)
                == hex(
                    """
                    164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554
                    9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
                    """))
        // A key longer than a block is hashed first.
        #expect(
            HashAlgorithm.sha256.authenticationCode(
                of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), key: [UInt8](repeating: 0xaa, count: 131))
                == hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
        #expect(HashAlgorithm.sha256.authenticationCode(of: [], key: []).count == 32)
    }

    @Test func `keys are expanded as in RFC 5869`() {
        let key = SecretKey(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"))
        let expanded = HashAlgorithm.sha256.expanded(key, information: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42)
        #expect(expanded.bytes == hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
    }

    @Test func `random bytes are as many as asked for, and others each time`() {
        #expect(RandomBytes.make(0).isEmpty)
        #expect(RandomBytes.make(32).count == 32)
        #expect(RandomBytes.make(32) != RandomBytes.make(32))
        #expect(SecretKey(randomBytes: 16).bytes != SecretKey(randomBytes: 16).bytes)
    }
}
