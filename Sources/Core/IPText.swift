/// Addresses as text, with Go's rules: no leading zeros, no zones.
package enum IPText {
    package static func isIPv4(_ text: String) -> Bool { ipv4(text) != nil }

    /// The four bytes of an address.
    package static func ipv4(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (value, digits, isZeroFirst) = (0, 0, false)
        for byte in Array(text.utf8) {
            switch byte {
            case UInt8(ascii: "."):
                guard digits > 0, bytes.count < 3 else { return nil }
                bytes.append(UInt8(value))
                (value, digits) = (0, 0)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits == 0 || !isZeroFirst else { return nil }
                isZeroFirst = digits == 0 && byte == UInt8(ascii: "0")
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
                guard value <= 255 else { return nil }
            default: return nil
            }
        }
        guard digits > 0, bytes.count == 3 else { return nil }
        bytes.append(UInt8(value))
        return bytes
    }

    package static func isIPv6(_ text: String) -> Bool { ipv6(text) != nil }

    /// The sixteen bytes of an address.
    package static func ipv6(_ text: String) -> [UInt8]? {
        guard text.contains(":"), !text.contains("%") else { return nil }
        var text = text
        var tail: [UInt8] = []
        // The last four bytes may be written as an IPv4 address.
        if text.contains("."), let colon = text.lastIndex(of: ":") {
            guard let bytes = ipv4(String(text[text.index(after: colon)...])) else { return nil }
            tail = bytes
            text = String(text[...colon]) + "0:0"
        }
        let halves: [[Substring]]
        if let gap = text.range(of: "::") {
            let rest = text[gap.upperBound...]
            guard rest.range(of: "::") == nil, !rest.hasPrefix(":") else { return nil }
            let left = text[..<gap.lowerBound]
            halves = [
                left.isEmpty ? [] : left.split(separator: ":", omittingEmptySubsequences: false),
                rest.isEmpty ? [] : rest.split(separator: ":", omittingEmptySubsequences: false),
            ]
            guard halves[0].count + halves[1].count < 8 else { return nil }
        } else {
            halves = [text.split(separator: ":", omittingEmptySubsequences: false)]
            guard halves[0].count == 8 else { return nil }
        }
        func groups(_ parts: [Substring]) -> [UInt8]? {
            var bytes: [UInt8] = []
            for part in parts {
                guard !part.isEmpty, part.count <= 4, let group = UInt16(part, radix: 16), part.first != "+", part.first != "-" else {
                    return nil
                }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
            return bytes
        }
        guard let left = groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return tail.isEmpty ? left : left.dropLast(4) + tail }
        guard let right = groups(halves[1]) else { return nil }
        let bytes = left + [UInt8](repeating: 0, count: 16 - left.count - right.count) + right
        return tail.isEmpty ? bytes : bytes.dropLast(4) + tail
    }

    package static func isCIDR(_ text: String) -> Bool {
        guard let slash = text.lastIndex(of: "/") else { return false }
        let address = String(text[..<slash])
        let digits = text[text.index(after: slash)...]
        guard !digits.isEmpty, digits == "0" || digits.first != "0", digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let length = Int(digits)
        else {
            return false
        }
        return isIPv4(address) ? length <= 32 : isIPv6(address) && length <= 128
    }
}

extension StringProtocol {
    /// The first place of a text; the standard library's is in Foundation.
    fileprivate func range(of other: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
