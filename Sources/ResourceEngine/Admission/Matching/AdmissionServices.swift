import Core
import Logging
import SchemaEngine
import Values

/// What plugins share and cannot make themselves: versions of objects, who may do what, how webhooks are reached.
package struct AdmissionServices: Sendable {
    let registry: ResourceRegistry
    let versions: AdmissionVersions
    let authorizer: any Authorizer
    private(set) var caller: (any WebhookCaller)?
    let logger: Logger
    /// The organizations that a certificate request (PEM) names; throws when it cannot be read. Nil: subjects are not looked at.
    package var certificateOrganizations: (@Sendable (_ pem: String) throws -> [String])?
    /// Reaches the service that reviews images. Throws `APIError` that says what is wrong with its kubeconfig.
    package var imageReviewer: @Sendable (ImagePolicySettings) throws -> any ReviewCaller = { _ in
        throw APIError.badRequest("there is nobody to review images")
    }
    /// Reaches webhooks as a kubeconfig's users. Throws `APIError` that says what is wrong with the file.
    package var webhookCaller: @Sendable (_ kubeconfig: String) throws -> any WebhookCaller = { _ in
        throw APIError.badRequest("kubeConfigFile: there is nobody to ask webhooks")
    }
    /// Counts what webhooks are asked.
    package let webhooks = WebhookMetrics()
    /// Counts what policies decide.
    package let policies = PolicyMetrics()
    /// Makes the namespaces of `NamespaceAutoProvision`.
    package let namespaces = NamespaceMaker()

    /// Without a caller webhooks fail as if nobody answered.
    package init(
        registry: ResourceRegistry, defaulter: Defaulter, authorizer: any Authorizer, caller: (any WebhookCaller)?,
        logger: Logger = Logger(label: "admission")
    ) {
        self.registry = registry
        versions = AdmissionVersions(registry: registry, defaulter: defaulter)
        self.authorizer = authorizer
        self.caller = caller
        self.logger = logger
    }

    /// The services of a plugin of webhooks with this configuration. Throws `APIError` that names the field.
    func callingWebhooks(_ configuration: Value?) throws -> AdmissionServices {
        guard let kubeconfig = try WebhookSettings(configuration).kubeconfig else { return self }
        var services = self
        services.caller = try webhookCaller(kubeconfig)
        return services
    }
}
