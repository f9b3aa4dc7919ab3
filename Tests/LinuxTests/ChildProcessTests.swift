import Glibc
import Linux
import Testing

@Suite struct ChildProcessTests {
    @Test func `A program's output, errors and exit status are collected`() async throws {
        let output = try await ChildProcess.run("sh", ["-c", "cat; echo oops >&2; exit 3"], input: Array("hello".utf8))
        #expect(output.text == "hello")
        #expect(output.errorText == "oops\n")
        #expect(output.exit == .code(3))
    }

    @Test func `A program that does not exist is an error at once`() throws {
        #expect(throws: SystemError.self) { try ChildProcess("/nonexistent/program", []) }
    }

    @Test func `A killed program tells the signal`() async throws {
        let child = try ChildProcess("sleep", ["1000"])
        child.kill(SIGTERM)
        #expect(await child.wait() == .signal(SIGTERM))
        child.kill(SIGKILL)
        #expect(child.exit == .signal(SIGTERM))
    }

    @Test func `Input larger than a pipe's buffer passes`() async throws {
        let input = [UInt8](repeating: 7, count: 1 << 20)
        let output = try await ChildProcess.run("cat", [], input: input)
        #expect(output.output == input)
    }
}
