/// How far a starting server is.
package enum StartStage: Sendable, Equatable {
    case progress(String)
    /// Everything answers: the API, and with a node the node and cluster DNS.
    case ready
    case failed(String)
}
