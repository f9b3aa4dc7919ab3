import Core

/// What is checked of one kind.
struct KindRules: Sendable {
    typealias Create = @Sendable (inout Validator, Place) -> Void
    typealias Update = @Sendable (inout Validator, _ new: Place, _ old: Place) -> Void

    /// How names look; nil where `create` checks the metadata itself.
    var metadata: NameRule?
    var create: Create
    /// nil: the metadata may change as metadata may, and the rest is checked as on creation.
    var update: Update?
    var subresources: [String: Update] = [:]

    init(_ metadata: NameRule?, _ create: @escaping Create, update: Update? = nil, subresources: [String: Update] = [:]) {
        self.metadata = metadata
        self.create = create
        self.update = update
        self.subresources = subresources
    }

    static let table: [GroupVersionKind: KindRules] = {
        var table: [GroupVersionKind: KindRules] = [:]
        for (apiVersion, kinds) in [
            core, workloads, batch, networking, access, storage, scaling, devices, extensions,
        ].flatMap({ $0 }) {
            for (kind, rules) in kinds { table[GroupVersionKind(apiVersion: apiVersion, kind: kind)] = rules }
        }
        return table
    }()

    private typealias Group = [String: [String: KindRules]]

    private static let nothing: Create = { _, _ in }
    /// A status of which only the metadata is checked.
    private static let metadataOnly: Update = { $0.metadataUpdate($1["metadata"], $2["metadata"]) }

    private static func status(_ fields: [String]) -> [String: Update] {
        [
            "status": {
                $0.metadataUpdate($1["metadata"], $2["metadata"])
                $0.replicaStatus($1["status"], fields)
            }
        ]
    }

    private static let core: Group = [
        "v1": [
            "Pod": KindRules(
                nil, { $0.pod($1) }, update: { $0.podUpdate($1, $2) },
                subresources: [
                    "status": { $0.podStatusUpdate($1, $2) }, "ephemeralcontainers": { $0.ephemeralContainersUpdate($1, $2) },
                    "resize": { $0.resizeUpdate($1, $2) },
                ]),
            "PodTemplate": KindRules(.subdomain, { $0.podTemplate($1["template"]) }),
            "Service": KindRules(
                nil, { $0.service($1) }, update: { $0.serviceUpdate($1, $2) }, subresources: ["status": { $0.serviceStatus($1, $2) }]),
            "Endpoints": KindRules(.subdomain, { $0.endpoints($1) }),
            "ConfigMap": KindRules(nil, { $0.configMap($1) }, update: { $0.configMapUpdate($1, $2) }),
            "Secret": KindRules(nil, { $0.secret($1) }, update: { $0.secretUpdate($1, $2) }),
            "Namespace": KindRules(
                nil, { $0.namespace($1) }, update: metadataOnly,
                subresources: ["status": { $0.namespaceStatus($1, $2) }, "finalize": { $0.namespaceFinalize($1, $2) }]),
            "Node": KindRules(nil, { $0.node($1) }, update: { $0.nodeUpdate($1, $2) }, subresources: ["status": { $0.nodeUpdate($1, $2) }]),
            "ServiceAccount": KindRules(.subdomain, nothing),
            "LimitRange": KindRules(nil, { $0.limitRange($1) }, update: { new, object, _ in new.limitRange(object) }),
            "ResourceQuota": KindRules(
                nil, { $0.resourceQuota($1) }, update: { $0.resourceQuotaUpdate($1, $2) }, subresources: ["status": metadataOnly]),
            "ReplicationController": KindRules(
                .subdomain, { $0.replicationController($1) },
                subresources: status(["fullyLabeledReplicas", "readyReplicas", "availableReplicas"])),
            "PersistentVolumeClaim": KindRules(
                .subdomain, { $0.claimSpec($1["spec"]) }, update: { $0.claimUpdate($1, $2) }, subresources: ["status": metadataOnly]),
            "PersistentVolume": KindRules(
                .subdomain, { $0.persistentVolume($1["spec"]) }, update: { $0.persistentVolumeUpdate($1, $2) },
                subresources: ["status": metadataOnly]),
            "Event": KindRules(.any, { $0.event($1) }),
        ],
        "authentication.k8s.io/v1": ["TokenRequest": KindRules(nil, { $0.tokenRequest($1) })],
    ]

