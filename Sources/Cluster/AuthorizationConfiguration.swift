import APIServer
import Core
import Values

/// Which authorisers are asked, in which order: what `--authorization-mode` and the flags of its webhook say, or a file with an
/// AuthorizationConfiguration of apiserver.config.k8s.io.
package struct AuthorizationConfiguration {
    /// One authoriser.
    package struct Link {
        /// "Node", "RBAC", "Webhook" and so on.
        package let type: String
        package let name: String
        package let webhook: Webhook?
    }

    /// How a webhook is reached and believed.
    package struct Webhook {
        package let kubeconfig: String
        package let timeout: Duration
        package let settings: WebhookAuthorizer.Settings
        /// The flag or field that names it.
        package let place: String
    }

    /// Upstream's default is AlwaysAllow; ours is what every secure cluster sets.
    private static let defaults = ["Node", "RBAC"]
    static let known = ["Node", "RBAC", "ABAC", "Webhook", "AlwaysAllow", "AlwaysDeny"]
    private static let webhookFlags = [
        "authorization-webhook-config-file", "authorization-webhook-version", "authorization-webhook-cache-authorized-ttl",
        "authorization-webhook-cache-unauthorized-ttl",
    ]

    /// In the order they are asked.
    package let links: [Link]

    /// Throws `ClusterError` that names the flag, or the file and the field in it.
    package init(_ settings: APIServerSettings) throws {
        let file = settings.flags["authorization-config"] ?? ""
        if file.isEmpty {
            links = try Self.links(settings)
        } else {
            if let other = (["authorization-mode"] + Self.webhookFlags).first(where: { settings.flags[$0] != nil }) {
                throw ClusterError("--authorization-config and --\(other) cannot be given together")
            }
            do { links = try Self.links(try APIServerSettings.yaml(file, flag: "authorization-config")) } catch let error as APIError {
                throw ClusterError("--authorization-config \(file): \(error.message)")
            }
        }
        let (isAsked, hasFile) = (links.contains { $0.type == "ABAC" }, settings.flags["authorization-policy-file"] != nil)
        if isAsked, !hasFile { throw ClusterError("--authorization-mode ABAC needs --authorization-policy-file") }
        if hasFile, !isAsked { throw ClusterError("--authorization-policy-file needs --authorization-mode with ABAC") }
    }

    private static func check(_ type: String, _ place: String) throws {
        guard known.contains(type) else { throw ClusterError("\(place) \(type) is not known: \(known.joined(separator: ", ")) are") }
    }

    // MARK: Flags

    private static func links(_ settings: APIServerSettings) throws -> [Link] {
        let modes = settings.words("authorization-mode") ?? defaults
        guard Set(modes).count == modes.count else {
            throw ClusterError("--authorization-mode \(modes.joined(separator: ",")) names a mode twice")
        }
        if !modes.contains("Webhook"), let flag = webhookFlags.first(where: { settings.flags[$0] != nil }) {
            throw ClusterError("--\(flag) needs --authorization-mode with Webhook")
        }
        return try modes.map { mode in
            try check(mode, "--authorization-mode")
            let isWebhook = mode == "Webhook"
            return Link(type: mode, name: isWebhook ? "default" : mode.lowercased(), webhook: isWebhook ? try webhook(settings) : nil)
        }
    }

    private static func webhook(_ settings: APIServerSettings) throws -> Webhook {
        let path = settings.flags["authorization-webhook-config-file"] ?? ""
        guard !path.isEmpty else { throw ClusterError("--authorization-mode Webhook needs --authorization-webhook-config-file") }
        var webhook = WebhookAuthorizer.Settings()
        webhook.version = try settings.reviewVersion("authorization-webhook-version")
        webhook.allowedFor = try settings.duration("authorization-webhook-cache-authorized-ttl") ?? .seconds(300)
        webhook.refusedFor = try settings.duration("authorization-webhook-cache-unauthorized-ttl") ?? .seconds(30)
        return Webhook(kubeconfig: path, timeout: .seconds(30), settings: webhook, place: "--authorization-webhook-config-file")
    }

    // MARK: File

    /// Reads the document. Throws `APIError` that names the field.
    package static func links(_ document: Value) throws -> [Link] {
        let versions = ["v1", "v1beta1", "v1alpha1"].map { "apiserver.config.k8s.io/\($0)" }
        guard document["kind"] == "AuthorizationConfiguration", versions.contains(document["apiVersion"]?.string ?? "") else {
            throw APIError.badRequest("must be an AuthorizationConfiguration of apiserver.config.k8s.io/v1")
        }
        try only(["apiVersion", "kind", "authorizers"], in: document, "")
        let entries = document["authorizers"]?.array ?? []
        guard !entries.isEmpty else { throw APIError.badRequest("authorizers: at least one authorization mode must be defined") }
        var types: Set<String> = []
        var names: Set<String> = []
        return try entries.enumerated().map { index, entry in
            let place = "authorizers[\(index)]"
            try only(["type", "name", "webhook"], in: entry, place)
            let (type, name) = (entry["type"]?.string ?? "", entry["name"]?.string ?? "")
            do { try check(type, "\(place).type:") } catch let error as ClusterError { throw APIError.badRequest("\(error)") }
            guard types.insert(type).inserted || type == "Webhook" else {
                throw APIError.badRequest("\(place).type: \(type) is there twice")
            }
            guard !name.isEmpty, names.insert(name).inserted else {
                throw APIError.badRequest("\(place).name: a name that no other has is required: \"\(name)\"")
            }
            guard type != "Webhook" else {
                return Link(type: type, name: name, webhook: try webhook(entry["webhook"], name, "\(place).webhook"))
            }
            guard name == type.lowercased() else { throw APIError.badRequest("\(place).name: must be \(type.lowercased()) for \(type)") }
            guard entry["webhook"] == nil else { throw APIError.badRequest("\(place).webhook: may only be specified when type=Webhook") }
            return Link(type: type, name: name, webhook: nil)
        }
    }

    private static func webhook(_ json: Value?, _ name: String, _ place: String) throws -> Webhook {
        guard let json else { throw APIError.badRequest("\(place): required when type=Webhook") }
        try only(
            [
                "timeout", "subjectAccessReviewVersion", "matchConditionSubjectAccessReviewVersion", "failurePolicy", "authorizedTTL",
                "unauthorizedTTL", "cacheAuthorizedRequests", "cacheUnauthorizedRequests", "connectionInfo", "matchConditions",
            ], in: json, place)
        func problem(_ field: String, _ text: String) -> APIError { .badRequest("\(place).\(field): \(text)") }
        func duration(_ field: String, _ missing: Duration?) throws -> Duration {
            guard let text = json[field]?.string, !text.isEmpty, text != "0s" else {
                guard let missing else { throw problem(field, "is required") }
                return missing
            }
            guard let duration = GoDuration.parse(text), duration > .zero else { throw problem(field, "must be longer than 0s: \(text)") }
            return duration
        }
        func choice(_ field: String, _ values: [String]) throws -> String {
            let value = json[field]?.string ?? ""
            guard values.contains(value) else {
                throw problem(field, "must be \(values.joined(separator: " or ")): \"\(value)\"")
            }
            return value
        }
        let timeout = try duration("timeout", nil)
        guard timeout <= .seconds(30) else { throw problem("timeout", "must be > 0s and <= 30s") }
        var settings = WebhookAuthorizer.Settings()
        settings.name = name
        settings.version = try choice("subjectAccessReviewVersion", ["v1", "v1beta1"])
        settings.failureDenies = try choice("failurePolicy", ["NoOpinion", "Deny"]) == "Deny"
        settings.allowedFor = try duration("authorizedTTL", .seconds(300))
        settings.refusedFor = try duration("unauthorizedTTL", .seconds(30))
        if json["cacheAuthorizedRequests"]?.bool == false { settings.allowedFor = .zero }
        if json["cacheUnauthorizedRequests"]?.bool == false { settings.refusedFor = .zero }
        let conditions = json["matchConditions"]?.array ?? []
        if !conditions.isEmpty || json["matchConditionSubjectAccessReviewVersion"] != nil {
            _ = try choice("matchConditionSubjectAccessReviewVersion", ["v1"])
        }
        settings.conditions = try AccessConditions(conditions, path: "\(place).matchConditions")
        let connection = json["connectionInfo"] ?? [:]
        try only(["type", "kubeConfigFile"], in: connection, "\(place).connectionInfo")
        guard connection["type"] == "KubeConfigFile" else {
            throw problem("connectionInfo.type", "must be KubeConfigFile: \"\(connection["type"]?.string ?? "")\"")
        }
        let path = connection["kubeConfigFile"]?.string ?? ""
        guard path.hasPrefix("/") else { throw problem("connectionInfo.kubeConfigFile", "must be an absolute path: \"\(path)\"") }
        return Webhook(kubeconfig: path, timeout: timeout, settings: settings, place: "\(place).connectionInfo.kubeConfigFile")
    }

    private static func only(_ fields: Set<String>, in json: Value, _ place: String) throws {
        let prefix = place.isEmpty ? "" : "\(place): "
        guard let object = json.object else { throw APIError.badRequest("\(prefix)must be an object") }
        if let unknown = object.keys.first(where: { !fields.contains($0) }) {
            throw APIError.badRequest("\(prefix)unknown field \"\(unknown)\"")
        }
    }
}
