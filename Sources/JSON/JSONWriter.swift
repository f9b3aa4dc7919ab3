import Values

/// Writes values as compact JSON text (RFC 8259), members in the order they have.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []

    package init(reserving capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// The JSON text of one value.
    package static func encode(_ value: Value) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(value)
        return writer.bytes
    }

    /// The JSON text of one value, as a string.
    package static func string(_ value: Value) -> String { String(decoding: encode(value), as: UTF8.self) }

    /// Appends raw text that is known to be JSON, or a part of it.
    package mutating func write(raw text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }
    package mutating func write(raw text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
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
            bytes.append(UInt8(ascii: "["))
            for position in items.indices {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                write(items[position])
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            var first = true
            for member in object {
                if !first { bytes.append(UInt8(ascii: ",")) }
                first = false
                write(member.key)
                bytes.append(UInt8(ascii: ":"))
                write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    package mutating func write(_ number: Int64) {
        if number >= 0 && number < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(number))
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
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        for position in start..<20 { bytes.append(digits[position]) }
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
            bytes.append(contentsOf: number.jsonText.utf8)
        }
    }

    package mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var clean = 0
            for position in utf8.indices {
                let byte = utf8[position]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                bytes.append(contentsOf: utf8[clean..<position])
                clean = position + 1
                writeEscape(byte)
            }
            bytes.append(contentsOf: utf8[clean...])
        }
        bytes.append(UInt8(ascii: "\""))
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
            bytes.append(hexadecimal[Int(byte >> 4)])
            bytes.append(hexadecimal[Int(byte & 0xF)])
        }
    }
}
