import Values

/// A value inside an object, and where it is. Reading an absent part gives a place without a value, never a failure.
struct Place: Sendable {
    /// One step of a path; kept as a chain, since a text is needed only where something is wrong.
    private final class Step: Sendable {
        enum Name: Sendable {
            case member(String)
            case key(String)
            case index(Int)
        }
        let parent: Step?
        let name: Name

        init(_ parent: Step?, _ name: Name) {
            self.parent = parent
            self.name = name
        }

        var text: String {
            switch name {
            case .member(let name): parent.map { $0.text + "." + name } ?? name
            case .key(let name): (parent?.text ?? "") + "[" + name + "]"
            case .index(let index): (parent?.text ?? "") + "[\(index)]"
            }
        }
    }

    /// The place that this one is in, and its name there; nil of the object itself.
    private let parent: Step?
    private let name: Step.Name?
    /// The same as one step, made already where something is likely to be looked for below.
    private let made: Step?
    /// nil when absent or null.
    let value: Value?

    private init(_ parent: Step?, _ name: Step.Name?, _ value: Value?) {
        self.parent = parent
        self.name = name
        // Not `nil`: a value has a literal of that name, which is null.
        if let value, !value.isNull { self.value = value } else { self.value = Optional.none }
        switch value {
        case .object?, .array?: made = name.map { Step(parent, $0) }
        default: made = nil
        }
    }

    private var step: Step? { made ?? name.map { Step(parent, $0) } }

    /// The object itself.
    init(_ object: Value) { self.init(nil, nil, object) }

    /// "spec.containers[0].name", "data[tls.crt]"; empty for the object itself.
    var path: String { step?.text ?? "" }

    subscript(name: String) -> Place { Place(step, .member(name), value?[name]) }

    /// The member of a free map, which paths write in brackets.
    subscript(key name: String) -> Place { Place(step, .key(name), value?[name]) }

    subscript(index: Int) -> Place {
        let list = value?.array ?? []
        return Place(step, .index(index), index < list.count ? list[index] : nil)
    }

    /// The elements of a list.
    var items: [Place] {
        guard case .array(let list)? = value else { return [] }
        let step = step
        return list.enumerated().map { Place(step, .index($0), $1) }
    }

    /// The entries of a free map.
    var entries: [(key: String, place: Place)] {
        guard case .object(let object)? = value else { return [] }
        let step = step
        return object.map { ($0.key, Place(step, .key($0.key), $0.value)) }
    }

    /// The keys of an object.
    var keys: [String] { value?.object?.members.map(\.key) ?? [] }

    /// This place with another value, for a rule about something derived from it.
    func with(_ other: Value?) -> Place { Place(parent, name, other) }

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
