import Core

/// The choices upstream's registry makes for each kind that are a word each; what needs code is in the kind's hooks.
package struct KindPolicy: Sendable {
    /// What a deletion that says nothing does with dependents.
    package enum Propagation: Sendable {
        case background, orphan
        /// Objects of the kind have no dependents (events).
        case none
    }

    /// Whether objects have `metadata.generation`.
    package var tracksGeneration = false
    /// Whether a deletion answers with the object and not with a status.
    package var returnsDeleted = false
    /// Whether a PUT of an absent object creates it.
    package var createsOnUpdate = false
    /// Whether an update without a resourceVersion overwrites whatever is there.
    package var updatesUnconditionally = true
    package var propagation = Propagation.background
    /// Whether a create keeps the status a client sends.
    package var keepsStatusOnCreate = false

    package init() {}

    /// A custom resource's.
    package static var custom: KindPolicy {
        var policy = KindPolicy()
        policy.tracksGeneration = true
        policy.updatesUnconditionally = false
        return policy
    }

    package static func builtIn(_ resource: GroupResource) -> KindPolicy {
        let name = resource.description
        var policy = KindPolicy()
        policy.tracksGeneration = generations.contains(name)
        policy.returnsDeleted = deletedReturned.contains(name)
        policy.createsOnUpdate = createdOnUpdate.contains(name)
        policy.updatesUnconditionally = !conditionallyUpdated.contains(name)
        policy.propagation = orphaning.contains(name) ? .orphan : name.hasPrefix("events") ? .none : .background
        policy.keepsStatusOnCreate = name == "nodes"
        return policy
    }

    private static let generations: Set<String> = [
        "pods", "podtemplates", "replicationcontrollers", "deployments.apps", "replicasets.apps", "daemonsets.apps", "statefulsets.apps",
        "jobs.batch", "cronjobs.batch", "poddisruptionbudgets.policy", "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io",
        "networkpolicies.networking.k8s.io", "endpointslices.discovery.k8s.io", "priorityclasses.scheduling.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io", "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io", "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "mutatingadmissionpolicies.admissionregistration.k8s.io", "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io", "flowschemas.flowcontrol.apiserver.k8s.io",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", "deviceclasses.resource.k8s.io", "resourceslices.resource.k8s.io",
        "devicetaintrules.resource.k8s.io",
    ]
    private static let deletedReturned: Set<String> = [
        "namespaces", "persistentvolumes", "persistentvolumeclaims", "pods", "podtemplates", "resourcequotas", "services",
        "serviceaccounts",
        "deviceclasses.resource.k8s.io", "resourceclaims.resource.k8s.io", "resourceclaimtemplates.resource.k8s.io",
        "resourceslices.resource.k8s.io", "devicetaintrules.resource.k8s.io", "resourcepoolstatusrequests.resource.k8s.io",
        "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io", "storageclasses.storage.k8s.io",
        "volumeattachments.storage.k8s.io", "volumeattributesclasses.storage.k8s.io",
    ]
    private static let createdOnUpdate: Set<String> = [
        "leases.coordination.k8s.io", "leasecandidates.coordination.k8s.io", "endpoints", "events", "events.events.k8s.io", "limitranges",
        "services",
        "runtimeclasses.node.k8s.io",
        "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io",
        "clusterrolebindings.rbac.authorization.k8s.io",
    ]
    private static let conditionallyUpdated: Set<String> = [
        "validatingwebhookconfigurations.admissionregistration.k8s.io", "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io", "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "mutatingadmissionpolicies.admissionregistration.k8s.io", "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        "leases.coordination.k8s.io", "runtimeclasses.node.k8s.io", "poddisruptionbudgets.policy", "csidrivers.storage.k8s.io",
        "csinodes.storage.k8s.io", "csistoragecapacities.storage.k8s.io", "volumeattachments.storage.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io", "apiservices.apiregistration.k8s.io", "leasecandidates.coordination.k8s.io",
        "clustertrustbundles.certificates.k8s.io", "podcertificaterequests.certificates.k8s.io",
        "storageversionmigrations.storagemigration.k8s.io", "storageversions.internal.apiserver.k8s.io",
        "resourcepoolstatusrequests.resource.k8s.io",
    ]
    private static let orphaning: Set<String> = ["replicationcontrollers", "jobs.batch"]
}
