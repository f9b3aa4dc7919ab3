import Core
import KubernetesAPI
import SchemaEngine
import Values

/// What the built-in kinds need from elsewhere.
package struct BuiltInServices: Sendable {
    /// Answers the kinds that are never stored, by their plural ("subjectaccessreviews").
    package var reviews: [String: any ReviewHandler] = [:]
    /// Computes the kinds that are never stored, by storage name ("metrics.k8s.io/pods"). Metrics are served only where they are computed.
    package var sources: [String: any ObjectSource] = [:]
    /// Issues service account tokens; without one the subresource answers that it is not there.
    package var tokenIssuer: (any TokenIssuer)?
    package var serviceRanges = ServiceRanges()
    /// For how long events are kept after their last change.
    package var eventLifetime = Duration.seconds(3600)
    /// Which versions are served.
    package var selection = APISelection()

    package init() {}
}

/// The ranges Services take addresses and ports from.
package struct ServiceRanges: Sendable {
    /// IPv4 CIDR of cluster addresses.
    package var clusterIPs = "10.96.0.0/12"
    package var nodePorts: ClosedRange<Int> = 30000...32767

    package init() {}
}

/// Puts every built-in resource into a registry, each with its rules: the one list that says which kind has which hooks.
package enum BuiltInResources {
    package static func register(in registry: ResourceRegistry, _ services: BuiltInServices = BuiltInServices()) {
        let schema = BuiltInSchema.shared
        let allocator = ServiceAllocator(services.serviceRanges)
        for resource in schema.resources
        where services.selection.serves(resource.resource) && (!isComputed(resource) || services.sources[bucket(resource)] != nil) {
            registry.register(served(resource, schema, services, allocator))
        }
    }

    private static func served(_ schema: ResourceSchema, _ all: Schema, _ services: BuiltInServices, _ allocator: ServiceAllocator)
        -> ServedResource
    {
        let hooks = hooks(schema.resource.groupResource.description, services, allocator)
        switch schema.resource.apiVersion + "/" + schema.resource.resource {
        case "events.k8s.io/v1/events":
            return ServedResource(
                schema: schema, storageSchema: all.resource(GroupVersionResource(group: "", version: "v1", resource: "events")),
                hooks: hooks,
                conversion: EventConversion.conversion)
        case "autoscaling/v1/horizontalpodautoscalers":
            return ServedResource(
                schema: schema,
                storageSchema: all.resource(
                    GroupVersionResource(group: "autoscaling", version: "v2", resource: "horizontalpodautoscalers")),
                hooks: hooks, conversion: HorizontalPodAutoscalerConversion.conversion)
        default:
            let stored = VersionConversion.storage(of: schema, all)
            return ServedResource(
                schema: schema, storageSchema: stored, hooks: hooks,
                conversion: stored.map { VersionConversion.conversion(schema, stored: $0) },
                review: services.reviews[schema.resource.resource], source: services.sources[bucket(schema)])
        }
    }

    private static func bucket(_ schema: ResourceSchema) -> String { ServedResource.bucket(schema.resource.groupResource) }

    /// Groups of which nothing is stored.
    private static func isComputed(_ schema: ResourceSchema) -> Bool { schema.resource.group == "metrics.k8s.io" }

    private static func hooks(_ resource: String, _ services: BuiltInServices, _ allocator: ServiceAllocator) -> any ResourceHooks {
        switch resource {
        case "pods": PodHooks(gates: services.selection.gates)
        case "podgroups.scheduling.k8s.io": PodGroupHooks(gates: services.selection.gates, isWorkload: false)
        case "workloads.scheduling.k8s.io": PodGroupHooks(gates: services.selection.gates, isWorkload: true)
        case "namespaces": NamespaceHooks()
        case "limitranges": LimitRangeHooks()
        case "serviceaccounts": ServiceAccountHooks(tokenIssuer: services.tokenIssuer)
        case "events", "events.events.k8s.io": EventHooks(lifetime: services.eventLifetime)
        case "services": ServiceHooks(allocator: allocator)
        case "persistentvolumes": PersistentVolumeHooks()
        case "persistentvolumeclaims": PersistentVolumeClaimHooks()
        case "deployments.apps": DeploymentHooks()
        case "daemonsets.apps": DaemonSetHooks()
        case "jobs.batch": JobHooks()
        case "resourceclaims.resource.k8s.io": ResourceClaimHooks.claim
        case "resourceclaimtemplates.resource.k8s.io": ResourceClaimHooks.template
        case "podcertificaterequests.certificates.k8s.io": PodCertificateRequestHooks()
        case "devicetaintrules.resource.k8s.io": DeviceTaintHooks.Rule()
        case "resourcepoolstatusrequests.resource.k8s.io": DeviceTaintHooks.PoolRequest()
        case "certificatesigningrequests.certificates.k8s.io": CertificateSigningRequestHooks()
        case "customresourcedefinitions.apiextensions.k8s.io": CustomResourceDefinitionHooks()
        default: GenericHooks()
        }
    }

    /// What the store needs to read its log: one schema for each bucket.
    package static var storedSchemas: [ResourceSchema] {
        let schema = BuiltInSchema.shared
        return schema.resources.filter {
            !(isComputed($0) || VersionConversion.storage(of: $0, schema) != nil || $0.resource.group == "events.k8s.io")
        }
    }
}
