/// What structures and their fields mean, for people.
package struct FieldDescriptions: Sendable {
    private let table: [String: String]

    /// By "Structure" or "Structure.field", where a structure goes by the last part of its name, and "*.field" for whole objects and
    /// their states that have no entry of their own.
    package init(_ table: [String: String]) { self.table = table }

    /// `name` is a structure's full name.
    func structure(_ name: String) -> String? { table[Self.last(name)] }

    /// `isObject` says that the structure is that of whole objects, which have some fields in common.
    func field(_ field: String, of structure: String, isObject: Bool) -> String? {
        let name = Self.last(structure)
        return table["\(name).\(field)"] ?? (isObject || name.hasSuffix("Status") ? table["*.\(field)"] : nil)
    }

    private static func last(_ name: String) -> String {
        name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
    }
}
