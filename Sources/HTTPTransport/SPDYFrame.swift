/// One SPDY/3.1 frame, headers already in clear text.
package enum SPDYFrame: Equatable {
    case synStream(id: UInt32, headers: HTTPFields, isLast: Bool)
    case synReply(id: UInt32, headers: HTTPFields, isLast: Bool)
    case headers(id: UInt32, headers: HTTPFields, isLast: Bool)
    case data(id: UInt32, bytes: [UInt8], isLast: Bool)
    case reset(id: UInt32, status: UInt32)
    case settings
    case ping(id: UInt32)
    case goAway(lastGood: UInt32, status: UInt32)
    case windowUpdate(id: UInt32, delta: UInt32)
    case unknown
}

/// Reads and writes SPDY/3.1 frames (the SPDY protocol, draft 3.1, section 2.6). Header blocks share one compression context for each
/// direction, so frames must be coded in the order they travel.
package struct SPDYCodec {
    package static let maximumFrame = 1024 * 1024
    package static let maximumHeaders = 64 * 1024

    private let deflater: Deflater
    private let inflater: Inflater
    private var buffer: [UInt8] = []
    private var start = 0

    /// Nil when zlib cannot allocate.
    package init?() {
        guard let deflater = Deflater(level: 6, wrapping: .zlib, dictionary: SPDYDictionary.bytes),
            let inflater = Inflater(wrapping: .zlib, dictionary: SPDYDictionary.bytes)
        else { return nil }
        self.deflater = deflater
        self.inflater = inflater
    }

    // MARK: Writing

    package mutating func encode(_ frame: SPDYFrame) -> [UInt8] {
        switch frame {
        case .synStream(let id, let headers, let isLast):
            return control(1, flags: isLast ? 1 : 0, Self.word(id) + Self.word(0) + [0, 0] + block(headers))
        case .synReply(let id, let headers, let isLast): return control(2, flags: isLast ? 1 : 0, Self.word(id) + block(headers))
        case .headers(let id, let headers, let isLast): return control(8, flags: isLast ? 1 : 0, Self.word(id) + block(headers))
        case .data(let id, let bytes, let isLast):
            return Self.word(id & 0x7FFF_FFFF) + Self.word(UInt32(bytes.count) | (isLast ? 0x0100_0000 : 0)) + bytes
        case .reset(let id, let status): return control(3, flags: 0, Self.word(id) + Self.word(status))
        case .settings: return control(4, flags: 0, Self.word(0))
        case .ping(let id): return control(6, flags: 0, Self.word(id))
        case .goAway(let last, let status): return control(7, flags: 0, Self.word(last) + Self.word(status))
        case .windowUpdate(let id, let delta): return control(9, flags: 0, Self.word(id) + Self.word(delta))
        case .unknown: return []
        }
    }

    private func control(_ type: UInt8, flags: UInt32, _ payload: [UInt8]) -> [UInt8] {
        [0x80, 3, 0, type] + Self.word(flags << 24 | UInt32(payload.count)) + payload
    }

    private func block(_ headers: HTTPFields) -> [UInt8] {
        var names: [String] = []
        for field in headers.fields where !names.contains(field.name.lowercased()) { names.append(field.name.lowercased()) }
        var plain = Self.word(UInt32(names.count))
        for name in names {
            let value = headers.all(name).joined(separator: "\0")
            plain += Self.word(UInt32(name.utf8.count)) + Array(name.utf8) + Self.word(UInt32(value.utf8.count)) + Array(value.utf8)
        }
        return deflater.deflate(plain, isLast: false)
    }

    private static func word(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) } }

    // MARK: Reading

    package mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, or nil until more bytes have come. Throws `HTTPError.protocolViolation`.
    package mutating func next() throws -> SPDYFrame? {
        guard buffer.count - start >= 8 else { return nil }
        let length = Int(word(at: start + 4) & 0xFF_FFFF)
        guard length <= Self.maximumFrame else { throw HTTPError.protocolViolation("SPDY frame of \(length) bytes") }
        guard buffer.count - start >= 8 + length else { return nil }
        let first = word(at: start)
        let isLast = buffer[start + 4] & 1 != 0
        let body = start + 8
        defer { start = body + length }
        if first & 0x8000_0000 == 0 { return .data(id: first, bytes: Array(buffer[body..<(body + length)]), isLast: isLast) }
        let type = first & 0xFFFF
        let minimum = [1: 10, 2: 4, 3: 8, 4: 4, 6: 4, 7: 8, 8: 4, 9: 8][type] ?? 0
        guard length >= minimum else { throw HTTPError.protocolViolation("SPDY frame of type \(type) is too short") }
        switch type {
        case 1: return .synStream(id: id(at: body), headers: try headers(body + 10, length - 10), isLast: isLast)
        case 2: return .synReply(id: id(at: body), headers: try headers(body + 4, length - 4), isLast: isLast)
        case 3: return .reset(id: id(at: body), status: word(at: body + 4))
        case 4: return .settings
        case 6: return .ping(id: word(at: body))
        case 7: return .goAway(lastGood: id(at: body), status: word(at: body + 4))
        case 8: return .headers(id: id(at: body), headers: try headers(body + 4, length - 4), isLast: isLast)
        case 9: return .windowUpdate(id: id(at: body), delta: word(at: body + 4) & 0x7FFF_FFFF)
        default: return .unknown
        }
    }

    private func word(at position: Int) -> UInt32 {
        UInt32(buffer[position]) << 24 | UInt32(buffer[position + 1]) << 16 | UInt32(buffer[position + 2]) << 8
            | UInt32(buffer[position + 3])
    }

    private func id(at position: Int) -> UInt32 { word(at: position) & 0x7FFF_FFFF }

    private func headers(_ position: Int, _ length: Int) throws -> HTTPFields {
        guard let plain = inflater.inflate(Array(buffer[position..<(position + length)]), limit: Self.maximumHeaders) else {
            throw HTTPError.protocolViolation("SPDY header block cannot be read")
        }
        var position = 0
        func number() throws -> Int {
            guard plain.count - position >= 4 else { throw HTTPError.protocolViolation("SPDY header block ends early") }
            defer { position += 4 }
            return (0..<4).reduce(0) { $0 << 8 | Int(plain[position + $1]) }
        }
        func text() throws -> String {
            let count = try number()
            guard count <= plain.count - position else { throw HTTPError.protocolViolation("SPDY header block ends early") }
            defer { position += count }
            return String(decoding: plain[position..<(position + count)], as: UTF8.self)
        }
        var fields = HTTPFields()
        let count = try number()
        guard count <= 200 else { throw HTTPError.protocolViolation("SPDY header block of \(count) fields") }
        for _ in 0..<count {
            let name = try text()
            for value in try text().split(separator: "\0", omittingEmptySubsequences: false) { fields.add(name, String(value)) }
        }
        return fields
    }
}
