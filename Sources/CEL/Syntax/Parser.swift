/// Reads an expression into nodes; macros are told from calls here.
struct Parser {
    /// Deep nesting would use up the stack; cel-go stops at 250.
    private static let depthLimit = 200
    private static let heightLimit = 250
    /// cel-go's limit, in characters.
    private static let sizeLimit = 100_000
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
        "var", "void",
        "while",
    ]
    private static let relations: Set<String> = ["<", "<=", ">", ">=", "==", "!="]

    private let tokens: [Token]
    private var position = 0
    private var depth = 0

    static func parse(_ text: String) throws(SyntaxProblem) -> Node {
        let size = text.unicodeScalars.count
        guard size <= sizeLimit else {
            throw SyntaxProblem(message: "expression code point size exceeds limit: size: \(size), limit \(sizeLimit)", offset: 0)
        }
        var parser = Parser(tokens: try Lexer.tokens(text))
        let node = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected("<EOF>") }
        return node
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    private var token: Token { tokens[position] }

    private func isAt(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

    private mutating func take(_ symbol: String) -> Bool {
        guard isAt(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(SyntaxProblem) {
        guard take(symbol) else { throw unexpected("'\(symbol)'") }
    }

    private func unexpected(_ wanted: String) -> SyntaxProblem {
        let found: String =
            switch token.kind {
            case .identifier(let name): "'\(name)'"
            case .symbol(let symbol): "'\(symbol)'"
            case .end: "'<EOF>'"
            case .int(let number): "'\(number)'"
            case .uint(let number): "'\(number)u'"
            case .double(let number): "'\(number)'"
            case .string(let text): "'\"\(text)\"'"
            case .bytes: "'b\"\"'"
            }
        return SyntaxProblem(message: "Syntax error: mismatched input \(found) expecting \(wanted)", offset: token.offset)
    }

    // MARK: Operators

    private mutating func expression() throws(SyntaxProblem) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw SyntaxProblem(message: "expression recursion limit exceeded: \(Self.depthLimit)", offset: token.offset)
        }
        let condition = try binary(0)
        let start = token.offset
        guard take("?") else { return condition }
        let first = try binary(0)
        try expect(":")
        return Node(.call("_?_:_", target: nil, [condition, first, try expression()]), start)
    }

    /// How tight a word binds as an operator, and the function it stands for.
    private func operation() -> (Int, String)? {
        switch token.kind {
        case .symbol("||"): (1, "_||_")
        case .symbol("&&"): (2, "_&&_")
        case .symbol(let symbol) where Self.relations.contains(symbol): (3, "_\(symbol)_")
        case .identifier("in"): (3, "@in")
        case .symbol("+"): (4, "_+_")
        case .symbol("-"): (4, "_-_")
        case .symbol("*"): (5, "_*_")
        case .symbol("/"): (5, "_/_")
        case .symbol("%"): (5, "_%_")
        default: nil
        }
    }

    private mutating func binary(_ minimum: Int) throws(SyntaxProblem) -> Node {
        var left = try unary()
        while let (strength, function) = operation(), strength > minimum {
            let start = token.offset
            position += 1
            var terms = [left, try binary(strength)]
            var offsets = [start]
            // Long rows of conditions are common, and their order is all that counts.
            while strength <= 2, let (next, _) = operation(), next == strength {
                offsets.append(token.offset)
                position += 1
                terms.append(try binary(strength))
            }
            left = try bounded(Self.balanced(function, terms[...], offsets))
        }
        return left
    }

    /// A tree of as few levels as there can be.
    private static func balanced(_ function: String, _ terms: ArraySlice<Node>, _ offsets: [Int]) -> Node {
        if terms.count == 1 { return terms[terms.startIndex] }
        let middle = terms.startIndex + terms.count / 2
        let halves = [balanced(function, terms[..<middle], offsets), balanced(function, terms[middle...], offsets)]
        return Node(.call(function, target: nil, halves), offsets[middle - 1])
    }

    /// Throws when a node has too many levels below it, as a row of operators makes without any brackets.
    private func bounded(_ node: Node) throws(SyntaxProblem) -> Node {
        guard node.height <= Self.heightLimit else {
            throw SyntaxProblem(message: "expression recursion limit exceeded: \(Self.heightLimit)", offset: node.offset)
        }
        return node
    }

    private mutating func unary() throws(SyntaxProblem) -> Node {
        let start = token.offset
        for (symbol, function) in [("!", "!_"), ("-", "-_")] where isAt(symbol) {
            var count = 0
            while take(symbol) { count += 1 }
            if symbol == "-", count % 2 == 1 {
                // The number and its sign are one literal.
                switch token.kind {
                case .int(let number):
                    position += 1
                    return try member(Node(.literal(.int(-number)), start))
                case .uint(let number) where number == UInt64(Int64.max) + 1:
                    position += 1
                    return try member(Node(.literal(.int(.min)), start))
                case .double(let number):
                    position += 1
                    return try member(Node(.literal(.double(-number)), start))
                default: break
                }
            }
            let operand = try member(try primary())
            return count % 2 == 0 ? operand : Node(.call(function, target: nil, [operand]), start)
        }
        return try member(try primary())
    }

    // MARK: Members

    private mutating func member(_ first: Node) throws(SyntaxProblem) -> Node {
        var node = first
        while true {
            node = try bounded(node)
            let start = token.offset
            if take(".") {
                let isOptional = take("?")
                guard case .identifier(let name) = token.kind else { throw unexpected("IDENTIFIER") }
                position += 1
                if !isOptional, isAt("(") {
                    let open = token.offset
                    position += 1
                    let arguments = try list(")")
                    node = try Self.macro(name, node, arguments, open) ?? Node(.call(name, target: node, arguments), open)
                } else {
                    node = Node(.select(node, name, isTest: false, isOptional: isOptional), start)
                }
            } else if take("[") {
                let isOptional = take("?")
                let index = try expression()
                try expect("]")
                node = Node(.call(isOptional ? "_[?_]" : "_[_]", target: nil, [node, index]), start)
            } else if isAt("{"), let name = Checker.qualifiedName(node) {
                position += 1
                node = Node(.message(name, try fields()), start)
            } else {
                return node
            }
        }
    }

    /// The fields of a message, behind its opening brace.
    private mutating func fields() throws(SyntaxProblem) -> [(name: String, value: Node, isOptional: Bool)] {
        var result: [(name: String, value: Node, isOptional: Bool)] = []
        while !take("}") {
            let isOptional = take("?")
            guard case .identifier(let name) = token.kind else { throw unexpected("IDENTIFIER") }
            position += 1
            try expect(":")
            result.append((name, try expression(), isOptional))
            if !isAt("}") { try expect(",") }
        }
        return result
    }

    private mutating func list(_ end: String) throws(SyntaxProblem) -> [Node] {
        var result: [Node] = []
        if take(end) { return result }
        while true {
            result.append(try expression())
            if take(end) { return result }
            try expect(",")
            if end != ")", take(end) { return result }
        }
    }

    private mutating func primary() throws(SyntaxProblem) -> Node {
        let start = token.offset
        switch token.kind {
        case .int(let number): return literal(.int(number))
        case .uint(let number):
            return literal(.uint(number))
        case .double(let number): return literal(.double(number))
        case .string(let text): return literal(.string(text))
        case .bytes(let bytes): return literal(.bytes(bytes))
        case .identifier(let name): return try identifier(name)
        case .symbol("."):
            position += 1
            guard case .identifier(let name) = token.kind else { throw unexpected("IDENTIFIER") }
            return try identifier(name)
        case .symbol("("):
            position += 1
            let inner = try expression()
            try expect(")")
            return inner
        case .symbol("["):
            position += 1
            var items: [Node] = []
            var optional: Set<Int> = []
            while !take("]") {
                if take("?") { optional.insert(items.count) }
                items.append(try expression())
                if !isAt("]") { try expect(",") }
            }
            return Node(.list(items, optional: optional), start)
        case .symbol("{"):
            position += 1
            var entries: [(key: Node, value: Node, isOptional: Bool)] = []
            while !take("}") {
                let isOptional = take("?")
                let key = try expression()
                try expect(":")
                entries.append((key, try expression(), isOptional))
                if !isAt("}") { try expect(",") }
            }
            return Node(.map(entries), start)
        default:
            throw unexpected(
                "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}")
        }
    }

    private mutating func literal(_ value: CELValue) -> Node {
        let node = Node(.literal(value), token.offset)
        position += 1
        return node
    }

    private mutating func identifier(_ name: String) throws(SyntaxProblem) -> Node {
        switch name {
        case "true": return literal(.bool(true))
        case "false": return literal(.bool(false))
        case "null": return literal(.null)
        case "in": throw unexpected("IDENTIFIER")
        default: break
        }
        let start = token.offset
        guard !Self.reserved.contains(name) else { throw SyntaxProblem(message: "reserved identifier: \(name)", offset: start) }
        position += 1
        guard isAt("(") else { return Node(.identifier(name), start) }
        let open = token.offset
        position += 1
        let arguments = try list(")")
        if name == "has", arguments.count == 1 {
            guard case .select(let operand, let field, _, let isOptional) = arguments[0].kind else {
                throw SyntaxProblem(message: "invalid argument to has() macro", offset: arguments[0].offset)
            }
            return Node(.select(operand, field, isTest: true, isOptional: isOptional), open)
        }
        return Node(.call(name, target: nil, arguments), open)
    }

    // MARK: Macros

    private static func macro(_ name: String, _ target: Node, _ arguments: [Node], _ offset: Int) throws(SyntaxProblem) -> Node? {
        func variable(_ index: Int) throws(SyntaxProblem) -> String {
            guard case .identifier(let name) = arguments[index].kind else {
                throw SyntaxProblem(message: "argument must be a simple name", offset: arguments[index].offset)
            }
            return name
        }
        func make(_ function: Node.Macro.Function, _ variables: [String], _ condition: Node?, _ body: Node) -> Node {
            Node(.macro(.init(function: function, range: target, variables: variables, condition: condition, body: body)), offset)
        }
        switch (name, arguments.count) {
        case ("all", 2): return make(.all, [try variable(0)], nil, arguments[1])
        case ("exists", 2): return make(.exists, [try variable(0)], nil, arguments[1])
        case ("exists_one", 2), ("existsOne", 2): return make(.existsOne, [try variable(0)], nil, arguments[1])
        case ("filter", 2): return make(.filter, [try variable(0)], nil, arguments[1])
        case ("map", 2): return make(.map, [try variable(0)], nil, arguments[1])
        case ("map", 3): return make(.map, [try variable(0)], arguments[1], arguments[2])
        case ("all", 3): return make(.all, [try variable(0), try variable(1)], nil, arguments[2])
        case ("exists", 3): return make(.exists, [try variable(0), try variable(1)], nil, arguments[2])
        case ("existsOne", 3), ("exists_one", 3): return make(.existsOne, [try variable(0), try variable(1)], nil, arguments[2])
        case ("transformList", 3), ("transformMap", 3), ("transformMapEntry", 3):
            guard let function = Node.Macro.Function(rawValue: name) else { return nil }
            return make(function, [try variable(0), try variable(1)], nil, arguments[2])
        case ("transformList", 4), ("transformMap", 4), ("transformMapEntry", 4):
            guard let function = Node.Macro.Function(rawValue: name) else { return nil }
            return make(function, [try variable(0), try variable(1)], arguments[2], arguments[3])
        case ("bind", 3):
            guard case .identifier("cel") = target.kind else { return nil }
            let bound = Node.Macro(
                function: .bind, range: arguments[1], variables: [try variable(0)], condition: nil, body: arguments[2])
            return Node(.macro(bound), offset)
        case ("optMap", 2): return make(.optMap, [try variable(0)], nil, arguments[1])
        case ("optFlatMap", 2): return make(.optFlatMap, [try variable(0)], nil, arguments[1])
        default: return nil
        }
    }
}
