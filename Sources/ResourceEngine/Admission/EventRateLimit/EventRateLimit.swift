import Core
import Synchronization
import Values

/// Keeps events from flooding the store: buckets of tokens for the server, each namespace, each user, or each source and object.
final class EventRateLimit: ValidatingPlugin {
    /// One limit of the configuration.
    private struct Limit {
        enum Sort: String, CaseIterable {
            case server = "Server"
            case namespace = "Namespace"
            case user = "User"
            case sourceAndObject = "SourceAndObject"
        }

        let sort: Sort
        let perSecond: Double
        let burst: Double
        let capacity: Int
    }

    private struct Bucket {
        var tokens: Double
        var filled: Timestamp
    }

    let name = "EventRateLimit"
    private let limits: [Limit]
    /// By the position of the limit. A bucket that has not been used for as long as it takes to fill is a full one, and forgotten.
    private let buckets: Mutex<[[String: Bucket]]>

    /// Reads `eventratelimit.admission.k8s.io/v1alpha1 Configuration`. Throws `APIError` that names the field.
    init(_ configuration: Value) throws {
        let entries = configuration["limits"]?.array ?? []
        guard !entries.isEmpty else { throw APIError.badRequest("limits: must not be empty") }
        limits = try entries.enumerated().map { index, entry in
            let place = "limits[\(index)]"
            guard let sort = Limit.Sort(rawValue: entry["type"]?.string ?? "") else {
                throw APIError.badRequest(
                    "\(place).type: must be one of \(Limit.Sort.allCases.map(\.rawValue).joined(separator: ", ")): "
                        + "\"\(entry["type"]?.string ?? "")\"")
            }
            func number(_ field: String) throws -> Double {
                guard let number = entry[field]?.int, number > 0 else { throw APIError.badRequest("\(place).\(field): must be positive") }
                return Double(number)
            }
            let capacity = entry["cacheSize"]?.int ?? 0
            guard capacity >= 0 else { throw APIError.badRequest("\(place).cacheSize: must not be negative") }
            return Limit(
                sort: sort, perSecond: try number("qps"), burst: try number("burst"), capacity: capacity == 0 ? 4096 : Int(capacity))
        }
        buckets = Mutex(Array(repeating: [:], count: entries.count))
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, !request.isDryRun, request.kind.group.isEmpty,
            request.kind.kind == "Event"
        else { return }
        let now = cluster.clock.now
        let keys = limits.map { Self.key($0.sort, request) }
        let problems = buckets.withLock { buckets in
            limits.indices.compactMap { index -> String? in
                if Self.take(limits[index], keys[index], &buckets[index], now) { return nil }
                return "limit reached on type \(limits[index].sort.rawValue) for key \(keys[index])"
            }
        }
        guard !problems.isEmpty else { return }
        let text = problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
        throw APIError.tooManyRequests("Too many requests: \(text)", retryAfterSeconds: 1)
    }

    private static func take(_ limit: Limit, _ key: String, _ buckets: inout [String: Bucket], _ now: Timestamp) -> Bool {
        func level(_ bucket: Bucket) -> Double { min(limit.burst, bucket.tokens + max(0, (now - bucket.filled).seconds) * limit.perSecond) }
        if buckets.count >= limit.capacity, buckets[key] == nil {
            buckets = buckets.filter { level($0.value) < limit.burst }
            // All are in use: those that were filled longest ago make room.
            let surplus = buckets.count - limit.capacity * 3 / 4
            if surplus > 0 {
                for (other, _) in buckets.sorted(by: { $0.value.filled < $1.value.filled }).prefix(surplus) { buckets[other] = nil }
            }
        }
        let tokens = buckets[key].map(level) ?? limit.burst
        guard tokens >= 1 else { return false }
        buckets[key] = Bucket(tokens: tokens - 1, filled: now)
        return true
    }

    private static func key(_ sort: Limit.Sort, _ request: AdmissionRequest) -> String {
        switch sort {
        case .server: return ""
        case .namespace: return request.namespace
        case .user: return request.user.name
        case .sourceAndObject:
            guard let event = request.object else { return "" }
            return
                (["component", "host"].map { event[path: "source", $0]?.string ?? "" }
                + ["kind", "namespace", "name", "uid", "apiVersion"].map { event[path: "involvedObject", $0]?.string ?? "" }).joined()
        }
    }
}
