import Glibc

/// Makes wrong input out of right one: bytes changed, inserted, removed and repeated, samples cut off and put together. The same seed makes
/// the same inputs.
package struct Fuzzer {
    /// How many inputs a test tries: few by default, as many as `MARTLET_FUZZ_ITERATIONS` says for a search.
    package static let iterations: Int = {
        guard let text = getenv("MARTLET_FUZZ_ITERATIONS"), let count = Int(String(cString: text)) else { return 1_000 }
        return count
    }()

    /// What parsers treat specially.
    private static let tokens: [[UInt8]] =
        [
            "{", "}", "[", "]", "(", ")", "\"", "'", "\\", "/", ",", ":", ";", ".", "-", "+", "*", "?", "|", "^", "$", "%", "&", "!", "~",
            "=", "==",
            "#", "@", "<", ">", " ", "\t", "\n", "\r\n", "\0", "null", "true", "false", "0", "-1", "1e999", "9223372036854775807",
            "-9223372036854775808", "18446744073709551616", "0x", "\\u0000", "\\ud800", "\\x{110000}", "{1000}", "$patch", "&a", "*a",
            "!!binary",
            "---", "é", "\u{1F600}", "\u{FEFF}",
        ].map { Array($0.utf8) } + [[0xFF], [0x80], [0xC3], [0xED, 0xA0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0, 0, 0, 0]]
    private static let longest = 4096

    private let corpus: [[UInt8]]
    private var random: SplitMix

    package init(seed: UInt64, _ corpus: [[UInt8]]) {
        precondition(!corpus.isEmpty)
        self.corpus = corpus
        random = SplitMix(seed: seed)
    }

    package init(seed: UInt64, texts: [String]) { self.init(seed: seed, texts.map { Array($0.utf8) }) }

    package mutating func next() -> [UInt8] {
        var bytes = corpus[random.below(corpus.count)]
        for _ in 0...random.below(6) { change(&bytes) }
        return bytes.count > Self.longest ? Array(bytes.prefix(Self.longest)) : bytes
    }

    /// What is left of the bytes as text: parsers of text get nothing else.
    package mutating func text() -> String { String(decoding: next(), as: UTF8.self) }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = random.below(bytes.count + 1)
        let count = min(1 + random.below(8), bytes.count - place)
        switch random.below(9) {
        case 0: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
        case 1: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
        case 2: bytes.removeSubrange(place..<place + count)
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.insert(contentsOf: Self.tokens[random.below(Self.tokens.count)], at: place)
        case 5: bytes.insert(contentsOf: (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }, at: place)
        case 6:
            let piece = Array(bytes[place..<place + count])
            for _ in 0..<random.below(40) { bytes.insert(contentsOf: piece, at: place) }
        case 7:
            let other = corpus[random.below(corpus.count)]
            let start = random.below(other.count + 1)
            bytes.replaceSubrange(place..<place + count, with: other[start...])
        default:
            guard place + count <= bytes.count, count > 0 else { return }
            let target = random.below(bytes.count - count + 1)
            let piece = bytes[place..<place + count]
            bytes.replaceSubrange(target..<target + count, with: piece)
        }
    }
}
