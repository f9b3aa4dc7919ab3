import Client
import Core
import KubernetesAPI
import Logging

/// Runs something in one of several processes at a time, whichever holds the lease.
package struct LeaderElector: Sendable {
    package struct Timing: Sendable {
        /// How long a lease holds that is not renewed.
        package var lease = Duration.seconds(15)
        /// How long the leader tries to renew before it gives up.
        package var renewDeadline = Duration.seconds(10)
        package var retry = Duration.seconds(2)

        package init() {}
    }

    private let client: Client
    private let key: ObjectKey
    private let identity: String
    private let timing: Timing
    private let clock: any Clock
    private let logger: Logger
    private let recorder: EventRecorder?

    /// A candidate for the lease `key`. `identity` must differ between processes.
    package init(
        client: Client, key: ObjectKey, identity: String, timing: Timing = Timing(), recorder: EventRecorder? = nil, clock: any Clock,
        logger: Logger
    ) {
        self.client = client
        self.key = key
        self.identity = identity
        self.timing = timing
        self.recorder = recorder
        self.clock = clock
        self.logger = logger
    }

    /// Waits for the lease, then runs `body` for as long as it is held; returns when `body` does or the lease is lost, which it says
    /// by answering false. Gives the lease up when its task is cancelled.
    package func run(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
        var election = LeaderElection(identity: identity, leaseDuration: timing.lease)
        logger.info("waiting to lead: lease \(key), as \(identity)")
        var known = ""
        while true {
            do {
                if try await attempt(&election) { break }
                if election.holder != known {
                    known = election.holder
                    logger.info("\(known) leads")
                }
            } catch {
                if Task.isCancelled { throw CancellationError() }
                logger.warning("the lease \(key) cannot be taken: \(error)")
            }
            try await clock.sleep(for: timing.retry)
        }
        logger.info("leading as \(identity)")
        recorder?.record(regarding, .normal, "LeaderElection", "\(identity) became leader")
        let finished = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body()
                return true
            }
            let last = election
            group.addTask {
                try await self.hold(last)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? true
        }
        if !finished { logger.error("the lease \(key) is lost") }
        return finished
    }

    private var regarding: EventRecorder.Regarding {
        .init(apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: key.namespace, name: key.name, uid: "")
    }

    /// Whether the lease is ours.
    private func attempt(_ election: inout LeaderElection) async throws -> Bool {
        var lease: Lease?
        do { lease = try await client.get(Lease.self, key) } catch let error as APIError where error.reason == .notFound {}
        do {
            // Whoever sets the wall clock must not make two leaders, nor none.
            switch election.step(lease, now: Timestamp(seconds: 0) + clock.uptime) {
            case .wait: return false
            case .create: _ = try await client.create(election.claimed(nil, key: key, now: clock.now))
            case .update: _ = try await client.update(election.claimed(lease, key: key, now: clock.now))
            }
            return true
        } catch let error as APIError where error.reason == .conflict || error.reason == .alreadyExists {
            return false  // Another one was faster.
        }
    }

    /// Renews until that fails for `renewDeadline` or another holds the lease.
    private func hold(_ held: LeaderElection) async throws {
        var election = held
        var renewed = clock.uptime
        do {
            while true {
                try await clock.sleep(for: timing.retry)
                do {
                    if try await attempt(&election) { renewed = clock.uptime }
                } catch {
                    try Task.checkCancellation()
                    logger.warning("the lease \(key) is not renewed: \(error)")
                }
                if clock.uptime - renewed > timing.renewDeadline { return }
            }
        } catch is CancellationError {
            await release(election)
            throw CancellationError()
        }
    }

    private func release(_ election: LeaderElection) async {
        // A task that is cancelled makes no requests: the last one is nobody's child.
        await Task.detached { [client, key, clock, logger] in
            do {
                let lease = try await client.get(Lease.self, key)
                guard lease.spec.holderIdentity == election.identity else { return }
                _ = try await client.update(election.released(lease, now: clock.now))
            } catch {
                logger.debug("the lease \(key) was not given up: \(error)")
            }
        }.value
    }
}
