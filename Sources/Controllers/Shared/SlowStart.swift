import Synchronization

/// Runs `body` for items in parallel batches of 1, 2, 4, … and stops after a batch with a failure, so that what fails for all
/// (a quota, say) is tried once and not a thousand times. Answers the results and the first error.
func slowStart<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], body: @escaping @Sendable (Item) async throws -> Outcome
) async -> (outcomes: [Outcome], failure: (any Error)?) {
    var outcomes: [Outcome] = []
    var rest = items[...]
    var size = 1
    while !rest.isEmpty {
        let (batch, failure) = await inParallel(Array(rest.prefix(size)), body: body)
        outcomes += batch
        if let failure { return (outcomes, failure) }
        rest = rest.dropFirst(size)
        size *= 2
    }
    return (outcomes, nil)
}

/// Runs `body` for every item at once. Answers the results in no particular order and the first error.
func inParallel<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], body: @escaping @Sendable (Item) async throws -> Outcome
) async -> (outcomes: [Outcome], failure: (any Error)?) {
    await withTaskGroup(of: Result<Outcome, any Error>.self) { group in
        for item in items {
            group.addTask {
                do { return .success(try await body(item)) } catch { return .failure(error) }
            }
        }
        var outcomes: [Outcome] = []
        var failure: (any Error)?
        for await result in group {
            switch result {
            case .success(let outcome): outcomes.append(outcome)
            case .failure(let error): failure = failure ?? error
            }
        }
        return (outcomes, failure)
    }
}
