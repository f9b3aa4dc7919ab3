import SchemaEngine
import Values

/// Rules that the schema tables state: what kinds without rules of their own are checked by.
extension Validator {
    mutating func table(_ place: Place, _ shape: Shape) {
        switch shape {
        case .structure(let structure):
            guard case .object? = place.value else { return }
            for field in structure.fields where field.name != "metadata" && !(field.name == "status" && place.path.isEmpty) {
                // A status is its controller's business, and starts out empty.
                tableField(place[field.name], field)
            }
        case .list(let element, _):
            if case .structure = element { for item in place.items { table(item, element) } }
        case .map(let element, _):
            if case .structure = element { for entry in place.entries { table(entry.place, element) } }
        case .scalar, .any: break
        }
    }

    private mutating func tableField(_ place: Place, _ field: Field) {
        if field.isRequired, place.isEmpty, Self.canBeMissing(field.shape) { return required(place) }
        guard place.isPresent else { return }
        if !field.enumeration.isEmpty {
            let values = place.value?.array == nil ? [place] : place.items
            for value in values where !value.isEmpty && !field.enumeration.contains(value.text) { unsupported(value, field.enumeration) }
        }
        if let number = place.value?.double {
            if let minimum = field.minimum, number < minimum { invalid(place, "must be greater than or equal to \(Self.plain(minimum))") }
            if let maximum = field.maximum, number > maximum { invalid(place, "must be less than or equal to \(Self.plain(maximum))") }
        }
        table(place, field.shape)
    }

    /// Whether an empty value of the shape means that somebody left it out; numbers and booleans mean what they say.
    private static func canBeMissing(_ shape: Shape) -> Bool {
        switch shape {
        case .scalar(let scalar): [.string, .time, .microTime, .duration, .bytes].contains(scalar)
        case .structure, .any: false
        case .list, .map: true
        }
    }

    private static func plain(_ number: Double) -> String { Int64(exactly: number).map(String.init) ?? "\(number)" }

    /// Refuses changes of fields that the table calls immutable.
    mutating func tableUpdate(_ new: Place, _ old: Place, _ shape: Shape) {
        guard case .structure(let structure) = shape else { return }
        for field in structure.fields where field.name != "metadata" {
            if field.isImmutable {
                immutable(new[field.name], old[field.name])
            } else if new[field.name].isPresent, old[field.name].isPresent {
                tableUpdate(new[field.name], old[field.name], field.shape)
            }
        }
    }
}
