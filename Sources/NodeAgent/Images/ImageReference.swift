/// The grammar of image names (https://pkg.go.dev/github.com/distribution/reference).
package enum ImageReference {
    /// Whether a runtime can look for an image of this name: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`.
    package static func isValid(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
            guard isDigest(rest[(at + 1)...]) else { return false }
            rest = rest[..<at]
        }
        let slash = rest.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? rest.startIndex
        if let colon = rest[slash...].firstIndex(of: UInt8(ascii: ":")) {
            guard isTag(rest[(colon + 1)...]) else { return false }
            rest = rest[..<colon]
        }
        guard !rest.isEmpty, rest.count <= 255 else { return false }
        var parts = rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        // The first part is a host where it cannot be a part of a path, as in "localhost/x" and "Registry:5000/x".
        let first = parts[0]
        let isHost =
            first.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || isUpper($0) } || first.elementsEqual("localhost".utf8)
        if parts.count > 1, isHost {
            guard self.isHost(first) else { return false }
            parts.removeFirst()
        }
        // 64 hexadecimal digits would be taken for an image's id.
        if parts.count == 1, parts[0].count == 64, parts[0].allSatisfy({ isHexadecimal($0) && !isUpper($0) }) { return false }
        return parts.allSatisfy(isPathPart)
    }

    private static func isHost(_ text: ArraySlice<UInt8>) -> Bool {
        var name = text
        if let colon = text.lastIndex(of: UInt8(ascii: ":")), text.last != UInt8(ascii: "]") {
            let port = text[(colon + 1)...]
            guard !port.isEmpty, port.allSatisfy(isDigit) else { return false }
            name = text[..<colon]
        }
        if name.first == UInt8(ascii: "["), name.last == UInt8(ascii: "]") {
            let address = name.dropFirst().dropLast()
            return !address.isEmpty && address.allSatisfy { isHexadecimal($0) || $0 == UInt8(ascii: ":") }
        }
        return name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.first, let last = part.last, isLetterOrDigit(first), isLetterOrDigit(last) else { return false }
            return part.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    /// Small letters and digits, between them a dot, one or two underscores, or hyphens.
    private static func isPathPart(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, let last = text.last, isSmallOrDigit(first), isSmallOrDigit(last) else { return false }
        return text.split(omittingEmptySubsequences: true, whereSeparator: isSmallOrDigit).allSatisfy { separator in
            let separator = String(decoding: separator, as: UTF8.self)
            return separator == "." || separator == "_" || separator == "__" || separator.utf8.allSatisfy { $0 == UInt8(ascii: "-") }
        }
    }

    private static func isTag(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, text.count <= 128, isLetterOrDigit(first) || first == UInt8(ascii: "_") else { return false }
        return text.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isDigest(_ text: ArraySlice<UInt8>) -> Bool {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let first = text.first, isLetter(first) else { return false }
        let digits = text[(colon + 1)...]
        return digits.count >= 32 && digits.allSatisfy(isHexadecimal)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isSmallOrDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { isUpper(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isUpper(byte) || isSmallOrDigit(byte) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
