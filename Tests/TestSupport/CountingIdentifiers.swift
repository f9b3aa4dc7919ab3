import ResourceEngine
import Synchronization

/// Identifiers that count up: the same in every run.
package final class CountingIdentifiers: IdentifierSource {
    private let count = Mutex<UInt64>(0)

    package init() {}

    private func next() -> UInt64 {
        count.withLock { count in
            count += 1
            return count
        }
    }

    package func uid() -> String { RandomIdentifiers.uid(0, next()) }

    package func suffix() -> String {
        var number = next()
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        var text = ""
        for _ in 0..<5 {
            text.insert(alphabet[Int(number % 27)], at: text.startIndex)
            number /= 27
        }
        return text
    }
}
