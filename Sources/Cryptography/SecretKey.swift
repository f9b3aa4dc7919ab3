import COpenSSL

/// A key that both sides share. Its bytes are wiped when the last holder lets go of it.
package final class SecretKey: @unchecked Sendable {
    // Written once, before anybody else has it, and only read from then on.
    private let storage: UnsafeMutableBufferPointer<UInt8>

    package init(_ bytes: [UInt8]) {
        storage = .allocate(capacity: bytes.count)
        _ = storage.initialize(from: bytes)
    }

    /// A new one.
    package convenience init(randomBytes count: Int) { self.init(RandomBytes.make(count)) }

    deinit {
        if let start = storage.baseAddress { OPENSSL_cleanse(start, storage.count) }
        storage.deallocate()
    }

    package var count: Int { storage.count }
    package var bytes: [UInt8] { Array(storage) }

    func withBytes<Result>(_ body: (UnsafePointer<UInt8>?) throws -> Result) rethrows -> Result {
        try body(storage.baseAddress.map { UnsafePointer($0) })
    }
}

/// Bytes that nobody can guess.
package enum RandomBytes {
    /// From OpenSSL's generator, which the kernel seeds. Without it nothing that is called secret may go on, so that the process ends.
    package static func make(_ count: Int) -> [UInt8] {
        OpenSSL.begin()
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else { fatalError("\(CryptographyError.last("the kernel gives no random bytes"))") }
        return bytes
    }
}
