import Glibc
import Linux
import Testing

@Suite(.serialized) struct SignalsTests {
    @Test func `A signal is told to whoever listens, and to the next listener when nobody did`() async throws {
        for _ in 0..<3 {
            let signals = try Signals.caught([SIGUSR1, SIGUSR2])
            #expect(kill(getpid(), SIGUSR2) == 0)
            var heard: [Int32] = []
            for await signal in signals {
                heard.append(signal)
                if heard.count == 1 { #expect(kill(getpid(), SIGUSR1) == 0) } else { break }
            }
            #expect(heard == [SIGUSR2, SIGUSR1])
        }
        #expect(kill(getpid(), SIGUSR1) == 0)
        for await signal in try Signals.caught([SIGUSR1]) {
            #expect(signal == SIGUSR1)
            break
        }
    }
}
