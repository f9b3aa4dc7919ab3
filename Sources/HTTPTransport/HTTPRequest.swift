/// The body of a request: whole, or as it arrives.
package enum HTTPBody: Sendable {
    case bytes([UInt8])
    case stream(InboundBuffer)
}

/// One request as a handler sees it, the same over HTTP/1.1 and HTTP/2.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Path and query as sent, still percent-encoded.
    package var target: String
    package var headers: HTTPFields
    package var body: HTTPBody
    /// The certificate (DER) that the peer proved to own and that chains to the server's client CAs.
    package var peerCertificate: [UInt8]?
    /// The peer's address without its port.
    package var remoteAddress: String
    package var isHTTP2: Bool
    package var isTLS: Bool
    /// The Host header or :authority.
    package var host: String { headers["host"] ?? "" }

    package init(
        method: String, target: String, headers: HTTPFields = HTTPFields(), body: HTTPBody = .bytes([]), peerCertificate: [UInt8]? = nil,
        remoteAddress: String = "", isHTTP2: Bool = false, isTLS: Bool = false
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.peerCertificate = peerCertificate
        self.remoteAddress = remoteAddress
        self.isHTTP2 = isHTTP2
        self.isTLS = isTLS
    }

    /// The target up to its query, percent-encoded.
    package var path: Substring { target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)] }

    /// The text after the question mark, or nothing.
    package var query: Substring {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return "" }
        return target[target.utf8.index(after: mark)...]
    }

    /// The whole body; empty when it is a stream.
    package var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }

    /// Whether the client asks to change the protocol of this connection (HTTP/1.1 only).
    package var isUpgrade: Bool { !isHTTP2 && headers.contains("connection", "upgrade") && headers["upgrade"] != nil }
}

/// The parameters of a query (`application/x-www-form-urlencoded`), in order.
package struct QueryParameters: Sendable {
    package private(set) var items: [(name: String, value: String)] = []

    package init(_ query: Substring) {
        var rest = query.utf8
        while !rest.isEmpty {
            let part = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest.dropFirst(part.count + 1)
            guard !part.isEmpty else { continue }
            let name = part.prefix { $0 != UInt8(ascii: "=") }
            items.append((percentDecoded(name, plusIsSpace: true), percentDecoded(part.dropFirst(name.count + 1), plusIsSpace: true)))
        }
    }

    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }
    package func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
    package var isEmpty: Bool { items.isEmpty }
}

/// Text with `%XX` read as bytes; sequences that are not hexadecimal stay as they are.
package func percentDecoded(_ text: Substring.UTF8View, plusIsSpace: Bool = false) -> String {
    func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
    guard text.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
        return String(decoding: text, as: UTF8.self)
    }
    let bytes = Array(text)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
        let byte = bytes[position]
        if byte == UInt8(ascii: "%"), position + 2 < bytes.count, let high = digit(bytes[position + 1]),
            let low = digit(bytes[position + 2])
        {
            result.append(high << 4 | low)
            position += 3
        } else {
            result.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            position += 1
        }
    }
    return String(decoding: result, as: UTF8.self)
}
