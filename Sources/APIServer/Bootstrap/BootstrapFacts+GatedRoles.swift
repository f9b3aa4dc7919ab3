// swift-format-ignore-file: one rule a line

/// What the roles of a cluster have more where a feature is on that is off by default, in the form of `roles`: a role that is there
/// already gets the rules added.
extension BootstrapFacts {
    static let gatedRoles: [(gate: String, text: String)] = [
        (
            "GenericWorkload",
            """
            clusterrole system:aggregate-to-view
              scheduling.k8s.io workloads,podgroups,podgroups/status read
            clusterrole system:aggregate-to-edit
              scheduling.k8s.io workloads,podgroups write
            clusterrole system:kube-scheduler
              scheduling.k8s.io podgroups read
              scheduling.k8s.io podgroups/status patch,update
            """
        ),
        (
            "ClusterTrustBundle",
            """
            clusterrole system:node
              certificates.k8s.io clustertrustbundles get,list,watch
            clusterrole system:cluster-trust-bundle-discovery
              certificates.k8s.io clustertrustbundles read
            clusterrolebinding system:cluster-trust-bundle-discovery clusterrole=system:cluster-trust-bundle-discovery group=system:serviceaccounts
            clusterrole system:controller:kube-apiserver-serving-clustertrustbundle-publisher
              certificates.k8s.io signers attest kubernetes.io/kube-apiserver-serving
              certificates.k8s.io clustertrustbundles create,update,delete,list,watch
              core,events.k8s.io events create,patch,update
            clusterrolebinding system:controller:kube-apiserver-serving-clustertrustbundle-publisher clusterrole=system:controller:kube-apiserver-serving-clustertrustbundle-publisher account=kube-system/kube-apiserver-serving-clustertrustbundle-publisher
            """
        ),
        (
            "StorageVersionMigrator",
            """
            clusterrole system:controller:storage-version-migrator-controller
              * * list,create,patch
              apiextensions.k8s.io customresourcedefinitions get
              apiextensions.k8s.io customresourcedefinitions/status patch
              storagemigration.k8s.io storageversionmigrations/status update
            clusterrolebinding system:controller:storage-version-migrator-controller clusterrole=system:controller:storage-version-migrator-controller account=kube-system/storage-version-migrator-controller
            """
        ),
    ]
}
