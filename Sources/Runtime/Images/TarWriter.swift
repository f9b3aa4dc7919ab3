/// Writes a ustar archive with nothing in it that changes from one build to the next: owner 0, time 0.
package struct TarWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// `path` without a leading slash, at most 100 bytes.
    package mutating func addFile(_ path: String, _ content: [UInt8], mode: Int = 0o644) {
        header(path, mode: mode, size: content.count, type: UInt8(ascii: "0"))
        bytes.append(contentsOf: content)
        pad()
    }

    package mutating func addDirectory(_ path: String, mode: Int = 0o755) {
        header(path + "/", mode: mode, size: 0, type: UInt8(ascii: "5"))
    }

    /// The archive, closed with its two empty blocks.
    package consuming func finished() -> [UInt8] {
        bytes.append(contentsOf: repeatElement(0, count: 1024))
        return bytes
    }

    private mutating func header(_ path: String, mode: Int, size: Int, type: UInt8) {
        precondition(path.utf8.count <= 100, "path too long for a ustar header: \(path)")
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) { block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8) }
        func octal(_ number: Int, width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(path, at: 0)
        put(octal(mode, width: 7), at: 100)
        put(octal(0, width: 7), at: 108)
        put(octal(0, width: 7), at: 116)
        put(octal(size, width: 11), at: 124)
        put(octal(0, width: 11), at: 136)
        put("        ", at: 148)
        block[156] = type
        put("ustar\u{0}00", at: 257)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(octal(sum, width: 6) + "\u{0} ", at: 148)
        bytes.append(contentsOf: block)
    }

    private mutating func pad() {
        let rest = bytes.count % 512
        if rest > 0 { bytes.append(contentsOf: repeatElement(0, count: 512 - rest)) }
    }
}
