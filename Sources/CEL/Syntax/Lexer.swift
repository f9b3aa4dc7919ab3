/// The words of an expression.
struct Token: Equatable {
    enum Kind: Equatable {
        case identifier(String)
        case int(Int64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(String)
        case end
    }
    let kind: Kind
    let offset: Int
}

/// A place in an expression that cannot be read.
struct SyntaxProblem: Error {
    let message: String
    let offset: Int
}

/// Cuts the text into words.
struct Lexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    static func tokens(_ text: String) throws(SyntaxProblem) -> [Token] {
        var lexer = Lexer(text)
        var result: [Token] = []
        while true {
            let token = try lexer.next()
            result.append(token)
            if token.kind == .end { return result }
        }
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? { position + ahead < scalars.count ? scalars[position + ahead] : nil }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isHex(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar)
    }

    private func text(_ range: Range<Int>) -> String {
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars[range])
        return result
    }

    private mutating func next() throws(SyntaxProblem) -> Token {
        skipBlanks()
        let start = position
        guard let first = peek() else { return Token(kind: .end, offset: start) }
        if let literal = try textLiteral(start) { return literal }
        if Self.isLetter(first) {
            while let scalar = peek(), Self.isLetter(scalar) || Self.isDigit(scalar) { position += 1 }
            return Token(kind: .identifier(text(start..<position)), offset: start)
        }
        if Self.isDigit(first) || (first == "." && peek(1).map(Self.isDigit) ?? false) { return try number(start) }
        if first == "`" {
            position += 1
            while let scalar = peek(), scalar != "`", scalar != "\n" { position += 1 }
            guard peek() == "`" else { throw SyntaxProblem(message: "Syntax error: token recognition error at: '`'", offset: start) }
            position += 1
            return Token(kind: .identifier(text(start + 1..<position - 1)), offset: start)
        }
        for symbol in ["==", "!=", "<=", ">=", "&&", "||"] where start + 1 < scalars.count && text(start..<start + 2) == symbol {
            position += 2
            return Token(kind: .symbol(symbol), offset: start)
        }
        position += 1
        guard "+-*/%<>!?:,.()[]{}".unicodeScalars.contains(first) else {
            throw SyntaxProblem(message: "Syntax error: token recognition error at: '\(first)'", offset: start)
        }
        return Token(kind: .symbol(String(first)), offset: start)
    }

    private mutating func skipBlanks() {
        while let scalar = peek() {
            if scalar == "/", peek(1) == "/" {
                while let scalar = peek(), scalar != "\n" { position += 1 }
            } else if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{0C}" {
                position += 1
            } else {
                return
            }
        }
    }

    // MARK: Numbers

    private mutating func number(_ start: Int) throws(SyntaxProblem) -> Token {
        func invalid(_ kind: String) -> SyntaxProblem { SyntaxProblem(message: "invalid \(kind) literal", offset: start) }
        if peek() == "0", peek(1) == "x" || peek(1) == "X" {
            position += 2
            while let scalar = peek(), Self.isHex(scalar) { position += 1 }
            let digits = text(start + 2..<position)
            if peek() == "u" || peek() == "U" {
                position += 1
                guard let number = UInt64(digits, radix: 16) else { throw invalid("uint") }
                return Token(kind: .uint(number), offset: start)
            }
            guard let number = Int64(digits, radix: 16) else { throw invalid("int") }
            return Token(kind: .int(number), offset: start)
        }
        var isDouble = false
        while let scalar = peek(), Self.isDigit(scalar) { position += 1 }
        if peek() == ".", peek(1).map(Self.isDigit) ?? false {
            isDouble = true
            position += 1
            while let scalar = peek(), Self.isDigit(scalar) { position += 1 }
        }
        if peek() == "e" || peek() == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
            if peek(1 + sign).map(Self.isDigit) ?? false {
                isDouble = true
                position += 1 + sign
                while let scalar = peek(), Self.isDigit(scalar) { position += 1 }
            }
        }
        let digits = text(start..<position)
        if isDouble {
            guard let number = Double(digits.hasPrefix(".") ? "0" + digits : digits) else { throw invalid("double") }
            return Token(kind: .double(number), offset: start)
        }
        if peek() == "u" || peek() == "U" {
            position += 1
            guard let number = UInt64(digits) else { throw invalid("uint") }
            return Token(kind: .uint(number), offset: start)
        }
        // The most negative number is a minus and this.
        if digits == "9223372036854775808" { return Token(kind: .uint(UInt64(Int64.max) + 1), offset: start) }
        guard let number = Int64(digits) else { throw invalid("int") }
        return Token(kind: .int(number), offset: start)
    }

    // MARK: Texts

    private mutating func textLiteral(_ start: Int) throws(SyntaxProblem) -> Token? {
        var isRaw = false
        var isBytes = false
        var ahead = 0
        while let scalar = peek(ahead), ahead < 2 {
            if scalar == "r" || scalar == "R", !isRaw {
                isRaw = true
            } else if scalar == "b" || scalar == "B", !isBytes {
                isBytes = true
            } else {
                break
            }
            ahead += 1
        }
        guard let quote = peek(ahead), quote == "\"" || quote == "'" else { return nil }
        position += ahead
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var characters = String.UnicodeScalarView()
        var bytes: [UInt8] = []
        func fail() -> SyntaxProblem {
            SyntaxProblem(
                message: "Syntax error: token recognition error at: '\(text(start..<min(position, scalars.count)))'", offset: start)
        }
        while true {
            guard let scalar = peek() else { throw fail() }
            if scalar == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                position += isTriple ? 3 : 1
                break
            }
            if !isTriple, scalar == "\n" || scalar == "\r" { throw fail() }
            position += 1
            guard scalar == "\\", !isRaw else {
                if isBytes { bytes += Array(String(scalar).utf8) } else { characters.append(scalar) }
                continue
            }
            guard let (code, isByte) = try escape(isBytes) else { throw fail() }
            if isBytes, isByte {
                bytes.append(UInt8(truncatingIfNeeded: code))
            } else if let scalar = Unicode.Scalar(code) {
                if isBytes { bytes += Array(String(scalar).utf8) } else { characters.append(scalar) }
            } else {
                throw fail()
            }
        }
        return Token(kind: isBytes ? .bytes(bytes) : .string(String(characters)), offset: start)
    }

    private mutating func escape(_ isBytes: Bool) throws(SyntaxProblem) -> (UInt32, isByte: Bool)? {
        guard let scalar = peek() else { return nil }
        position += 1
        func hex(_ count: Int) -> UInt32? {
            guard position + count <= scalars.count, scalars[position..<position + count].allSatisfy(Self.isHex) else { return nil }
            return UInt32(text(position..<position + count), radix: 16)
        }
        switch scalar {
        case "a": return (7, false)
        case "b": return (8, false)
        case "f": return (12, false)
        case "n": return (10, false)
        case "r": return (13, false)
        case "t": return (9, false)
        case "v": return (11, false)
        case "\\", "?", "\"", "'", "`": return (scalar.value, false)
        case "x", "X":
            guard let value = hex(2) else { return nil }
            position += 2
            return (value, true)
        case "u" where !isBytes:
            guard let value = hex(4) else { return nil }
            position += 4
            return (value, false)
        case "U" where !isBytes:
            guard let value = hex(8) else { return nil }
            position += 8
            return (value, false)
        case "0"..."3":
            guard position + 2 <= scalars.count, let value = UInt32(text(position - 1..<position + 2), radix: 8) else { return nil }
            position += 2
            return (value, true)
        default: return nil
        }
    }
}
