import Core
import Values

/// The admission plugins there are, in upstream's order.
package enum BuiltInAdmission {
    /// All that can be turned on and off.
    package static let names = [
        "AlwaysAdmit", "NamespaceAutoProvision", "NamespaceLifecycle", "NamespaceExists", "LimitPodHardAntiAffinityTopology", "LimitRanger",
        "ServiceAccount", "NodeRestriction", "TaintNodesByCondition", "AlwaysPullImages", "ImagePolicyWebhook", "PodSecurity",
        "PodNodeSelector", "Priority", "DefaultTolerationSeconds", "PodTolerationRestriction", "EventRateLimit",
        "ExtendedResourceToleration", "DefaultStorageClass", "StorageObjectInUseProtection", "OwnerReferencesPermissionEnforcement",
        "PersistentVolumeClaimResize", "RuntimeClass", "CertificateApproval", "CertificateSigning",
        "ClusterTrustBundleAttest", "CertificateSubjectRestriction",
        "DefaultIngressClass", "DenyServiceExternalIPs", "PodTopologyLabels", "MutatingAdmissionPolicy", "MutatingAdmissionWebhook",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook", "ResourceQuota", "AlwaysDeny",
    ]

    /// Those that are on unless they are turned off: upstream's, and NodeRestriction, which every secure cluster turns on.
    package static let standard = Set(names).subtracting([
        "AlwaysAdmit", "NamespaceAutoProvision", "NamespaceExists", "LimitPodHardAntiAffinityTopology", "AlwaysPullImages",
        "ImagePolicyWebhook", "PodNodeSelector", "PodTolerationRestriction", "EventRateLimit", "ExtendedResourceToleration",
        "OwnerReferencesPermissionEnforcement", "DenyServiceExternalIPs", "AlwaysDeny",
    ])

    /// Those that read a configuration.
    package static let configurable: Set<String> = [
        "EventRateLimit", "ImagePolicyWebhook", "MutatingAdmissionWebhook", "PodNodeSelector", "PodSecurity", "PodTolerationRestriction",
        "ResourceQuota", "ValidatingAdmissionWebhook",
    ]

    /// The plugins that are on. `configurations` are by the plugin's name. Without services those are missing that need some: for tests of
    /// what lies before them. Throws `APIError` that names the plugin and the field of its configuration that is wrong.
    package static func plugins(
        _ services: AdmissionServices? = nil, enabled: Set<String> = standard, configurations: [String: Value] = [:]
    ) throws -> [any AdmissionPlugin] {
        try names.filter(enabled.contains).compactMap { name in
            do {
                return try plugin(name, services, configurations[name])
            } catch let error as APIError { throw APIError.badRequest("\(name): \(error.message)") }
        }
    }

    private static func plugin(_ name: String, _ services: AdmissionServices?, _ configuration: Value?) throws
        -> (any AdmissionPlugin)?
    {
        switch name {
        case "AlwaysAdmit": AlwaysAdmit()
        case "NamespaceAutoProvision": services.map { NamespaceAutoProvision(maker: $0.namespaces) }
        case "NamespaceLifecycle": NamespaceLifecycle()
        case "NamespaceExists": NamespaceExists()
        case "LimitPodHardAntiAffinityTopology": LimitPodHardAntiAffinityTopology()
        case "LimitRanger": LimitRanger()
        case "ServiceAccount": ServiceAccountAdmission()
        case "NodeRestriction": services.map { NodeRestriction(authorizer: $0.authorizer) }
        case "TaintNodesByCondition": TaintNodesByCondition()
        case "AlwaysPullImages": AlwaysPullImages()
        case "ImagePolicyWebhook":
            try services.map {
                let settings = try ImagePolicySettings(configuration)
                return ImagePolicyWebhook(settings, try $0.imageReviewer(settings), logger: $0.logger)
            }
        case "PodSecurity": try PodSecurityAdmission(configuration)
        case "PodNodeSelector": try PodNodeSelector(configuration)
        case "Priority": PriorityAdmission()
        case "DefaultTolerationSeconds": DefaultTolerationSeconds()
        case "PodTolerationRestriction": try PodTolerationRestriction(configuration)
        case "EventRateLimit": try EventRateLimit(configuration ?? [:])
        case "ExtendedResourceToleration": ExtendedResourceToleration()
        case "DefaultStorageClass": DefaultStorageClass()
        case "StorageObjectInUseProtection": StorageObjectInUseProtection()
        case "OwnerReferencesPermissionEnforcement":
            services.map { OwnerReferencesPermissionEnforcement(authorizer: $0.authorizer, registry: $0.registry) }
        case "PersistentVolumeClaimResize": PersistentVolumeClaimResize()
        case "RuntimeClass": RuntimeClassAdmission()
        case "CertificateApproval": services.map { CertificateSignerAdmission(act: .approve, authorizer: $0.authorizer) }
        case "CertificateSigning": services.map { CertificateSignerAdmission(act: .sign, authorizer: $0.authorizer) }
        case "ClusterTrustBundleAttest": services.map { TrustBundleAttestAdmission(authorizer: $0.authorizer) }
        case "CertificateSubjectRestriction":
            services?.certificateOrganizations.map { CertificateSubjectRestriction(organizations: $0) }
        case "DefaultIngressClass": DefaultIngressClass()
        case "DenyServiceExternalIPs": DenyServiceExternalIPs()
        case "PodTopologyLabels": PodTopologyLabels()
        case "MutatingAdmissionPolicy": services.map(MutatingPolicyAdmission.init)
        case "MutatingAdmissionWebhook": try services.map { MutatingWebhookAdmission(try $0.callingWebhooks(configuration)) }
        case "ValidatingAdmissionPolicy": services.map(ValidatingPolicyAdmission.init)
        case "ValidatingAdmissionWebhook": try services.map { ValidatingWebhookAdmission(try $0.callingWebhooks(configuration)) }
        case "ResourceQuota": try ResourceQuotaAdmission(configuration)
        case "AlwaysDeny": AlwaysDeny()
        default: throw APIError.internalError("there is no such plugin")
        }
    }
}
