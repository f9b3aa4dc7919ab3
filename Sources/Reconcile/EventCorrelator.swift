import Core

/// Decides what becomes of an occurrence that somebody wants to tell: a new event, a higher count on an old one, or nothing.
///
/// Three rules of client-go's recorder: one source may tell of one object 25 times at once and then every five minutes; ten
/// different messages with one reason within ten minutes become one combined event; a repetition counts. Pure; forgets the
/// least recently used beyond `capacity`.
package struct EventCorrelator {
    /// Something that happened to an object, in words.
    package struct Occurrence: Hashable {
        package var regarding: EventRecorder.Regarding
        package var type: EventRecorder.EventType
        package var reason: String
        package var message: String

        package init(regarding: EventRecorder.Regarding, type: EventRecorder.EventType, reason: String, message: String) {
            self.regarding = regarding
            self.type = type
            self.reason = reason
            self.message = message
        }
    }

    /// What is to be written of an occurrence; `count` is the event's new count.
    package enum Decision: Equatable {
        case skip
        case create(name: String, message: String)
        case count(name: String, message: String, count: Int)
    }

    private struct SpamKey: Hashable {
        let regarding: EventRecorder.Regarding
        let type: EventRecorder.EventType
    }
    private struct Bucket {
        var tokens: Double
        var filled: Timestamp
    }
    private struct Group {
        var messages: Set<String> = []
        var last: Timestamp
    }
    private struct Written {
        var name: String
        var count: Int
    }

    static let burst = 25.0
    static let refill = Duration.seconds(300)
    static let groupSize = 10
    static let groupInterval = Duration.seconds(600)

    private var buckets: RecentEntries<SpamKey, Bucket>
    private var groups: RecentEntries<Occurrence, Group>
    private var written: RecentEntries<Occurrence, Written>
    private var lastTime: Int64 = 0

    /// Remembers at least `capacity` of each: sources, groups, events.
    package init(capacity: Int = 4096) {
        buckets = RecentEntries(capacity: capacity)
        groups = RecentEntries(capacity: capacity)
        written = RecentEntries(capacity: capacity)
    }

    /// The decision on an occurrence at `now`, which must not run backwards.
    package mutating func decide(_ occurrence: Occurrence, now: Timestamp) -> Decision {
        var grouping = occurrence
        grouping.message = ""
        var group = groups[grouping] ?? Group(last: now)
        if now - group.last > Self.groupInterval { group.messages = [] }
        group.messages.insert(occurrence.message)
        group.last = now
        let isCombined = group.messages.count >= Self.groupSize
        if isCombined, let other = group.messages.first(where: { $0 != occurrence.message }) { group.messages.remove(other) }
        groups[grouping] = group

        let key = isCombined ? grouping : occurrence
        let message = isCombined ? "(combined from similar events): \(occurrence.message)" : occurrence.message
        let known = written[key]
        let name = known?.name ?? newName(occurrence, now)
        let count = (known?.count ?? 0) + 1
        written[key] = Written(name: name, count: count)
        guard admits(SpamKey(regarding: occurrence.regarding, type: occurrence.type), now) else { return .skip }
        return count == 1 ? .create(name: name, message: message) : .count(name: name, message: message, count: count)
    }

    /// Another name for an event, for somebody else has named one so.
    package mutating func rename(_ taken: String, of occurrence: Occurrence, now: Timestamp) -> String {
        let name = newName(occurrence, now)
        var grouping = occurrence
        grouping.message = ""
        for key in [occurrence, grouping] where written[key]?.name == taken { written[key]?.name = name }
        return name
    }

    /// Names end in the time: of two events in one moment the second is named a nanosecond later.
    private mutating func newName(_ occurrence: Occurrence, _ now: Timestamp) -> String {
        lastTime = max(now.nanoseconds, lastTime + 1)
        return "\(occurrence.regarding.name).\(String(lastTime, radix: 16))"
    }

    private mutating func admits(_ key: SpamKey, _ now: Timestamp) -> Bool {
        var bucket = buckets[key] ?? Bucket(tokens: Self.burst, filled: now)
        bucket.tokens = min(Self.burst, bucket.tokens + (now - bucket.filled).seconds / Self.refill.seconds)
        bucket.filled = now
        let isAdmitted = bucket.tokens >= 1
        if isAdmitted { bucket.tokens -= 1 }
        buckets[key] = bucket
        return isAdmitted
    }
}

/// A dictionary that forgets. Two generations: at most twice `capacity` entries, and none used lately is lost.
struct RecentEntries<Key: Hashable, Element> {
    private let capacity: Int
    private var young: [Key: Element] = [:]
    private var old: [Key: Element] = [:]

    init(capacity: Int) { self.capacity = capacity }

    subscript(key: Key) -> Element? {
        get { young[key] ?? (old.isEmpty ? nil : old[key]) }
        set {
            if young.count >= capacity, young[key] == nil {
                old = young
                young = [:]
            }
            young[key] = newValue
            if !old.isEmpty { old[key] = nil }
        }
    }
}
