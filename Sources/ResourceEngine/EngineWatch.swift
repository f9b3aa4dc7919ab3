import Core
import Store
import Values

/// One change as a watcher sees it: through its selectors and in the version it asked for.
package struct EngineEvent: Sendable {
    package enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        case bookmark = "BOOKMARK"
    }

    package let kind: Kind
    package let object: ServedObject
    /// Where a watcher that has seen this event resumes.
    package let revision: Int64

    package init(kind: Kind, object: ServedObject, revision: Int64) {
        self.kind = kind
        self.object = object
        self.revision = revision
    }
}

/// A watch that has been let in: batches of events in revision order, for one reader. It ends when its time is over, its reader was too slow
/// or its reader's task is cancelled (resume from the last revision seen), and throws `APIError` (reason `Expired`) when its revision
/// is no longer kept.
package final class EngineWatch: AsyncSequence, Sendable {
    package typealias Element = [EngineEvent]

    package let resource: ServedResource
    private let selection: Selection
    private let changes: StoreWatch
    private let sendsBookmarks: Bool
    private let initial: InitialEvents
    /// Whether the first events tell what there is.
    package let hasInitialEvents: Bool
    private let timer: Task<Void, Never>?
    private let ending: Int

    /// `initial` comes before the changes; the watch ends once `timeout` has passed.
    init(
        resource: ServedResource, selection: Selection, changes: StoreWatch, initial: [EngineEvent], sendsBookmarks: Bool,
        timeout: Duration?, clock: any Clock
    ) {
        self.resource = resource
        self.selection = selection
        self.changes = changes
        self.sendsBookmarks = sendsBookmarks
        self.initial = InitialEvents(initial)
        hasInitialEvents = !initial.isEmpty
        ending = resource.lifetime.add { [weak changes] in changes?.cancel() }
        timer = timeout.map { timeout in
            Task { [weak changes] in
                guard (try? await clock.sleep(for: timeout)) != nil else { return }
                changes?.cancel()
            }
        }
    }

    deinit {
        timer?.cancel()
        resource.lifetime.remove(ending)
    }

    /// The next events; nil at the end.
    package func next() async throws -> [EngineEvent]? {
        if let events = initial.take() { return events }
        while true {
            let batch: [StoreEvent]?
            do {
                batch = try await changes.next()
            } catch StoreError.compacted(let oldest) {
                throw APIError.expired("too old resource version: the oldest one kept is \(oldest)")
            }
            guard let batch else { return nil }
            if batch.isEmpty {
                guard sendsBookmarks else { continue }
                let revision = changes.progress
                return [EngineEvent(kind: .bookmark, object: .value(ResourceEngine.bookmark(resource, revision)), revision: revision)]
            }
            var chosen: Set<ObjectIdentifier>?
            if selection.servedFields != nil {
                let objects = batch.flatMap { [$0.object, $0.previous].compactMap { $0 } }.filter(selection.matches)
                chosen = Set(try await resource.selected(objects, selection).map(ObjectIdentifier.init))
            }
            var events: [EngineEvent] = []
            events.reserveCapacity(batch.count)
            for change in batch {
                if let event = selection.event(of: change, among: chosen) { events.append(event) }
            }
            if !events.isEmpty { return try await resource.serve(events) }
        }
    }

    /// Ends the watch.
    package func cancel() { changes.cancel() }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let watch: EngineWatch
        package mutating func next() async throws -> [EngineEvent]? { try await watch.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(watch: self) }
}
