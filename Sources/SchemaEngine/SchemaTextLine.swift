/// One line of a schema text, cut into words at spaces outside brackets and quotes.
struct SchemaTextLine {
    let number: Int
    let isIndented: Bool
    private let words: [Substring]
    private var position = 0

    /// Nil for an empty line.
    init?(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, number: Int) {
        guard end > start else { return nil }
        isIndented = text[start] == UInt8(ascii: " ")
        self.number = number
        var words: [Substring] = []
        words.reserveCapacity(8)
        var position = start
        while position < end {
            guard text[position] != UInt8(ascii: " ") else {
                position += 1
                continue
            }
            let first = position
            var depth = 0
            var isQuoted = false
            while position < end {
                switch text[position] {
                case UInt8(ascii: "\""): isQuoted.toggle()
                case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "<"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: ">"): depth -= 1
                default: break
                }
                if text[position] == UInt8(ascii: " "), depth == 0, !isQuoted { break }
                position += 1
            }
            words.append(Substring(decoding: text[first..<position], as: UTF8.self))
        }
        guard !words.isEmpty else { return nil }
        self.words = words
    }

    /// The next word, or nil at the end of the line.
    mutating func next() -> Substring? {
        guard position < words.count else { return nil }
        defer { position += 1 }
        return words[position]
    }

    /// Takes the next word when it is this one.
    mutating func take(_ word: String) -> Bool {
        guard position < words.count, words[position] == word else { return false }
        position += 1
        return true
    }

    /// The next word, or an empty one with a note of what was expected.
    mutating func expect(_ what: String) throws(Problem) -> Substring {
        guard let word = next() else { throw Problem(text: "expected \(what)") }
        return word
    }

    struct Problem: Error {
        let text: String
    }
}
