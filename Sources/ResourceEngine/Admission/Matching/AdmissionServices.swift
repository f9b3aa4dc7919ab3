import Logging
import SchemaEngine

/// What webhooks and policies share: versions of objects, who may do what, how webhooks are reached.
package struct AdmissionServices: Sendable {
    let registry: ResourceRegistry
    let versions: AdmissionVersions
    let authorizer: any Authorizer
    let caller: (any WebhookCaller)?
    let logger: Logger

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
