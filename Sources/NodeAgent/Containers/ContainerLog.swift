import Core
import Glibc
import Linux

/// A container's log file as the runtime writes it: "TIME stdout|stderr F|P CONTENT". A "P" line has no end of line of its own.
package struct ContainerLog: ~Copyable {
    package struct Line {
        package let time: Timestamp
        let timeText: Substring
        package let isError: Bool
        /// With its end of line, unless the line goes on in the next.
        package let content: [UInt8]
    }

    private let file: Int32
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    /// Throws `SystemError` when the file cannot be opened. All methods block.
    init(path: String) throws {
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("open \(path)") }
    }

    deinit { _ = close(file) }

    var inode: UInt64 {
        var info = stat()
        return fstat(file, &info) == 0 ? UInt64(info.st_ino) : 0
    }

    /// Goes to where the last `lines` lines begin.
    mutating func seekToLast(lines: Int) throws {
        let end = lseek(file, 0, SEEK_END)
        guard lines > 0 else { return }
        var start = end
        var wanted = lines + 1
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while start > 0 {
            let size = min(Int(start), chunk.count)
            start -= size
            guard pread(file, &chunk, size, start) == size else { throw SystemError("read log") }
            for index in stride(from: size - 1, through: 0, by: -1) where chunk[index] == 0x0A {
                wanted -= 1
                if wanted == 0 {
                    lseek(file, start + index + 1, SEEK_SET)
                    return
                }
            }
        }
        lseek(file, 0, SEEK_SET)
    }

    /// The next whole line of the file; nil when there is none yet.
    mutating func next() throws -> Line? {
        while true {
            if let end = buffer[position...].firstIndex(of: 0x0A) {
                let raw = buffer[position..<end]
                position = end + 1
                if position > 1 << 20 {
                    buffer.removeFirst(position)
                    position = 0
                    // Indices of `raw` stay those of its own copy.
                }
                if let line = Self.parse(raw) { return line }
                continue
            }
            if position > 0 {
                buffer.removeFirst(position)
                position = 0
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read log") }
            guard count > 0 else { return nil }
            buffer += chunk[0..<count]
        }
    }

    /// A line without its end; nil when it is none of a log.
    package static func parse(_ raw: ArraySlice<UInt8>) -> Line? {
        let fields = raw.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count >= 3 else { return nil }
        let text = String(decoding: fields[0], as: UTF8.self)
        guard let time = Timestamp(rfc3339: text) else { return nil }
        let isWhole = fields[2].first == UInt8(ascii: "F")
        let content = Array(fields.count > 3 ? fields[3] : []) + (isWhole ? [0x0A] : [])
        return Line(time: time, timeText: text[...], isError: fields[1].elementsEqual("stderr".utf8), content: content)
    }
}
