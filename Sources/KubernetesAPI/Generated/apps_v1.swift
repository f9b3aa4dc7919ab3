// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ControllerRevision: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "apps", version: "v1", kind: "ControllerRevision", resource: "controllerrevisions", isNamespaced: true)
    package var data: Value? { get { raw["data"] } _modify { yield &raw["data"] } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var revision: Int { get { raw.integer("revision") ?? 0 } set { raw.set("revision", newValue) } }
}

package struct DaemonSet: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "apps", version: "v1", kind: "DaemonSet", resource: "daemonsets", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: DaemonSetSpec { get { raw.view("spec") } _modify { var view: DaemonSetSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: DaemonSetStatus { get { raw.view("status") } _modify { var view: DaemonSetStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct DaemonSetCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct DaemonSetSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var minReadySeconds: Int? { get { raw.integer("minReadySeconds") } set { raw.set("minReadySeconds", newValue) } }
    package var revisionHistoryLimit: Int? { get { raw.integer("revisionHistoryLimit") } set { raw.set("revisionHistoryLimit", newValue) } }
    package var selector: LabelSelector { get { raw.view("selector") } _modify { var view: LabelSelector = raw.takeView("selector"); defer { raw.put("selector", view) }; yield &view } }
    package var template: PodTemplateSpec { get { raw.view("template") } _modify { var view: PodTemplateSpec = raw.takeView("template"); defer { raw.put("template", view) }; yield &view } }
    package var updateStrategy: DaemonSetUpdateStrategy? { get { raw.optionalView("updateStrategy") } _modify { var view: DaemonSetUpdateStrategy? = raw.takeOptionalView("updateStrategy"); defer { raw.put("updateStrategy", value: view?.raw) }; yield &view } }
}

package struct DaemonSetStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var collisionCount: Int? { get { raw.integer("collisionCount") } set { raw.set("collisionCount", newValue) } }
    package var conditions: ViewList<DaemonSetCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<DaemonSetCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var currentNumberScheduled: Int { get { raw.integer("currentNumberScheduled") ?? 0 } set { raw.set("currentNumberScheduled", newValue) } }
    package var desiredNumberScheduled: Int { get { raw.integer("desiredNumberScheduled") ?? 0 } set { raw.set("desiredNumberScheduled", newValue) } }
    package var numberAvailable: Int? { get { raw.integer("numberAvailable") } set { raw.set("numberAvailable", newValue) } }
    package var numberMisscheduled: Int { get { raw.integer("numberMisscheduled") ?? 0 } set { raw.set("numberMisscheduled", newValue) } }
    package var numberReady: Int { get { raw.integer("numberReady") ?? 0 } set { raw.set("numberReady", newValue) } }
    package var numberUnavailable: Int? { get { raw.integer("numberUnavailable") } set { raw.set("numberUnavailable", newValue) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var updatedNumberScheduled: Int? { get { raw.integer("updatedNumberScheduled") } set { raw.set("updatedNumberScheduled", newValue) } }
}

package struct DaemonSetUpdateStrategy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var rollingUpdate: RollingUpdateDaemonSet? { get { raw.optionalView("rollingUpdate") } _modify { var view: RollingUpdateDaemonSet? = raw.takeOptionalView("rollingUpdate"); defer { raw.put("rollingUpdate", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct Deployment: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "apps", version: "v1", kind: "Deployment", resource: "deployments", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: DeploymentSpec { get { raw.view("spec") } _modify { var view: DeploymentSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: DeploymentStatus { get { raw.view("status") } _modify { var view: DeploymentStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct DeploymentCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var lastUpdateTime: String { get { raw.text("lastUpdateTime") } set { raw.set("lastUpdateTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct DeploymentSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var minReadySeconds: Int? { get { raw.integer("minReadySeconds") } set { raw.set("minReadySeconds", newValue) } }
    package var paused: Bool? { get { raw.flag("paused") } set { raw.set("paused", newValue) } }
    package var progressDeadlineSeconds: Int? { get { raw.integer("progressDeadlineSeconds") } set { raw.set("progressDeadlineSeconds", newValue) } }
    package var replicas: Int? { get { raw.integer("replicas") } set { raw.set("replicas", newValue) } }
    package var revisionHistoryLimit: Int? { get { raw.integer("revisionHistoryLimit") } set { raw.set("revisionHistoryLimit", newValue) } }
    package var selector: LabelSelector { get { raw.view("selector") } _modify { var view: LabelSelector = raw.takeView("selector"); defer { raw.put("selector", view) }; yield &view } }
    package var strategy: DeploymentStrategy? { get { raw.optionalView("strategy") } _modify { var view: DeploymentStrategy? = raw.takeOptionalView("strategy"); defer { raw.put("strategy", value: view?.raw) }; yield &view } }
    package var template: PodTemplateSpec { get { raw.view("template") } _modify { var view: PodTemplateSpec = raw.takeView("template"); defer { raw.put("template", view) }; yield &view } }
}

package struct DeploymentStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var availableReplicas: Int? { get { raw.integer("availableReplicas") } set { raw.set("availableReplicas", newValue) } }
    package var collisionCount: Int? { get { raw.integer("collisionCount") } set { raw.set("collisionCount", newValue) } }
    package var conditions: ViewList<DeploymentCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<DeploymentCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var readyReplicas: Int? { get { raw.integer("readyReplicas") } set { raw.set("readyReplicas", newValue) } }
    package var replicas: Int? { get { raw.integer("replicas") } set { raw.set("replicas", newValue) } }
    package var terminatingReplicas: Int? { get { raw.integer("terminatingReplicas") } set { raw.set("terminatingReplicas", newValue) } }
    package var unavailableReplicas: Int? { get { raw.integer("unavailableReplicas") } set { raw.set("unavailableReplicas", newValue) } }
    package var updatedReplicas: Int? { get { raw.integer("updatedReplicas") } set { raw.set("updatedReplicas", newValue) } }
}

package struct DeploymentStrategy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var rollingUpdate: RollingUpdateDeployment? { get { raw.optionalView("rollingUpdate") } _modify { var view: RollingUpdateDeployment? = raw.takeOptionalView("rollingUpdate"); defer { raw.put("rollingUpdate", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct ReplicaSet: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "apps", version: "v1", kind: "ReplicaSet", resource: "replicasets", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ReplicaSetSpec { get { raw.view("spec") } _modify { var view: ReplicaSetSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ReplicaSetStatus { get { raw.view("status") } _modify { var view: ReplicaSetStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ReplicaSetCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct ReplicaSetSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var minReadySeconds: Int? { get { raw.integer("minReadySeconds") } set { raw.set("minReadySeconds", newValue) } }
    package var replicas: Int? { get { raw.integer("replicas") } set { raw.set("replicas", newValue) } }
    package var selector: LabelSelector { get { raw.view("selector") } _modify { var view: LabelSelector = raw.takeView("selector"); defer { raw.put("selector", view) }; yield &view } }
    package var template: PodTemplateSpec { get { raw.view("template") } _modify { var view: PodTemplateSpec = raw.takeView("template"); defer { raw.put("template", view) }; yield &view } }
}

package struct ReplicaSetStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var availableReplicas: Int? { get { raw.integer("availableReplicas") } set { raw.set("availableReplicas", newValue) } }
    package var conditions: ViewList<ReplicaSetCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<ReplicaSetCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var fullyLabeledReplicas: Int? { get { raw.integer("fullyLabeledReplicas") } set { raw.set("fullyLabeledReplicas", newValue) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var readyReplicas: Int? { get { raw.integer("readyReplicas") } set { raw.set("readyReplicas", newValue) } }
    package var replicas: Int { get { raw.integer("replicas") ?? 0 } set { raw.set("replicas", newValue) } }
    package var terminatingReplicas: Int? { get { raw.integer("terminatingReplicas") } set { raw.set("terminatingReplicas", newValue) } }
}

package struct RollingUpdateDaemonSet: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var maxSurge: Value? { get { raw["maxSurge"] } _modify { yield &raw["maxSurge"] } }
    package var maxUnavailable: Value? { get { raw["maxUnavailable"] } _modify { yield &raw["maxUnavailable"] } }
}

package struct RollingUpdateDeployment: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var maxSurge: Value? { get { raw["maxSurge"] } _modify { yield &raw["maxSurge"] } }
    package var maxUnavailable: Value? { get { raw["maxUnavailable"] } _modify { yield &raw["maxUnavailable"] } }
}

package struct RollingUpdateStatefulSetStrategy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var maxUnavailable: Value? { get { raw["maxUnavailable"] } _modify { yield &raw["maxUnavailable"] } }
    package var partition: Int? { get { raw.integer("partition") } set { raw.set("partition", newValue) } }
}

package struct StatefulSet: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "apps", version: "v1", kind: "StatefulSet", resource: "statefulsets", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: StatefulSetSpec { get { raw.view("spec") } _modify { var view: StatefulSetSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: StatefulSetStatus { get { raw.view("status") } _modify { var view: StatefulSetStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct StatefulSetCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct StatefulSetOrdinals: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var start: Int? { get { raw.integer("start") } set { raw.set("start", newValue) } }
}

package struct StatefulSetPersistentVolumeClaimRetentionPolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var whenDeleted: String { get { raw.text("whenDeleted") } set { raw.set("whenDeleted", newValue, keepsEmpty: false) } }
    package var whenScaled: String { get { raw.text("whenScaled") } set { raw.set("whenScaled", newValue, keepsEmpty: false) } }
}

package struct StatefulSetSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var minReadySeconds: Int? { get { raw.integer("minReadySeconds") } set { raw.set("minReadySeconds", newValue) } }
    package var ordinals: StatefulSetOrdinals? { get { raw.optionalView("ordinals") } _modify { var view: StatefulSetOrdinals? = raw.takeOptionalView("ordinals"); defer { raw.put("ordinals", value: view?.raw) }; yield &view } }
    package var persistentVolumeClaimRetentionPolicy: StatefulSetPersistentVolumeClaimRetentionPolicy? { get { raw.optionalView("persistentVolumeClaimRetentionPolicy") } _modify { var view: StatefulSetPersistentVolumeClaimRetentionPolicy? = raw.takeOptionalView("persistentVolumeClaimRetentionPolicy"); defer { raw.put("persistentVolumeClaimRetentionPolicy", value: view?.raw) }; yield &view } }
    package var podManagementPolicy: String { get { raw.text("podManagementPolicy") } set { raw.set("podManagementPolicy", newValue, keepsEmpty: false) } }
    package var replicas: Int? { get { raw.integer("replicas") } set { raw.set("replicas", newValue) } }
    package var revisionHistoryLimit: Int? { get { raw.integer("revisionHistoryLimit") } set { raw.set("revisionHistoryLimit", newValue) } }
    package var selector: LabelSelector { get { raw.view("selector") } _modify { var view: LabelSelector = raw.takeView("selector"); defer { raw.put("selector", view) }; yield &view } }
    package var serviceName: String { get { raw.text("serviceName") } set { raw.set("serviceName", newValue, keepsEmpty: false) } }
    package var template: PodTemplateSpec { get { raw.view("template") } _modify { var view: PodTemplateSpec = raw.takeView("template"); defer { raw.put("template", view) }; yield &view } }
    package var updateStrategy: StatefulSetUpdateStrategy? { get { raw.optionalView("updateStrategy") } _modify { var view: StatefulSetUpdateStrategy? = raw.takeOptionalView("updateStrategy"); defer { raw.put("updateStrategy", value: view?.raw) }; yield &view } }
    package var volumeClaimTemplates: ViewList<PersistentVolumeClaim> { get { raw.viewList("volumeClaimTemplates") } _modify { var list: ViewList<PersistentVolumeClaim> = raw.takeViewList("volumeClaimTemplates"); defer { raw.put("volumeClaimTemplates", list) }; yield &list } }
}

package struct StatefulSetStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var availableReplicas: Int? { get { raw.integer("availableReplicas") } set { raw.set("availableReplicas", newValue) } }
    package var collisionCount: Int? { get { raw.integer("collisionCount") } set { raw.set("collisionCount", newValue) } }
    package var conditions: ViewList<StatefulSetCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<StatefulSetCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var currentReplicas: Int? { get { raw.integer("currentReplicas") } set { raw.set("currentReplicas", newValue) } }
    package var currentRevision: String { get { raw.text("currentRevision") } set { raw.set("currentRevision", newValue, keepsEmpty: false) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var readyReplicas: Int? { get { raw.integer("readyReplicas") } set { raw.set("readyReplicas", newValue) } }
    package var replicas: Int { get { raw.integer("replicas") ?? 0 } set { raw.set("replicas", newValue) } }
    package var updateRevision: String { get { raw.text("updateRevision") } set { raw.set("updateRevision", newValue, keepsEmpty: false) } }
    package var updatedReplicas: Int? { get { raw.integer("updatedReplicas") } set { raw.set("updatedReplicas", newValue) } }
}

package struct StatefulSetUpdateStrategy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var rollingUpdate: RollingUpdateStatefulSetStrategy? { get { raw.optionalView("rollingUpdate") } _modify { var view: RollingUpdateStatefulSetStrategy? = raw.takeOptionalView("rollingUpdate"); defer { raw.put("rollingUpdate", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}
