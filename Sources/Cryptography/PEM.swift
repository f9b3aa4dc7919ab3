import Core

/// The text form of keys and certificates (RFC 7468): base64 between a line that begins and one that ends it.
enum PEM {
    private static let lineLength = 64

    static func encode(_ bytes: [UInt8], label: String) -> String {
        let digits = Array(Base64.encode(bytes).utf8)
        var text = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: digits.count, by: lineLength) {
            text += String(decoding: digits[start..<min(start + lineLength, digits.count)], as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }

    /// The one block in a text, whatever stands before and behind it; its label must be one of `labels`. Throws `CryptographyError`.
    static func decode(_ text: String, labels: [String]) throws -> (label: String, bytes: [UInt8]) {
        var found: (label: String, bytes: [UInt8])?
        var open: (label: Substring, digits: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            if let label = label(of: line, "BEGIN") {
                guard open == nil, found == nil else { throw CryptographyError("there is more than one PEM block") }
                open = (label, "")
            } else if let label = label(of: line, "END") {
                guard let (begun, digits) = open else { throw CryptographyError("a PEM block ends that has not begun") }
                guard begun == label else { throw CryptographyError("a PEM block begins as \(begun) and ends as \(label)") }
                guard labels.contains(String(label)) else {
                    throw CryptographyError("it is the PEM block \(label), not \(labels.joined(separator: " or "))")
                }
                do { found = (String(label), try Base64.decode(digits)) } catch {
                    throw CryptographyError("the PEM block is not base64: \(error)")
                }
                open = nil
            } else {
                open?.digits.append(contentsOf: line.filter { $0 != " " && $0 != "\t" })
            }
        }
        guard open == nil else { throw CryptographyError("the PEM block does not end") }
        guard let found else { throw CryptographyError("there is no PEM block") }
        return found
    }

    private static func label(of line: Substring, _ word: String) -> Substring? {
        let start = "-----\(word) "
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        guard trimmed.hasPrefix(start), let end = trimmed.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return nil }
        let rest = trimmed[...end].dropFirst(start.count)
        return rest.hasSuffix("-----") ? rest.dropLast(5) : nil
    }
}
