/// The admission plugins that upstream turns on by default, in its order.
package enum BuiltInAdmission {
    /// Without services there are no webhooks and policies: for tests of what lies before them.
    package static func plugins(_ services: AdmissionServices? = nil) -> [any AdmissionPlugin] {
        var plugins: [any AdmissionPlugin] = [
            NamespaceLifecycle(), LimitRanger(), ServiceAccountAdmission(), TaintNodesByCondition(), PodSecurityAdmission(),
            PriorityAdmission(), DefaultTolerationSeconds(), DefaultStorageClass(), StorageObjectInUseProtection(),
            RuntimeClassAdmission(), DefaultIngressClass(),
        ]
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
