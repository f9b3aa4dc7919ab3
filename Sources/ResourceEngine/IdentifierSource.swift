/// Where uids and the ends of generated names come from. Injected, so that a simulated cluster is repeatable.
package protocol IdentifierSource: Sendable {
    /// A fresh RFC 4122 version 4 UUID, lower case.
    func uid() -> String
    /// Five characters that make no words, as upstream's name generator appends them.
    func suffix() -> String
}

/// Identifiers from the system's random numbers.
package struct RandomIdentifiers: IdentifierSource {
    package init() {}

    package func uid() -> String {
        var random = SystemRandomNumberGenerator()
        return Self.uid(random.next(), random.next())
    }

    package func suffix() -> String {
        var random = SystemRandomNumberGenerator()
        return Self.suffix(&random)
    }

    /// A version 4 UUID of 122 of the given bits.
    package static func uid(_ high: UInt64, _ low: UInt64) -> String {
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        func hexadecimal(_ word: UInt64, from: Int, bits: Int) -> String {
            let part = word >> UInt64(from) & (bits == 64 ? .max : (1 << UInt64(bits)) - 1)
            let digits = String(part, radix: 16)
            return String(repeating: "0", count: bits / 4 - digits.count) + digits
        }
        return hexadecimal(high, from: 32, bits: 32) + "-" + hexadecimal(high, from: 16, bits: 16) + "-"
            + hexadecimal(high, from: 0, bits: 16) + "-" + hexadecimal(low, from: 48, bits: 16) + "-" + hexadecimal(low, from: 0, bits: 48)
    }

    /// Upstream's alphabet of generated names: no vowels and nothing that looks like one.
    package static func suffix(_ random: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
        return String(decoding: (0..<5).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }, as: UTF8.self)
    }
}
