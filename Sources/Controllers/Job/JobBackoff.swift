import Core
import KubernetesAPI
import Reconcile
import Synchronization

/// How often a job's pods failed since one succeeded, and when last. Pure.
struct FailureStreak: Equatable, Sendable {
    static let base = Duration.seconds(10)
    static let limit = Duration.seconds(600)

    var failures = 0
    var last: Timestamp?

    /// The streak after more pods ended.
    func after(succeeded: [Pod], failed: [Pod]) -> FailureStreak {
        guard let lastSuccess = succeeded.map(\.finishedAt).max() else {
            guard let lastFailure = failed.map(\.finishedAt).max() else { return self }
            return FailureStreak(failures: failures + failed.count, last: lastFailure)
        }
        let later = failed.map(\.finishedAt).filter { $0 > lastSuccess }
        return FailureStreak(failures: later.count, last: later.max())
    }

    /// How long until another pod may be tried: 10 s after the first failure, doubling to ten minutes.
    func pause(now: Timestamp) -> Duration {
        guard failures > 0, let last else { return .zero }
        return max(.zero, Backoff(base: Self.base, limit: Self.limit).delay(failures: failures) - (now - last))
    }
}

/// The streaks of all jobs, by uid. Any thread.
final class JobBackoff: Sendable {
    private let streaks = Mutex<[String: FailureStreak]>([:])

    subscript(uid: String) -> FailureStreak {
        get { streaks.withLock { $0[uid] ?? FailureStreak() } }
        set { streaks.withLock { $0[uid] = newValue } }
    }

    func forget(_ uid: String) { streaks.withLock { _ = $0.removeValue(forKey: uid) } }
}
