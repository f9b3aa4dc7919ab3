import Values

/// The members of an object that somebody looks at: the others are passed over when it is read, and nothing is made of them.
///
/// Written as `spec(nodeName,containers()) status.conditions(type,status)`: a name alone takes the member whole, parentheses tell which of
/// its members are wanted, a dot stands before the only one, and `*` is any name. Arrays are looked through, so that what is said of an
/// array is said of its elements. Empty parentheses ask whether something is there, and how many elements it has: objects come out empty,
/// and what is neither object nor array comes out null.
package struct JSONProjection: Sendable {
    fileprivate struct Node {
        let name: String
        /// Where the name's bytes stand in `names`.
        let bytes: Range<Int>
        let isWhole: Bool
        /// Those that have names.
        let children: Range<Int>
        /// What stands for all other names.
        let other: Int?
    }

    /// The outermost object first, the children of one node side by side.
    private let nodes: [Node]
    private let names: [UInt8]

    /// The members that a text names; see above. A text that is not written so is a fault of the program.
    package init(_ text: String) {
        var rest = Substring(text)
        let root = Draft()
        root.read(&rest)
        precondition(rest.isEmpty, "not a projection: \(text)")
        self.init(root)
    }

    /// The members at the ends of some paths of names, whole.
    package init(paths: [[String]]) {
        let root = Draft()
        for path in paths { path.reduce(root) { $0.child($1) }.isWhole = true }
        self.init(root)
    }

    private init(_ root: Draft) {
        var nodes: [Node] = []
        var names: [UInt8] = []
        var waiting: [(name: String, draft: Draft)] = [("", root)]
        var position = 0
        while position < waiting.count {
            let (name, draft) = waiting[position]
            position += 1
            let start = names.count
            names += Array(name.utf8)
            let first = waiting.count
            let isWhole = draft.isWhole
            waiting += isWhole ? [] : draft.children.filter { $0.name != "*" }
            let children = first..<waiting.count
            if !isWhole { waiting += draft.children.filter { $0.name == "*" } }
            nodes.append(
                Node(
                    name: name, bytes: start..<names.count, isWhole: isWhole, children: children,
                    other: waiting.count > children.upperBound ? children.upperBound : nil))
        }
        self.nodes = nodes
        self.names = names
    }

    /// A tree that is being written down.
    private final class Draft {
        var children: [(name: String, draft: Draft)] = []
        var isWhole = false

        func child(_ name: String) -> Draft {
            if let known = children.first(where: { $0.name == name }) { return known.draft }
            let made = Draft()
            children.append((name, made))
            return made
        }

        /// Members up to a closing parenthesis or the end.
        func read(_ rest: inout Substring) {
            while let character = rest.first, character != ")" {
                if character == " " || character == "," {
                    rest.removeFirst()
                    continue
                }
                let name = rest.prefix { !" ,.()".contains($0) }
                precondition(!name.isEmpty, "not a projection: \(rest)")
                rest = rest.dropFirst(name.count)
                child(String(name)).readRest(&rest)
            }
        }

        private func readRest(_ rest: inout Substring) {
            switch rest.first {
            case "(":
                rest.removeFirst()
                read(&rest)
                precondition(rest.popFirst() == ")", "a parenthesis of a projection is not closed")
            case ".":
                rest.removeFirst()
                let name = rest.prefix { !" ,.()".contains($0) }
                rest = rest.dropFirst(name.count)
                child(String(name)).readRest(&rest)
            default: isWhole = true
            }
        }
    }

    // MARK: Reading

    /// Reads these members of an object in text that a server wrote, and tells where the value of one member of the outermost object
    /// stands, which is known only of one that is named. What is passed over is not checked to be JSON. Throws `JSONError`.
    package func read(_ bytes: [UInt8], noting member: StaticString) throws -> (value: Value, range: Range<Int>?) {
        try bytes.withUnsafeBufferPointer { text in
            try nodes.withUnsafeBufferPointer { nodes in
                try names.withUnsafeBufferPointer { names in
                    var reader = Reader(scanner: JSONScanner(text), nodes: nodes, names: names)
                    reader.noted = nodes[0].children.first { child in
                        member.withUTF8Buffer { $0.elementsEqual(names[nodes[child].bytes]) }
                    }
                    guard try reader.scanner.peek() == UInt8(ascii: "{") else {
                        throw JSONError(offset: reader.scanner.position, problem: "expected '{'")
                    }
                    let value = try reader.value(0)
                    return (value, reader.range)
                }
            }
        }
    }

    /// One reading.
    private struct Reader {
        var scanner: JSONScanner
        let nodes: UnsafeBufferPointer<Node>
        let names: UnsafeBufferPointer<UInt8>
        /// The node whose value's place is to be told.
        var noted: Int?
        var range: Range<Int>?
        private var depth = 0

        init(scanner: JSONScanner, nodes: UnsafeBufferPointer<Node>, names: UnsafeBufferPointer<UInt8>) {
            self.scanner = scanner
            self.nodes = nodes
            self.names = names
        }

        mutating func value(_ node: Int) throws -> Value {
            let first = try scanner.peek()
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                depth += 1
                defer { depth -= 1 }
                guard depth <= JSONParser.Limits.own.depth else {
                    throw JSONError(offset: scanner.position, problem: "nested deeper than \(JSONParser.Limits.own.depth)")
                }
                return first == UInt8(ascii: "{") ? .object(try object(node)) : .array(try array(node))
            }
            if nodes[node].isPresence {
                _ = try scanner.skip()
                return .null
            }
            if first == UInt8(ascii: "\"") { return .string(try scanner.decoded(try scanner.string())) }
            return try plain(try scanner.skip())
        }

        private mutating func object(_ node: Int) throws -> Object {
            if nodes[node].isPresence {
                _ = try scanner.skip()
                return Object()
            }
            scanner.position += 1
            if try scanner.pass(UInt8(ascii: "}")) { return Object() }
            var result = Object(reserving: nodes[node].children.count)
            repeat {
                let name = try scanner.string()
                try scanner.expect(UInt8(ascii: ":"))
                guard let child = try child(of: node, name) else {
                    _ = try scanner.skip()
                    continue
                }
                _ = try scanner.peek()
                let start = scanner.position
                let key = nodes[node].children.contains(child) ? nodes[child].name : try scanner.decoded(name)
                result.append(key, try value(child))
                if child == noted { range = start..<scanner.position }
            } while try scanner.pass(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
            return result
        }

        /// The node that stands for a member; what is whole stands for all its members.
        private func child(of node: Int, _ name: JSONScanner.Text) throws -> Int? {
            if nodes[node].isWhole { return node }
            if name.isEscaped {
                let name = try scanner.decoded(name)
                return nodes[node].children.first { nodes[$0].name == name } ?? nodes[node].other
            }
            let text = scanner.bytes(name.range)
            for child in nodes[node].children where nodes[child].bytes.count == text.count {
                if names[nodes[child].bytes].elementsEqual(text) { return child }
            }
            return nodes[node].other
        }

        private mutating func array(_ node: Int) throws -> [Value] {
            scanner.position += 1
            if try scanner.pass(UInt8(ascii: "]")) { return [] }
            var result: [Value] = []
            repeat { result.append(try value(node)) } while try scanner.pass(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "]"))
            return result
        }

        /// A number, true, false or null.
        private func plain(_ range: Range<Int>) throws -> Value {
            var rest = scanner.bytes(range)
            let isNegative = rest.first == UInt8(ascii: "-")
            if isNegative { rest = rest.dropFirst() }
            // More digits may not fit, and a zero may not stand before others.
            guard (1...18).contains(rest.count), rest.count == 1 || rest.first != 0x30 else { return try scanner.value(range) }
            var number: Int64 = 0
            for byte in rest {
                guard byte >= 0x30, byte <= 0x39 else { return try scanner.value(range) }
                number = number * 10 + Int64(byte - 0x30)
            }
            return .int(isNegative ? -number : number)
        }
    }
}

extension JSONProjection.Node {
    /// Whether it is only asked if something is there.
    fileprivate var isPresence: Bool { !isWhole && children.isEmpty && other == nil }
}
