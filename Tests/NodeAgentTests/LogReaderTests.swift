import Core
import Glibc
import NodeAgent
import Testing

@Suite("Reading containers' logs") struct LogReaderTests {
    /// A log file of the test's own, which goes with it.
    private final class Log {
        let path = "/tmp/martlet-log-\(getpid())-\(UInt64.random(in: 0 ... .max))"

        func append(_ lines: String...) {
            guard let file = fopen(path, "a") else { fatalError("cannot write \(path)") }
            for line in lines { fputs("2026-01-01T00:00:00.000000001Z stdout F \(line)\n", file) }
            fclose(file)
        }

        deinit { unlink(path) }
    }

    @Test func `the last lines are those that were there, however much is written meanwhile`() throws {
        let log = Log()
        log.append("one", "two", "three")
        let reader = LogReader(path: log.path, options: .init())
        try reader.open(tail: 2, follows: false)
        log.append("four", "five")
        #expect(String(decoding: try reader.read(), as: UTF8.self) == "two\nthree\n")
        #expect(try reader.read().isEmpty)
    }

    @Test func `who follows begins with the last lines and goes on`() throws {
        let log = Log()
        log.append("one", "two")
        let reader = LogReader(path: log.path, options: .init())
        try reader.open(tail: 1, follows: true)
        #expect(String(decoding: try reader.read(), as: UTF8.self) == "two\n")
        log.append("three")
        #expect(String(decoding: try reader.read(), as: UTF8.self) == "three\n")
    }
}
