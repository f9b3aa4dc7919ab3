/// Base64 with padding (RFC 4648, section 4), as bytes travel in JSON.
package enum Base64 {
    /// What was wrong with a text, in the words upstream answers with.
    package struct DecodingError: Error, Equatable, CustomStringConvertible {
        package let offset: Int
        package var description: String { "illegal base64 data at input byte \(offset)" }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var count = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { result.append(alphabet[Int(group >> shift & 63)]) }
            (group, count) = (0, 0)
        }
        if count > 0 {
            group <<= UInt32(8 * (3 - count))
            for position in 0..<4 {
                result.append(position <= count ? alphabet[Int(group >> UInt32(18 - 6 * position) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes of a text; line breaks inside it are skipped.
    package static func decode(_ text: String) throws(DecodingError) -> [UInt8] {
        var result: [UInt8] = []
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        var offset = -1
        for byte in text.utf8 {
            offset += 1
            let digit: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = UInt32(byte - 65)
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = UInt32(byte - 71)
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt32(byte + 4)
            case UInt8(ascii: "+"): digit = 62
            case UInt8(ascii: "/"): digit = 63
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "=") where digits + padding >= 2 && padding < 2 && digits + padding < 4:
                padding += 1
                continue
            default: throw DecodingError(offset: offset)
            }
            guard padding == 0 else { throw DecodingError(offset: offset) }
            group = group << 6 | digit
            digits += 1
            guard digits == 4 else { continue }
            result.append(contentsOf: [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)])
            (group, digits) = (0, 0)
        }
        guard digits + padding == 0 || digits + padding == 4 else {
            // An unfinished group is wrong from where it begins.
            throw DecodingError(offset: padding > 0 ? offset + 1 : offset + 1 - digits)
        }
        if digits == 3 { result.append(contentsOf: [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)]) }
        if digits == 2 { result.append(UInt8(group >> 4 & 255)) }
        return result
    }
}
