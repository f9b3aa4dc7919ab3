extension String {
    /// `==`, decided in place wherever the two words that a string consists of already tell: nearly always for the names of members.
    ///
    /// The words are those of Swift's native strings on 64 bits: up to fifteen bytes of text stand in the words themselves (`isShort`), of
    /// longer text the first word has the length and whether it is ASCII. `StringTests` compares this with `==`.
    @inlinable @inline(__always)
    package static func isSame(_ left: String, _ right: String) -> Bool {
        let a = unsafeBitCast(left, to: (UInt64, UInt64).self)
        let b = unsafeBitCast(right, to: (UInt64, UInt64).self)
        if a.0 == b.0, a.1 == b.1 { return true }
        let isShort: UInt64 = 1 << 61
        let isShortASCII: UInt64 = 3 << 61
        let isLongASCII: UInt64 = 1 << 63
        let length: UInt64 = 0xFFFF_FFFF_FFFF
        if a.1 & b.1 & isShort != 0 {
            if a.1 & b.1 & isShortASCII == isShortASCII { return false }
        } else if a.1 & isShort != 0 {
            if b.0 & isLongASCII != 0, b.0 & length > 15 { return false }
        } else if b.1 & isShort != 0 {
            if a.0 & isLongASCII != 0, a.0 & length > 15 { return false }
        } else if a.0 & b.0 & isLongASCII != 0, a.0 & length != b.0 & length {
            return false
        }
        return left == right
    }
}
