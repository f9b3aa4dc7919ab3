/// The admission plugins that upstream turns on by default, in its order.
package enum BuiltInAdmission {
    package static func plugins() -> [any AdmissionPlugin] {
        [
            NamespaceLifecycle(), LimitRanger(), ServiceAccountAdmission(), TaintNodesByCondition(), PodSecurityAdmission(),
            PriorityAdmission(),
            DefaultTolerationSeconds(), DefaultStorageClass(), StorageObjectInUseProtection(), RuntimeClassAdmission(),
            DefaultIngressClass(),
            ResourceQuotaAdmission(),
        ]
    }
}
