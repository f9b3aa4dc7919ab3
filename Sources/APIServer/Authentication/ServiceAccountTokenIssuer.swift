import Core
import Identity
import ResourceEngine
import Values

/// Signs the tokens that `serviceaccounts/token` asks for: bound to what the request names, for the audiences it names.
package struct ServiceAccountTokenIssuer: TokenIssuer {
    /// A kubelet asks for this when it renews on its own; such a token lives for a year, so that clients that read it only once go on,
    /// and says when it should have been renewed. Upstream's numbers.
    private static let renewedBySeconds: Int64 = 3607
    private static let extendedSeconds: Int64 = 365 * 86_400

    private let signer: TokenSigner
    private let issuer: String
    private let audiences: [String]
    private let identifiers: any IdentifierSource
    private let lookup: ServiceAccountTokens.Lookup

    /// `audiences` are the API server's own, for requests that name none. `lookup` finds the node of a pod.
    package init(
        signer: TokenSigner, issuer: String, audiences: [String], identifiers: any IdentifierSource,
        lookup: @escaping ServiceAccountTokens.Lookup
    ) {
        self.lookup = lookup
        self.signer = signer
        self.issuer = issuer
        self.audiences = audiences
        self.identifiers = identifiers
    }

    package func issue(_ request: Value, account: Value, boundObject: Value?, now: Timestamp) async throws -> Value {
        let named = request[path: "spec", "audiences"]?.array?.compactMap(\.string) ?? []
        let wanted = named.isEmpty ? audiences : named
        let seconds = request[path: "spec", "expirationSeconds"]?.int ?? 3600
        let kind = request[path: "spec", "boundObjectRef"]?["kind"]?.string
        let isExtended = kind == "Pod" && seconds == Self.renewedBySeconds && wanted.allSatisfy(audiences.contains)
        let start = Timestamp(seconds: now.seconds)
        var token = ServiceAccountToken(
            namespace: account[path: "metadata", "namespace"]?.string ?? "", serviceAccount: Self.reference(account), audiences: wanted,
            issuedAt: start, expires: start + .seconds(isExtended ? Self.extendedSeconds : seconds), id: identifiers.uid())
        if isExtended { token.warnAfter = start + .seconds(seconds) }
        if let boundObject {
            switch kind {
            case "Pod":
                token.pod = Self.reference(boundObject)
                if let node = boundObject[path: "spec", "nodeName"]?.string, !node.isEmpty {
                    token.node = .init(name: node, uid: lookup("nodes", ObjectKey(name: node))?.uid ?? "")
                }
            case "Secret": token.secret = Self.reference(boundObject)
            case "Node": token.node = Self.reference(boundObject)
            default: throw APIError.badRequest("cannot bind a token to a \(kind ?? "object without a kind")")
            }
        }
        var answer = request
        answer["spec"]?["audiences"] = .array(wanted.map { .string($0) })
        answer["status"] = [
            "expirationTimestamp": .string((start + .seconds(seconds)).rfc3339),
            "token": .string(try signer.sign(token.claims(issuer: issuer))),
        ]
        return answer
    }

    private static func reference(_ object: Value) -> ServiceAccountToken.Reference {
        .init(name: object[path: "metadata", "name"]?.string ?? "", uid: object[path: "metadata", "uid"]?.string ?? "")
    }
}
