import Core
import Logging
import Synchronization
import TestSupport
import Testing

import Reconcile

@Suite struct WorkQueueTests {
    let clock = ManualClock()

    @Test func `a key waits once however often it is added`() async {
        let queue = WorkQueue<String>(clock: clock)
        queue.add(["a", "b", "a"])
        #expect(queue.count == 2)
        #expect(await queue.next() == "a")
        #expect(await queue.next() == "b")
        #expect(queue.count == 0)
    }

    @Test func `a key that is worked on is handed out again only when that is done`() async {
        let queue = WorkQueue<String>(clock: clock)
        queue.add("a")
        #expect(await queue.next() == "a")
        queue.add("a")
        #expect(queue.count == 0)
        queue.done("a")
        #expect(queue.count == 1)
        #expect(await queue.next() == "a")
        queue.done("a")
        #expect(queue.count == 0)
    }

    @Test func `a waiting worker gets the next key`() async {
        let queue = WorkQueue<String>(clock: clock)
        async let key = queue.next()
        queue.add("a")
        #expect(await key == "a")
    }

    @Test func `shutdown and cancellation send waiting workers away`() async {
        let queue = WorkQueue<String>(clock: clock)
        let cancelled = Task { await queue.next() }
        cancelled.cancel()
        #expect(await cancelled.value == nil)
        let waiting = Task { await queue.next() }
        queue.shutDown()
        #expect(await waiting.value == nil)
        queue.add("a")
        #expect(await queue.next() == nil)
    }

    @Test func `a clock that is set back makes nobody wait longer`() async {
        let queue = WorkQueue<String>(clock: clock)
        queue.add("a", after: .seconds(10))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await queue.run() }
            await clock.waitForSleepers()
            clock.setBack(by: .seconds(600))
            queue.add("b", after: .seconds(5))
            clock.advance(by: .seconds(10))
            #expect(await Set([queue.next(), queue.next()]) == ["a", "b"])
            group.cancelAll()
        }
    }

    @Test func `delayed keys come in the order of their times, the earliest delay of a key standing`() async {
        let queue = WorkQueue<String>(clock: clock)
        queue.add("late", after: .seconds(10))
        queue.add("soon", after: .seconds(20))
        queue.add("soon", after: .seconds(5))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await queue.run() }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(5))
            #expect(await queue.next() == "soon")
            #expect(queue.count == 0)
            await clock.waitForSleepers()
            clock.advance(by: .seconds(5))
            #expect(await queue.next() == "late")
            group.cancelAll()
        }
    }

    @Test func `a failing key waits twice as long each time, until it is forgotten`() async {
        let queue = WorkQueue<String>(clock: clock, backoff: Backoff(base: .seconds(1), limit: .seconds(60)))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await queue.run() }
            for seconds in [1, 2, 4] {
                queue.retry("a")
                await clock.waitForSleepers()
                clock.advance(by: .milliseconds(seconds * 1000 - 1))
                #expect(queue.count == 0)
                clock.advance(by: .milliseconds(1))
                #expect(await queue.next() == "a")
                queue.done("a")
            }
            queue.forget("a")
            queue.retry("a")
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
            #expect(await queue.next() == "a")
            group.cancelAll()
        }
    }

    @Test func `a controller retries what fails and comes back when asked to`() async throws {
        struct Flaky: Reconciler {
            let calls = Calls()
            func reconcile(_ key: String) async throws -> Duration? {
                switch calls.next() {
                case 1: throw APIError.serviceUnavailable("not yet")
                case 2: return .seconds(30)
                default: return nil
                }
            }
        }
        let queue = WorkQueue<String>(clock: clock)
        let flaky = Flaky()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let controller = Controller(name: "flaky", reconciler: flaky, queue: queue, workers: 2, informers: [], logger: logger)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            queue.add("a")
            await clock.waitForSleepers()
            #expect(flaky.calls.count == 1)
            clock.advance(by: .milliseconds(5))
            await flaky.calls.waitFor(2)
            await clock.waitForSleepers()
            clock.advance(by: .seconds(30))
            await flaky.calls.waitFor(3)
            group.cancelAll()
        }
        #expect(flaky.calls.count == 3)
    }
}

/// Counts calls and lets a test wait for one.
final class Calls: Sendable {
    private let state = Mutex<(count: Int, waiters: [(Int, CheckedContinuation<Void, Never>)])>((0, []))

    var count: Int { state.withLock { $0.count } }

    func next() -> Int {
        let (count, ready) = state.withLock { state in
            state.count += 1
            let count = state.count
            let ready = state.waiters.filter { $0.0 <= count }.map(\.1)
            state.waiters.removeAll { $0.0 <= count }
            return (count, ready)
        }
        for waiter in ready { waiter.resume() }
        return count
    }

    func waitFor(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
