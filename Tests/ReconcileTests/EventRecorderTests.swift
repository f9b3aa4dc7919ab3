import Core
import Testing

import Reconcile

@Suite struct EventCorrelatorTests {
    private let start = Timestamp(seconds: 1_767_225_600)
    private let pod = EventRecorder.Regarding(apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web", uid: "1")

    private func occurrence(_ message: String, _ reason: String = "Failed") -> EventCorrelator.Occurrence {
        EventCorrelator.Occurrence(regarding: pod, type: .warning, reason: reason, message: message)
    }

    @Test func `a repetition counts on the event it repeats`() {
        var correlator = EventCorrelator()
        let name = "web.\(String(start.nanoseconds, radix: 16))"
        #expect(correlator.decide(occurrence("no"), now: start) == .create(name: name, message: "no"))
        #expect(correlator.decide(occurrence("no"), now: start + .seconds(9)) == .count(name: name, message: "no", count: 2))
    }

    @Test func `the tenth different message within ten minutes starts a combined event`() {
        var correlator = EventCorrelator()
        for number in 1..<10 {
            guard case .create(_, let message) = correlator.decide(occurrence("no \(number)"), now: start + .seconds(number)) else {
                Issue.record("message \(number) is not an event of its own")
                return
            }
            #expect(message == "no \(number)")
        }
        let tenth = correlator.decide(occurrence("no 10"), now: start + .seconds(10))
        guard case .create(let name, let message) = tenth else {
            Issue.record("the tenth message is not a new event: \(tenth)")
            return
        }
        #expect(message == "(combined from similar events): no 10")
        let next = correlator.decide(occurrence("no 11"), now: start + .seconds(11))
        #expect(next == .count(name: name, message: "(combined from similar events): no 11", count: 2))
    }

    @Test func `beyond twenty-five at once one source may speak of one object every five minutes`() {
        var correlator = EventCorrelator()
        for _ in 0..<25 { #expect(correlator.decide(occurrence("no"), now: start) != .skip) }
        #expect(correlator.decide(occurrence("no"), now: start) == .skip)
        #expect(correlator.decide(occurrence("no"), now: start + .seconds(299)) == .skip)
        #expect(correlator.decide(occurrence("no"), now: start + .seconds(301)) != .skip)
    }
}
