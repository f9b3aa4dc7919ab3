import NIOHTTP1

/// The header fields of a message: ordered, with names compared without regard to case.
package struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { Field($0, $1) } }

    init(_ headers: HTTPHeaders) {
        fields.reserveCapacity(headers.count)
        for (name, value) in headers { fields.append(Field(name, value)) }
    }

    /// What is sent. Whoever made up a value, it stays one line of its field: a control character becomes a space, and a field whose name is none
    /// is left out, as Go's library does.
    var nio: HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(fields.count + 2)
        for field in fields where Self.isName(field.name) { headers.add(name: field.name, value: Self.line(field.value)) }
        return headers
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                let isLetter = (0x61...0x7A).contains(byte | 0x20)
                return isLetter || (0x30...0x39).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    private static func line(_ text: String) -> String {
        func isControl(_ byte: UInt8) -> Bool { byte == 0x7F || (byte < 0x20 && byte != 0x09) }
        guard text.utf8.contains(where: isControl) else { return text }
        return String(decoding: text.utf8.map { isControl($0) ? 0x20 : $0 }, as: UTF8.self)
    }

    /// The first value of `name`. Writing replaces every one; writing nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { Self.same($0.name, name) }?.value }
        set {
            fields.removeAll { Self.same($0.name, name) }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }

    package mutating func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    /// Every value of `name`, in order.
    package func all(_ name: String) -> [String] { fields.filter { Self.same($0.name, name) }.map(\.value) }

    /// The comma-separated elements of every field `name`, trimmed and without empty ones.
    package func list(_ name: String) -> [String] {
        all(name).flatMap { $0.split(separator: ",") }.map { trimmed($0) }.filter { !$0.isEmpty }
    }

    /// Whether the list field `name` holds `token`, compared without regard to case.
    package func contains(_ name: String, _ token: String) -> Bool { list(name).contains { Self.same($0, token) } }

    package static func same(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        for (a, b) in zip(left.utf8, right.utf8) where a != b {
            let isLetter = (a | 0x20) >= 0x61 && (a | 0x20) <= 0x7A
            guard isLetter, a | 0x20 == b | 0x20 else { return false }
        }
        return true
    }
}

/// The text without spaces and tabs around it.
package func trimmed(_ text: some StringProtocol) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let bytes = Array(text.utf8)
    guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
}
