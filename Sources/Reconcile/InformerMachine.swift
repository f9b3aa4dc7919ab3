import Core

/// What an informer does next: list, then watch from there on, again and again. Pure; `ResourceInformer` does the asking.
struct InformerMachine {
    enum Step: Equatable {
        /// Read everything, after a pause.
        case list(after: Duration)
        /// Follow the changes after a revision, after a pause.
        case watch(from: String, after: Duration)
    }

    private enum Position {
        case nowhere
        case at(String)
    }

    let backoff: Backoff
    private var position = Position.nowhere
    private var failures = 0
    private var progressed = false

    init(backoff: Backoff) { self.backoff = backoff }

    /// `random` lies in 0..<1.
    func next(random: Double) -> Step {
        let pause = backoff.delay(failures: failures, random: random)
        switch position {
        case .nowhere: return .list(after: pause)
        case .at(let revision): return .watch(from: revision, after: pause)
        }
    }

    mutating func listed(at revision: String) {
        position = .at(revision)
        failures = 0
        progressed = false
    }

    mutating func saw(revision: String) {
        position = .at(revision)
        failures = 0
        progressed = true
    }

    /// The server closed the stream. One that closes streams without having sent anything is asked ever more rarely.
    mutating func ended() {
        if !progressed { failures += 1 }
        progressed = false
    }

    /// A list or watch failed. A revision that is no longer kept, or that the server does not know yet (its data were
    /// restored from a backup), means to list again.
    mutating func failed(_ error: any Error) {
        progressed = false
        failures += 1
        guard let error = error as? APIError else { return }
        if error.code == 410 || error.reason == .expired || error.reason == .gone || error.reason == .badRequest { position = .nowhere }
    }
}
