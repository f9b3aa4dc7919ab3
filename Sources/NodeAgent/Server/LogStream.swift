import Core
import HTTPTransport
import KubernetesAPI
import Linux
import Reconcile
import Runtime

/// One reader of one container's log.
struct LogStream {
    private let agent: NodeAgent
    private let key: ObjectKey
    private let container: String
    private let query: QueryParameters

    init(_ agent: NodeAgent, _ key: ObjectKey, _ container: String, _ query: QueryParameters) {
        self.agent = agent
        self.key = key
        self.container = container
        self.query = query
    }

    private func flag(_ name: String) -> Bool { query[name] == "true" || query[name] == "1" }

    /// What is to be sent, as `PodLogOptions` has it.
    private struct Options: Sendable {
        var tail: Int?
        var since: Timestamp?
        var timestamps: Bool
        /// Bytes left to send.
        var limit: Int
        /// "", "All", "Stdout" or "Stderr".
        var stream: String
    }

    /// Sends the log; with `follow`, until the container has ended and all of it is read.
    func send(_ responder: HTTPResponder) async throws {
        let (pod, status) = try await agent.container(key, container, previous: flag("previous"))
        let clock = SystemClock()
        var options = Options(
            tail: query["tailLines"].flatMap { Int($0) }, since: nil, timestamps: flag("timestamps"),
            limit: query["limitBytes"].flatMap { Int($0) } ?? .max, stream: query["stream"] ?? "")
        if let seconds = query["sinceSeconds"].flatMap({ Int64($0) }) { options.since = clock.now - .seconds(seconds) }
        if let time = query["sinceTime"].flatMap({ Timestamp(rfc3339: $0) }) { options.since = time }
        let directory = "\(agent.configuration.dataDirectory)/logs/\(key.namespace)_\(key.name)_\(pod.metadata.uid)/\(container)"
        let path = "\(directory)/\(status.metadata.attempt).log"
        let reader = LogReader(path: path, options: .init(timestamps: options.timestamps, since: options.since, stream: options.stream))
        let tail = options.tail
        try await BlockingPool.files.run { try reader.open(tail: tail) }
        let stream = try responder.stream(status: 200, headers: ["Content-Type": "text/plain"])
        var left = options.limit
        do {
            while left > 0 {
                let bytes = try await BlockingPool.files.run { try reader.read() }
                if !bytes.isEmpty {
                    try await stream.write(Array(bytes.prefix(left)))
                    left -= bytes.count
                    continue
                }
                guard flag("follow") else { break }
                // The file is read to its end: over when its container is.
                let isRunning = try await isRunning(status.id)
                if !isRunning {
                    let rest = try await BlockingPool.files.run { try reader.read() }
                    if !rest.isEmpty { try await stream.write(Array(rest.prefix(max(0, left)))) }
                    break
                }
                try await clock.sleep(for: .milliseconds(100))
            }
            stream.finish()
        } catch {
            stream.abort()
        }
    }

    private func isRunning(_ id: String) async throws -> Bool {
        do {
            return try await agent.containerRuntime.containerStatus(id).state == .running
        } catch let error as RuntimeError where error.code == .notFound {
            return false
        }
    }
}

/// Reads a log file piece by piece, over rotations. One call at a time.
final class LogReader: @unchecked Sendable {
    struct Options: Sendable {
        var timestamps: Bool
        var since: Timestamp?
        var stream: String
    }

    private let path: String
    private let options: Options
    // Touched by one blocking call at a time, which its owner awaits.
    private var log: ContainerLog?
    private var isContinued = false

    init(path: String, options: Options) {
        self.path = path
        self.options = options
    }

    /// Opens the file, at its last `tail` lines when given. Blocks.
    func open(tail: Int?) throws {
        log = try ContainerLog(path: path)
        if let tail { try log?.seekToLast(lines: tail) }
    }

    /// Up to about 64 KiB of what has been written since, nothing when there is no more yet. Blocks.
    func read() throws -> [UInt8] {
        var result: [UInt8] = []
        while result.count < 65_536 {
            guard let line = try log?.next() else {
                guard result.isEmpty, try reopen() else { return result }
                continue
            }
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
