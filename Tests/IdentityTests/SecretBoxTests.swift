import Identity
import Testing

@Suite struct SecretBoxTests {
    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// The example of NaCl's own tests (`secretbox.c`).
    private static let key = bytes("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")
    private static let nonce = bytes("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
    private static let text = bytes(
        "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314a"
            + "db310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082"
            + "f937763848645e0705")
    private static let sealed = bytes(
        "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48"
            + "c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de5624"
            + "4a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5")

    @Test func sealsAndOpensThePublishedExample() {
        #expect(SecretBox.seal(Self.text, key: Self.key, nonce: Self.nonce) == Self.sealed)
        #expect(SecretBox.open(Self.sealed[...], key: Self.key, nonce: Self.nonce) == Self.text)
    }

    @Test func opensNothingThatWasChanged() {
        for position in [0, 15, 16, 80, Self.sealed.count - 1] {
            var changed = Self.sealed
            changed[position] ^= 0x10
            #expect(SecretBox.open(changed[...], key: Self.key, nonce: Self.nonce) == nil)
        }
        #expect(SecretBox.open(Self.sealed.dropLast()[...], key: Self.key, nonce: Self.nonce) == nil)
        #expect(SecretBox.open([], key: Self.key, nonce: Self.nonce) == nil)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 96, 97, 1000])
    func opensWhatItSealedOfEveryLength(count: Int) {
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + count) }
        let sealed = SecretBox.seal(text, key: Self.key, nonce: Self.nonce)
        #expect(sealed.count == count + 16)
        #expect(SecretBox.open(sealed[...], key: Self.key, nonce: Self.nonce) == text)
    }
}
