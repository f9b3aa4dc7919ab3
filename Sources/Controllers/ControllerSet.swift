import Client
import Core
import KubernetesAPI
import Logging
import Reconcile

/// Every control loop of a cluster, each under its own service account: what upstream calls the kube-controller-manager.
package struct ControllerSet: Sendable {
    /// The loops by the names of kube-controller-manager's `--controllers`, with the service account each acts as; the one that makes the
    /// accounts' tokens acts as the controller manager itself.
    private static let builders:
        [(name: String, account: String, make: @Sendable (ControllerContext, ControllerOptions) -> [any ControlLoop])] = [
            ("replicaset-controller", "replicaset-controller", { context, _ in [ReplicaReconciler<ReplicaSet>(context: context).loop] }),
            (
                "replicationcontroller-controller", "replication-controller",
                { context, _ in [ReplicaReconciler<ReplicationController>(context: context).loop] }
            ),
            ("deployment-controller", "deployment-controller", { context, _ in [DeploymentReconciler(context: context).loop] }),
            ("job-controller", "job-controller", { context, _ in [JobReconciler(context: context).loop] }),
            ("cronjob-controller", "cronjob-controller", { context, _ in [CronJobReconciler(context: context).loop] }),
            ("statefulset-controller", "statefulset-controller", { context, _ in [StatefulSetReconciler(context: context).loop] }),
            ("daemonset-controller", "daemon-set-controller", { context, _ in [DaemonSetReconciler(context: context).loop] }),
            ("endpointslice-controller", "endpointslice-controller", { context, _ in [EndpointSliceReconciler(context: context).loop] }),
            (
                "endpointslice-mirroring-controller", "endpointslicemirroring-controller",
                { context, _ in [EndpointSliceMirrorReconciler(context: context).loop] }
            ),
            (
                "disruption-controller", "disruption-controller",
                { context, options in [DisruptionReconciler(context: context, servedResources: options.servedResources).loop] }
            ),
            (
                "ttl-after-finished-controller", "ttl-after-finished-controller",
                { context, _ in [FinishedJobReconciler(context: context).loop] }
            ),
            (
                "clusterrole-aggregation-controller", "clusterrole-aggregation-controller",
                { context, _ in [RoleAggregator(context: context).loop] }
            ),
            (
                "persistentvolumeclaim-protection-controller", "pvc-protection-controller",
                { context, _ in [ClaimProtector(context: context).loop] }
            ),
            (
                "persistentvolume-protection-controller", "pv-protection-controller",
                { context, _ in [VolumeProtector(context: context).loop] }
            ),
            (
                "volumeattributesclass-protection-controller", "volumeattributesclass-protection-controller",
                { context, _ in [VolumeClassProtector(context: context).loop] }
            ),
            (
                "ephemeral-volume-controller", "ephemeral-volume-controller",
                { context, _ in [EphemeralClaimReconciler(context: context).loop] }
            ),
            ("resourceclaim-controller", "resource-claim-controller", { context, _ in [DeviceClaimReconciler(context: context).loop] }),
            (
                "horizontal-pod-autoscaler-controller", "horizontal-pod-autoscaler",
                { context, options in
                    [AutoscalerReconciler(context: context, source: options.metrics, servedResources: options.servedResources).loop]
                }
            ),
            (
                "persistentvolume-binder-controller", "persistent-volume-binder",
                { context, options in [VolumeBinder(context: context, local: options.localVolumes).loop] }
            ),
            ("persistentvolume-expander-controller", "expand-controller", { context, _ in [VolumeExpander(context: context).loop] }),
            (
                "persistentvolume-attach-detach-controller", "attachdetach-controller",
                { context, _ in [VolumeAttacher(context: context).loop] }
            ),
            (
                "device-taint-eviction-controller", "device-taint-eviction-controller",
                { context, _ in
                    [DeviceTaintEvictionReconciler(context: context).loop]
                }
            ),
            ("ttl-controller", "ttl-controller", { context, _ in [NodeTTLReconciler(context: context).loop] }),
            ("endpoints-controller", "endpoint-controller", { context, _ in [EndpointsReconciler(context: context).loop] }),
            (
                "serviceaccount-controller", "service-account-controller",
                { context, _ in [NamespaceFixture<ServiceAccount>.defaultAccount(context).loop] }
            ),
            (
                "root-ca-certificate-publisher-controller", "root-ca-cert-publisher",
                { context, options in
                    options.rootCertificates.isEmpty
                        ? [] : [NamespaceFixture<ConfigMap>.rootCertificates(context, pem: options.rootCertificates).loop]
                }
            ),
            (
                "kube-apiserver-serving-clustertrustbundle-publisher-controller", "kube-apiserver-serving-clustertrustbundle-publisher",
                { context, options in
                    options.publishesTrustBundle && !options.rootCertificates.isEmpty
                        ? [TrustBundlePublisher(context: context, certificates: options.rootCertificates).loop] : []
                }
            ),
            (
                "storage-version-migrator-controller", "storage-version-migrator-controller",
                { context, options in
                    options.migratesStorage ? [StorageMigrator(context: context, servedResources: options.servedResources).loop] : []
                }
            ),
            (
                "serviceaccount-token-controller", "",
                { context, options in
                    options.tokenSigner.map { signer in
                        [TokenReconciler(context: context, signer: signer, rootCertificates: options.rootCertificates).loop]
                    } ?? []
                }
            ),
            (
                "certificatesigningrequest-signing-controller", "certificate-controller",
                { context, options in
                    options.certificateAuthority.map { [CertificateSigner(context: context, authority: $0).loop] } ?? []
                }
            ),
            (
                "certificatesigningrequest-approving-controller", "certificate-controller",
                { context, _ in [CertificateApprover(context: context).loop] }
            ),
            (
                "certificatesigningrequest-cleaner-controller", "certificate-controller",
                { context, _ in [CertificateCleaner(context: context).loop] }
            ),
            (
                "legacy-service-account-token-cleaner-controller", "legacy-service-account-token-cleaner",
                { context, options in [LegacyTokenCleaner(context: context, period: options.legacyTokenCleanUpPeriod).loop] }
            ),
            ("bootstrap-signer-controller", "bootstrap-signer", { context, _ in [BootstrapSigner(context: context).loop] }),
            ("token-cleaner-controller", "token-cleaner", { context, _ in [TokenCleaner(context: context).loop] }),
            (
                "namespace-controller", "namespace-controller",
                { context, options in [NamespaceReconciler(context: context, servedResources: options.servedResources).loop] }
            ),
            (
                "garbage-collector-controller", "generic-garbage-collector",
                { context, options in [GarbageCollector(context: context, servedResources: options.servedResources)] }
            ),
            (
                "resourcequota-controller", "resourcequota-controller",
                { context, options in [ResourceQuotaReconciler(context: context, servedResources: options.servedResources).loop] }
            ),
            ("node-lifecycle-controller", "node-controller", { context, _ in [NodeLifecycleReconciler(context: context).loop] }),
            ("taint-eviction-controller", "node-controller", { context, _ in [TaintEvictionReconciler(context: context).loop] }),
            (
                "node-ipam-controller", "node-controller",
                { context, options in
                    guard let ranges = PodRanges(cluster: options.clusterCIDR, maskSize: options.nodeCIDRMaskSize) else {
                        if !options.clusterCIDR.isEmpty {
                            context.logger.error(
                                "\(options.clusterCIDR) cannot be divided into IPv4 ranges of /\(options.nodeCIDRMaskSize) for nodes")
                        }
                        return []
                    }
                    return [PodRangeReconciler(context: context, ranges: ranges).loop]
                }
            ),
            (
                "validatingadmissionpolicy-status-controller", "validatingadmissionpolicy-status-controller",
                { context, options in
                    options.policyWarnings.map { [PolicyStatusReconciler(context: context, check: $0).loop] } ?? []
                }
            ),
            (
                "service-cidr-controller", "service-cidrs-controller",
                { context, _ in [ServiceRangeReconciler(context: context).loop] }
            ),
            (
                "pod-garbage-collector-controller", "pod-garbage-collector",
                { context, options in [PodGarbageReconciler(context: context, threshold: options.terminatedPodThreshold).loop] }
            ),
        ]

    /// The names of all loops there are.
    package static var names: [String] { builders.map(\.name) }

    private let loops: [any ControlLoop]
    private let queues: WorkQueueMetrics
    private let figures: ControllerMetrics
    private let running: [String]
    private let recorders: [EventRecorder]

    /// The loops that the options do not disable. `clientFor` gives the client of a service account of kube-system by its
    /// name, such as "deployment-controller"; `informers` is the process's, and whoever owns it runs it.
    package init(
        clientFor: @Sendable (String) -> Client, informers: InformerSet, clock: any Clock, logger: Logger, options: ControllerOptions
    ) {
        let queues = WorkQueueMetrics(clock: clock)
        let figures = ControllerMetrics()
        var loops: [any ControlLoop] = []
        var recorders: [EventRecorder] = []
        for (name, account, make) in Self.builders where !options.disabled.contains(name) {
            let client = clientFor(account)
            let recorder = EventRecorder(client: client, component: account, clock: clock, logger: logger)
            let context = ControllerContext(
                name: name, client: client, informers: informers, recorder: recorder, clock: clock, logger: logger,
                metrics: queues, figures: figures)
            recorders.append(recorder)
            loops += make(context, options)
        }
        self.loops = loops
        self.recorders = recorders
        self.queues = queues
        self.figures = figures
        running = Self.names.filter { !options.disabled.contains($0) }
    }

    /// The figures of the loops and their queues in Prometheus' text format.
    package var metricsText: String { queues.text + figures.text(running: running) }

    /// Runs the loops until its task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for recorder in recorders { group.addTask { await recorder.run() } }
            for loop in loops { group.addTask { await loop.run() } }
        }
    }
}
