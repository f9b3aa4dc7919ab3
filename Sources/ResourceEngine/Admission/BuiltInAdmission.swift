/// The admission plugins that upstream turns on by default, in its order.
package enum BuiltInAdmission {
    /// Without services there are no webhooks and policies, and nobody is asked who may approve certificates: for tests of what lies
    /// before them.
    package static func plugins(_ services: AdmissionServices? = nil) -> [any AdmissionPlugin] {
        var plugins: [any AdmissionPlugin] = [NamespaceLifecycle(), LimitRanger(), ServiceAccountAdmission()]
        if let services { plugins.append(NodeRestriction(authorizer: services.authorizer)) }
        plugins +=
            [
                TaintNodesByCondition(), PodSecurityAdmission(), PriorityAdmission(), DefaultTolerationSeconds(), DefaultStorageClass(),
                StorageObjectInUseProtection(),
                PersistentVolumeClaimResize(), RuntimeClassAdmission(),
            ] as [any AdmissionPlugin]
        if let services {
            plugins.append(CertificateSignerAdmission(act: .approve, authorizer: services.authorizer))
            plugins.append(CertificateSignerAdmission(act: .sign, authorizer: services.authorizer))
            plugins.append(TrustBundleAttestAdmission(authorizer: services.authorizer))
        }
        plugins += [DefaultIngressClass(), PodTopologyLabels()] as [any AdmissionPlugin]
        if let services {
            plugins.append(MutatingPolicyAdmission(services))
            plugins.append(MutatingWebhookAdmission(services))
            plugins.append(ValidatingPolicyAdmission(services))
            plugins.append(ValidatingWebhookAdmission(services))
        }
        plugins.append(ResourceQuotaAdmission())
        return plugins
    }
}
