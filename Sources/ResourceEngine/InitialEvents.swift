import Synchronization

/// The events a watch begins with, handed out once.
final class InitialEvents: Sendable {
    private let events: Mutex<[EngineEvent]?>

    init(_ events: [EngineEvent]) { self.events = Mutex(events.isEmpty ? nil : events) }

    /// All of them at the first call, nil afterwards and when there are none.
    func take() -> [EngineEvent]? {
        events.withLock { events in
            defer { events = nil }
            return events
        }
    }
}
