import Randomness
import Synchronization

/// Numbers that are the same for the same seed (`SplitMix`), for many tasks. Safe from any thread.
final class Dice: Sendable {
    private let numbers: Mutex<SplitMix>

    init(seed: UInt64) { numbers = Mutex(SplitMix(seed: seed)) }

    func next() -> UInt64 { numbers.withLock { $0.next() } }

    /// A number from 0 to `sides` - 1.
    func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }
    func roll(_ range: ClosedRange<Int>) -> Int { range.lowerBound + roll(range.count) }
    /// True in `percent` of a hundred cases.
    func chance(_ percent: Int) -> Bool { percent > 0 && roll(100) < percent }
    /// A number in 0..<1.
    func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }
    func pick<Element>(_ elements: [Element]) -> Element { elements[roll(elements.count)] }
    /// Others, so that what one part draws does not change what another gets.
    func fork() -> Dice { Dice(seed: next()) }
}
