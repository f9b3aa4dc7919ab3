import Synchronization

/// Numbers that are the same for the same seed (SplitMix64). Safe from any thread.
final class Dice: Sendable {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

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
