/// What the documents say of operations, in upstream's words.
enum OpenAPIOperationText {
    /// `part` is a subresource, or nothing; `canWatch` whether the list can be watched.
    static func describe(_ verb: String, _ kind: String, part: String = "", canWatch: Bool = false) -> String {
        let of = part.isEmpty ? "" : "\(part) of "
        switch verb {
        case "list": return "list \(canWatch ? "or watch " : "")objects of kind \(kind)"
        case "watchlist":
            return "watch individual changes to a list of \(kind). \(watchesAreOld)."
        case "watch":
            return
                "watch changes to an object of kind \(kind). \(watchesAreOld), filtered to a single item with the 'fieldSelector' parameter."
        case "get": return "read \(of)the specified \(kind)"
        case "update": return "replace \(of)the specified \(kind)"
        case "patch": return "partially update \(of)the specified \(kind)"
        case "deletecollection": return "delete collection of \(kind)"
        default: return "\(verb) \(of)\(article(kind))\(kind)"
        }
    }

    /// A request of one method to what has a stream or a proxy.
    static func connect(_ method: String, _ kind: String, part: String) -> String {
        "connect \(method.uppercased()) requests to \(part) of \(kind)"
    }

    private static let watchesAreOld = "deprecated: use the 'watch' parameter with a list operation instead"

    private static func article(_ kind: String) -> String {
        // What is many already has none.
        if kind.hasSuffix("s"), !kind.hasSuffix("ss") { return "" }
        return "aeiou".contains(kind.prefix(1).lowercased()) ? "an " : "a "
    }
}
