/// What was wrong with a text that is not YAML, or is more than we take.
package struct YAMLError: Error, Equatable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    package let problem: String

    package var description: String { "yaml: line \(line): \(problem)" }
}
