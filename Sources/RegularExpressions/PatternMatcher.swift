/// Runs a program over a text: all alternatives side by side, one character at a time, each place in the program at most once.
struct PatternMatcher {
    private struct Thread {
        var instruction: Int
        /// Where its match began.
        var start: Int
    }

    private let program: [Instruction]
    private let codes: [UInt32]
    var count: Int { codes.count }
    /// The step in which an instruction was last entered; steps of one search come after all of the searches before.
    private var entered: [Int]
    private var firstStep = 0
    /// Taken since the budget was asked.
    private var steps = 0
    private var budget: MatchBudget?

    init(_ program: [Instruction], _ text: String) {
        self.program = program
        entered = [Int](repeating: -1, count: program.count)
        codes = text.unicodeScalars.map(\.value)
    }

    /// Counts what has been done; to be called once more at the end. Throws `PatternError` when it was too much.
    mutating func settle() throws(PatternError) {
        guard steps > MatchBudget.free else { return }
        let budget = budget ?? MatchBudget.current ?? MatchBudget()
        self.budget = budget
        guard budget.spend(steps) else { throw .tooCostly }
        steps = 0
    }

    func text(in range: Range<Int>) -> String {
        var result = ""
        for code in codes[range] { if let scalar = Unicode.Scalar(code) { result.unicodeScalars.append(scalar) } }
        return result
    }

    /// The leftmost match at or after `from`; of those the one a backtracking engine would find. Without `wantsRange` any match will do.
    mutating func firstMatch(from: Int, wantsRange: Bool) throws(PatternError) -> Range<Int>? {
        var current: [Thread] = []
        var upcoming: [Thread] = []
        var stack: [Int] = []
        var found: Range<Int>?
        var position = from
        defer { firstStep += codes.count + 2 }
        while true {
            if found == nil { enter(0, start: position, at: position, &current, &stack) }
            if current.isEmpty, found != nil || position >= codes.count { break }
            steps += current.count + 1
            if steps > 100_000 { try settle() }
            upcoming.removeAll(keepingCapacity: true)
            var step = Array<Thread>.Index(0)
            // Instructions entered for the next position are told apart by their step.
            while step < current.count {
                let thread = current[step]
                step += 1
                switch program[thread.instruction] {
                case .character(let set):
                    guard position < codes.count, set.contains(codes[position]) else { continue }
                    enter(thread.instruction + 1, start: thread.start, at: position + 1, &upcoming, &stack)
                case .match:
                    found = thread.start..<position
                    if !wantsRange { return found }
                    // Threads of lower preference are done with.
                    step = current.count
                default: continue
                }
            }
            swap(&current, &upcoming)
            if position >= codes.count { break }
            position += 1
        }
        return found
    }

    /// Adds the characters and matches that are reached from an instruction without reading.
    private mutating func enter(_ instruction: Int, start: Int, at position: Int, _ list: inout [Thread], _ stack: inout [Int]) {
        stack.append(instruction)
        while let next = stack.popLast() {
            guard entered[next] != firstStep + position else { continue }
            entered[next] = firstStep + position
            steps += 1
            switch program[next] {
            case .jump(let target): stack.append(target)
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .assertion(let assertion): if holds(assertion, position) { stack.append(next + 1) }
            case .character, .match: list.append(Thread(instruction: next, start: start))
            }
        }
    }

    private func holds(_ assertion: PatternAssertion, _ position: Int) -> Bool {
        switch assertion {
        case .textStart: position == 0
        case .textEnd: position == codes.count
        case .lineStart: position == 0 || codes[position - 1] == 0x0A
        case .lineEnd: position == codes.count || codes[position] == 0x0A
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }

    private func isWord(_ position: Int) -> Bool {
        guard position >= 0, position < codes.count else { return false }
        switch codes[position] {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
        default: return false
        }
    }
}
