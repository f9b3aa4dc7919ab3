import Synchronization

/// How much matching one request may do.
///
/// A match takes time proportional to the text times the pattern, and a search for all matches may go through the text again for each: a
/// large pattern over a large text would otherwise take minutes. What small matches take is not counted.
package final class MatchBudget: Sendable {
    /// The one of the request being served.
    @TaskLocal package static var current: MatchBudget?

    /// Steps of the machine, about a second's worth.
    package static let steps = 100_000_000
    /// Matches up to this many steps are free.
    static let free = 1_000

    private let left: Atomic<Int>

    package init(steps: Int = MatchBudget.steps) { left = Atomic(steps) }

    /// False when it is used up.
    func spend(_ steps: Int) -> Bool { left.subtract(steps, ordering: .relaxed).newValue >= 0 }
}
