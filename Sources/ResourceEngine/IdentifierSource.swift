import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where uids and the ends of generated names come from. Injected, so that a simulated cluster is repeatable.
package protocol IdentifierSource: Sendable {
    /// A fresh RFC 4122 version 4 UUID, lower case.
    func uid() -> String
    /// Five characters that make no words, as upstream's name generator appends them.
    func suffix() -> String
}

/// The system's random numbers, asked for many at a time: each time is a system call. Safe from any thread.
enum RandomWords {
    private static let supply = Mutex<[UInt64]>([])

    static func pair() -> (UInt64, UInt64) {
        supply.withLock { supply in
            if supply.count < 2 {
                supply = Array(repeating: 0, count: 32)
                let isFilled = supply.withUnsafeMutableBytes { getentropy($0.baseAddress!, $0.count) == 0 }
                if !isFilled {
                    var random = SystemRandomNumberGenerator()
                    for position in supply.indices { supply[position] = random.next() }
                }
            }
            return (supply.removeLast(), supply.removeLast())
        }
    }
}

/// Identifiers from the system's random numbers.
package struct RandomIdentifiers: IdentifierSource {
    package init() {}

    package func uid() -> String {
        let (high, low) = RandomWords.pair()
        return Self.uid(high, low)
    }

    package func suffix() -> String {
        var random = SystemRandomNumberGenerator()
        return Self.suffix(&random)
    }

    /// A version 4 UUID of 122 of the given bits.
    package static func uid(_ high: UInt64, _ low: UInt64) -> String {
        let words = (high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000, low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
        return String(unsafeUninitializedCapacity: 36) { text in
            var end = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    text[end] = UInt8(ascii: "-")
                    end += 1
                }
                let digit = UInt8(truncatingIfNeeded: (index < 16 ? words.0 : words.1) >> UInt64(60 - index % 16 * 4)) & 0xF
                text[end] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                end += 1
            }
            return end
        }
    }

    /// Upstream's alphabet of generated names: no vowels and nothing that looks like one.
    package static func suffix(_ random: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
        return String(decoding: (0..<5).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }, as: UTF8.self)
    }
}
