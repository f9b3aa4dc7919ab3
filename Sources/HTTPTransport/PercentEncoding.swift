/// Text as a part of a URL's path or query: everything but unreserved characters as `%XX`.
package enum PercentEncoding {
    /// All bytes but letters, digits and `-._~` as `%XX`.
    package static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" + digits : digits)
            }
        }
        return result
    }

    /// A path and query as it may stand in the first line of a request: bytes that would end it as `%XX`.
    static func target(_ text: String) -> String {
        func ends(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }
        guard text.utf8.contains(where: ends) else { return text }
        return text.unicodeScalars.map { $0.isASCII && ends(UInt8($0.value)) ? encoded(String($0)) : String($0) }.joined()
    }
}