    private static let workloads: Group = [
        "apps/v1": [
            "Deployment": KindRules(
                .subdomain, { $0.deployment($1["spec"]) }, update: { $0.deploymentUpdate($1, $2) },
                subresources: status([
                    "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "terminatingReplicas",
                ])),
            "ReplicaSet": KindRules(
                .subdomain, { $0.replicaSet($1["spec"]) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.replicaSet($1["spec"])
                    $0.immutable($1["spec"]["selector"], $2["spec"]["selector"])
                }, subresources: status(["fullyLabeledReplicas", "readyReplicas", "availableReplicas", "terminatingReplicas"])),
            "StatefulSet": KindRules(
                .label, { $0.statefulSet($1["spec"], isUpdate: false) }, update: { $0.statefulSetUpdate($1, $2) },
                subresources: status(["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"])),
            "DaemonSet": KindRules(
                .subdomain, { $0.daemonSet($1["spec"]) }, update: { $0.daemonSetUpdate($1, $2) },
                subresources: [
                    "status": {
                        $0.metadataUpdate($1["metadata"], $2["metadata"])
                        for field in [
                            "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
                            "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
                        ] {
                            $0.nonNegative($1["status"][field])
                        }
                    }
                ]),
            "ControllerRevision": KindRules(
                .subdomain, { $0.controllerRevision($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.controllerRevision($1)
                    $0.immutable($1["data"], $2["data"])
                }),
        ]
    ]

    private static let batch: Group = [
        "batch/v1": [
            "Job": KindRules(nil, { $0.job($1) }, update: { $0.jobUpdate($1, $2) }, subresources: ["status": metadataOnly]),
            "CronJob": KindRules(
                .subdomain, { $0.cronJob($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.cronJob($1, old: $2)
                }, subresources: ["status": metadataOnly]),
        ]
    ]

    private static let networking: Group = [
        "networking.k8s.io/v1": [
            "Ingress": KindRules(
                .subdomain,
                {
                    $0.ingress($1)
                    $0.ingressAnnotation($1)
                },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.metadata($1["metadata"], isNamespaced: true, name: .subdomain)
                    $0.ingress($1)
                }, subresources: ["status": { $0.ingressStatus($1, $2) }]),
            "IngressClass": KindRules(
                .subdomain, { $0.ingressClass($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.immutable($1["spec"]["controller"], $2["spec"]["controller"])
                    $0.ingressClass($1)
                }),
            "NetworkPolicy": KindRules(.subdomain, { $0.networkPolicy($1) }),
            "ServiceCIDR": KindRules(
                .subdomain, { $0.serviceCIDR($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.serviceCIDRUpdate($1, $2)
                }, subresources: ["status": metadataOnly]),
            "IPAddress": KindRules(
                .address, { $0.ipAddress($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.immutable($1["spec"]["parentRef"], $2["spec"]["parentRef"])
                }),
        ],
        "certificates.k8s.io/v1beta1": [
            "ClusterTrustBundle": KindRules(
                nil, { $0.clusterTrustBundle($1) },
                update: {
                    $0.clusterTrustBundle($1, old: $2)
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.immutable($1["spec"]["signerName"], $2["spec"]["signerName"])
                }),
            "PodCertificateRequest": KindRules(
                .subdomain, { $0.podCertificateRequest($1) }, update: { $0.podCertificateRequestUpdate($1, $2) },
                subresources: ["status": { $0.podCertificateRequestStatus($1, $2) }]),
        ],
        "internal.apiserver.k8s.io/v1alpha1": [
            "StorageVersion": KindRules(
                .storageVersion, { $0.storageVersionStatus($1["status"]) }, update: { _, _, _ in },
                subresources: ["status": { new, object, _ in new.storageVersionStatus(object["status"]) }])
        ],
        "storagemigration.k8s.io/v1beta1": [
            "StorageVersionMigration": KindRules(
                .subdomain, { $0.storageMigration($1) }, update: { $0.storageMigrationUpdate($1, $2) },
                subresources: ["status": { $0.storageMigrationStatus($1, $2) }])
        ],
        "scheduling.k8s.io/v1alpha2": [
            "PodGroup": KindRules(
                .subdomain, { $0.podGroup($1) }, update: { $0.podGroupUpdate($1, $2) }, subresources: ["status": metadataOnly]),
            "Workload": KindRules(.subdomain, { $0.workload($1) }, update: { $0.workloadUpdate($1, $2) }),
        ],
        "discovery.k8s.io/v1": [
            "EndpointSlice": KindRules(
                .subdomain, { $0.endpointSlice($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.endpointSlice($1, old: $2)
                })
        ],
    ]

    private static let access: Group = [
        "rbac.authorization.k8s.io/v1": [
            "Role": KindRules(
                nil, { $0.role($1, isNamespaced: true) },
                update: {
                    $0.role($1, isNamespaced: true)
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                }),
            "ClusterRole": KindRules(
                nil, { $0.role($1, isNamespaced: false) },
                update: {
                    $0.role($1, isNamespaced: false)
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                }),
            "RoleBinding": KindRules(
                nil, { $0.roleBinding($1, isNamespaced: true) }, update: { $0.roleBindingUpdate($1, $2, isNamespaced: true) }),
            "ClusterRoleBinding": KindRules(
                nil, { $0.roleBinding($1, isNamespaced: false) }, update: { $0.roleBindingUpdate($1, $2, isNamespaced: false) }),
        ],
        "certificates.k8s.io/v1": [
            "CertificateSigningRequest": KindRules(
                .any, { $0.certificateRequest($1) }, update: { $0.certificateRequestUpdate($1, $2, subresource: "") },
                subresources: [
                    "status": { $0.certificateRequestUpdate($1, $2, subresource: "status") },
                    "approval": { $0.certificateRequestUpdate($1, $2, subresource: "approval") },
                ])
        ],
        "admissionregistration.k8s.io/v1": [
            "ValidatingWebhookConfiguration": KindRules(.subdomain, { $0.webhooks($1, isMutating: false) }),
            "MutatingWebhookConfiguration": KindRules(.subdomain, { $0.webhooks($1, isMutating: true) }),
            "ValidatingAdmissionPolicy": KindRules(
                .subdomain, { $0.validatingPolicy($1) }, subresources: ["status": metadataOnly]),
            "ValidatingAdmissionPolicyBinding": KindRules(.subdomain, { $0.policyBinding($1, isMutating: false) }),
            "MutatingAdmissionPolicy": KindRules(.subdomain, { $0.mutatingPolicy($1) }),
            "MutatingAdmissionPolicyBinding": KindRules(.subdomain, { $0.policyBinding($1, isMutating: true) }),
        ],
        "flowcontrol.apiserver.k8s.io/v1": [
            "FlowSchema": KindRules(
                .subdomain, { $0.flowSchema($1) }, update: { $0.flowSchemaUpdate($1, $2) },
                subresources: ["status": { new, object, _ in new.flowConditions(object["status"]["conditions"]) }]),
            "PriorityLevelConfiguration": KindRules(
                .subdomain, { $0.priorityLevel($1) }, update: { $0.priorityLevelUpdate($1, $2) },
                subresources: ["status": { new, object, _ in new.flowConditions(object["status"]["conditions"]) }]),
        ],
    ]

    private static let storage: Group = [
        "storage.k8s.io/v1": [
            "StorageClass": KindRules(.subdomain, { $0.storageClass($1) }, update: { $0.storageClassUpdate($1, $2) }),
            "VolumeAttributesClass": KindRules(
                .subdomain, { $0.volumeAttributesClass($1) }, update: { $0.volumeAttributesClassUpdate($1, $2) }),
            "VolumeAttachment": KindRules(
                .subdomain, { $0.volumeAttachment($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.immutable($1["spec"], $2["spec"])
                }, subresources: ["status": metadataOnly]),
            "CSINode": KindRules(.subdomain, { $0.csiNode($1) }),
            "CSIDriver": KindRules(.subdomain, { $0.csiDriver($1) }, update: { $0.csiDriverUpdate($1, $2) }),
            "CSIStorageCapacity": KindRules(
                .subdomain, { $0.csiStorageCapacity($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.csiStorageCapacity($1)
                    for field in ["nodeTopology", "storageClassName"] { $0.immutable($1[field], $2[field]) }
                }),
        ]
    ]

    private static let scaling: Group = [
        "autoscaling/v1": [
            "Scale": KindRules(nil, { $0.scale($1) }),
            "HorizontalPodAutoscaler": KindRules(
                .subdomain, { $0.autoscaler($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"]); $0.autoscaler($1, old: $2)
                },
                subresources: ["status": metadataOnly]),
        ],
        "autoscaling/v2": [
            "HorizontalPodAutoscaler": KindRules(
                .subdomain, { $0.autoscaler($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"]); $0.autoscaler($1, old: $2)
                },
                subresources: ["status": metadataOnly])
        ],
        "policy/v1": [
            "PodDisruptionBudget": KindRules(
                .subdomain, { $0.disruptionBudget($1) }, subresources: ["status": { $0.disruptionStatus($1, $2) }])
        ],
        "scheduling.k8s.io/v1": [
            "PriorityClass": KindRules(.subdomain, { $0.priorityClass($1) }, update: { $0.priorityClassUpdate($1, $2) })
        ],
        "node.k8s.io/v1": [
            "RuntimeClass": KindRules(
                .subdomain, { $0.runtimeClass($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.immutable($1["handler"], $2["handler"])
                })
        ],
        "apiregistration.k8s.io/v1": [
            "APIService": KindRules(
                nil, { $0.apiService($1) },
                update: {
                    $0.metadataUpdate($1["metadata"], $2["metadata"])
                    $0.apiService($1)
                }, subresources: ["status": metadataOnly])
        ],
        "coordination.k8s.io/v1": ["Lease": KindRules(.subdomain, { $0.lease($1) })],
        "coordination.k8s.io/v1beta1": [
            "LeaseCandidate": KindRules(.configKey, { $0.leaseCandidate($1) }, update: { $0.leaseCandidateUpdate($1, $2) })
        ],
    ]

    private static let devices: Group = [
        "resource.k8s.io/v1": [
            "ResourceClaim": KindRules(
                .subdomain, { $0.resourceClaim($1) }, update: { $0.deviceClaimUpdate($1, $2) },
                subresources: ["status": { $0.resourceClaimStatus($1, $2) }]),
            "ResourceClaimTemplate": KindRules(
                .subdomain, { $0.resourceClaimTemplate($1) }, update: { $0.deviceClaimUpdate($1, $2) }),
            "DeviceClass": KindRules(.subdomain, { $0.deviceClass($1) }),
            "ResourceSlice": KindRules(.subdomain, { $0.resourceSlice($1) }, update: { $0.resourceSliceUpdate($1, $2) }),
        ],
        "resource.k8s.io/v1beta2": [
            "DeviceTaintRule": KindRules(
                .subdomain, { $0.deviceTaintRule($1) }, update: { $0.deviceTaintRuleUpdate($1, $2) },
                subresources: ["status": { $0.deviceTaintRuleStatus($1, $2) }])
        ],
        "resource.k8s.io/v1alpha3": [
            "ResourcePoolStatusRequest": KindRules(
                .subdomain, { $0.poolStatusRequest($1) }, update: { $0.poolStatusRequestUpdate($1, $2) },
                subresources: ["status": { $0.poolStatusRequestStatus($1, $2) }])
        ],
    ]

    private static let extensions: Group = [
        "apiextensions.k8s.io/v1": [
            "CustomResourceDefinition": KindRules(
                nil, { $0.customResourceDefinition($1) }, update: { $0.customResourceDefinitionUpdate($1, $2) },
                subresources: ["status": { $0.customResourceDefinitionStatusUpdate($1, $2) }])
        ]
    ]
}
