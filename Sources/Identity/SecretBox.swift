/// NaCl's secretbox: XSalsa20 with Poly1305, which no dependency has. The form is upstream's and NaCl's: the tag, then the text.
///
/// Source: D. J. Bernstein, "Extending the Salsa20 nonce" and "The Poly1305-AES message-authentication code". All methods take the same time
/// whatever the key and text are.
package enum SecretBox {
    package static let keyLength = 32
    package static let nonceLength = 24
    private static let tagLength = 16

    /// The tag and the encrypted text. A nonce must not be used twice with a key.
    package static func seal(_ text: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        let (stream, authenticator) = begin(key: key, nonce: nonce)
        let sealed = stream.combined(with: text[...])
        return Poly1305.tag(of: sealed[...], key: authenticator) + sealed
    }

    /// The text; nil when the key does not fit or the bytes were changed.
    package static func open(_ sealed: ArraySlice<UInt8>, key: [UInt8], nonce: [UInt8]) -> [UInt8]? {
        guard sealed.count >= tagLength else { return nil }
        let (stream, authenticator) = begin(key: key, nonce: nonce)
        let body = sealed.dropFirst(tagLength)
        var difference: UInt8 = 0
        for (left, right) in zip(Poly1305.tag(of: body, key: authenticator), sealed) { difference |= left ^ right }
        return difference == 0 ? stream.combined(with: body) : nil
    }

    /// The stream behind its first 32 bytes, which are the key of the authenticator.
    private static func begin(key: [UInt8], nonce: [UInt8]) -> (stream: Salsa20, authenticator: [UInt8]) {
        precondition(key.count == keyLength && nonce.count == nonceLength, "keys have 32 bytes and nonces 24")
        let inner = Salsa20.derive(Salsa20.words(key[...]), Salsa20.words(nonce[..<16]))
        let stream = Salsa20(key: inner, nonce: Salsa20.words(nonce[16...]))
        return (stream, Array(stream.block(0).prefix(32)))
    }
}

/// The stream cipher, at a key and a nonce.
private struct Salsa20 {
    private var state: [UInt32]

    /// "expand 32-byte k".
    private static let constants: [UInt32] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]

    init(key: [UInt32], nonce: [UInt32]) { state = Self.layout(key, [nonce[0], nonce[1], 0, 0]) }

    private static func layout(_ key: [UInt32], _ input: [UInt32]) -> [UInt32] {
        var words: [UInt32] = [constants[0]]
        words += key[0..<4]
        words.append(constants[1])
        words += input
        words.append(constants[2])
        words += key[4..<8]
        words.append(constants[3])
        return words
    }

    /// Little-endian words.
    static func words(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
        var words: [UInt32] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var word: UInt32 = 0
            for offset in 0..<4 { word |= UInt32(bytes[index + offset]) << UInt32(8 * offset) }
            words.append(word)
            index += 4
        }
        return words
    }

    private static func mix(_ words: inout [UInt32]) {
        words.withUnsafeMutableBufferPointer { x in
            for _ in 0..<10 {
                quarter(x, 0, 4, 8, 12)
                quarter(x, 5, 9, 13, 1)
                quarter(x, 10, 14, 2, 6)
                quarter(x, 15, 3, 7, 11)
                quarter(x, 0, 1, 2, 3)
                quarter(x, 5, 6, 7, 4)
                quarter(x, 10, 11, 8, 9)
                quarter(x, 15, 12, 13, 14)
            }
        }
    }

    private static func quarter(_ x: UnsafeMutableBufferPointer<UInt32>, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        let first = x[a] &+ x[d]
        x[b] ^= first << 7 | first >> 25
        let second = x[b] &+ x[a]
        x[c] ^= second << 9 | second >> 23
        let third = x[c] &+ x[b]
        x[d] ^= third << 13 | third >> 19
        let fourth = x[d] &+ x[c]
        x[a] ^= fourth << 18 | fourth >> 14
    }

    /// HSalsa20: the key that the first sixteen bytes of a long nonce make of a key.
    static func derive(_ key: [UInt32], _ input: [UInt32]) -> [UInt32] {
        var x = layout(key, input)
        mix(&x)
        return [x[0], x[5], x[10], x[15], x[6], x[7], x[8], x[9]]
    }

    /// The 64 bytes of the stream with this number.
    func block(_ number: UInt64) -> [UInt8] {
        var input = state
        input[8] = UInt32(truncatingIfNeeded: number)
        input[9] = UInt32(truncatingIfNeeded: number >> 32)
        var x = input
        Self.mix(&x)
        var bytes = [UInt8](repeating: 0, count: 64)
        for index in 0..<16 {
            let word = x[index] &+ input[index]
            bytes[4 * index] = UInt8(truncatingIfNeeded: word)
            bytes[4 * index + 1] = UInt8(truncatingIfNeeded: word >> 8)
            bytes[4 * index + 2] = UInt8(truncatingIfNeeded: word >> 16)
            bytes[4 * index + 3] = UInt8(truncatingIfNeeded: word >> 24)
        }
        return bytes
    }

    /// The text with the stream behind the authenticator's key laid over it.
    func combined(with text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var current = block(0)
        var position = 32
        var number: UInt64 = 0
        for byte in text {
            if position == 64 {
                number += 1
                current = block(number)
                position = 0
            }
            result.append(byte ^ current[position])
            position += 1
        }
        return result
    }
}

