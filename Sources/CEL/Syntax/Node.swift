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

    init(_ kind: Kind, _ offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
