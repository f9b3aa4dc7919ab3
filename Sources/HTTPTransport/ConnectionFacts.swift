/// What the requests of one connection have in common.
struct ConnectionFacts: Sendable {
    var remoteAddress: String
    var peerCertificate: [UInt8]?
    var isTLS: Bool
    var isHTTP2: Bool
}