/// The one-time authenticator, in limbs of 26 bits.
private enum Poly1305 {
    private static let mask: UInt64 = (1 << 26) - 1

    static func tag(of text: ArraySlice<UInt8>, key: [UInt8]) -> [UInt8] {
        let words = Salsa20.words(key[...]).map { UInt64($0) }
        let r: [UInt64] = [
            words[0] & 0x3ff_ffff, (words[0] >> 26 | words[1] << 6) & 0x3ff_ff03, (words[1] >> 20 | words[2] << 12) & 0x3ff_c0ff,
            (words[2] >> 14 | words[3] << 18) & 0x3f0_3fff, words[3] >> 8 & 0xf_ffff,
        ]
        var h: [UInt64] = [0, 0, 0, 0, 0]
        var index = text.startIndex
        while index < text.endIndex {
            let end = min(index + 16, text.endIndex)
            var block = Array(text[index..<end])
            block.append(1)
            block += [UInt8](repeating: 0, count: 20 - block.count)
            absorb(Salsa20.words(block[...]).map { UInt64($0) }, r, &h)
            index = end
        }
        return finish(h, pad: Array(words[4...]))
    }

    /// h = (h + block) * r mod 2^130 - 5.
    private static func absorb(_ block: [UInt64], _ r: [UInt64], _ h: inout [UInt64]) {
        h[0] += block[0] & mask
        h[1] += (block[0] >> 26 | block[1] << 6) & mask
        h[2] += (block[1] >> 20 | block[2] << 12) & mask
        h[3] += (block[2] >> 14 | block[3] << 18) & mask
        h[4] += block[3] >> 8 | block[4] << 24
        var products: [UInt64] = [0, 0, 0, 0, 0]
        for i in 0..<5 {
            for j in 0..<5 {
                let factor = i + j >= 5 ? 5 * r[j] : r[j]
                products[(i + j) % 5] += h[i] * factor
            }
        }
        carry(&products)
        h = products
    }

    private static func carry(_ limbs: inout [UInt64]) {
        for index in 0..<4 {
            limbs[index + 1] += limbs[index] >> 26
            limbs[index] &= mask
        }
        limbs[0] += 5 * (limbs[4] >> 26)
        limbs[4] &= mask
        limbs[1] += limbs[0] >> 26
        limbs[0] &= mask
    }

    /// (h mod 2^130 - 5) + pad mod 2^128.
    private static func finish(_ given: [UInt64], pad: [UInt64]) -> [UInt8] {
        var h = given
        for _ in 0..<3 { carry(&h) }
        // h - p, taken where that is not negative.
        var reduced: [UInt64] = h
        reduced[0] += 5
        for index in 0..<4 {
            reduced[index + 1] += reduced[index] >> 26
            reduced[index] &= mask
        }
        let isReduced = 0 &- (reduced[4] >> 26 & 1)
        reduced[4] &= mask
        for index in 0..<5 { h[index] = (h[index] & ~isReduced) | (reduced[index] & isReduced) }
        let words: [UInt64] = [
            h[0] | h[1] << 26, h[1] >> 6 | h[2] << 20, h[2] >> 12 | h[3] << 14, h[3] >> 18 | h[4] << 8,
        ]
        var bytes: [UInt8] = []
        var rest: UInt64 = 0
        for index in 0..<4 {
            rest += (words[index] & 0xffff_ffff) + pad[index]
            for shift: UInt64 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: rest >> shift)) }
            rest >>= 32
        }
        return bytes
    }
}
