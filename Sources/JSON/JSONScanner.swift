import Values

/// Walks over JSON text without making values of it: for what needs a part of an object, or its bytes in another form. What it passes by is
/// not checked to be JSON, so it is for text that was written here; it never reads past the end, whatever the text.
package struct JSONScanner {
    /// A string as it stands between its quotes.
    package struct Text {
        /// Without the quotes.
        package let range: Range<Int>
        /// Whether any character is written as an escape.
        package let isEscaped: Bool
    }

    private let text: UnsafeBufferPointer<UInt8>
    /// Offset of the next byte.
    package var position = 0

    /// `text` must outlive the scanner.
    package init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    /// The next byte after space; it stays where it is. Throws `JSONError` at the end.
    package mutating func peek() throws -> UInt8 {
        while position < text.count {
            let byte = text[position]
            if byte > 0x20 { return byte }
            position += 1
        }
        throw JSONError(offset: position, problem: "unexpected end of JSON input")
    }

    /// Passes `byte` if it is the next one.
    package mutating func pass(_ byte: UInt8) throws -> Bool {
        guard try peek() == byte else { return false }
        position += 1
        return true
    }

    /// Passes `byte`, which must come next.
    package mutating func expect(_ byte: UInt8) throws {
        guard try pass(byte) else { throw JSONError(offset: position, problem: "expected '\(UnicodeScalar(byte))'") }
    }

    /// Passes a string.
    package mutating func string() throws -> Text {
        try expect(UInt8(ascii: "\""))
        let start = position
        var isEscaped = false
        while true {
            passPlainBytes()
            guard position < text.count else { break }
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                return Text(range: start..<position - 1, isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                position += 2
            default: position += 1
            }
        }
        throw JSONError(offset: text.count, problem: "unexpected end of JSON input")
    }

    /// Passes bytes, eight at a time, as long as none of the eight is a quote or a backslash; stops before the first that is.
    private mutating func passPlainBytes() {
        guard let base = text.baseAddress else { return }
        let ones: UInt64 = 0x0101_0101_0101_0101
        while position + 8 <= text.count {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
            // A byte that is zero after the exclusive or borrows from its highest bit; what is above the lowest such byte may be wrong.
            let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let found = ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & (ones << 7)
            guard found == 0 else {
                position += found.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
    }

    /// The bytes that stand there.
    package func bytes(_ range: Range<Int>) -> Slice<UnsafeBufferPointer<UInt8>> { text[range] }

    /// The string that a text stands for. Throws `JSONError`.
    package func decoded(_ string: Text) throws -> String {
        guard string.isEscaped else { return String(decoding: text[string.range], as: UTF8.self) }
        return try value(string.range.lowerBound - 1..<string.range.upperBound + 1).string ?? ""
    }

    /// What stands there as a value. Throws `JSONError`.
    package func value(_ range: Range<Int>) throws -> Value { try JSONParser.parse(Array(text[range])) }

    /// Passes a value of any kind and tells where it stood.
    package mutating func skip() throws -> Range<Int> {
        let first = try peek()
        let start = position
        switch first {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            var depth = 0
            repeat {
                switch try peek() {
                case UInt8(ascii: "\""): _ = try string()
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    position += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    position += 1
                default: position += 1
                }
            } while depth > 0
        default:
            while position < text.count {
                let byte = text[position]
                if byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { break }
                position += 1
            }
            guard position > start else { throw JSONError(offset: position, problem: "expected a value") }
        }
        return start..<position
    }

    /// Passes a number and gives its whole part. Throws `JSONError` if it does not fit.
    package mutating func integer() throws -> Int64 {
        let range = try skip()
        var result: Int64 = 0
        var digits = text[range]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        for byte in digits {
            guard byte >= 0x30, byte <= 0x39 else { break }
            let (product, isTooLarge) = result.multipliedReportingOverflow(by: 10)
            let (difference, isTooSmall) = product.subtractingReportingOverflow(Int64(byte - 0x30))
            guard !isTooLarge, !isTooSmall else { throw JSONError(offset: range.lowerBound, problem: "number out of range") }
            result = difference
        }
        // Counted downwards, since there is one negative number more.
        guard !isNegative else { return result }
        guard result != .min else { throw JSONError(offset: range.lowerBound, problem: "number out of range") }
        return -result
    }

    /// Where the value of a member of the outermost object stands; nil if there is none of that name.
    package static func range(of member: StaticString, in bytes: [UInt8]) throws -> Range<Int>? {
        try bytes.withUnsafeBufferPointer { text in
            var scanner = JSONScanner(text)
            try scanner.expect(UInt8(ascii: "{"))
            if try scanner.pass(UInt8(ascii: "}")) { return nil }
            repeat {
                let name = try scanner.string()
                try scanner.expect(UInt8(ascii: ":"))
                let value = try scanner.skip()
                if member.withUTF8Buffer({ $0.elementsEqual(text[name.range]) }) { return value }
            } while try scanner.pass(UInt8(ascii: ","))
            return nil
        }
    }
}
