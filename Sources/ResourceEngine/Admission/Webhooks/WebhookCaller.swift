import Core
import JSON
import Values

/// Where a webhook is: `WebhookClientConfig`.
package struct WebhookTarget: Sendable, Hashable {
    package enum Address: Sendable, Hashable {
        /// `https://host[:port]/path`.
        case url(String)
        case service(namespace: String, name: String, path: String, port: Int)
    }

    package let address: Address
    /// Who vouches for the server, in PEM; empty means the system's roots.
    package let authorities: [UInt8]

    package init(address: Address, authorities: [UInt8]) {
        self.address = address
        self.authorities = authorities
    }

    /// From a `clientConfig`, which validation has let in.
    package init(clientConfig: Value) {
        if let service = clientConfig["service"], service.object != nil {
            address = .service(
                namespace: service["namespace"]?.string ?? "", name: service["name"]?.string ?? "", path: service["path"]?.string ?? "",
                port: Int(service["port"]?.int ?? 443))
        } else {
            address = .url(clientConfig["url"]?.string ?? "")
        }
        authorities = (clientConfig["caBundle"]?.string).flatMap { try? Base64.decode($0) } ?? []
    }
}

/// Why a webhook gave no answer that can be used.
package struct WebhookCallError: Error, Sendable, CustomStringConvertible {
    /// In the words of Go's client, since people search for them.
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Asks webhooks. What is above HTTP is the engine's, what is below its implementer's.
package protocol WebhookCaller: Sendable {
    /// Posts a JSON document and answers with the document that came back. Throws `WebhookCallError`, also when there is no answer in time.
    func post(_ body: [UInt8], to target: WebhookTarget, timeout: Duration) async throws(WebhookCallError) -> [UInt8]
}
