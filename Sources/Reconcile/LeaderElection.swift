import Core
import KubernetesAPI

/// Who leads, as one candidate sees it: a pure state machine over a Lease (`coordination.k8s.io`), by client-go's rules. A lease counts
/// as lapsed when it has not changed for its duration *on this machine's clock*, so that clocks need not agree.
package struct LeaderElection {
    package enum Step: Equatable {
        case create
        case update
        /// Another one leads.
        case wait
    }

    package let identity: String
    package let leaseDuration: Duration
    private var observed: Value?
    private var observedAt = Timestamp(nanoseconds: 0)

    private typealias Value = [String]

    package init(identity: String, leaseDuration: Duration) {
        self.identity = identity
        self.leaseDuration = leaseDuration
    }

    /// Who holds the lease that was seen last; empty: nobody.
    package private(set) var holder = ""

    /// What to do about a lease as it is; nil: there is none. `now` is by a clock that nobody sets.
    package mutating func step(_ lease: Lease?, now: Timestamp) -> Step {
        guard let lease else { return .create }
        let spec = lease.spec
        let seen = [spec.holderIdentity, spec.renewTime, lease.metadata.uid, "\(spec.leaseTransitions ?? 0)"]
        if observed != seen {
            observed = seen
            observedAt = now
        }
        holder = spec.holderIdentity
        if holder == identity || holder.isEmpty { return .update }
        let theirs = spec.leaseDurationSeconds.map { Duration.seconds($0) } ?? leaseDuration
        return observedAt + theirs < now ? .update : .wait
    }

    /// The lease with this candidate as its holder.
    package func claimed(_ lease: Lease?, key: ObjectKey, now: Timestamp) -> Lease {
        var result = lease ?? Lease()
        result.metadata.namespace = key.namespace
        result.metadata.name = key.name
        let isRenewal = lease?.spec.holderIdentity == identity
        if !isRenewal {
            result.spec.acquireTime = now.rfc3339Micro
            result.spec.leaseTransitions = lease.map { ($0.spec.leaseTransitions ?? 0) + 1 } ?? 0
        }
        result.spec.holderIdentity = identity
        result.spec.leaseDurationSeconds = Int(leaseDuration.components.seconds)
        result.spec.renewTime = now.rfc3339Micro
        return result
    }

    /// The lease given up, so that another need not wait for it to lapse.
    package func released(_ lease: Lease, now: Timestamp) -> Lease {
        var result = lease
        result.spec.holderIdentity = ""
        result.spec.leaseDurationSeconds = 1
        result.spec.renewTime = now.rfc3339Micro
        return result
    }
}
