import Core
import RegularExpressions

/// Refuses texts that can never be what they are used for: durations, timestamps and patterns.
enum LiteralCheck {
    static func problems(_ node: Node) -> [(String, Int)] {
        var problems: [(String, Int)] = []
        visit(node, &problems)
        return problems
    }

    private static func visit(_ node: Node, _ problems: inout [(String, Int)]) {
        switch node.kind {
        case .literal, .identifier: return
        case .select(let operand, _, _, _): visit(operand, &problems)
        case .list(let items, _): for item in items { visit(item, &problems) }
        case .map(let entries):
            for entry in entries {
                visit(entry.key, &problems)
                visit(entry.value, &problems)
            }
        case .message(_, let fields): for field in fields { visit(field.value, &problems) }
        case .macro(let macro):
            for part in [macro.range, macro.condition, macro.body] { if let part { visit(part, &problems) } }
        case .call(let name, let target, let arguments):
            if let target { visit(target, &problems) }
            for argument in arguments { visit(argument, &problems) }
            let last = (target.map { [$0] } ?? []) + arguments
            guard let node = last.last, case .literal(.string(let text)) = node.kind else { return }
            switch (name, last.count) {
            case ("duration", 1): if GoDuration.parse(text) == nil { problems.append(("invalid duration argument", node.offset)) }
            case ("timestamp", 1): if Timestamp(rfc3339: text) == nil { problems.append(("invalid timestamp argument", node.offset)) }
            case ("matches", 2):
                if (try? RegularExpression.cached(text)) == nil { problems.append(("invalid matches argument", node.offset)) }
            default: return
            }
        }
    }
}
