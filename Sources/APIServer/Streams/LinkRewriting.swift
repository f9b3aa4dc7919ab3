import HTTPTransport

/// Makes answers of proxied servers lead back through the proxy: links in HTML pages and the targets of redirects that name a path
/// of the server get the proxy's path before them. Pure.
package struct LinkRewriting: Sendable {
    /// The path of the proxy, without a slash at its end.
    package let prefix: String

    package init(prefix: String) { self.prefix = prefix }

    /// Attributes of HTML that hold addresses.
    private static let attributes: Set<String> = [
        "action", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "longdesc", "manifest", "poster",
        "profile",
        "src", "usemap",
    ]

    /// The address as seen through the proxy; others' addresses and relative ones stay as they are.
    package func address(_ address: String) -> String {
        address.hasPrefix("/") && !address.hasPrefix("//") && !address.hasPrefix(prefix + "/") ? prefix + address : address
    }

    /// Whether a body can be rewritten: HTML that is not compressed.
    static func applies(to headers: HTTPFields) -> Bool {
        guard let type = headers["content-type"], type.lowercased().hasPrefix("text/html") else { return false }
        return headers["content-encoding"] == nil
    }

    /// The page with its links rewritten; everything but values of address attributes stays byte for byte.
    package func page(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 256)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), position + 1 < bytes.count, Self.isLetter(bytes[position + 1]) {
                tag(bytes, &position, &result)
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return result
    }

    /// One tag, from its "<" to its ">".
    private func tag(_ bytes: [UInt8], _ position: inout Int, _ result: inout [UInt8]) {
        var name: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
            let byte = bytes[position]
            result.append(byte)
            position += 1
            guard byte == UInt8(ascii: "=") else {
                // An attribute's name is what stands last before the equals sign.
                if Self.isLetter(byte) {
                    name.append(byte | 0x20)
                } else if byte != UInt8(ascii: "-") || name.isEmpty {
                    name = []
                } else {
                    name.append(byte)
                }
                continue
            }
            let attribute = String(decoding: name, as: UTF8.self)
            name = []
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") else { continue }
            let quote = bytes[position]
            guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { continue }
            let value = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
            result.append(quote)
            result += Array((Self.attributes.contains(attribute) ? address(value) : value).utf8)
            result.append(quote)
            position = end + 1
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
