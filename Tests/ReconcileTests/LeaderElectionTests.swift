import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import TestSupport
import Testing

@Suite struct LeaderElectionTests {
    private let start = Timestamp(seconds: 1000)
    private let key = ObjectKey(namespace: "kube-system", name: "x")

    @Test func `a lease of another is waited for until it has not changed for its duration`() {
        let other = LeaderElection(identity: "other", leaseDuration: .seconds(15))
        var election = LeaderElection(identity: "me", leaseDuration: .seconds(15))
        #expect(election.step(nil, now: start) == .create)
        // What the other's clock says does not count.
        var lease = other.claimed(nil, key: key, now: Timestamp(seconds: 5))
        #expect(election.step(lease, now: start) == .wait)
        lease = other.claimed(lease, key: key, now: Timestamp(seconds: 7))
        #expect(election.step(lease, now: start + .seconds(10)) == .wait)
        #expect(election.step(lease, now: start + .seconds(25)) == .wait)
        #expect(election.step(lease, now: start + .seconds(26)) == .update)
        let taken = election.claimed(lease, key: key, now: start)
        #expect(taken.spec.holderIdentity == "me" && taken.spec.leaseTransitions == 1)
        #expect(election.step(election.released(taken, now: start), now: start) == .update)
    }

    @Test func `one of two leads, and the other takes over when it ends`() async throws {
        let cluster = try await TestCluster()
        let logger = Logger(label: "test")
        let (first, second) = (Signal(), Signal())
        func elector(_ identity: String) -> LeaderElector {
            LeaderElector(
                client: cluster.client(), key: key, identity: identity, clock: cluster.clock, logger: logger)
        }
        let one = Task {
            try await elector("one").run {
                first.raise()
                try await cluster.clock.sleep(for: .seconds(1_000_000))
            }
        }
        try await first.wait()
        let two = Task {
            try await elector("two").run {
                second.raise()
                try await cluster.clock.sleep(for: .seconds(1_000_000))
            }
        }
        one.cancel()
        _ = await one.result
        let ticking = Task {
            while !Task.isCancelled {
                await cluster.clock.waitForSleepers()
                cluster.clock.advance(by: .seconds(1))
            }
        }
        try await second.wait()
        ticking.cancel()
        #expect(try await cluster.client().get(Lease.self, key).spec.holderIdentity == "two")
        two.cancel()
        _ = await two.result
        await cluster.close()
    }

    @Test func `a leader that no longer gets through steps down in time, though the clock is set back`() async throws {
        let cluster = try await TestCluster()
        let led = Signal()
        let leader = Task {
            let elector = LeaderElector(
                client: cluster.client(), key: key, identity: "one", clock: cluster.clock, logger: Logger(label: "test"))
            return try await elector.run {
                led.raise()
                try await cluster.clock.sleep(for: .seconds(1_000_000))
            }
        }
        try await led.wait()
        await cluster.store.close()
        cluster.clock.setBack(by: .seconds(600))
        let begin = cluster.clock.uptime
        let ticking = Task {
            while !Task.isCancelled {
                // What is led, and the pause between two attempts.
                await cluster.clock.waitForSleepers(2)
                cluster.clock.advance(by: .seconds(1))
            }
        }
        #expect(try await leader.value == false)
        ticking.cancel()
        #expect(cluster.clock.uptime - begin < .seconds(60))
    }
}
