import Core
import Logging
import SchemaEngine

/// What plugins share and cannot make themselves: versions of objects, who may do what, how webhooks are reached.
package struct AdmissionServices: Sendable {
    let registry: ResourceRegistry
    let versions: AdmissionVersions
    let authorizer: any Authorizer
    let caller: (any WebhookCaller)?
    let logger: Logger
    /// The organizations that a certificate request (PEM) names; throws when it cannot be read. Nil: subjects are not looked at.
    package var certificateOrganizations: (@Sendable (_ pem: String) throws -> [String])?
    /// Reaches the service that reviews images. Throws `APIError` that says what is wrong with its kubeconfig.
    package var imageReviewer: @Sendable (ImagePolicySettings) throws -> any ReviewCaller = { _ in
        throw APIError.badRequest("there is nobody to review images")
    }
    /// Counts what webhooks are asked.
    package let webhooks = WebhookMetrics()
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
}
