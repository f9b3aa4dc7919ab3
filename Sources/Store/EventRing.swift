/// The newest events of one resource. It keeps at most `limit` events and about `byteLimit` of encoded bytes, and forgets the
/// oldest ones first; those are in the log.
struct EventRing: Sendable {
    static let limit = 1024
    static let byteLimit = 4 << 20

    private var events: [StoreEvent] = []
    private var first = 0
    private var bytes = 0
    private var deadBytes = 0
    /// Every event of the resource behind this revision is in the ring.
    private(set) var floor: Int64

    init(floor: Int64) { self.floor = floor }

    mutating func append(_ event: StoreEvent) {
        events.append(event)
        bytes += event.object.bytes.count
        while events.count - first > Self.limit || (bytes > Self.byteLimit && events.count - first > 16) {
            floor = events[first].revision
            bytes -= events[first].object.bytes.count
            deadBytes += events[first].object.bytes.count
            first += 1
        }
        // Forgetting in halves keeps an append O(1); until then at most as many dead entries as live ones stay, and few bytes.
        if first > 64 && first > events.count / 2 || deadBytes > Self.byteLimit {
            events.removeFirst(first)
            first = 0
            deadBytes = 0
        }
    }

    /// The events behind `revision`, or nil when the ring no longer has all of them.
    func events(after revision: Int64) -> ArraySlice<StoreEvent>? {
        guard revision >= floor else { return nil }
        var low = first
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return events[low...]
    }
}
