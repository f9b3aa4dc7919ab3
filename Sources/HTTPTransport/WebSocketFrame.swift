/// One WebSocket frame (RFC 6455, section 5).
package struct WebSocketFrame: Equatable {
    package enum Opcode: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    package var isFinal = true
    package var opcode: Opcode
    package var payload: [UInt8]

    package init(isFinal: Bool = true, opcode: Opcode, payload: [UInt8]) {
        self.isFinal = isFinal
        self.opcode = opcode
        self.payload = payload
    }

    /// The frame's bytes; clients mask theirs with `mask`.
    package func encoded(mask: UInt32?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 14)
        bytes.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case 0..<126: bytes.append(maskBit | UInt8(payload.count))
        case 126..<65_536:
            bytes.append(maskBit | 126)
            bytes.append(contentsOf: [UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)])
        default:
            bytes.append(maskBit | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        }
        guard let mask else {
            bytes.append(contentsOf: payload)
            return bytes
        }
        let key = [UInt8(mask >> 24), UInt8(mask >> 16 & 0xFF), UInt8(mask >> 8 & 0xFF), UInt8(mask & 0xFF)]
        bytes.append(contentsOf: key)
        for (position, byte) in payload.enumerated() { bytes.append(byte ^ key[position & 3]) }
        return bytes
    }
}

/// Cuts a stream of bytes into frames.
package struct WebSocketDecoder {
    /// Whether the peer must mask its frames, as clients must and servers must not.
    package let expectsMask: Bool
    package let maximumPayload: Int
    private var buffer: [UInt8] = []
    private var start = 0

    package init(expectsMask: Bool, maximumPayload: Int = 1024 * 1024) {
        self.expectsMask = expectsMask
        self.maximumPayload = maximumPayload
    }

    package mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, or nil until more bytes have come. Throws `HTTPError.protocolViolation`.
    package mutating func next() throws -> WebSocketFrame? {
        let available = buffer.count - start
        guard available >= 2 else { return nil }
        let (first, second) = (buffer[start], buffer[start + 1])
        guard first & 0x70 == 0, let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F) else {
            throw HTTPError.protocolViolation("WebSocket frame with unknown bits or opcode")
        }
        guard (second & 0x80 != 0) == expectsMask else { throw HTTPError.protocolViolation("WebSocket frame masked the wrong way") }
        var length = Int(second & 0x7F)
        var header = 2
        if length >= 126 {
            let digits = length == 126 ? 2 : 8
            header += digits
            guard available >= header else { return nil }
            var wide: UInt64 = 0
            for position in 0..<digits { wide = wide << 8 | UInt64(buffer[start + 2 + position]) }
            guard wide <= UInt64(maximumPayload) else {
                throw HTTPError.protocolViolation("WebSocket frame of more than \(maximumPayload) bytes")
            }
            length = Int(wide)
        }
        let isFinal = first & 0x80 != 0
        guard !opcode.isControl || (isFinal && length < 126) else { throw HTTPError.protocolViolation("WebSocket control frame in parts") }
        guard length <= maximumPayload else { throw HTTPError.protocolViolation("WebSocket frame of more than \(maximumPayload) bytes") }
        let maskAt = start + header
        if expectsMask { header += 4 }
        guard available >= header + length else { return nil }
        var payload = Array(buffer[(start + header)..<(start + header + length)])
        if expectsMask {
            let key = (buffer[maskAt], buffer[maskAt + 1], buffer[maskAt + 2], buffer[maskAt + 3])
            payload.withUnsafeMutableBufferPointer { payload in
                for position in payload.indices {
                    switch position & 3 {
                    case 0: payload[position] ^= key.0
                    case 1: payload[position] ^= key.1
                    case 2: payload[position] ^= key.2
                    default: payload[position] ^= key.3
                    }
                }
            }
        }
        start += header + length
        return WebSocketFrame(isFinal: isFinal, opcode: opcode, payload: payload)
    }
}
