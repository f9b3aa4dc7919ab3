import Core
import Cryptography
import Testing

@Suite struct SignatureTests {
    private static let sample = Array("sample".utf8)

    /// A key and its signature of "sample", from RFC 6979, appendix A.2.
    struct Case: Sendable {
        let sort: PublicKey.Sort
        let hash: HashAlgorithm
        let x: String
        let y: String
        let signature: String
    }

    static let cases = [
        Case(
            sort: .p256, hash: .sha256, x: "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
            y: "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            signature: """
                EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
                F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
                """),
        Case(
            sort: .p384, hash: .sha384,
            x: "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13",
            y: "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
            signature: """
                94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46
                99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8
                """),
        Case(
            sort: .p521, hash: .sha512,
            x: """
                01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FFA16D2BD761DCAC474B9A2F5023A4
                """,
            y: """
                00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFBD4D33F81EA66956DFEAA2BFDFCF5
                """,
            signature: """
                00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA
                00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A
                """),
    ]

    @Test(arguments: cases) func `signatures of RFC 6979 are valid, and no others`(_ given: Case) throws {
        let (x, y, signature) = (hex(given.x), hex(given.y), hex(given.signature))
        let key = try PublicKey(given.sort, x: x, y: y)
        #expect(key.isValid(signature, of: Self.sample, by: .ecdsa(given.hash)))
        #expect(!key.isValid(signature, of: Array("Sample".utf8), by: .ecdsa(given.hash)))
        for other in HashAlgorithm.allCases where other != given.hash {
            #expect(!key.isValid(signature, of: Self.sample, by: .ecdsa(other)))
        }
        #expect(!key.isValid(signature, of: Self.sample, by: .pkcs1(given.hash)))
        #expect(!key.isValid(signature, of: Self.sample, by: .pss(given.hash)))
        #expect(!key.isValid([], of: Self.sample, by: .ecdsa(given.hash)))
        #expect(!key.isValid(Array(signature.dropLast()), of: Self.sample, by: .ecdsa(given.hash)))
        #expect(!key.isValid(signature + [0], of: Self.sample, by: .ecdsa(given.hash)))
        // Noughts, and numbers beyond the curve's order.
        for byte: UInt8 in [0, 0xff] {
            #expect(!key.isValid([UInt8](repeating: byte, count: signature.count), of: Self.sample, by: .ecdsa(given.hash)))
        }
        let read = try key.coordinates
        #expect(read.x == x && read.y == y)
        #expect(key == (try PublicKey(given.sort, x: x, y: y)))

        // Not on the curve, at infinity, of another curve, not of its length.
        #expect(throws: CryptographyError.self) { try PublicKey(given.sort, x: x, y: x) }
        #expect(throws: CryptographyError.self) {
            try PublicKey(given.sort, x: [UInt8](repeating: 0, count: x.count), y: [UInt8](repeating: 0, count: x.count))
        }
        #expect(throws: CryptographyError.self) { try PublicKey(given.sort == .p256 ? .p384 : .p256, x: x, y: y) }
        #expect(throws: CryptographyError.self) { try PublicKey(given.sort, x: Array(x.dropFirst()), y: y) }
        #expect(throws: CryptographyError.self) { try PublicKey(given.sort, x: [], y: []) }
        #expect(throws: CryptographyError.self) { try PublicKey(.rsa, x: x, y: y) }
    }

    private func signature(_ name: String) throws -> [UInt8] { try Base64.decode(try #require(Fixtures.signatures[name])) }

    @Test(arguments: HashAlgorithm.allCases) func `RSA signatures of Go's are valid with their own padding and hash`(_ hash: HashAlgorithm)
        throws
    {
        let key = try PublicKey(modulus: try Base64.decode(Fixtures.modulus), exponent: [1, 0, 1])
        let pkcs1 = try signature("pkcs1\(hash.length * 8)")
        let pss = try signature("pss\(hash.length * 8)")
        #expect(key.isValid(pkcs1, of: Self.sample, by: .pkcs1(hash)))
        #expect(key.isValid(pss, of: Self.sample, by: .pss(hash)))
        #expect(!key.isValid(pkcs1, of: Self.sample, by: .pss(hash)))
        #expect(!key.isValid(pss, of: Self.sample, by: .pkcs1(hash)))
        #expect(!key.isValid(pkcs1, of: [], by: .pkcs1(hash)))
        #expect(!key.isValid(pss, of: [], by: .pss(hash)))
        #expect(!key.isValid(pss, of: Self.sample, by: .ecdsa(hash)))
        for other in HashAlgorithm.allCases where other != hash {
            #expect(!key.isValid(pkcs1, of: Self.sample, by: .pkcs1(other)))
            #expect(!key.isValid(pss, of: Self.sample, by: .pss(other)))
        }
        for wrong in [[], Array(pss.dropLast()), pss + [0], [UInt8](repeating: 0xff, count: pss.count)] {
            #expect(!key.isValid(wrong, of: Self.sample, by: .pss(hash)))
            #expect(!key.isValid(wrong, of: Self.sample, by: .pkcs1(hash)))
        }
    }

    @Test func `a salt of another length than the hash's is refused`() throws {
        let key = try PublicKey(modulus: try Base64.decode(Fixtures.modulus), exponent: [1, 0, 1])
        #expect(!key.isValid(try signature("salt20"), of: Self.sample, by: .pss(.sha256)))
    }

    @Test func `RSA keys that protect nothing are refused`() throws {
        let modulus = try Base64.decode(Fixtures.modulus)
        #expect(try PublicKey(modulus: [0, 0] + modulus, exponent: [0, 1, 0, 1]) == PublicKey(modulus: modulus, exponent: [1, 0, 1]))
        for exponent: [UInt8] in [[], [0], [1], [2], [1, 0, 0], [4, 0, 0, 0, 1], [UInt8](repeating: 0xff, count: 256)] {
            #expect(throws: CryptographyError.self, "\(exponent)") { try PublicKey(modulus: modulus, exponent: exponent) }
        }
        for count in [0, 1, 128, 255] {
            #expect(throws: CryptographyError.self) { try PublicKey(modulus: Array(modulus.suffix(count)), exponent: [1, 0, 1]) }
        }
        #expect(throws: CryptographyError.self) { try PublicKey(modulus: [UInt8](repeating: 0xff, count: 2049), exponent: [3]) }
        #expect(throws: CryptographyError.self) { try PublicKey(modulus: [UInt8](repeating: 0xff, count: 100_000), exponent: [3]) }
    }

    @Test func `a key signs what its public half verifies`() throws {
        let key = SigningKey()
        for count in [0, 1, 1000] {
            let bytes = [UInt8](repeating: 7, count: count)
            let signature = try key.sign(bytes)
            #expect(signature.count == 64)
            #expect(key.publicKey.isValid(signature, of: bytes, by: .ecdsa(.sha256)))
            #expect(!SigningKey().publicKey.isValid(signature, of: bytes, by: .ecdsa(.sha256)))
        }
        let again = try SigningKey(pem: try key.pem)
        #expect(again.publicKey == key.publicKey)
        #expect(SigningKey().publicKey != key.publicKey)
        #expect(key.publicKey.isValid(try again.sign([1]), of: [1], by: .ecdsa(.sha256)))
    }

    @Test func `a key is written as it was read, and known by the same bytes`() throws {
        let key = try SigningKey(pem: Fixtures.authorityKey)
        #expect(try key.pem == Fixtures.authorityKey)
        #expect(try key.publicKey.info.count == 91)
        #expect(try key.publicKey == Certificate(pem: Fixtures.authority).publicKey)
        // SEC 1 comes back as PKCS #8.
        let old = try SigningKey(pem: Fixtures.sec1Key)
        #expect(try old.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try SigningKey(pem: try old.pem).publicKey == old.publicKey)
    }

    @Test func `keys of other sorts, encrypted or damaged ones are refused`() throws {
        for text in [
            "", "key", Fixtures.ed25519Key, Fixtures.p384Key, Fixtures.encryptedKey, Fixtures.authority,
            Fixtures.authorityKey + Fixtures.clientKey,
            Fixtures.encryptedKey.split(separator: "ENCRYPTED ").joined(), Fixtures.sec1Key.split(separator: "EC ").joined(),
        ] {
            #expect(throws: CryptographyError.self, "\(text)") { try SigningKey(pem: text) }
        }
        // Nought and the curve's order are no keys; nor is a number without a curve.
        let order = hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")
        let curve = hex("a0 0a 06 08 2a8648ce3d030107")
        func key(_ number: [UInt8], _ rest: [UInt8]) -> String {
            pem([0x30, UInt8(5 + number.count + rest.count), 2, 1, 1, 4, UInt8(number.count)] + number + rest, "EC PRIVATE KEY")
        }
        #expect(throws: CryptographyError.self) { try SigningKey(pem: key([UInt8](repeating: 0, count: 32), curve)) }
        #expect(throws: CryptographyError.self) { try SigningKey(pem: key(order, curve)) }
        #expect(throws: CryptographyError.self) { try SigningKey(pem: key([], curve)) }
        #expect(throws: CryptographyError.self) { try SigningKey(pem: key([1], [])) }
        #expect(try SigningKey(pem: key([1], curve)).publicKey.coordinates.x.prefix(4) == hex("6b17d1f2")[...])
    }

    @Test func `the public half is that of the private one, whatever stands beside it`() throws {
        let (one, other) = (try der(Fixtures.authorityKey), try der(Fixtures.clientKey))
        let mixed = try SigningKey(pem: pem(one.dropLast(64) + other.suffix(64), "PRIVATE KEY"))
        #expect(try mixed.publicKey == SigningKey(pem: Fixtures.authorityKey).publicKey)
    }

    @Test func `a key cut at any byte is refused`() throws {
        let bytes = try der(Fixtures.authorityKey)
        for count in 0..<bytes.count {
            #expect(throws: CryptographyError.self, "\(count)") { try SigningKey(pem: pem(Array(bytes[..<count]), "PRIVATE KEY")) }
        }
        #expect(throws: CryptographyError.self) { try SigningKey(pem: pem(bytes + [0], "PRIVATE KEY")) }
    }
}

/// The bytes in a PEM block.
func der(_ pem: String) throws -> [UInt8] {
    try Base64.decode(pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined())
}

func pem(_ bytes: [UInt8], _ label: String) -> String {
    "-----BEGIN \(label)-----\n\(Base64.encode(bytes))\n-----END \(label)-----\n"
}
