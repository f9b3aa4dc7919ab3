import APIServer
import Core
import Synchronization
import TestSupport
import Testing

@Suite("Request deadlines")
struct RequestDeadlineTests {
    @Test func endsOnlyWhatIsStillGoingOn() async {
        let clock = ManualClock()
        let deadlines = RequestDeadlines(clock: clock)
        let ended = Mutex<[String]>([])
        let first = deadlines.begin(RequestTimeout.longest) { ended.withLock { $0.append("first") } }
        let (seconds, second) = AsyncStream.makeStream(of: Void.self)
        _ = deadlines.begin(RequestTimeout.longest) {
            ended.withLock { $0.append("second") }
            second.finish()
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let third = deadlines.begin(RequestTimeout.longest) { ended.withLock { $0.append("third") } }
        first.finish()
        clock.advance(by: .seconds(30))
        for await _ in seconds {}
        third.finish()
        clock.advance(by: .seconds(120))
        #expect(ended.withLock { $0 } == ["second"])
    }

    @Test func wakesByItselfWhenNobodyElseComes() async {
        let clock = ManualClock()
        let deadlines = RequestDeadlines(clock: clock)
        for duration in [RequestTimeout.longest, .seconds(5)] {
            await withCheckedContinuation { continuation in
                _ = deadlines.begin(duration) { continuation.resume() }
                Task {
                    await clock.waitForSleepers()
                    clock.advance(by: duration)
                }
            }
        }
    }
}
