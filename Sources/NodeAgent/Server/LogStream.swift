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
        let follows = flag("follow")
        let reader = LogReader(path: path, options: .init(timestamps: options.timestamps, since: options.since, stream: options.stream))
        let tail = options.tail
        try await BlockingPool.files.run { try reader.open(tail: tail, follows: follows) }
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
                guard follows else { break }
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
