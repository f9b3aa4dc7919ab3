import CZlib

/// One stream of deflated bytes being written.
final class Deflater {
    /// What stands around the deflated bytes.
    enum Wrapping: Int32 {
        case zlib = 15
        case gzip = 31
    }

    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil when zlib cannot allocate. `dictionary` primes the window (zlib wrapping only).
    init?(level: Int32, wrapping: Wrapping, dictionary: [UInt8] = []) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = deflateInit2_(
            stream, level, Z_DEFLATED, wrapping.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            stream.deallocate()
            return nil
        }
        if !dictionary.isEmpty { deflateSetDictionary(stream, dictionary, UInt32(dictionary.count)) }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The deflated form of `bytes`, flushed to a byte boundary, or finished when `isLast`.
    func deflate(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        var input = bytes
        var output: [UInt8] = []
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            let flush = isLast ? Z_FINISH : Z_SYNC_FLUSH
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32 * 1024) { chunk in
                repeat {
                    stream.pointee.next_out = chunk.baseAddress
                    stream.pointee.avail_out = UInt32(chunk.count)
                    CZlib.deflate(stream, flush)
                    output.append(contentsOf: chunk[..<(chunk.count - Int(stream.pointee.avail_out))])
                } while stream.pointee.avail_out == 0
            }
        }
        return output
    }
}

/// One stream of deflated bytes being read.
final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let dictionary: [UInt8]

    /// Nil when zlib cannot allocate.
    init?(wrapping: Deflater.Wrapping, dictionary: [UInt8] = []) {
        self.dictionary = dictionary
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The inflated form of the next bytes; nil when they are not deflated or make more than `limit` bytes.
    func inflate(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var input = bytes
        var output: [UInt8] = []
        let isGood = input.withUnsafeMutableBufferPointer { input -> Bool in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32 * 1024) { chunk -> Bool in
                while true {
                    stream.pointee.next_out = chunk.baseAddress
                    stream.pointee.avail_out = UInt32(chunk.count)
                    var code = CZlib.inflate(stream, Z_SYNC_FLUSH)
                    if code == Z_NEED_DICT {
                        guard inflateSetDictionary(stream, dictionary, UInt32(dictionary.count)) == Z_OK else { return false }
                        code = CZlib.inflate(stream, Z_SYNC_FLUSH)
                    }
                    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return false }
                    output.append(contentsOf: chunk[..<(chunk.count - Int(stream.pointee.avail_out))])
                    guard output.count <= limit else { return false }
                    if code == Z_STREAM_END { return stream.pointee.avail_in == 0 }
                    if stream.pointee.avail_out > 0 { return stream.pointee.avail_in == 0 }
                }
            }
        }
        return isGood ? output : nil
    }
}

/// The gzip form of whole bodies.
package enum Gzip {
    /// At level 1, which is what upstream's API server uses. Nil when zlib cannot allocate.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        Deflater(level: 1, wrapping: .gzip)?.deflate(bytes, isLast: true)
    }

    /// Nil when the bytes are not gzip, or hold more than `limit` bytes.
    package static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        Inflater(wrapping: .gzip)?.inflate(bytes, limit: limit)
    }
}
