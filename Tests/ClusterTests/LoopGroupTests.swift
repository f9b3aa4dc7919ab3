import Cluster
import Synchronization
import Testing

@Suite struct LoopGroupTests {
    private struct Failure: Error, Equatable {
        let name: String
    }

    /// What happened, in order.
    private final class Journal: Sendable {
        private let lines = Mutex<[String]>([])

        func note(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }

        /// Runs until it is cancelled, and a while longer.
        func loop(_ name: String, started: AsyncStream<Void>.Continuation) -> Loop {
            Loop(name) {
                started.yield()
                for await _ in AsyncStream<Void>.makeStream().stream {}
                self.note("\(name) is asked")
                for _ in 0..<100 { await Task.yield() }
                self.note("\(name) ends")
                try Task.checkCancellation()
            }
        }
    }

    @Test func `Loops end in reverse order, one after the other, when asked`() async throws {
        let journal = Journal()
        let (asks, ask) = AsyncStream<Int>.makeStream()
        let (starts, started) = AsyncStream<Void>.makeStream()
        let loops = ["a", "b", "c"].map { journal.loop($0, started: started) } + [Loop("start-up") { started.yield() }]
        async let result: Void = LoopGroup(loops).run(until: asks)
        var count = 0
        for await _ in starts {
            count += 1
            if count == 4 { break }
        }
        ask.yield(15)
        ask.yield(15)
        try await result
        #expect(journal.all == ["c is asked", "c ends", "b is asked", "b ends", "a is asked", "a ends"])
    }

    @Test func `A loop that fails ends all, and its error is the group's`() async throws {
        let journal = Journal()
        let (starts, started) = AsyncStream<Void>.makeStream()
        let failing = Loop("b") {
            for await _ in starts { break }
            throw Failure(name: "b")
        }
        let late = Loop("c") {
            for await _ in AsyncStream<Void>.makeStream().stream {}
            throw Failure(name: "c")
        }
        await #expect(throws: Failure(name: "b")) {
            try await LoopGroup([journal.loop("a", started: started), failing, late]).run(until: AsyncStream<Int> { _ in })
        }
        #expect(journal.all == ["a is asked", "a ends"])
    }

    @Test func `A cancelled group ends all its loops`() async throws {
        let journal = Journal()
        let (starts, started) = AsyncStream<Void>.makeStream()
        let task = Task { try await LoopGroup([journal.loop("a", started: started)]).run(until: AsyncStream<Int> { _ in }) }
        for await _ in starts { break }
        task.cancel()
        try await task.value
        #expect(journal.all == ["a is asked", "a ends"])
    }

    @Test func `A group whose loops all ended has ended`() async throws {
        try await LoopGroup([Loop("a") {}, Loop("b") {}]).run(until: AsyncStream<Int> { _ in })
        try await LoopGroup([]).run(until: AsyncStream<Int> { _ in })
    }
}
