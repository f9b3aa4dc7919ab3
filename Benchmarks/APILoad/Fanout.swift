import Core
import Glibc
import HTTPTransport
import JSON
import Values

/// How long many watchers take to see changes of pods.
struct Fanout {
    let load: Load
    let watchers: Int
    private let batches = 10
    private let batch = 100

    /// Answers a line of JSON: events delivered a second, and how long a batch took until the last watcher had it.
    func run() async throws -> String {
        let version = try await load.send(load.request("GET", Load.pods + "?limit=1"))
        let revision = try JSONParser.parse(version.body)["metadata"]?["resourceVersion"]?.string ?? ""
        let path = "\(Load.pods)?watch=true&resourceVersion=\(revision)"
        let (progress, seen) = AsyncThrowingStream<Int, any Error>.makeStream()
        let clock = ContinuousClock()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            var bodies: [InboundBuffer] = []
            // Each has a connection of its own, or a stream of a shared one, as the server prefers.
            for _ in 0..<watchers {
                let response = try await load.client.send(load.request("GET", path))
                guard response.status == 200 else { throw APIError.internalError("a watch was answered with \(response.status)") }
                bodies.append(response.body)
            }
            for body in bodies {
                group.addTask {
                    while let chunk = try await body.read() { seen.yield(Self.lines(chunk)) }
                    // Upstream's server ends the watches of those who do not keep up.
                    seen.finish(throwing: APIError.internalError("the server ended a watch before everyone had seen everything"))
                }
            }
            var count = 0
            var times: [Duration] = []
            var news = progress.makeAsyncIterator()
            for number in 0..<batches {
                let start = clock.now
                try await create(number)
                while count < (number + 1) * batch * watchers {
                    guard let more = try await news.next() else { break }
                    count += more
                }
                times.append(clock.now - start)
            }
            group.cancelAll()
            let total = times.reduce(.zero, +).seconds
            return Load.line("watch", watchers, perSecond: Double(count) / total, times)
        }
    }

    /// An event is a line.
    private static func lines(_ chunk: [UInt8]) -> Int {
        chunk.withUnsafeBytes { bytes in
            var count = 0
            var start = 0
            while start < bytes.count, let end = memchr(bytes.baseAddress! + start, 10, bytes.count - start) {
                count += 1
                start = bytes.baseAddress!.distance(to: UnsafeRawPointer(end)) + 1
            }
            return count
        }
    }

    /// Sixteen clients, so that a batch is there at once.
    private func create(_ number: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<16 {
                group.addTask {
                    for turn in stride(from: client, to: batch, by: 16) {
                        try await load.send(load.request("POST", Load.pods, load.pod("watched-\(getpid())-\(number)-\(turn)")))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
