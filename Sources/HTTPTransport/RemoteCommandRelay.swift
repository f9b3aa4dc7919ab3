/// The client's side of exec and attach over SPDY/3.1, joined to a caller's session of whatever protocol.
///
/// Container runtimes serve these streams themselves. All of them speak SPDY, but the WebSocket of containerd 1.6 is older than
/// `v5.channel.k8s.io`, so that callers' WebSockets end here, as they end at upstream's API server (KEP-4006).
package final class RemoteCommandRelay: Sendable {
    private let session: SPDYSession
    private let runner: Task<Void, Never>
    private let status: SPDYStream
    private let input: SPDYStream?
    private let output: SPDYStream?
    private let error: SPDYStream?
    private let resize: SPDYStream?

    /// What a request to the runtime must carry.
    package static let headers: HTTPFields = [
        "Connection": "Upgrade", "Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": "v4.channel.k8s.io",
    ]

    /// Opens the command's streams on an upgraded connection, which is closed when that fails.
    package init(over stream: any ByteStream, options: RemoteCommandOptions) async throws {
        let session = try SPDYSession(stream, role: .client)
        let runner = Task {
            do { try await session.run() } catch { stream.close() }
        }
        func open(_ type: String, if isWanted: Bool = true) async throws -> SPDYStream? {
            guard isWanted else { return nil }
            let opened = try await session.open(["streamtype": type])
            try await opened.accepted()
            return opened
        }
        do {
            guard let status = try await open("error") else { throw HTTPError.closed }
            self.status = status
            input = try await open("stdin", if: options.input)
            output = try await open("stdout", if: options.output)
            error = try await open("stderr", if: options.error)
            resize = try await open("resize", if: options.tty)
        } catch {
            await session.close()
            runner.cancel()
            throw error
        }
        self.session = session
        self.runner = runner
    }

    deinit { runner.cancel() }

    /// Carries everything both ways until the command has ended or the caller has gone, and ends both sessions.
    package func join(_ caller: any RemoteCommandSession) async {
        let upstream = Task {
            do {
                while let bytes = try await caller.readInput() { try await input?.write(bytes) }
                await input?.closeWrite()
            } catch {
                await session.close()
            }
        }
        let sizes = Task {
            for await size in caller.sizes {
                do { try await resize?.write(Array("{\"Width\":\(size.width),\"Height\":\(size.height)}".utf8)) } catch { break }
            }
            // The sizes end with the caller's session, however it ends.
            await session.close()
        }
        async let outputs: Void = carry(output, to: caller.writeOutput)
        async let errors: Void = carry(error, to: caller.writeError)
        let result = await readStatus()
        _ = await (outputs, errors)
        await caller.finish(status: result)
        await session.close()
        upstream.cancel()
        sizes.cancel()
    }

    private func carry(_ stream: SPDYStream?, to write: (([UInt8]) async throws -> Void)) async {
        do {
            while let bytes = try await stream?.read() { try await write(bytes) }
        } catch {
            // The caller has gone: nobody is left to tell.
            await session.close()
        }
    }

    private func readStatus() async -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            while bytes.count < 64 * 1024, let more = try await status.read() { bytes += more }
        } catch {
            bytes = []
        }
        guard bytes.isEmpty else { return bytes }
        let words = "the container runtime ended the command's streams"
        return Array(#"{"metadata":{},"status":"Failure","message":"\#(words)","reason":"InternalError","code":500}"#.utf8)
    }
}
