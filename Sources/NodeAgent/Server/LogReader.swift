import Core

/// Reads a log file piece by piece, over rotations. One call at a time.
package final class LogReader: @unchecked Sendable {
    /// Which lines are read, and how they are shown.
    package struct Options: Sendable {
        /// Whether each line begins with its time.
        package var timestamps: Bool
        /// Older lines are left out.
        package var since: Timestamp?
        /// "", "All", "Stdout" or "Stderr".
        package var stream: String

        package init(timestamps: Bool = false, since: Timestamp? = nil, stream: String = "") {
            self.timestamps = timestamps
            self.since = since
            self.stream = stream
        }
    }

    private let path: String
    private let options: Options
    // Touched by one blocking call at a time, which its owner awaits.
    private var log: ContainerLog?
    private var isContinued = false
    /// How many lines of the file are still to be read; nil is all there are and will be.
    private var linesLeft: Int?

    package init(path: String, options: Options) {
        self.path = path
        self.options = options
    }

    /// Opens the file, at its last `tail` lines when given: without `follows` these are all that is read, whatever is written meanwhile.
    /// Throws `SystemError`. Blocks.
    package func open(tail: Int?, follows: Bool) throws {
        log = try ContainerLog(path: path)
        if let tail { try log?.seekToLast(lines: tail) }
        linesLeft = follows ? nil : tail
    }

    /// Up to about 64 KiB of what has been written since, nothing when there is no more yet. Blocks.
    package func read() throws -> [UInt8] {
        var result: [UInt8] = []
        while result.count < 65_536, linesLeft != 0 {
            guard let line = try log?.next() else {
                guard result.isEmpty, try reopen() else { return result }
                continue
            }
            if let left = linesLeft { linesLeft = left - 1 }
            if let since = options.since, line.time < since { continue }
            if options.stream == "Stdout", line.isError { continue }
            if options.stream == "Stderr", !line.isError { continue }
            if options.timestamps, !isContinued { result += Array("\(line.timeText) ".utf8) }
            isContinued = line.content.last != 0x0A
            result += line.content
        }
        return result
    }

    /// After a rotation the name belongs to a new file.
    private func reopen() throws -> Bool {
        guard let known = log?.inode, let fresh = try? ContainerLog(path: path), fresh.inode != known else { return false }
        log = consume fresh
        return true
    }
}
