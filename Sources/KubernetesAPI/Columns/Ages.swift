import Core
import Values

/// Ages up to one moment, or marks in their places: rows depend on the time in no other way, so that a row can be kept and its ages written anew.
struct Ages: Sendable {
    /// Stands on both sides of a marked time: a character of no text, the last one that there is.
    static let mark: UInt8 = 0xF4
    private static let markCharacter: Character = "\u{10FFFF}"

    /// Nil: marks are left.
    private let now: Timestamp?

    init(now: Timestamp) { self.now = now }
    private init() { now = nil }

    static let marked = Ages()

    /// How long ago a time of the API was; "<unknown>" when there is none.
    func since(_ time: String) -> String { Timestamp(rfc3339: time).map(since) ?? "<unknown>" }

    func since(_ time: Timestamp) -> String {
        guard let now else { return "\(Self.markCharacter)\(time.nanoseconds)\(Self.markCharacter)" }
        return HumanDuration.text(now - time)
    }

    /// The age of an object.
    func of(_ metadata: ObjectMeta) -> Value { .string(since(metadata.creationTimestamp)) }
}
