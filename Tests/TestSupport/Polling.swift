/// Asks again and again until `condition` holds. Throws `CancellationError` when the test's time is over, so that the test fails and does not hang.
package func poll(until condition: () async throws -> Bool) async throws {
    while !(try await condition()) {
        try Task.checkCancellation()
        await Task.yield()
    }
}
