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

/// What the webhook plugins are told: upstream's WebhookAdmissionConfiguration.
package struct WebhookSettings: Sendable {
    /// The file that says who to be towards which webhook; nil: nobody.
    package let kubeconfig: String?

    /// Throws `APIError` that names the field.
    package init(_ configuration: Value?) throws {
        guard let configuration else {
            kubeconfig = nil
            return
        }
        try configuration.requireConfiguration(
            [("apiserver.config.k8s.io/v1", "WebhookAdmissionConfiguration"), ("apiserver.config.k8s.io/v1alpha1", "WebhookAdmission")],
            fields: ["kubeConfigFile", "staticManifestsDir"])
        if let directory = configuration["staticManifestsDir"]?.string, !directory.isEmpty {
            throw APIError.badRequest(
                "staticManifestsDir: martlet does not read webhooks from files (alpha upstream, ManifestBasedAdmissionControlConfig)")
        }
        let path = configuration["kubeConfigFile"]?.string ?? ""
        guard path.isEmpty || path.hasPrefix("/") else {
            throw APIError.badRequest("kubeConfigFile: Invalid value: \"\(path)\": must be an absolute file path")
        }
        kubeconfig = path.isEmpty ? nil : path
    }
}

extension Value {
    /// Whether this is the configuration of a plugin in one of the versions and kinds, and nothing unknown in it. Throws `APIError` that says what
    /// is wrong.
    func requireConfiguration(_ kinds: [(version: String, kind: String)], fields: Set<String>) throws {
        guard kinds.contains(where: { self["apiVersion"]?.string == $0.version && self["kind"]?.string == $0.kind }) else {
            throw APIError.badRequest("must be a \(kinds[0].kind) of \(kinds[0].version)")
        }
        for member in object ?? Object() where !fields.contains(member.key) && member.key != "apiVersion" && member.key != "kind" {
            throw APIError.badRequest("unknown field \"\(member.key)\"")
        }
    }
}
