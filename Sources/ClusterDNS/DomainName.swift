/// A domain name as sent: labels of bytes, compared without regard to ASCII case.
package struct DomainName: Hashable, Sendable, CustomStringConvertible {
    package let labels: [[UInt8]]

    package init(labels: [[UInt8]]) { self.labels = labels }

    /// From dotted text, with or without the dot at the end. Nil when a label is empty or longer than 63 bytes, or all of it than 255.
    package init?(_ text: String) {
        var labels = text.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
        if labels.last?.isEmpty == true { labels.removeLast() }
        guard labels.allSatisfy({ (1...63).contains($0.count) }), labels.reduce(1, { $0 + $1.count + 1 }) <= 255 else { return nil }
        self.labels = labels
    }

    /// Lower case, without the dot at the end; bytes that are not of a host name are written `\ddd`.
    package var description: String { labels.map(Self.text).joined(separator: ".") }

    static func text(_ label: [UInt8]) -> String {
        var result = ""
        for byte in label {
            switch byte {
            case 0x41...0x5A: result.unicodeScalars.append(Unicode.Scalar(byte + 32))
            case 0x21...0x7E where byte != 0x2E && byte != 0x5C: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\" + String(Int(byte) + 1000).dropFirst()
            }
        }
        return result
    }

    package static func == (left: Self, right: Self) -> Bool { left.description == right.description }
    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
