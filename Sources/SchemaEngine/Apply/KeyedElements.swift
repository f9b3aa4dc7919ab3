import Values

/// The elements of a list by the path elements that tell them apart, in the order of those.
struct KeyedElements {
    /// What a list has under one path element: one item as a rule, and more where keys are repeated.
    struct Entry {
        let element: PathElement
        let first: Value
        /// The others in the order of the list.
        var repeated: [Value] = []

        var isRepeated: Bool { !repeated.isEmpty }
        var items: [Value] { [first] + repeated }
    }

    let entries: [Entry]

    /// Throws `FieldError` where an item lacks its keys. O(n log n), and O(n) for a list in order.
    init(_ list: [Value], _ shape: Shape, keys: [String]) throws {
        var entries: [Entry] = []
        entries.reserveCapacity(list.count)
        var isSorted = true
        for item in list {
            let element = try shape.pathElement(of: item, keys: keys)
            if let last = entries.last, !(last.element < element) { isSorted = false }
            entries.append(Entry(element: element, first: item))
        }
        if !isSorted {
            entries.sort { $0.element < $1.element }
            Self.join(&entries)
        }
        self.entries = entries
    }

    /// Makes one of those sorted entries that have the same path element.
    private static func join(_ entries: inout [Entry]) {
        guard entries.indices.dropFirst().contains(where: { entries[$0].element == entries[$0 - 1].element }) else { return }
        var result: [Entry] = []
        for entry in entries {
            if let last = result.last, last.element == entry.element {
                result[result.count - 1].repeated.append(entry.first)
            } else {
                result.append(entry)
            }
        }
        entries = result
    }
}
