import Values

/// A list of views over an array of values. Elements are wrapped as they are read.
package struct ViewList<Element: View>: RandomAccessCollection, MutableCollection, RangeReplaceableCollection, Sendable, Hashable {
    package var values: [Value]

    package init(_ values: [Value]) { self.values = values }
    package init() { values = [] }
    package init(_ views: some Sequence<Element>) { values = views.map { $0.raw } }

    package var startIndex: Int { 0 }
    package var endIndex: Int { values.count }
    // What a collection has of these by itself goes the long way round, by distances between positions.
    package var count: Int { values.count }
    package var isEmpty: Bool { values.isEmpty }
    package func index(after position: Int) -> Int { position + 1 }
    package func makeIterator() -> Iterator { Iterator(values: values.makeIterator()) }

    package struct Iterator: IteratorProtocol {
        fileprivate var values: IndexingIterator<[Value]>
        package mutating func next() -> Element? {
            guard let value = values.next() else { return nil }
            return Element(value)
        }
    }

    package subscript(position: Int) -> Element {
        get { Element(values[position]) }
        _modify {
            var view = Element(values[position])
            values[position] = .null
            defer { values[position] = view.raw }
            yield &view
        }
    }

    package mutating func replaceSubrange(_ range: Range<Int>, with views: some Collection<Element>) {
        values.replaceSubrange(range, with: views.map { $0.raw })
    }

    /// The element whose `name` is `name`. Writing nil removes it, writing a view adds or replaces it.
    package subscript(named name: String) -> Element? {
        get { values.first { $0["name"]?.string == name }.map(Element.init) }
        _modify {
            let position = values.firstIndex { $0["name"]?.string == name }
            var view: Element?
            if let position {
                view = Element(values[position])
                values[position] = .null
            }
            defer {
                switch (view, position) {
                case (let view?, let position?): values[position] = view.raw
                case (let view?, nil): values.append(view.raw)
                case (nil, let position?): values.remove(at: position)
                case (nil, nil): break
                }
            }
            yield &view
        }
    }
}

extension ViewList: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: Element...) { values = elements.map { $0.raw } }
}
