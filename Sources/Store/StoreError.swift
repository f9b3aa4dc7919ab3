/// Why the store did not do what it was asked.
package enum StoreError: Error, Sendable {
    /// The object is not as the write's precondition wants it. `current` is its durable state, nil when there is none.
    case preconditionFailed(current: StoredObject?)
    /// The revision is no longer retained; `oldest` is the first one from which a watch may start.
    case compacted(oldest: Int64)
    /// The revision has not happened yet.
    case future(current: Int64)
    /// The disk is full: nothing was written; reads go on.
    case diskFull(String)
    /// The backend failed: whether the write became durable is known only after the next start. Reads go on.
    case unavailable(String)
    /// More writes wait than the store takes; try again later.
    case overloaded
    /// The store was closed.
    case closed
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .preconditionFailed(let current?): "the object is at revision \(current.revision)"
        case .preconditionFailed(nil): "the object does not exist"
        case .compacted(let oldest): "the revision has been compacted, the oldest retained is \(oldest)"
        case .future(let current): "the revision is in the future, the current one is \(current)"
        case .diskFull(let detail): "no space left for the store: \(detail)"
        case .unavailable(let detail): "the store cannot write: \(detail)"
        case .overloaded: "too many writes wait for the store"
        case .closed: "the store is closed"
        }
    }
}
