/// One step of the machine that matches.
enum Instruction {
    case character(CharacterClass)
    case assertion(PatternAssertion)
    /// Goes on at both places, the first one preferred.
    case split(Int, Int)
    case jump(Int)
    case match
}

/// Turns a parsed pattern into instructions.
struct PatternCompiler {
    /// About what Go allows; `x{1000}` nested twice is beyond it.
    static let sizeLimit = 50_000

    private var program: [Instruction] = []

    static func compile(_ node: PatternNode) throws(PatternError) -> [Instruction] {
        var compiler = PatternCompiler()
        try compiler.emit(node)
        compiler.program.append(.match)
        return compiler.program
    }

    private mutating func append(_ instruction: Instruction) throws(PatternError) {
        guard program.count < Self.sizeLimit else { throw PatternError("expression too large", "") }
        program.append(instruction)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .empty: return
        case .character(let set): try append(.character(set))
        case .assertion(let assertion): try append(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .alternatives(let branches):
            var ends: [Int] = []
            for (position, branch) in branches.enumerated() {
                guard position < branches.count - 1 else {
                    try emit(branch)
                    break
                }
                let split = program.count
                try append(.split(split + 1, 0))
                try emit(branch)
                ends.append(program.count)
                try append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for end in ends { program[end] = .jump(program.count) }
        case .repetition(let inner, let minimum, let maximum, let isGreedy):
            for _ in 0..<minimum { try emit(inner) }
            if let maximum {
                var splits: [Int] = []
                for _ in minimum..<maximum {
                    splits.append(program.count)
                    try append(.split(0, 0))
                    try emit(inner)
                }
                for split in splits { program[split] = isGreedy ? .split(split + 1, program.count) : .split(program.count, split + 1) }
            } else {
                let split = program.count
                try append(.split(0, 0))
                try emit(inner)
                try append(.jump(split))
                program[split] = isGreedy ? .split(split + 1, program.count) : .split(program.count, split + 1)
            }
        }
    }
}
