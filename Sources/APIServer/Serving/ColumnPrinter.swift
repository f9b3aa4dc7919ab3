import Core
import SchemaEngine
import Values

/// Fills the cells that a path says; those that upstream computes are left to the printers of their kinds.
package struct ColumnPrinter: TablePrinter {
    package init() {}

    package func cells(of object: Value, _ resource: ResourceSchema, now: Timestamp) -> [Value] {
        resource.columns.map { column in
            if column.name == "Age", column.path.isEmpty || column.path == ".metadata.creationTimestamp" {
                return .string(Self.age(object[path: "metadata", "creationTimestamp"]?.string, now))
            }
            if column.name == "Name", column.path.isEmpty { return object[path: "metadata", "name"] ?? "" }
            guard let value = Self.value(at: column.path, in: object) else { return column.type == "string" ? "" : .null }
            return column.type == "date" ? .string(Self.age(value.string, now)) : value
        }
    }

    /// The value at a path of plain member names (".spec.nodeName").
    private static func value(at path: String, in object: Value) -> Value? {
        guard path.hasPrefix(".") else { return nil }
        var current: Value? = object
        for name in path.dropFirst().split(separator: ".") { current = current?[String(name)] }
        return current
    }

    private static func age(_ text: String?, _ now: Timestamp) -> String {
        guard let text, let then = Timestamp(rfc3339: text) else { return "<unknown>" }
        return HumanDuration.text(now - then)
    }
}

/// Durations as kubectl prints ages (`k8s.io/apimachinery/pkg/util/duration.HumanDuration`).
enum HumanDuration {
    static func text(_ duration: Duration) -> String {
        let seconds = duration.nanoseconds / 1_000_000_000
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        func pair(_ big: Int64, _ bigUnit: String, _ small: Int64, _ smallUnit: String) -> String {
            small == 0 ? "\(big)\(bigUnit)" : "\(big)\(bigUnit)\(small)\(smallUnit)"
        }
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        if seconds < 120 { return "\(seconds)s" }
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if hours < 192 { return pair(days, "d", hours % 24, "h") }
        if hours < 24 * 365 * 2 { return "\(days)d" }
        let years = days / 365
        if hours < 24 * 365 * 8 { return pair(years, "y", days % 365, "d") }
        return "\(years)y"
    }
}
