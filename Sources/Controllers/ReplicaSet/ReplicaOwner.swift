import Client
import Core
import KubernetesAPI
import Reconcile

/// A kind that keeps a number of pods alive: ReplicaSet and ReplicationController, which differ in spelling only.
protocol ReplicaOwner: Kind {
    var wantedReplicas: Int { get }
    var podSelector: LabelMatcher { get }
    var podTemplate: PodTemplateSpec { get }
    var minReadySeconds: Int { get }
    /// Both kinds' statuses have these fields.
    var replicaStatus: ReplicaSetStatus { get set }
}

extension ReplicaSet: ReplicaOwner {
    var wantedReplicas: Int { spec.replicas ?? 1 }
    var podSelector: LabelMatcher { spec.selector.matcher }
    var podTemplate: PodTemplateSpec { spec.template }
    var minReadySeconds: Int { spec.minReadySeconds ?? 0 }
    var replicaStatus: ReplicaSetStatus {
        get { status }
        set { status = newValue }
    }
}

extension ReplicationController: ReplicaOwner {
    var wantedReplicas: Int { spec.replicas ?? 1 }
    var podSelector: LabelMatcher { spec.selector.isEmpty ? .nothing : LabelMatcher(labels: spec.selector) }
    var podTemplate: PodTemplateSpec { spec.template }
    var minReadySeconds: Int { spec.minReadySeconds ?? 0 }
    var replicaStatus: ReplicaSetStatus {
        get { ReplicaSetStatus(status.raw) }
        set { status = ReplicationControllerStatus(newValue.raw) }
    }
}
