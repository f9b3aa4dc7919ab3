/// A part of an expression, with where it stands in the text (in characters from the start).
final class Node: Sendable {
    enum Kind: Sendable {
        case literal(CELValue)
        case identifier(String)
        /// `operand.field`; `isTest` is `has(operand.field)`, `isOptional` is `operand.?field`.
        case select(Node, String, isTest: Bool, isOptional: Bool)
        case call(String, target: Node?, [Node])
        case list([Node], optional: Set<Int>)
        case map([(key: Node, value: Node, isOptional: Bool)])
        /// `Name{field: value, ?field: optional}`.
        case message(String, [(name: String, value: Node, isOptional: Bool)])
        case macro(Macro)
    }

    /// A comprehension: a loop over a list or the keys of a map.
    struct Macro: Sendable {
        enum Function: String, Sendable {
            case all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry, bind, optMap, optFlatMap
        }
        let function: Function
        let range: Node
        let variables: [String]
        /// The filter of `map` with three arguments and of the transforms.
        let condition: Node?
        let body: Node
    }

    let kind: Kind
    let offset: Int
    /// How many levels there are from here down: as deep goes whatever walks the tree.
    let height: Int

    init(_ kind: Kind, _ offset: Int) {
        self.kind = kind
        self.offset = offset
        let parts: [Node] =
            switch kind {
            case .literal, .identifier: []
            case .select(let operand, _, _, _): [operand]
            case .call(_, let target, let arguments): arguments + (target.map { [$0] } ?? [])
            case .list(let items, _): items
            case .map(let entries): entries.flatMap { [$0.key, $0.value] }
            case .message(_, let fields): fields.map(\.value)
            case .macro(let macro): [macro.range, macro.body] + (macro.condition.map { [$0] } ?? [])
            }
        height = parts.reduce(0) { max($0, $1.height) } + 1
    }
}
