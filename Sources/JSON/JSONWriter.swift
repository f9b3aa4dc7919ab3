import Values

/// Writes values as compact JSON text (RFC 8259), members in the order they have.
package struct JSONWriter {
    /// What is written stands in front of `count`; what is behind is room.
    private var buffer: [UInt8]
    /// How many bytes are written.
    package private(set) var count = 0

    package init(reserving capacity: Int = 256) { buffer = [UInt8](repeating: 0, count: capacity) }

    /// The text, which is the caller's from here on; the writer is empty then.
    package mutating func take() -> [UInt8] {
        var result: [UInt8] = []
        swap(&result, &buffer)
        result.removeLast(result.count - count)
        count = 0
        return result
    }

    /// The JSON text of one value.
    package static func encode(_ value: Value) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(value)
        return writer.take()
    }

    /// The JSON text of one value, as a string.
    package static func string(_ value: Value) -> String { String(decoding: encode(value), as: UTF8.self) }

    /// Appends raw text that is known to be JSON, or a part of it.
    package mutating func write(raw text: some Collection<UInt8>) {
        let isWritten: Void? = text.withContiguousStorageIfAvailable { write(bytes: $0) }
        guard isWritten == nil else { return }
        for byte in text { write(byte: byte) }
    }
    package mutating func write(raw text: StaticString) { text.withUTF8Buffer { write(bytes: $0) } }

    @inline(__always) private mutating func reserve(_ more: Int) {
        guard count + more > buffer.count else { return }
        buffer.append(contentsOf: [UInt8](repeating: 0, count: max(buffer.count, more, 64)))
    }

    @inline(__always) private mutating func write(byte: UInt8) {
        reserve(1)
        buffer[count] = byte
        count += 1
    }

    private mutating func write(bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        let start = count
        buffer.withUnsafeMutableBufferPointer { $0.baseAddress?.advanced(by: start).update(from: source, count: bytes.count) }
        count += bytes.count
    }

    package mutating func write(_ value: Value) {
        switch value {
        case .null: write(raw: "null")
        case .bool(true): write(raw: "true")
        case .bool(false): write(raw: "false")
        case .int(let number): write(number)
        case .double(let number): write(number)
        case .string(let text): write(text)
        case .array(let items):
            write(byte: UInt8(ascii: "["))
            for position in items.indices {
                if position > 0 { write(byte: UInt8(ascii: ",")) }
                write(items[position])
            }
            write(byte: UInt8(ascii: "]"))
        case .object(let object):
            write(byte: UInt8(ascii: "{"))
            object.members.withUnsafeBufferPointer { members in
                for position in members.indices {
                    if position > 0 { write(byte: UInt8(ascii: ",")) }
                    write(members[position].key)
                    write(byte: UInt8(ascii: ":"))
                    write(members[position].value)
                }
            }
            write(byte: UInt8(ascii: "}"))
        }
    }

    package mutating func write(_ number: Int64) {
        if number >= 0 && number < 10 {
            write(byte: UInt8(ascii: "0") + UInt8(number))
            return
        }
        var digits: [20 of UInt8] = .init(repeating: 0)
        var magnitude = number.magnitude
        var start = 20
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(magnitude % 10)
            magnitude /= 10
        } while magnitude > 0
        if number < 0 { write(byte: UInt8(ascii: "-")) }
        for position in start..<20 { write(byte: digits[position]) }
    }

    /// Writes a fraction with the fewest digits that read back the same; a whole number is written without a fraction.
    package mutating func write(_ number: Double) {
        guard number.isFinite else {
            write(raw: "null")
            return
        }
        if let whole = Int64(exactly: number), number.magnitude < 1e15 {
            write(whole)
        } else {
            write(raw: number.jsonText.utf8)
        }
    }

    package mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            guard !Self.needsEscape(utf8) else { return writeEscaped(utf8) }
            reserve(utf8.count + 2)
            let start = count
            buffer.withUnsafeMutableBufferPointer { buffer in
                buffer[start] = UInt8(ascii: "\"")
                if let source = utf8.baseAddress { buffer.baseAddress?.advanced(by: start + 1).update(from: source, count: utf8.count) }
                buffer[start + 1 + utf8.count] = UInt8(ascii: "\"")
            }
            count += utf8.count + 2
        }
    }

    /// Whether a control character, a quotation mark or a backslash is among them; eight are looked at together.
    private static func needsEscape(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
        var position = 0
        while position + 8 <= utf8.count {
            let word = UnsafeRawBufferPointer(utf8).loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let quotes = word ^ each(UInt8(ascii: "\""))
            let backslashes = word ^ each(UInt8(ascii: "\\"))
            // The upper bit of a byte is set where it was less than what is subtracted, and less than 128; a borrow shows only behind such a one.
            let found =
                ((word &- each(0x20)) & ~word) | ((quotes &- each(1)) & ~quotes) | ((backslashes &- each(1)) & ~backslashes)
            if found & each(0x80) != 0 { return true }
            position += 8
        }
        while position < utf8.count {
            if Self.isEscaped(utf8[position]) { return true }
            position += 1
        }
        return false
    }

    @inline(__always) private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func writeEscaped(_ utf8: UnsafeBufferPointer<UInt8>) {
        write(byte: UInt8(ascii: "\""))
        var clean = 0
        for position in utf8.indices where Self.isEscaped(utf8[position]) {
            write(bytes: UnsafeBufferPointer(rebasing: utf8[clean..<position]))
            clean = position + 1
            writeEscape(utf8[position])
        }
        write(bytes: UnsafeBufferPointer(rebasing: utf8[clean...]))
        write(byte: UInt8(ascii: "\""))
    }

    private mutating func writeEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): write(raw: "\\\"")
        case UInt8(ascii: "\\"): write(raw: "\\\\")
        case 0x0A: write(raw: "\\n")
        case 0x0D: write(raw: "\\r")
        case 0x09: write(raw: "\\t")
        case 0x08: write(raw: "\\b")
        case 0x0C: write(raw: "\\f")
        default:
            let hexadecimal = Array("0123456789abcdef".utf8)
            write(raw: "\\u00")
            write(byte: hexadecimal[Int(byte >> 4)])
            write(byte: hexadecimal[Int(byte & 0xF)])
        }
    }
}
