import Values

/// The fields of a structure by what is asked of them at every write: to take a `Field` out of its list copies it, which counts references to
/// all that it holds.
final class FieldColumns: Sendable {
    let names: [String]
    let shapes: [Shape]
    let havePresence: [Bool]
    /// Whether values of the field have parts that can have defaults.
    let haveParts: [Bool]
    /// The positions of the fields that have a default, with it.
    let defaults: [(position: Int, value: Value)]
    /// The positions of the fields that are written even when empty.
    let alwaysWritten: [Int]
    /// -1 for each field: none of them is found yet.
    let nowhere: [Int]

    init(_ fields: [Field]) {
        names = fields.map(\.name)
        shapes = fields.map(\.shape)
        havePresence = fields.map(\.hasPresence)
        haveParts = fields.map { Self.hasParts($0.shape) }
        defaults = fields.enumerated().compactMap { position, field in field.defaultValue.map { (position, $0) } }
        nowhere = Array(repeating: -1, count: fields.count)
        alwaysWritten = fields.indices.filter { fields[$0].keepsEmpty }
    }

    private static func hasParts(_ shape: Shape) -> Bool {
        switch shape {
        case .scalar, .any: false
        case .structure: true
        case .list(let element, _): hasParts(element)
        case .map(.scalar(.quantity), _): true
        case .map(let element, _): hasParts(element)
        }
    }
}
