import Glibc
import Testing

import Scheduler

/// What upstream's kube-scheduler said of random clusters and pods (`Tests/Oracle/record.py`), asked of ours.
///
/// Feasible nodes, points plugin by plugin, who would have to leave each node, which devices are given and the texts for pods that fit
/// nowhere must be the same. `MARTLET_VERDICTS` names a larger recording than the one checked in.
@Suite("Beside upstream's scheduler")
struct VerdictTests {
    @Test("nodes fit, plugins score, victims leave, devices are given and pods are told what upstream's scheduler says")
    func agreement() throws {
        let (configuration, clusters) = try RecordedVerdicts.read()
        var tally = VerdictTally()
        for (number, record) in clusters.enumerated() {
            var play = RecordedPlay(configuration, record, number: number)
            for attempt in record["attempts"]?.array ?? [] { try play.attempt(attempt, &tally) }
        }
        print(tally.summary)
        if getenv("MARTLET_VERDICTS") != nil { print(tally.differences.joined(separator: "\n")) }
        #expect(tally.attempts >= (getenv("MARTLET_VERDICTS") == nil ? 300 : 1), "the recording is not complete")
        #expect(tally.differences.isEmpty, "\(tally.differences.prefix(10).joined(separator: "\n"))")
    }
}
