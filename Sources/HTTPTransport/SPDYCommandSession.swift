import Synchronization

/// A remote command over SPDY/3.1: a stream for each channel, named by its `streamtype` header.
final class SPDYCommandSession: RemoteCommandSession {
    let sizes: AsyncStream<TerminalSize>
    private let session: SPDYSession
    private let streams: [String: SPDYStream]
    private let tasks: [Task<Void, Never>]
    /// Before version 4 the error channel holds plain text, and nothing at all when the command went well.
    private let sendsStatus: Bool

    private init(_ session: SPDYSession, _ streams: [String: SPDYStream], runner: Task<Void, Never>, sendsStatus: Bool) {
        self.session = session
        self.streams = streams
        self.sendsStatus = sendsStatus
        let (sizes, sink) = AsyncStream.makeStream(of: TerminalSize.self, bufferingPolicy: .bufferingNewest(4))
        self.sizes = sizes
        let resizer = Task { [resize = streams["resize"]] in
            defer { sink.finish() }
            do {
                while let bytes = try await resize?.read() {
                    // Several sizes may have come at once: the last one counts.
                    let last = bytes.split(separator: UInt8(ascii: "}")).last(where: { $0.contains(UInt8(ascii: "{")) })
                    if let last, let size = TerminalSize(json: Array(last)) { sink.yield(size) }
                }
            } catch {
                // The connection has gone, which the reader of stdin tells.
            }
        }
        tasks = [runner, resizer]
    }

    deinit { for task in tasks { task.cancel() } }

    /// Waits until the client has opened the streams it asked for, as upstream does, for at most thirty seconds.
    static func open(_ stream: any ByteStream, options: RemoteCommandOptions, version: String) async throws -> SPDYCommandSession {
        let session = try SPDYSession(stream, role: .server)
        let runner = Task {
            do { try await session.run() } catch { stream.close() }
        }
        var expected: Set<String> = ["error"]
        if options.input { expected.insert("stdin") }
        if options.output { expected.insert("stdout") }
        if options.error { expected.insert("stderr") }
        if options.tty, version != "v2.channel.k8s.io" { expected.insert("resize") }
        let timer = Task {
            do { try await Task.sleep(for: .seconds(30)) } catch { return }
            stream.close()
        }
        defer { timer.cancel() }
        var streams: [String: SPDYStream] = [:]
        for await made in session.incoming {
            let type = (made.headers["streamtype"] ?? "").lowercased()
            guard expected.contains(type), streams[type] == nil else {
                try await made.refuse()
                continue
            }
            try await made.accept()
            streams[type] = made
            if streams.count == expected.count {
                return SPDYCommandSession(
                    session, streams, runner: runner, sendsStatus: version.hasPrefix("v4.") || version.hasPrefix("v5."))
            }
        }
        runner.cancel()
        throw HTTPError.timeout("the client did not open its streams")
    }

    func readInput() async throws -> [UInt8]? { try await streams["stdin"]?.read() }
    func writeOutput(_ bytes: [UInt8]) async throws { try await streams["stdout"]?.write(bytes) }
    func writeError(_ bytes: [UInt8]) async throws { try await streams["stderr"]?.write(bytes) }

    func finish(status: [UInt8]) async {
        for name in ["stdout", "stderr"] { await streams[name]?.closeWrite() }
        do {
            if sendsStatus || !String(decoding: status, as: UTF8.self).contains("\"Success\"") { try await streams["error"]?.write(status) }
        } catch {
            // The client has gone: nobody asks how the command ended.
        }
        await streams["error"]?.closeWrite()
        await session.close()
    }
}
