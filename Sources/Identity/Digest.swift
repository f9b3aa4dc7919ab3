import Cryptography

/// Digests by which files and names are told apart.
package enum Digest {
    /// "sha256:" and 64 hexadecimal digits.
    package static func sha256(_ bytes: [UInt8]) -> String { "sha256:" + HashAlgorithm.sha256.hexadecimal(bytes) }
}
