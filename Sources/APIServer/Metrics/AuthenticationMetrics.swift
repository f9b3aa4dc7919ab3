import Core
import Synchronization

/// Counts who is let in, how long finding that out takes, and when client certificates end.
package final class AuthenticationMetrics: Sendable {
    private struct State {
        var durations: [String: MetricHistogram] = [:]
        var users: [String: Int] = [:]
        var certificates = MetricHistogram(AuthenticationMetrics.lifetimes)
    }

    /// From a millisecond on.
    private static let bounds = MetricHistogram.exponential(from: 0.001, by: 2, count: 15)
    /// Half an hour to a year.
    private static let lifetimes: [Double] = [
        0, 1800, 3600, 7200, 21600, 43200, 86400, 172_800, 345_600, 604_800, 2_592_000, 7_776_000, 15_552_000, 31_104_000,
    ]
    private let state = Mutex(State())

    package init() {}

    /// Counts an attempt; `user` is nil when it failed.
    package func attempted(user: String?, _ duration: Duration) {
        state.withLock { state in
            state.durations[user == nil ? "failure" : "success", default: MetricHistogram(Self.bounds)].observe(duration)
            if let user { state.users[Self.kind(of: user), default: 0] += 1 }
        }
    }

    /// Notes how long a certificate that let somebody in is good for yet.
    func sawCertificate(lasting duration: Duration) { state.withLock { $0.certificates.observe(duration) } }

    /// Names of people and service accounts would make too many series.
    private static func kind(of user: String) -> String {
        if ["admin", "client", "kube_proxy", "kubelet", "system:serviceaccount:kube-system:default"].contains(user) { return user }
        return user.contains("@") ? "email_id" : "other"
    }

    /// The Prometheus text form.
    package var text: String {
        let state = state.withLock { $0 }
        let durations = state.durations.sorted { $0.key < $1.key }
        return metricHead("authenticated_user_requests", "counter", "Requests let in, by sort of user.")
            + state.users.sorted { $0.key < $1.key }.map { "authenticated_user_requests{username=\"\($0)\"} \($1)\n" }.joined()
            + metricHead("authentication_attempts", "counter", "Requests whose sender was looked for, by result.")
            + durations.map { "authentication_attempts{result=\"\($0)\"} \($1.total)\n" }.joined()
            + metricHead("authentication_duration_seconds", "histogram", "How long finding the sender takes, by result.")
            + durations.map { $1.text("authentication_duration_seconds", labels: "result=\"\($0)\"") }.joined()
            + metricHead(
                "apiserver_client_certificate_expiration_seconds", "histogram",
                "How long client certificates are good for yet, by requests.")
            + state.certificates.text("apiserver_client_certificate_expiration_seconds")
    }
}
