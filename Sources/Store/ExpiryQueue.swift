import Core

/// The objects that the store is to delete, the next one first: a binary heap.
struct ExpiryQueue: Sendable {
    struct Entry: Sendable {
        let due: Timestamp
        let resource: String
        let key: ObjectKey
        /// The revision that set the time; a later put made another entry.
        let revision: Int64
    }

    private var heap: [Entry] = []

    var next: Timestamp? { heap.first?.due }

    mutating func add(_ entry: Entry) {
        heap.append(entry)
        var position = heap.count - 1
        while position > 0, heap[position].due < heap[(position - 1) / 2].due {
            heap.swapAt(position, (position - 1) / 2)
            position = (position - 1) / 2
        }
    }

    /// Takes the first entry when it is due.
    mutating func take(at now: Timestamp) -> Entry? {
        guard let first = heap.first, first.due <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var position = 0
        while true {
            var smallest = position
            for child in [2 * position + 1, 2 * position + 2] where child < heap.count && heap[child].due < heap[smallest].due {
                smallest = child
            }
            guard smallest != position else { return first }
            heap.swapAt(position, smallest)
            position = smallest
        }
    }
}
