import Values

/// A short hash of a value for use in names: FNV-1a over the value with its keys sorted, written in the letters and digits
/// that make no words (the alphabet of `rand.SafeEncodeString`). Equal values have equal hashes, for ever.
package struct NameHash {
    private var state: UInt32 = 2_166_136_261

    /// The hash of a pod template; `collisions` leads on to another when a name is taken.
    package static func of(_ value: Value, collisions: Int? = nil) -> String {
        var hash = NameHash()
        hash.add(value)
        if let collisions { hash.add(.int(Int64(collisions))) }
        return hash.text
    }

    static func safe(_ text: String) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
        return String(decoding: text.utf8.map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
    }

    private var text: String { Self.safe(String(state)) }

    private mutating func mix(_ byte: UInt8) { state = (state ^ UInt32(byte)) &* 16_777_619 }
    private mutating func mix(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        mix(0xFF)
    }

    private mutating func add(_ value: Value) {
        switch value {
        case .null: mix(0)
        case .bool(let flag): mix(flag ? 2 : 1)
        case .int(let number):
            mix(3)
            mix(String(number))
        case .double(let number):
            mix(4)
            mix(String(number))
        case .string(let text):
            mix(5)
            mix(text)
        case .array(let elements):
            mix(6)
            for element in elements { add(element) }
            mix(7)
        case .object(let object):
            mix(8)
            for member in object.sorted(by: { $0.key < $1.key }) {
                mix(member.key)
                add(member.value)
            }
            mix(9)
        }
    }
}
