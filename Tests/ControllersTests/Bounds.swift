import Synchronization

/// The fewest and the most of something that were ever seen.
final class Bounds: Sendable {
    private let state = Mutex((isOn: false, fewest: Int.max, most: 0))

    var fewest: Int { state.withLock { $0.fewest } }
    var most: Int { state.withLock { $0.most } }

    func start() { state.withLock { $0.isOn = true } }
    func stop() { state.withLock { $0.isOn = false } }

    func note(available: Int, total: Int) {
        state.withLock { state in
            guard state.isOn else { return }
            state.fewest = min(state.fewest, available)
            state.most = max(state.most, total)
        }
    }
}
