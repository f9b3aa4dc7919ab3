import CLinux
import Glibc
import Synchronization

/// A program this process started. Its end is awaited on a thread of its own; dropping the value does not stop it.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Exit: Hashable, Sendable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)

        package var isSuccess: Bool { self == .code(0) }
        package var description: String {
            switch self {
            case .code(let code): "exit status \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    /// What a program that ran to its end left behind.
    package struct Output: Sendable {
        package let exit: Exit
        package let output: [UInt8]
        package let error: [UInt8]

        package var text: String { String(decoding: output, as: UTF8.self) }
        package var errorText: String { String(decoding: error, as: UTF8.self) }
    }

    private enum State {
        case running([CheckedContinuation<Exit, Never>])
        case ended(Exit)
    }

    package let id: pid_t
    private let state = Mutex(State.running([]))

    /// Starts `program` (looked up in PATH). Descriptors that are nil become /dev/null; no other is inherited.
    /// Throws `SystemError`, also when the program cannot be executed.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil,
        input: Int32? = nil, output: Int32? = nil, error: Int32? = nil, newSession: Bool = false
    ) throws {
        let environment = environment?.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } ?? Self.inheritedEnvironment
        var process: pid_t = 0
        let failure = CStrings.with([program] + arguments) { argv in
            CStrings.with(environment) { envp in
                program.withCString { program in
                    func spawn(_ directory: UnsafePointer<CChar>?) -> Int32 {
                        var options = clinux_spawn_options(
                            program: program, arguments: argv, environment: envp, directory: directory, input: input ?? -1,
                            output: output ?? -1, error: error ?? -1, new_session: newSession ? 1 : 0)
                        return clinux_spawn(&options, &process)
                    }
                    return directory.map { $0.withCString(spawn) } ?? spawn(nil)
                }
            }
        }
        guard failure == 0 else { throw SystemError("run \(program)", code: failure) }
        id = process
        let id = id
        Thread.start(name: "wait \(program)") { [self] in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7f
            let exit = signal == 0 ? Exit.code((status >> 8) & 0xff) : .signal(signal)
            let waiting = state.withLock { state -> [CheckedContinuation<Exit, Never>] in
                guard case .running(let waiting) = state else { return [] }
                state = .ended(exit)
                return waiting
            }
            for continuation in waiting { continuation.resume(returning: exit) }
        }
    }

    private static var inheritedEnvironment: [String] {
        var result: [String] = []
        var entry = environ
        while let text = entry.pointee {
            result.append(String(cString: text))
            entry += 1
        }
        return result
    }

    /// How it ended; nil while it runs.
    package var exit: Exit? {
        state.withLock { if case .ended(let exit) = $0 { exit } else { nil } }
    }

    /// Waits for its end.
    package func wait() async -> Exit {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state -> Exit? in
                switch state {
                case .ended(let exit): return exit
                case .running(var waiting):
                    waiting.append(continuation)
                    state = .running(waiting)
                    return nil
                }
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    /// Sends a signal; nothing happens once it has ended, so that a reused process id is never hit.
    package func kill(_ signal: Int32) {
        state.withLock { if case .running = $0 { _ = Glibc.kill(id, signal) } }
    }

    /// Runs a program to its end and collects what it writes; `input` is given on its standard input.
    /// The program is killed when the task is cancelled. Throws `SystemError` when it cannot be started.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, input: [UInt8]? = nil
    ) async throws -> Output {
        let output = try Pipe()
        let error = try Pipe()
        let source = try input.map { _ in try Pipe() }
        let child = try ChildProcess(
            program, arguments, environment: environment, input: source?.reader.raw, output: output.writer.raw, error: error.writer.raw)
        output.writer.close()
        error.writer.close()
        source?.reader.close()
        return await withTaskCancellationHandler {
            async let text = output.reader.readAll()
            async let errors = error.reader.readAll()
            if let source, let input { await source.writer.writeAll(input) }
            return await Output(exit: child.wait(), output: text, error: errors)
        } onCancel: {
            child.kill(SIGKILL)
        }
    }
}

/// Arrays of C strings for exec.
private enum CStrings {
    static func with<Result>(_ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { body(UnsafePointer($0.baseAddress!)) }
    }
}
