import Core
import JSON
import SchemaEngine
import Values

/// Collects what is wrong with an object, in upstream's order and words (`k8s.io/apimachinery/pkg/util/validation/field`).
///
/// The rules of each group of kinds are extensions in files of their own.
struct Validator {
    private(set) var causes: [APIError.Cause] = []
    /// Whether finalizers have to be fully qualified, or upstream's own.
    let requiresKnownFinalizers: Bool

    init(requiresKnownFinalizers: Bool = true) { self.requiresKnownFinalizers = requiresKnownFinalizers }

    /// The groups besides those of custom resources for which upstream takes any finalizer.
    private static let lenientGroups: Set<String> = [
        "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "node.k8s.io",
    ]

    /// For objects of a kind.
    init(for schema: ResourceSchema) {
        requiresKnownFinalizers = schema.custom == nil && !Self.lenientGroups.contains(schema.resource.group)
    }

    var isClean: Bool { causes.isEmpty }

    private mutating func report(_ reason: String, _ message: String, _ place: Place) {
        causes.append(APIError.Cause(reason: reason, message: message, field: place.path))
    }

    private static func joined(_ head: String, _ detail: String) -> String { detail.isEmpty ? head : "\(head): \(detail)" }

    mutating func append(_ cause: APIError.Cause) { causes.append(cause) }

    mutating func required(_ place: Place, _ detail: String = "") {
        report("FieldValueRequired", Self.joined("Required value", detail), place)
    }

    /// The value at `place`, or `value` where the rule is about another one, is wrong.
    mutating func invalid(_ place: Place, _ detail: String, value: Value? = nil) {
        report("FieldValueInvalid", Self.joined("Invalid value: \(Self.shown(value ?? place.value))", detail), place)
    }

    /// The value at `place` is wrong, and too much to be shown.
    mutating func invalidHidden(_ place: Place, _ detail: String) { report("FieldValueInvalid", "Invalid value: \(detail)", place) }

    mutating func invalid(_ place: Place, _ details: [String]) {
        for detail in details { invalid(place, detail) }
    }

    mutating func unsupported(_ place: Place, _ supported: [String], value: Value? = nil) {
        let list = supported.map(Self.quoted).joined(separator: ", ")
        report("FieldValueNotSupported", "Unsupported value: \(Self.shown(value ?? place.value ?? "")): supported values: \(list)", place)
    }

    mutating func duplicate(_ place: Place, value: Value? = nil) {
        report("FieldValueDuplicate", "Duplicate value: \(Self.shown(value ?? place.value))", place)
    }

    mutating func forbidden(_ place: Place, _ detail: String) {
        report("FieldValueForbidden", Self.joined("Forbidden", detail), place)
    }

    mutating func notFound(_ place: Place) {
        report("FieldValueNotFound", "Not found: \(Self.shown(place.value ?? ""))", place)
    }

    mutating func tooLong(_ place: Place, _ limit: Int) {
        report("FieldValueTooLong", "Too long: may not be more than \(limit) byte\(limit == 1 ? "" : "s")", place)
    }

    mutating func tooMany(_ place: Place, _ limit: Int) {
        report("FieldValueTooMany", "Too many: \(place.count): must have at most \(limit) item\(limit == 1 ? "" : "s")", place)
    }

    /// How messages show a value: strings quoted, numbers and booleans plain, everything else as JSON.
    static func shown(_ value: Value?) -> String {
        switch value {
        case nil: "null"
        case .string(let text)?: quoted(text)
        case let other?: JSONWriter.string(other.withSortedMaps)
        }
    }

    /// A string as Go's %q writes it.
    static func quoted(_ text: String) -> String { GoNumber.quoted(text) }

    // MARK: Rules used by many kinds

    mutating func nonNegative(_ place: Place) {
        if let number = place.int, number < 0 { invalid(place, "must be greater than or equal to 0") }
    }

    mutating func positive(_ place: Place) {
        if (place.int ?? 0) <= 0 { invalid(place, "must be greater than 0", value: .int(place.int ?? 0)) }
    }

    /// A required string out of a few.
    mutating func oneOf(_ place: Place, _ supported: [String]) {
        if place.isEmpty {
            required(place)
        } else if !supported.contains(place.text) {
            unsupported(place, supported)
        }
    }

    /// An optional string out of a few.
    mutating func oneOfIfPresent(_ place: Place, _ supported: [String]) {
        if place.isPresent, !supported.contains(place.text) { unsupported(place, supported) }
    }

    mutating func dnsLabel(_ place: Place) { invalid(place, Formats.dnsLabel(place.text)) }
    mutating func dnsSubdomain(_ place: Place) { invalid(place, Formats.dnsSubdomain(place.text)) }
    mutating func qualifiedName(_ place: Place) { invalid(place, Formats.qualifiedName(place.text)) }

    /// A port number (1 to 65535) that must be there.
    mutating func portNumber(_ place: Place) {
        let number = place.int ?? 0
        if !(1...65535).contains(number) { invalid(place, "must be between 1 and 65535, inclusive", value: .int(number)) }
    }

    /// A port by number or by name.
    mutating func portNumberOrName(_ place: Place) {
        if case .string(let name)? = place.value { invalid(place, Formats.portName(name)) } else { portNumber(place) }
    }

    static let immutable = "field is immutable"

    /// Refuses a changed value; an absent one and an empty one are the same.
    mutating func immutable(_ new: Place, _ old: Place, _ detail: String = Validator.immutable) {
        if !Self.same(new.value, old.value) { invalid(new, detail) }
    }

    /// Equality that takes no notice of absent, null and empty lists, maps and strings (Go's semantic equality).
    static func same(_ left: Value?, _ right: Value?) -> Bool {
        switch (left, right) {
        case (nil, nil): return true
        case (nil, let other?), (let other?, nil):
            switch other {
            case .null: return true
            case .string(let text): return text.isEmpty
            case .array(let list): return list.isEmpty
            case .object(let object): return object.isEmpty
            default: return false
            }
        case (let a?, let b?) where a.isIdentical(to: b): return true
        case (.object(let a)?, .object(let b)?):
            for member in a where !same(member.value, b[member.key]) { return false }
            for member in b where a.position(of: member.key) == nil && !same(nil, member.value) { return false }
            return true
        case (.array(let a)?, .array(let b)?): return a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        case (let a?, let b?): return a == b || (a.isNull && same(nil, b)) || (b.isNull && same(a, nil))
        }
    }

    mutating func ip(_ place: Place) {
        let text = place.text
        if !Formats.isIPv4(text) && !Formats.isIPv6(text) { invalid(place, Formats.notAnAddress) }
    }

    mutating func cidr(_ place: Place) {
        if !Formats.isCIDR(place.text) { invalid(place, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)") }
    }
}

extension Value {
    /// As Go prints it: the members of maps sorted. Structures come in schema order already and are left alone where they can
    /// be told apart, which JSON cannot: so objects of strings only are taken for maps.
    var withSortedMaps: Value {
        switch self {
        case .object(let object):
            let isMap = object.allSatisfy { $0.value.string != nil }
            let members = object.map { ($0.key, $0.value.withSortedMaps) }
            return .object(Object(isMap ? members.sorted { $0.0 < $1.0 } : members))
        case .array(let items): return .array(items.map(\.withSortedMaps))
        default: return self
        }
    }
}
