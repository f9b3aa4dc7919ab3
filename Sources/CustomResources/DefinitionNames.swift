import Core
import Values

/// Which names a definition gets: its own, unless another one of its group has them already (upstream's naming controller).
struct DefinitionNames {
    /// The names of a definition that others may not have.
    struct Taken {
        var resources: Set<String> = []
        var kinds: Set<String> = []

        mutating func insert(_ names: Value) {
            for field in ["plural", "singular"] { resources.insert(names[field]?.string ?? "") }
            for name in names["shortNames"]?.array ?? [] { resources.insert(name.string ?? "") }
            for field in ["kind", "listKind"] { kinds.insert(names[field]?.string ?? "") }
            resources.remove("")
            kinds.remove("")
        }
    }

    let accepted: Value
    /// "True" when all were accepted, with a reason and a message.
    let condition: (status: String, reason: String, message: String)

    /// `taken` are the accepted names of the other definitions of the group.
    init(requested: Value, accepted before: Value, taken: Taken) {
        var accepted = before
        var problem: (reason: String, message: String)?
        func check(_ field: String, _ used: Set<String>, _ reason: String) {
            let name = requested[field]?.string ?? ""
            if name != before[field]?.string ?? "", used.contains(name) {
                problem = (reason, "\"\(name)\" is already in use")
            } else {
                accepted[field] = name.isEmpty ? nil : .string(name)
            }
        }
        check("plural", taken.resources, "PluralConflict")
        check("singular", taken.resources, "SingularConflict")
        let own = Set((before["shortNames"]?.array ?? []).compactMap(\.string))
        let conflicts = (requested["shortNames"]?.array ?? []).compactMap(\.string).filter {
            !own.contains($0) && taken.resources.contains($0)
        }
        if conflicts.isEmpty {
            accepted["shortNames"] = requested["shortNames"]
        } else {
            let texts = conflicts.map { "\"\($0)\" is already in use" }
            problem = ("ShortNamesConflict", texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]")
        }
        check("kind", taken.kinds, "KindConflict")
        check("listKind", taken.kinds, "ListKindConflict")
        accepted["categories"] = requested["categories"]
        self.accepted = accepted
        condition = problem.map { ("False", $0.reason, $0.message) } ?? ("True", "NoConflicts", "no conflicts found")
    }
}
