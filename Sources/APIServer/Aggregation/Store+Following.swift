import Core
import Store

extension Store {
    /// Tells of every object of a bucket, then of every change, until cancelled; after a gap in history, of every object again. `isGone`
    /// says that it was deleted.
    func follow(
        _ bucket: String, started: @Sendable () -> Void = {}, _ body: @Sendable (_ object: StoredObject, _ isGone: Bool) -> Void
    ) async throws {
        while true {
            var revision = currentRevision
            for object in list(bucket).objects { body(object, false) }
            started()
            do {
                for try await events in try watch(bucket, from: revision) {
                    for event in events {
                        body(event.object, event.kind == .delete)
                        revision = event.revision
                    }
                }
            } catch StoreError.compacted {
                // What went meanwhile is not told of: followers look at what is there now.
            }
            try Task.checkCancellation()
        }
    }
}
