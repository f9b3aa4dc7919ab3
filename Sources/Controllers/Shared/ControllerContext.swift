import Client
import Core
import KubernetesAPI
import Logging
import Reconcile

/// What every control loop is given: its own identity's client and recorder, the caches it shares with the others, the time.
struct ControllerContext: Sendable {
    /// As `--controllers` names it ("deployment-controller").
    let name: String
    let client: Client
    let informers: InformerSet
    let recorder: EventRecorder
    let clock: any Clock
    let logger: Logger
    var metrics: WorkQueueMetrics?
    var figures = ControllerMetrics()

    func informer<K: Kind>(_ type: K.Type = K.self) -> Informer<K> { informers.informer(type) }
    /// A queue whose figures go by the name that upstream's has.
    func queue<Key: Hashable & Sendable>(of type: Key.Type = ObjectKey.self) -> WorkQueue<Key> {
        WorkQueue(clock: clock, metrics: metrics?.queue(named: Self.queueNames[name] ?? name))
    }

    /// What upstream calls the queues of its loops, by the names of the loops.
    private static let queueNames: [String: String] = [
        "replicaset-controller": "replicaset", "replicationcontroller-controller": "replicationmanager",
        "deployment-controller": "deployment", "job-controller": "job", "cronjob-controller": "cronjob",
        "statefulset-controller": "statefulset", "daemonset-controller": "daemonset", "endpointslice-controller": "endpoint_slice",
        "endpointslice-mirroring-controller": "endpoint_slice_mirroring", "disruption-controller": "disruption",
        "ttl-after-finished-controller": "ttl_jobs_to_delete", "clusterrole-aggregation-controller": "ClusterRoleAggregator",
        "persistentvolumeclaim-protection-controller": "pvcprotection", "persistentvolume-protection-controller": "pvprotection",
        "volumeattributesclass-protection-controller": "vacprotection", "ephemeral-volume-controller": "ephemeral_volume",
        "resourceclaim-controller": "resource_claim", "horizontal-pod-autoscaler-controller": "horizontalpodautoscaler",
        "persistentvolume-binder-controller": "claims", "endpoints-controller": "endpoint",
        "serviceaccount-controller": "serviceaccount", "root-ca-certificate-publisher-controller": "root_ca_cert_publisher",
        "serviceaccount-token-controller": "serviceaccount_tokens_service", "certificatesigningrequest-signing-controller": "certificate",
        "certificatesigningrequest-approving-controller": "certificate", "namespace-controller": "namespace",
        "garbage-collector-controller": "garbage_collector_attempt_to_delete", "resourcequota-controller": "resourcequota_primary",
        "node-lifecycle-controller": "node_lifecycle_controller_pods", "taint-eviction-controller": "noexec_taint_pod",
        "ttl-controller": "ttlcontroller", "persistentvolume-expander-controller": "volume_expand",
        "persistentvolume-attach-detach-controller": "pvcs", "bootstrap-signer-controller": "bootstrap_signer_queue",
        "token-cleaner-controller": "token_cleaner",
    ]
}

/// A control loop, wired to its informers when made; works until its task is cancelled.
protocol ControlLoop: Sendable {
    func run() async
}

extension Controller: ControlLoop {}
