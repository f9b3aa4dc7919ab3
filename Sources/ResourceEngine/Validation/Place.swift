import Values

/// A value inside an object, and where it is. Reading an absent part gives a place without a value, never a failure.
struct Place: Sendable {
    /// One step of a path; kept as a chain, since a text is needed only where something is wrong.
    private final class Step: Sendable {
        enum Kind: Sendable { case member, key, index }
        let parent: Step?
        let name: String
        let kind: Kind

        init(_ parent: Step?, _ name: String, _ kind: Kind) {
            self.parent = parent
            self.name = name
            self.kind = kind
        }

        var text: String {
            switch kind {
            case .member: parent.map { $0.text + "." + name } ?? name
            case .key, .index: (parent?.text ?? "") + "[" + name + "]"
            }
        }
    }

    private let step: Step?
    /// nil when absent or null.
    let value: Value?

    private init(_ step: Step?, _ value: Value?) {
        self.step = step
        // Not `nil`: a value has a literal of that name, which is null.
        if let value, !value.isNull { self.value = value } else { self.value = Optional.none }
    }

    /// The object itself.
    init(_ object: Value) { self.init(nil, object) }

    /// "spec.containers[0].name", "data[tls.crt]"; empty for the object itself.
    var path: String { step?.text ?? "" }

    subscript(name: String) -> Place { Place(Step(step, name, .member), value?[name]) }

    /// The member of a free map, which paths write in brackets.
    subscript(key name: String) -> Place { Place(Step(step, name, .key), value?[name]) }

    subscript(index: Int) -> Place {
        let list = value?.array ?? []
        return Place(Step(step, "\(index)", .index), index < list.count ? list[index] : nil)
    }

    /// The elements of a list.
    var items: [Place] {
        (value?.array ?? []).enumerated().map { Place(Step(step, "\($0)", .index), $1) }
    }

    /// The entries of a free map.
    var entries: [(key: String, place: Place)] {
        (value?.object ?? Object()).map { ($0.key, Place(Step(step, $0.key, .key), $0.value)) }
    }

    /// The keys of an object.
    var keys: [String] { (value?.object ?? Object()).map(\.key) }

    /// This place with another value, for a rule about something derived from it.
    func with(_ other: Value?) -> Place { Place(step, other) }

    var isPresent: Bool { value != nil }
    /// Whether a string, list or map is absent or has nothing in it.
    var isEmpty: Bool {
        switch value {
        case nil: true
        case .string(let text): text.isEmpty
        case .array(let list): list.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
    var text: String { value?.string ?? "" }
    var int: Int64? { value?.int }
    var isTrue: Bool { value?.bool == true }
    var count: Int { value?.array?.count ?? value?.object?.count ?? 0 }
    /// The strings of a list.
    var texts: [String] { (value?.array ?? []).compactMap(\.string) }
    /// The string values of a map.
    var map: [String: String] {
        var result: [String: String] = [:]
        for member in value?.object ?? Object() { result[member.key] = member.value.string ?? "" }
        return result
    }
}
