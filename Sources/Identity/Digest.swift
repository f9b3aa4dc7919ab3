import Crypto

/// Digests by which files and names are told apart.
package enum Digest {
    /// "sha256:" and 64 hexadecimal digits.
    package static func sha256(_ bytes: [UInt8]) -> String {
        "sha256:" + SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
