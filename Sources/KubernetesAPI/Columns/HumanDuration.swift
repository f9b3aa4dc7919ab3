import Core

/// A duration in as few words as say enough, the form kubectl shows ages in (`k8s.io/apimachinery/pkg/util/duration`).
package enum HumanDuration {
    /// "5s", "3m20s", "2d4h", "3y". More than a second in the future is "<invalid>", a little is "0s".
    package static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.nanoseconds
        let seconds = nanoseconds / 1_000_000_000
        if seconds < -1 { return "<invalid>" }
        if nanoseconds < 0 { return "0s" }
        if seconds < 120 { return "\(seconds)s" }
        let minutes = seconds / 60
        if minutes < 10 { return two(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        let hours = minutes / 60
        if hours < 8 { return two(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        let days = hours / 24
        if hours < 192 { return two(days, "d", hours % 24, "h") }
        if days < 730 { return "\(days)d" }
        if days < 2920 { return two(days / 365, "y", days % 365, "d") }
        return "\(days / 365)y"
    }

    private static func two(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smallUnit)"
    }
}
