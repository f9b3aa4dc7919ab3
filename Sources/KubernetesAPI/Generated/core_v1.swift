// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct AWSElasticBlockStoreVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var partition: Int? { get { raw.integer("partition") } set { raw.set("partition", newValue) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var volumeID: String { get { raw.text("volumeID") } set { raw.set("volumeID", newValue, keepsEmpty: true) } }
}

package struct Affinity: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nodeAffinity: NodeAffinity? { get { raw.optionalView("nodeAffinity") } _modify { var view: NodeAffinity? = raw.takeOptionalView("nodeAffinity"); defer { raw.put("nodeAffinity", value: view?.raw) }; yield &view } }
    package var podAffinity: PodAffinity? { get { raw.optionalView("podAffinity") } _modify { var view: PodAffinity? = raw.takeOptionalView("podAffinity"); defer { raw.put("podAffinity", value: view?.raw) }; yield &view } }
    package var podAntiAffinity: PodAntiAffinity? { get { raw.optionalView("podAntiAffinity") } _modify { var view: PodAntiAffinity? = raw.takeOptionalView("podAntiAffinity"); defer { raw.put("podAntiAffinity", value: view?.raw) }; yield &view } }
}

package struct AppArmorProfile: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var localhostProfile: String { get { raw.text("localhostProfile") } set { raw.set("localhostProfile", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct AttachedVolume: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var devicePath: String { get { raw.text("devicePath") } set { raw.set("devicePath", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct AzureDiskVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var cachingMode: String { get { raw.text("cachingMode") } set { raw.set("cachingMode", newValue, keepsEmpty: false) } }
    package var diskName: String { get { raw.text("diskName") } set { raw.set("diskName", newValue, keepsEmpty: true) } }
    package var diskURI: String { get { raw.text("diskURI") } set { raw.set("diskURI", newValue, keepsEmpty: true) } }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
}

package struct AzureFilePersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretName: String { get { raw.text("secretName") } set { raw.set("secretName", newValue, keepsEmpty: true) } }
    package var secretNamespace: String { get { raw.text("secretNamespace") } set { raw.set("secretNamespace", newValue, keepsEmpty: false) } }
    package var shareName: String { get { raw.text("shareName") } set { raw.set("shareName", newValue, keepsEmpty: true) } }
}

package struct AzureFileVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretName: String { get { raw.text("secretName") } set { raw.set("secretName", newValue, keepsEmpty: true) } }
    package var shareName: String { get { raw.text("shareName") } set { raw.set("shareName", newValue, keepsEmpty: true) } }
}

package struct Binding: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Binding", resource: "bindings", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var target: ObjectReference { get { raw.view("target") } _modify { var view: ObjectReference = raw.takeView("target"); defer { raw.put("target", view) }; yield &view } }
}

package struct CSIPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var controllerExpandSecretRef: SecretReference? { get { raw.optionalView("controllerExpandSecretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("controllerExpandSecretRef"); defer { raw.put("controllerExpandSecretRef", value: view?.raw) }; yield &view } }
    package var controllerPublishSecretRef: SecretReference? { get { raw.optionalView("controllerPublishSecretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("controllerPublishSecretRef"); defer { raw.put("controllerPublishSecretRef", value: view?.raw) }; yield &view } }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var nodeExpandSecretRef: SecretReference? { get { raw.optionalView("nodeExpandSecretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("nodeExpandSecretRef"); defer { raw.put("nodeExpandSecretRef", value: view?.raw) }; yield &view } }
    package var nodePublishSecretRef: SecretReference? { get { raw.optionalView("nodePublishSecretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("nodePublishSecretRef"); defer { raw.put("nodePublishSecretRef", value: view?.raw) }; yield &view } }
    package var nodeStageSecretRef: SecretReference? { get { raw.optionalView("nodeStageSecretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("nodeStageSecretRef"); defer { raw.put("nodeStageSecretRef", value: view?.raw) }; yield &view } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var volumeAttributes: [String: String] { get { raw.stringMap("volumeAttributes") } set { raw.set("volumeAttributes", newValue) } }
    package var volumeHandle: String { get { raw.text("volumeHandle") } set { raw.set("volumeHandle", newValue, keepsEmpty: true) } }
}

package struct CSIVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var nodePublishSecretRef: LocalObjectReference? { get { raw.optionalView("nodePublishSecretRef") } _modify { var view: LocalObjectReference? = raw.takeOptionalView("nodePublishSecretRef"); defer { raw.put("nodePublishSecretRef", value: view?.raw) }; yield &view } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var volumeAttributes: [String: String] { get { raw.stringMap("volumeAttributes") } set { raw.set("volumeAttributes", newValue) } }
}

package struct Capabilities: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var add: [String] { get { raw.strings("add") } set { raw.set("add", newValue) } }
    package var drop: [String] { get { raw.strings("drop") } set { raw.set("drop", newValue) } }
}

package struct CephFSPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var monitors: [String] { get { raw.strings("monitors") } set { raw.set("monitors", newValue) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretFile: String { get { raw.text("secretFile") } set { raw.set("secretFile", newValue, keepsEmpty: false) } }
    package var secretRef: SecretReference? { get { raw.optionalView("secretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var user: String { get { raw.text("user") } set { raw.set("user", newValue, keepsEmpty: false) } }
}

package struct CephFSVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var monitors: [String] { get { raw.strings("monitors") } set { raw.set("monitors", newValue) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretFile: String { get { raw.text("secretFile") } set { raw.set("secretFile", newValue, keepsEmpty: false) } }
    package var secretRef: LocalObjectReference? { get { raw.optionalView("secretRef") } _modify { var view: LocalObjectReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var user: String { get { raw.text("user") } set { raw.set("user", newValue, keepsEmpty: false) } }
}

package struct CinderPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: SecretReference? { get { raw.optionalView("secretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var volumeID: String { get { raw.text("volumeID") } set { raw.set("volumeID", newValue, keepsEmpty: true) } }
}

package struct CinderVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: LocalObjectReference? { get { raw.optionalView("secretRef") } _modify { var view: LocalObjectReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var volumeID: String { get { raw.text("volumeID") } set { raw.set("volumeID", newValue, keepsEmpty: true) } }
}

package struct ClientIPConfig: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var timeoutSeconds: Int? { get { raw.integer("timeoutSeconds") } set { raw.set("timeoutSeconds", newValue) } }
}

package struct ClusterTrustBundleProjection: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var labelSelector: LabelSelector? { get { raw.optionalView("labelSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("labelSelector"); defer { raw.put("labelSelector", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
    package var signerName: String { get { raw.text("signerName") } set { raw.set("signerName", newValue, keepsEmpty: false) } }
}

package struct ComponentCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var error: String { get { raw.text("error") } set { raw.set("error", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct ComponentStatus: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "ComponentStatus", resource: "componentstatuses", isNamespaced: false)
    package var conditions: ViewList<ComponentCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<ComponentCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
}

package struct ConfigMap: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "ConfigMap", resource: "configmaps", isNamespaced: true)
    package var binaryData: [String: String] { get { raw.stringMap("binaryData") } set { raw.set("binaryData", newValue) } }
    package var data: [String: String] { get { raw.stringMap("data") } set { raw.set("data", newValue) } }
    package var immutable: Bool? { get { raw.flag("immutable") } set { raw.set("immutable", newValue) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
}

package struct ConfigMapEnvSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
}

package struct ConfigMapKeySelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
}

package struct ConfigMapNodeConfigSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var kubeletConfigKey: String { get { raw.text("kubeletConfigKey") } set { raw.set("kubeletConfigKey", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: true) } }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct ConfigMapProjection: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var items: ViewList<KeyToPath> { get { raw.viewList("items") } _modify { var list: ViewList<KeyToPath> = raw.takeViewList("items"); defer { raw.put("items", list) }; yield &list } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
}

package struct ConfigMapVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var defaultMode: Int? { get { raw.integer("defaultMode") } set { raw.set("defaultMode", newValue) } }
    package var items: ViewList<KeyToPath> { get { raw.viewList("items") } _modify { var list: ViewList<KeyToPath> = raw.takeViewList("items"); defer { raw.put("items", list) }; yield &list } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
}

package struct Container: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var args: [String] { get { raw.strings("args") } set { raw.set("args", newValue) } }
    package var command: [String] { get { raw.strings("command") } set { raw.set("command", newValue) } }
    package var env: ViewList<EnvVar> { get { raw.viewList("env") } _modify { var list: ViewList<EnvVar> = raw.takeViewList("env"); defer { raw.put("env", list) }; yield &list } }
    package var envFrom: ViewList<EnvFromSource> { get { raw.viewList("envFrom") } _modify { var list: ViewList<EnvFromSource> = raw.takeViewList("envFrom"); defer { raw.put("envFrom", list) }; yield &list } }
    package var image: String { get { raw.text("image") } set { raw.set("image", newValue, keepsEmpty: false) } }
    package var imagePullPolicy: String { get { raw.text("imagePullPolicy") } set { raw.set("imagePullPolicy", newValue, keepsEmpty: false) } }
    package var lifecycle: Lifecycle? { get { raw.optionalView("lifecycle") } _modify { var view: Lifecycle? = raw.takeOptionalView("lifecycle"); defer { raw.put("lifecycle", value: view?.raw) }; yield &view } }
    package var livenessProbe: Probe? { get { raw.optionalView("livenessProbe") } _modify { var view: Probe? = raw.takeOptionalView("livenessProbe"); defer { raw.put("livenessProbe", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var ports: ViewList<ContainerPort> { get { raw.viewList("ports") } _modify { var list: ViewList<ContainerPort> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
    package var readinessProbe: Probe? { get { raw.optionalView("readinessProbe") } _modify { var view: Probe? = raw.takeOptionalView("readinessProbe"); defer { raw.put("readinessProbe", value: view?.raw) }; yield &view } }
    package var resizePolicy: ViewList<ContainerResizePolicy> { get { raw.viewList("resizePolicy") } _modify { var list: ViewList<ContainerResizePolicy> = raw.takeViewList("resizePolicy"); defer { raw.put("resizePolicy", list) }; yield &list } }
    package var resources: ResourceRequirements? { get { raw.optionalView("resources") } _modify { var view: ResourceRequirements? = raw.takeOptionalView("resources"); defer { raw.put("resources", value: view?.raw) }; yield &view } }
    package var restartPolicy: String { get { raw.text("restartPolicy") } set { raw.set("restartPolicy", newValue, keepsEmpty: false) } }
    package var restartPolicyRules: ViewList<ContainerRestartRule> { get { raw.viewList("restartPolicyRules") } _modify { var list: ViewList<ContainerRestartRule> = raw.takeViewList("restartPolicyRules"); defer { raw.put("restartPolicyRules", list) }; yield &list } }
    package var securityContext: SecurityContext? { get { raw.optionalView("securityContext") } _modify { var view: SecurityContext? = raw.takeOptionalView("securityContext"); defer { raw.put("securityContext", value: view?.raw) }; yield &view } }
    package var startupProbe: Probe? { get { raw.optionalView("startupProbe") } _modify { var view: Probe? = raw.takeOptionalView("startupProbe"); defer { raw.put("startupProbe", value: view?.raw) }; yield &view } }
    package var stdin: Bool? { get { raw.flag("stdin") } set { raw.set("stdin", newValue) } }
    package var stdinOnce: Bool? { get { raw.flag("stdinOnce") } set { raw.set("stdinOnce", newValue) } }
    package var terminationMessagePath: String { get { raw.text("terminationMessagePath") } set { raw.set("terminationMessagePath", newValue, keepsEmpty: false) } }
    package var terminationMessagePolicy: String { get { raw.text("terminationMessagePolicy") } set { raw.set("terminationMessagePolicy", newValue, keepsEmpty: false) } }
    package var tty: Bool? { get { raw.flag("tty") } set { raw.set("tty", newValue) } }
    package var volumeDevices: ViewList<VolumeDevice> { get { raw.viewList("volumeDevices") } _modify { var list: ViewList<VolumeDevice> = raw.takeViewList("volumeDevices"); defer { raw.put("volumeDevices", list) }; yield &list } }
    package var volumeMounts: ViewList<VolumeMount> { get { raw.viewList("volumeMounts") } _modify { var list: ViewList<VolumeMount> = raw.takeViewList("volumeMounts"); defer { raw.put("volumeMounts", list) }; yield &list } }
    package var workingDir: String { get { raw.text("workingDir") } set { raw.set("workingDir", newValue, keepsEmpty: false) } }
}

package struct ContainerExtendedResourceRequest: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containerName: String { get { raw.text("containerName") } set { raw.set("containerName", newValue, keepsEmpty: true) } }
    package var requestName: String { get { raw.text("requestName") } set { raw.set("requestName", newValue, keepsEmpty: true) } }
    package var resourceName: String { get { raw.text("resourceName") } set { raw.set("resourceName", newValue, keepsEmpty: true) } }
}

package struct ContainerImage: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var names: [String] { get { raw.strings("names") } set { raw.set("names", newValue) } }
    package var sizeBytes: Int? { get { raw.integer("sizeBytes") } set { raw.set("sizeBytes", newValue) } }
}

package struct ContainerPort: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containerPort: Int { get { raw.integer("containerPort") ?? 0 } set { raw.set("containerPort", newValue) } }
    package var hostIP: String { get { raw.text("hostIP") } set { raw.set("hostIP", newValue, keepsEmpty: false) } }
    package var hostPort: Int? { get { raw.integer("hostPort") } set { raw.set("hostPort", newValue) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var `protocol`: String { get { raw.text("protocol") } set { raw.set("protocol", newValue, keepsEmpty: false) } }
}

package struct ContainerResizePolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var resourceName: String { get { raw.text("resourceName") } set { raw.set("resourceName", newValue, keepsEmpty: true) } }
    package var restartPolicy: String { get { raw.text("restartPolicy") } set { raw.set("restartPolicy", newValue, keepsEmpty: true) } }
}

package struct ContainerRestartRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var action: String { get { raw.text("action") } set { raw.set("action", newValue, keepsEmpty: true) } }
    package var exitCodes: ContainerRestartRuleOnExitCodes? { get { raw.optionalView("exitCodes") } _modify { var view: ContainerRestartRuleOnExitCodes? = raw.takeOptionalView("exitCodes"); defer { raw.put("exitCodes", value: view?.raw) }; yield &view } }
}

package struct ContainerRestartRuleOnExitCodes: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: true) } }
    package var values: [Int] { get { raw.integers("values") } set { raw.set("values", newValue) } }
}

package struct ContainerState: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var running: ContainerStateRunning? { get { raw.optionalView("running") } _modify { var view: ContainerStateRunning? = raw.takeOptionalView("running"); defer { raw.put("running", value: view?.raw) }; yield &view } }
    package var terminated: ContainerStateTerminated? { get { raw.optionalView("terminated") } _modify { var view: ContainerStateTerminated? = raw.takeOptionalView("terminated"); defer { raw.put("terminated", value: view?.raw) }; yield &view } }
    package var waiting: ContainerStateWaiting? { get { raw.optionalView("waiting") } _modify { var view: ContainerStateWaiting? = raw.takeOptionalView("waiting"); defer { raw.put("waiting", value: view?.raw) }; yield &view } }
}

package struct ContainerStateRunning: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var startedAt: String { get { raw.text("startedAt") } set { raw.set("startedAt", newValue, keepsEmpty: false) } }
}

package struct ContainerStateTerminated: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containerID: String { get { raw.text("containerID") } set { raw.set("containerID", newValue, keepsEmpty: false) } }
    package var exitCode: Int { get { raw.integer("exitCode") ?? 0 } set { raw.set("exitCode", newValue) } }
    package var finishedAt: String { get { raw.text("finishedAt") } set { raw.set("finishedAt", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var signal: Int? { get { raw.integer("signal") } set { raw.set("signal", newValue) } }
    package var startedAt: String { get { raw.text("startedAt") } set { raw.set("startedAt", newValue, keepsEmpty: false) } }
}

package struct ContainerStateWaiting: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
}

package struct ContainerStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocatedResources: [String: String] { get { raw.stringMap("allocatedResources") } set { raw.set("allocatedResources", newValue) } }
    package var allocatedResourcesStatus: ViewList<ResourceStatus> { get { raw.viewList("allocatedResourcesStatus") } _modify { var list: ViewList<ResourceStatus> = raw.takeViewList("allocatedResourcesStatus"); defer { raw.put("allocatedResourcesStatus", list) }; yield &list } }
    package var containerID: String { get { raw.text("containerID") } set { raw.set("containerID", newValue, keepsEmpty: false) } }
    package var image: String { get { raw.text("image") } set { raw.set("image", newValue, keepsEmpty: true) } }
    package var imageID: String { get { raw.text("imageID") } set { raw.set("imageID", newValue, keepsEmpty: true) } }
    package var lastState: ContainerState? { get { raw.optionalView("lastState") } _modify { var view: ContainerState? = raw.takeOptionalView("lastState"); defer { raw.put("lastState", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var ready: Bool { get { raw.flag("ready") ?? false } set { raw.set("ready", newValue) } }
    package var resources: ResourceRequirements? { get { raw.optionalView("resources") } _modify { var view: ResourceRequirements? = raw.takeOptionalView("resources"); defer { raw.put("resources", value: view?.raw) }; yield &view } }
    package var restartCount: Int { get { raw.integer("restartCount") ?? 0 } set { raw.set("restartCount", newValue) } }
    package var started: Bool? { get { raw.flag("started") } set { raw.set("started", newValue) } }
    package var state: ContainerState? { get { raw.optionalView("state") } _modify { var view: ContainerState? = raw.takeOptionalView("state"); defer { raw.put("state", value: view?.raw) }; yield &view } }
    package var stopSignal: String { get { raw.text("stopSignal") } set { raw.set("stopSignal", newValue, keepsEmpty: false) } }
    package var user: ContainerUser? { get { raw.optionalView("user") } _modify { var view: ContainerUser? = raw.takeOptionalView("user"); defer { raw.put("user", value: view?.raw) }; yield &view } }
    package var volumeMounts: ViewList<VolumeMountStatus> { get { raw.viewList("volumeMounts") } _modify { var list: ViewList<VolumeMountStatus> = raw.takeViewList("volumeMounts"); defer { raw.put("volumeMounts", list) }; yield &list } }
}

package struct ContainerUser: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var linux: LinuxContainerUser? { get { raw.optionalView("linux") } _modify { var view: LinuxContainerUser? = raw.takeOptionalView("linux"); defer { raw.put("linux", value: view?.raw) }; yield &view } }
}

package struct DaemonEndpoint: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var Port: Int { get { raw.integer("Port") ?? 0 } set { raw.set("Port", newValue) } }
}

package struct DownwardAPIProjection: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var items: ViewList<DownwardAPIVolumeFile> { get { raw.viewList("items") } _modify { var list: ViewList<DownwardAPIVolumeFile> = raw.takeViewList("items"); defer { raw.put("items", list) }; yield &list } }
}

package struct DownwardAPIVolumeFile: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fieldRef: ObjectFieldSelector? { get { raw.optionalView("fieldRef") } _modify { var view: ObjectFieldSelector? = raw.takeOptionalView("fieldRef"); defer { raw.put("fieldRef", value: view?.raw) }; yield &view } }
    package var mode: Int? { get { raw.integer("mode") } set { raw.set("mode", newValue) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
    package var resourceFieldRef: ResourceFieldSelector? { get { raw.optionalView("resourceFieldRef") } _modify { var view: ResourceFieldSelector? = raw.takeOptionalView("resourceFieldRef"); defer { raw.put("resourceFieldRef", value: view?.raw) }; yield &view } }
}

package struct DownwardAPIVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var defaultMode: Int? { get { raw.integer("defaultMode") } set { raw.set("defaultMode", newValue) } }
    package var items: ViewList<DownwardAPIVolumeFile> { get { raw.viewList("items") } _modify { var list: ViewList<DownwardAPIVolumeFile> = raw.takeViewList("items"); defer { raw.put("items", list) }; yield &list } }
}

package struct EmptyDirVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var medium: String { get { raw.text("medium") } set { raw.set("medium", newValue, keepsEmpty: false) } }
    package var sizeLimit: String { get { raw.text("sizeLimit") } set { raw.set("sizeLimit", newValue, keepsEmpty: false) } }
}

package struct EndpointAddress: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hostname: String { get { raw.text("hostname") } set { raw.set("hostname", newValue, keepsEmpty: false) } }
    package var ip: String { get { raw.text("ip") } set { raw.set("ip", newValue, keepsEmpty: true) } }
    package var nodeName: String { get { raw.text("nodeName") } set { raw.set("nodeName", newValue, keepsEmpty: false) } }
    package var targetRef: ObjectReference? { get { raw.optionalView("targetRef") } _modify { var view: ObjectReference? = raw.takeOptionalView("targetRef"); defer { raw.put("targetRef", value: view?.raw) }; yield &view } }
}

package struct EndpointPort: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var appProtocol: String { get { raw.text("appProtocol") } set { raw.set("appProtocol", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var port: Int { get { raw.integer("port") ?? 0 } set { raw.set("port", newValue) } }
    package var `protocol`: String { get { raw.text("protocol") } set { raw.set("protocol", newValue, keepsEmpty: false) } }
}

package struct EndpointSubset: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var addresses: ViewList<EndpointAddress> { get { raw.viewList("addresses") } _modify { var list: ViewList<EndpointAddress> = raw.takeViewList("addresses"); defer { raw.put("addresses", list) }; yield &list } }
    package var notReadyAddresses: ViewList<EndpointAddress> { get { raw.viewList("notReadyAddresses") } _modify { var list: ViewList<EndpointAddress> = raw.takeViewList("notReadyAddresses"); defer { raw.put("notReadyAddresses", list) }; yield &list } }
    package var ports: ViewList<EndpointPort> { get { raw.viewList("ports") } _modify { var list: ViewList<EndpointPort> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
}

package struct Endpoints: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Endpoints", resource: "endpoints", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var subsets: ViewList<EndpointSubset> { get { raw.viewList("subsets") } _modify { var list: ViewList<EndpointSubset> = raw.takeViewList("subsets"); defer { raw.put("subsets", list) }; yield &list } }
}

package struct EnvFromSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var configMapRef: ConfigMapEnvSource? { get { raw.optionalView("configMapRef") } _modify { var view: ConfigMapEnvSource? = raw.takeOptionalView("configMapRef"); defer { raw.put("configMapRef", value: view?.raw) }; yield &view } }
    package var prefix: String { get { raw.text("prefix") } set { raw.set("prefix", newValue, keepsEmpty: false) } }
    package var secretRef: SecretEnvSource? { get { raw.optionalView("secretRef") } _modify { var view: SecretEnvSource? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
}

package struct EnvVar: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
    package var valueFrom: EnvVarSource? { get { raw.optionalView("valueFrom") } _modify { var view: EnvVarSource? = raw.takeOptionalView("valueFrom"); defer { raw.put("valueFrom", value: view?.raw) }; yield &view } }
}

package struct EnvVarSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var configMapKeyRef: ConfigMapKeySelector? { get { raw.optionalView("configMapKeyRef") } _modify { var view: ConfigMapKeySelector? = raw.takeOptionalView("configMapKeyRef"); defer { raw.put("configMapKeyRef", value: view?.raw) }; yield &view } }
    package var fieldRef: ObjectFieldSelector? { get { raw.optionalView("fieldRef") } _modify { var view: ObjectFieldSelector? = raw.takeOptionalView("fieldRef"); defer { raw.put("fieldRef", value: view?.raw) }; yield &view } }
    package var fileKeyRef: FileKeySelector? { get { raw.optionalView("fileKeyRef") } _modify { var view: FileKeySelector? = raw.takeOptionalView("fileKeyRef"); defer { raw.put("fileKeyRef", value: view?.raw) }; yield &view } }
    package var resourceFieldRef: ResourceFieldSelector? { get { raw.optionalView("resourceFieldRef") } _modify { var view: ResourceFieldSelector? = raw.takeOptionalView("resourceFieldRef"); defer { raw.put("resourceFieldRef", value: view?.raw) }; yield &view } }
    package var secretKeyRef: SecretKeySelector? { get { raw.optionalView("secretKeyRef") } _modify { var view: SecretKeySelector? = raw.takeOptionalView("secretKeyRef"); defer { raw.put("secretKeyRef", value: view?.raw) }; yield &view } }
}

package struct EphemeralContainer: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var args: [String] { get { raw.strings("args") } set { raw.set("args", newValue) } }
    package var command: [String] { get { raw.strings("command") } set { raw.set("command", newValue) } }
    package var env: ViewList<EnvVar> { get { raw.viewList("env") } _modify { var list: ViewList<EnvVar> = raw.takeViewList("env"); defer { raw.put("env", list) }; yield &list } }
    package var envFrom: ViewList<EnvFromSource> { get { raw.viewList("envFrom") } _modify { var list: ViewList<EnvFromSource> = raw.takeViewList("envFrom"); defer { raw.put("envFrom", list) }; yield &list } }
    package var image: String { get { raw.text("image") } set { raw.set("image", newValue, keepsEmpty: false) } }
    package var imagePullPolicy: String { get { raw.text("imagePullPolicy") } set { raw.set("imagePullPolicy", newValue, keepsEmpty: false) } }
    package var lifecycle: Lifecycle? { get { raw.optionalView("lifecycle") } _modify { var view: Lifecycle? = raw.takeOptionalView("lifecycle"); defer { raw.put("lifecycle", value: view?.raw) }; yield &view } }
    package var livenessProbe: Probe? { get { raw.optionalView("livenessProbe") } _modify { var view: Probe? = raw.takeOptionalView("livenessProbe"); defer { raw.put("livenessProbe", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var ports: ViewList<ContainerPort> { get { raw.viewList("ports") } _modify { var list: ViewList<ContainerPort> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
    package var readinessProbe: Probe? { get { raw.optionalView("readinessProbe") } _modify { var view: Probe? = raw.takeOptionalView("readinessProbe"); defer { raw.put("readinessProbe", value: view?.raw) }; yield &view } }
    package var resizePolicy: ViewList<ContainerResizePolicy> { get { raw.viewList("resizePolicy") } _modify { var list: ViewList<ContainerResizePolicy> = raw.takeViewList("resizePolicy"); defer { raw.put("resizePolicy", list) }; yield &list } }
    package var resources: ResourceRequirements? { get { raw.optionalView("resources") } _modify { var view: ResourceRequirements? = raw.takeOptionalView("resources"); defer { raw.put("resources", value: view?.raw) }; yield &view } }
    package var restartPolicy: String { get { raw.text("restartPolicy") } set { raw.set("restartPolicy", newValue, keepsEmpty: false) } }
    package var restartPolicyRules: ViewList<ContainerRestartRule> { get { raw.viewList("restartPolicyRules") } _modify { var list: ViewList<ContainerRestartRule> = raw.takeViewList("restartPolicyRules"); defer { raw.put("restartPolicyRules", list) }; yield &list } }
    package var securityContext: SecurityContext? { get { raw.optionalView("securityContext") } _modify { var view: SecurityContext? = raw.takeOptionalView("securityContext"); defer { raw.put("securityContext", value: view?.raw) }; yield &view } }
    package var startupProbe: Probe? { get { raw.optionalView("startupProbe") } _modify { var view: Probe? = raw.takeOptionalView("startupProbe"); defer { raw.put("startupProbe", value: view?.raw) }; yield &view } }
    package var stdin: Bool? { get { raw.flag("stdin") } set { raw.set("stdin", newValue) } }
    package var stdinOnce: Bool? { get { raw.flag("stdinOnce") } set { raw.set("stdinOnce", newValue) } }
    package var targetContainerName: String { get { raw.text("targetContainerName") } set { raw.set("targetContainerName", newValue, keepsEmpty: false) } }
    package var terminationMessagePath: String { get { raw.text("terminationMessagePath") } set { raw.set("terminationMessagePath", newValue, keepsEmpty: false) } }
    package var terminationMessagePolicy: String { get { raw.text("terminationMessagePolicy") } set { raw.set("terminationMessagePolicy", newValue, keepsEmpty: false) } }
    package var tty: Bool? { get { raw.flag("tty") } set { raw.set("tty", newValue) } }
    package var volumeDevices: ViewList<VolumeDevice> { get { raw.viewList("volumeDevices") } _modify { var list: ViewList<VolumeDevice> = raw.takeViewList("volumeDevices"); defer { raw.put("volumeDevices", list) }; yield &list } }
    package var volumeMounts: ViewList<VolumeMount> { get { raw.viewList("volumeMounts") } _modify { var list: ViewList<VolumeMount> = raw.takeViewList("volumeMounts"); defer { raw.put("volumeMounts", list) }; yield &list } }
    package var workingDir: String { get { raw.text("workingDir") } set { raw.set("workingDir", newValue, keepsEmpty: false) } }
}

package struct EphemeralVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var volumeClaimTemplate: PersistentVolumeClaimTemplate? { get { raw.optionalView("volumeClaimTemplate") } _modify { var view: PersistentVolumeClaimTemplate? = raw.takeOptionalView("volumeClaimTemplate"); defer { raw.put("volumeClaimTemplate", value: view?.raw) }; yield &view } }
}

package struct Event: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Event", resource: "events", isNamespaced: true)
    package var action: String { get { raw.text("action") } set { raw.set("action", newValue, keepsEmpty: false) } }
    package var count: Int? { get { raw.integer("count") } set { raw.set("count", newValue) } }
    package var eventTime: String { get { raw.text("eventTime") } set { raw.set("eventTime", newValue, keepsEmpty: false) } }
    package var firstTimestamp: String { get { raw.text("firstTimestamp") } set { raw.set("firstTimestamp", newValue, keepsEmpty: false) } }
    package var involvedObject: ObjectReference { get { raw.view("involvedObject") } _modify { var view: ObjectReference = raw.takeView("involvedObject"); defer { raw.put("involvedObject", view) }; yield &view } }
    package var lastTimestamp: String { get { raw.text("lastTimestamp") } set { raw.set("lastTimestamp", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var related: ObjectReference? { get { raw.optionalView("related") } _modify { var view: ObjectReference? = raw.takeOptionalView("related"); defer { raw.put("related", value: view?.raw) }; yield &view } }
    package var reportingComponent: String { get { raw.text("reportingComponent") } set { raw.set("reportingComponent", newValue, keepsEmpty: false) } }
    package var reportingInstance: String { get { raw.text("reportingInstance") } set { raw.set("reportingInstance", newValue, keepsEmpty: false) } }
    package var series: EventSeries? { get { raw.optionalView("series") } _modify { var view: EventSeries? = raw.takeOptionalView("series"); defer { raw.put("series", value: view?.raw) }; yield &view } }
    package var source: EventSource? { get { raw.optionalView("source") } _modify { var view: EventSource? = raw.takeOptionalView("source"); defer { raw.put("source", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct EventSeries: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var count: Int? { get { raw.integer("count") } set { raw.set("count", newValue) } }
    package var lastObservedTime: String { get { raw.text("lastObservedTime") } set { raw.set("lastObservedTime", newValue, keepsEmpty: false) } }
}

package struct EventSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var component: String { get { raw.text("component") } set { raw.set("component", newValue, keepsEmpty: false) } }
    package var host: String { get { raw.text("host") } set { raw.set("host", newValue, keepsEmpty: false) } }
}

package struct ExecAction: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var command: [String] { get { raw.strings("command") } set { raw.set("command", newValue) } }
}

package struct FCVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var lun: Int? { get { raw.integer("lun") } set { raw.set("lun", newValue) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var targetWWNs: [String] { get { raw.strings("targetWWNs") } set { raw.set("targetWWNs", newValue) } }
    package var wwids: [String] { get { raw.strings("wwids") } set { raw.set("wwids", newValue) } }
}

package struct FileKeySelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
    package var volumeName: String { get { raw.text("volumeName") } set { raw.set("volumeName", newValue, keepsEmpty: true) } }
}

package struct FlexPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var options: [String: String] { get { raw.stringMap("options") } set { raw.set("options", newValue) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: SecretReference? { get { raw.optionalView("secretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
}

package struct FlexVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var options: [String: String] { get { raw.stringMap("options") } set { raw.set("options", newValue) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: LocalObjectReference? { get { raw.optionalView("secretRef") } _modify { var view: LocalObjectReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
}

package struct FlockerVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var datasetName: String { get { raw.text("datasetName") } set { raw.set("datasetName", newValue, keepsEmpty: false) } }
    package var datasetUUID: String { get { raw.text("datasetUUID") } set { raw.set("datasetUUID", newValue, keepsEmpty: false) } }
}

package struct GCEPersistentDiskVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var partition: Int? { get { raw.integer("partition") } set { raw.set("partition", newValue) } }
    package var pdName: String { get { raw.text("pdName") } set { raw.set("pdName", newValue, keepsEmpty: true) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
}

package struct GRPCAction: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var port: Int { get { raw.integer("port") ?? 0 } set { raw.set("port", newValue) } }
    package var service: String { get { raw.text("service") } set { raw.set("service", newValue, keepsEmpty: false) } }
}

package struct GitRepoVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var directory: String { get { raw.text("directory") } set { raw.set("directory", newValue, keepsEmpty: false) } }
    package var repository: String { get { raw.text("repository") } set { raw.set("repository", newValue, keepsEmpty: true) } }
    package var revision: String { get { raw.text("revision") } set { raw.set("revision", newValue, keepsEmpty: false) } }
}

package struct GlusterfsPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var endpoints: String { get { raw.text("endpoints") } set { raw.set("endpoints", newValue, keepsEmpty: true) } }
    package var endpointsNamespace: String { get { raw.text("endpointsNamespace") } set { raw.set("endpointsNamespace", newValue, keepsEmpty: false) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
}

package struct GlusterfsVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var endpoints: String { get { raw.text("endpoints") } set { raw.set("endpoints", newValue, keepsEmpty: true) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
}

package struct HTTPGetAction: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var host: String { get { raw.text("host") } set { raw.set("host", newValue, keepsEmpty: false) } }
    package var httpHeaders: ViewList<HTTPHeader> { get { raw.viewList("httpHeaders") } _modify { var list: ViewList<HTTPHeader> = raw.takeViewList("httpHeaders"); defer { raw.put("httpHeaders", list) }; yield &list } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
    package var port: Value? { get { raw["port"] } _modify { yield &raw["port"] } }
    package var scheme: String { get { raw.text("scheme") } set { raw.set("scheme", newValue, keepsEmpty: false) } }
}

package struct HTTPHeader: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: true) } }
}

package struct HostAlias: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hostnames: [String] { get { raw.strings("hostnames") } set { raw.set("hostnames", newValue) } }
    package var ip: String { get { raw.text("ip") } set { raw.set("ip", newValue, keepsEmpty: true) } }
}

package struct HostIP: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ip: String { get { raw.text("ip") } set { raw.set("ip", newValue, keepsEmpty: true) } }
}

package struct HostPathVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct ISCSIPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var chapAuthDiscovery: Bool? { get { raw.flag("chapAuthDiscovery") } set { raw.set("chapAuthDiscovery", newValue) } }
    package var chapAuthSession: Bool? { get { raw.flag("chapAuthSession") } set { raw.set("chapAuthSession", newValue) } }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var initiatorName: String { get { raw.text("initiatorName") } set { raw.set("initiatorName", newValue, keepsEmpty: false) } }
    package var iqn: String { get { raw.text("iqn") } set { raw.set("iqn", newValue, keepsEmpty: true) } }
    package var iscsiInterface: String { get { raw.text("iscsiInterface") } set { raw.set("iscsiInterface", newValue, keepsEmpty: false) } }
    package var lun: Int { get { raw.integer("lun") ?? 0 } set { raw.set("lun", newValue) } }
    package var portals: [String] { get { raw.strings("portals") } set { raw.set("portals", newValue) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: SecretReference? { get { raw.optionalView("secretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var targetPortal: String { get { raw.text("targetPortal") } set { raw.set("targetPortal", newValue, keepsEmpty: true) } }
}

package struct ISCSIVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var chapAuthDiscovery: Bool? { get { raw.flag("chapAuthDiscovery") } set { raw.set("chapAuthDiscovery", newValue) } }
    package var chapAuthSession: Bool? { get { raw.flag("chapAuthSession") } set { raw.set("chapAuthSession", newValue) } }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var initiatorName: String { get { raw.text("initiatorName") } set { raw.set("initiatorName", newValue, keepsEmpty: false) } }
    package var iqn: String { get { raw.text("iqn") } set { raw.set("iqn", newValue, keepsEmpty: true) } }
    package var iscsiInterface: String { get { raw.text("iscsiInterface") } set { raw.set("iscsiInterface", newValue, keepsEmpty: false) } }
    package var lun: Int { get { raw.integer("lun") ?? 0 } set { raw.set("lun", newValue) } }
    package var portals: [String] { get { raw.strings("portals") } set { raw.set("portals", newValue) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: LocalObjectReference? { get { raw.optionalView("secretRef") } _modify { var view: LocalObjectReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var targetPortal: String { get { raw.text("targetPortal") } set { raw.set("targetPortal", newValue, keepsEmpty: true) } }
}

package struct ImageVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var pullPolicy: String { get { raw.text("pullPolicy") } set { raw.set("pullPolicy", newValue, keepsEmpty: false) } }
    package var reference: String { get { raw.text("reference") } set { raw.set("reference", newValue, keepsEmpty: false) } }
}

package struct ImageVolumeStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var imageRef: String { get { raw.text("imageRef") } set { raw.set("imageRef", newValue, keepsEmpty: true) } }
}

package struct KeyToPath: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var mode: Int? { get { raw.integer("mode") } set { raw.set("mode", newValue) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
}

package struct Lifecycle: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var postStart: LifecycleHandler? { get { raw.optionalView("postStart") } _modify { var view: LifecycleHandler? = raw.takeOptionalView("postStart"); defer { raw.put("postStart", value: view?.raw) }; yield &view } }
    package var preStop: LifecycleHandler? { get { raw.optionalView("preStop") } _modify { var view: LifecycleHandler? = raw.takeOptionalView("preStop"); defer { raw.put("preStop", value: view?.raw) }; yield &view } }
    package var stopSignal: String { get { raw.text("stopSignal") } set { raw.set("stopSignal", newValue, keepsEmpty: false) } }
}

package struct LifecycleHandler: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var exec: ExecAction? { get { raw.optionalView("exec") } _modify { var view: ExecAction? = raw.takeOptionalView("exec"); defer { raw.put("exec", value: view?.raw) }; yield &view } }
    package var httpGet: HTTPGetAction? { get { raw.optionalView("httpGet") } _modify { var view: HTTPGetAction? = raw.takeOptionalView("httpGet"); defer { raw.put("httpGet", value: view?.raw) }; yield &view } }
    package var sleep: SleepAction? { get { raw.optionalView("sleep") } _modify { var view: SleepAction? = raw.takeOptionalView("sleep"); defer { raw.put("sleep", value: view?.raw) }; yield &view } }
    package var tcpSocket: TCPSocketAction? { get { raw.optionalView("tcpSocket") } _modify { var view: TCPSocketAction? = raw.takeOptionalView("tcpSocket"); defer { raw.put("tcpSocket", value: view?.raw) }; yield &view } }
}

package struct LimitRange: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "LimitRange", resource: "limitranges", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: LimitRangeSpec { get { raw.view("spec") } _modify { var view: LimitRangeSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct LimitRangeItem: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var `default`: [String: String] { get { raw.stringMap("default") } set { raw.set("default", newValue) } }
    package var defaultRequest: [String: String] { get { raw.stringMap("defaultRequest") } set { raw.set("defaultRequest", newValue) } }
    package var max: [String: String] { get { raw.stringMap("max") } set { raw.set("max", newValue) } }
    package var maxLimitRequestRatio: [String: String] { get { raw.stringMap("maxLimitRequestRatio") } set { raw.set("maxLimitRequestRatio", newValue) } }
    package var min: [String: String] { get { raw.stringMap("min") } set { raw.set("min", newValue) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct LimitRangeSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var limits: ViewList<LimitRangeItem> { get { raw.viewList("limits") } _modify { var list: ViewList<LimitRangeItem> = raw.takeViewList("limits"); defer { raw.put("limits", list) }; yield &list } }
}

package struct LinuxContainerUser: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var gid: Int { get { raw.integer("gid") ?? 0 } set { raw.set("gid", newValue) } }
    package var supplementalGroups: [Int] { get { raw.integers("supplementalGroups") } set { raw.set("supplementalGroups", newValue) } }
    package var uid: Int { get { raw.integer("uid") ?? 0 } set { raw.set("uid", newValue) } }
}

package struct LoadBalancerIngress: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hostname: String { get { raw.text("hostname") } set { raw.set("hostname", newValue, keepsEmpty: false) } }
    package var ip: String { get { raw.text("ip") } set { raw.set("ip", newValue, keepsEmpty: false) } }
    package var ipMode: String { get { raw.text("ipMode") } set { raw.set("ipMode", newValue, keepsEmpty: false) } }
    package var ports: ViewList<PortStatus> { get { raw.viewList("ports") } _modify { var list: ViewList<PortStatus> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
}

package struct LoadBalancerStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ingress: ViewList<LoadBalancerIngress> { get { raw.viewList("ingress") } _modify { var list: ViewList<LoadBalancerIngress> = raw.takeViewList("ingress"); defer { raw.put("ingress", list) }; yield &list } }
}

package struct LocalObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
}

package struct LocalVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
}

package struct ModifyVolumeStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var targetVolumeAttributesClassName: String { get { raw.text("targetVolumeAttributesClassName") } set { raw.set("targetVolumeAttributesClassName", newValue, keepsEmpty: false) } }
}

package struct NFSVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var server: String { get { raw.text("server") } set { raw.set("server", newValue, keepsEmpty: true) } }
}

package struct Namespace: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Namespace", resource: "namespaces", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: NamespaceSpec { get { raw.view("spec") } _modify { var view: NamespaceSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: NamespaceStatus { get { raw.view("status") } _modify { var view: NamespaceStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct NamespaceCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct NamespaceSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var finalizers: [String] { get { raw.strings("finalizers") } set { raw.set("finalizers", newValue) } }
}

package struct NamespaceStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<NamespaceCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<NamespaceCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var phase: String { get { raw.text("phase") } set { raw.set("phase", newValue, keepsEmpty: false) } }
}

package struct Node: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Node", resource: "nodes", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: NodeSpec { get { raw.view("spec") } _modify { var view: NodeSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: NodeStatus { get { raw.view("status") } _modify { var view: NodeStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct NodeAddress: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var address: String { get { raw.text("address") } set { raw.set("address", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct NodeAffinity: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var preferredDuringSchedulingIgnoredDuringExecution: ViewList<PreferredSchedulingTerm> { get { raw.viewList("preferredDuringSchedulingIgnoredDuringExecution") } _modify { var list: ViewList<PreferredSchedulingTerm> = raw.takeViewList("preferredDuringSchedulingIgnoredDuringExecution"); defer { raw.put("preferredDuringSchedulingIgnoredDuringExecution", list) }; yield &list } }
    package var requiredDuringSchedulingIgnoredDuringExecution: NodeSelector? { get { raw.optionalView("requiredDuringSchedulingIgnoredDuringExecution") } _modify { var view: NodeSelector? = raw.takeOptionalView("requiredDuringSchedulingIgnoredDuringExecution"); defer { raw.put("requiredDuringSchedulingIgnoredDuringExecution", value: view?.raw) }; yield &view } }
}

package struct NodeAllocatableResourceClaimStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containers: [String] { get { raw.strings("containers") } set { raw.set("containers", newValue) } }
    package var resourceClaimName: String { get { raw.text("resourceClaimName") } set { raw.set("resourceClaimName", newValue, keepsEmpty: true) } }
    package var resources: [String: String] { get { raw.stringMap("resources") } set { raw.set("resources", newValue) } }
}

package struct NodeCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastHeartbeatTime: String { get { raw.text("lastHeartbeatTime") } set { raw.set("lastHeartbeatTime", newValue, keepsEmpty: false) } }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct NodeConfigSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var configMap: ConfigMapNodeConfigSource? { get { raw.optionalView("configMap") } _modify { var view: ConfigMapNodeConfigSource? = raw.takeOptionalView("configMap"); defer { raw.put("configMap", value: view?.raw) }; yield &view } }
}

package struct NodeConfigStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var active: NodeConfigSource? { get { raw.optionalView("active") } _modify { var view: NodeConfigSource? = raw.takeOptionalView("active"); defer { raw.put("active", value: view?.raw) }; yield &view } }
    package var assigned: NodeConfigSource? { get { raw.optionalView("assigned") } _modify { var view: NodeConfigSource? = raw.takeOptionalView("assigned"); defer { raw.put("assigned", value: view?.raw) }; yield &view } }
    package var error: String { get { raw.text("error") } set { raw.set("error", newValue, keepsEmpty: false) } }
    package var lastKnownGood: NodeConfigSource? { get { raw.optionalView("lastKnownGood") } _modify { var view: NodeConfigSource? = raw.takeOptionalView("lastKnownGood"); defer { raw.put("lastKnownGood", value: view?.raw) }; yield &view } }
}

package struct NodeDaemonEndpoints: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var kubeletEndpoint: DaemonEndpoint? { get { raw.optionalView("kubeletEndpoint") } _modify { var view: DaemonEndpoint? = raw.takeOptionalView("kubeletEndpoint"); defer { raw.put("kubeletEndpoint", value: view?.raw) }; yield &view } }
}

package struct NodeFeatures: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var supplementalGroupsPolicy: Bool? { get { raw.flag("supplementalGroupsPolicy") } set { raw.set("supplementalGroupsPolicy", newValue) } }
}

package struct NodeProxyOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
}

package struct NodeRuntimeHandler: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var features: NodeRuntimeHandlerFeatures? { get { raw.optionalView("features") } _modify { var view: NodeRuntimeHandlerFeatures? = raw.takeOptionalView("features"); defer { raw.put("features", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
}

package struct NodeRuntimeHandlerFeatures: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var recursiveReadOnlyMounts: Bool? { get { raw.flag("recursiveReadOnlyMounts") } set { raw.set("recursiveReadOnlyMounts", newValue) } }
    package var userNamespaces: Bool? { get { raw.flag("userNamespaces") } set { raw.set("userNamespaces", newValue) } }
}

package struct NodeSelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nodeSelectorTerms: ViewList<NodeSelectorTerm> { get { raw.viewList("nodeSelectorTerms") } _modify { var list: ViewList<NodeSelectorTerm> = raw.takeViewList("nodeSelectorTerms"); defer { raw.put("nodeSelectorTerms", list) }; yield &list } }
}

package struct NodeSelectorRequirement: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: true) } }
    package var values: [String] { get { raw.strings("values") } set { raw.set("values", newValue) } }
}

package struct NodeSelectorTerm: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var matchExpressions: ViewList<NodeSelectorRequirement> { get { raw.viewList("matchExpressions") } _modify { var list: ViewList<NodeSelectorRequirement> = raw.takeViewList("matchExpressions"); defer { raw.put("matchExpressions", list) }; yield &list } }
    package var matchFields: ViewList<NodeSelectorRequirement> { get { raw.viewList("matchFields") } _modify { var list: ViewList<NodeSelectorRequirement> = raw.takeViewList("matchFields"); defer { raw.put("matchFields", list) }; yield &list } }
}

package struct NodeSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var configSource: NodeConfigSource? { get { raw.optionalView("configSource") } _modify { var view: NodeConfigSource? = raw.takeOptionalView("configSource"); defer { raw.put("configSource", value: view?.raw) }; yield &view } }
    package var externalID: String { get { raw.text("externalID") } set { raw.set("externalID", newValue, keepsEmpty: false) } }
    package var podCIDR: String { get { raw.text("podCIDR") } set { raw.set("podCIDR", newValue, keepsEmpty: false) } }
    package var podCIDRs: [String] { get { raw.strings("podCIDRs") } set { raw.set("podCIDRs", newValue) } }
    package var providerID: String { get { raw.text("providerID") } set { raw.set("providerID", newValue, keepsEmpty: false) } }
    package var taints: ViewList<Taint> { get { raw.viewList("taints") } _modify { var list: ViewList<Taint> = raw.takeViewList("taints"); defer { raw.put("taints", list) }; yield &list } }
    package var unschedulable: Bool? { get { raw.flag("unschedulable") } set { raw.set("unschedulable", newValue) } }
}

package struct NodeStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var addresses: ViewList<NodeAddress> { get { raw.viewList("addresses") } _modify { var list: ViewList<NodeAddress> = raw.takeViewList("addresses"); defer { raw.put("addresses", list) }; yield &list } }
    package var allocatable: [String: String] { get { raw.stringMap("allocatable") } set { raw.set("allocatable", newValue) } }
    package var capacity: [String: String] { get { raw.stringMap("capacity") } set { raw.set("capacity", newValue) } }
    package var conditions: ViewList<NodeCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<NodeCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var config: NodeConfigStatus? { get { raw.optionalView("config") } _modify { var view: NodeConfigStatus? = raw.takeOptionalView("config"); defer { raw.put("config", value: view?.raw) }; yield &view } }
    package var daemonEndpoints: NodeDaemonEndpoints? { get { raw.optionalView("daemonEndpoints") } _modify { var view: NodeDaemonEndpoints? = raw.takeOptionalView("daemonEndpoints"); defer { raw.put("daemonEndpoints", value: view?.raw) }; yield &view } }
    package var declaredFeatures: [String] { get { raw.strings("declaredFeatures") } set { raw.set("declaredFeatures", newValue) } }
    package var features: NodeFeatures? { get { raw.optionalView("features") } _modify { var view: NodeFeatures? = raw.takeOptionalView("features"); defer { raw.put("features", value: view?.raw) }; yield &view } }
    package var images: ViewList<ContainerImage> { get { raw.viewList("images") } _modify { var list: ViewList<ContainerImage> = raw.takeViewList("images"); defer { raw.put("images", list) }; yield &list } }
    package var nodeInfo: NodeSystemInfo? { get { raw.optionalView("nodeInfo") } _modify { var view: NodeSystemInfo? = raw.takeOptionalView("nodeInfo"); defer { raw.put("nodeInfo", value: view?.raw) }; yield &view } }
    package var phase: String { get { raw.text("phase") } set { raw.set("phase", newValue, keepsEmpty: false) } }
    package var runtimeHandlers: ViewList<NodeRuntimeHandler> { get { raw.viewList("runtimeHandlers") } _modify { var list: ViewList<NodeRuntimeHandler> = raw.takeViewList("runtimeHandlers"); defer { raw.put("runtimeHandlers", list) }; yield &list } }
    package var volumesAttached: ViewList<AttachedVolume> { get { raw.viewList("volumesAttached") } _modify { var list: ViewList<AttachedVolume> = raw.takeViewList("volumesAttached"); defer { raw.put("volumesAttached", list) }; yield &list } }
    package var volumesInUse: [String] { get { raw.strings("volumesInUse") } set { raw.set("volumesInUse", newValue) } }
}

package struct NodeSwapStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var capacity: Int? { get { raw.integer("capacity") } set { raw.set("capacity", newValue) } }
}

package struct NodeSystemInfo: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var architecture: String { get { raw.text("architecture") } set { raw.set("architecture", newValue, keepsEmpty: true) } }
    package var bootID: String { get { raw.text("bootID") } set { raw.set("bootID", newValue, keepsEmpty: true) } }
    package var containerRuntimeVersion: String { get { raw.text("containerRuntimeVersion") } set { raw.set("containerRuntimeVersion", newValue, keepsEmpty: true) } }
    package var kernelVersion: String { get { raw.text("kernelVersion") } set { raw.set("kernelVersion", newValue, keepsEmpty: true) } }
    package var kubeProxyVersion: String { get { raw.text("kubeProxyVersion") } set { raw.set("kubeProxyVersion", newValue, keepsEmpty: true) } }
    package var kubeletVersion: String { get { raw.text("kubeletVersion") } set { raw.set("kubeletVersion", newValue, keepsEmpty: true) } }
    package var machineID: String { get { raw.text("machineID") } set { raw.set("machineID", newValue, keepsEmpty: true) } }
    package var operatingSystem: String { get { raw.text("operatingSystem") } set { raw.set("operatingSystem", newValue, keepsEmpty: true) } }
    package var osImage: String { get { raw.text("osImage") } set { raw.set("osImage", newValue, keepsEmpty: true) } }
    package var swap: NodeSwapStatus? { get { raw.optionalView("swap") } _modify { var view: NodeSwapStatus? = raw.takeOptionalView("swap"); defer { raw.put("swap", value: view?.raw) }; yield &view } }
    package var systemUUID: String { get { raw.text("systemUUID") } set { raw.set("systemUUID", newValue, keepsEmpty: true) } }
}

package struct ObjectFieldSelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: false) } }
    package var fieldPath: String { get { raw.text("fieldPath") } set { raw.set("fieldPath", newValue, keepsEmpty: true) } }
}

package struct ObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: false) } }
    package var fieldPath: String { get { raw.text("fieldPath") } set { raw.set("fieldPath", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct PersistentVolume: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "PersistentVolume", resource: "persistentvolumes", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PersistentVolumeSpec { get { raw.view("spec") } _modify { var view: PersistentVolumeSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: PersistentVolumeStatus { get { raw.view("status") } _modify { var view: PersistentVolumeStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct PersistentVolumeClaim: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "PersistentVolumeClaim", resource: "persistentvolumeclaims", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PersistentVolumeClaimSpec { get { raw.view("spec") } _modify { var view: PersistentVolumeClaimSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: PersistentVolumeClaimStatus { get { raw.view("status") } _modify { var view: PersistentVolumeClaimStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct PersistentVolumeClaimCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastProbeTime: String { get { raw.text("lastProbeTime") } set { raw.set("lastProbeTime", newValue, keepsEmpty: false) } }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct PersistentVolumeClaimSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var accessModes: [String] { get { raw.strings("accessModes") } set { raw.set("accessModes", newValue) } }
    package var dataSource: TypedLocalObjectReference? { get { raw.optionalView("dataSource") } _modify { var view: TypedLocalObjectReference? = raw.takeOptionalView("dataSource"); defer { raw.put("dataSource", value: view?.raw) }; yield &view } }
    package var dataSourceRef: TypedObjectReference? { get { raw.optionalView("dataSourceRef") } _modify { var view: TypedObjectReference? = raw.takeOptionalView("dataSourceRef"); defer { raw.put("dataSourceRef", value: view?.raw) }; yield &view } }
    package var resources: VolumeResourceRequirements? { get { raw.optionalView("resources") } _modify { var view: VolumeResourceRequirements? = raw.takeOptionalView("resources"); defer { raw.put("resources", value: view?.raw) }; yield &view } }
    package var selector: LabelSelector? { get { raw.optionalView("selector") } _modify { var view: LabelSelector? = raw.takeOptionalView("selector"); defer { raw.put("selector", value: view?.raw) }; yield &view } }
    package var storageClassName: String { get { raw.text("storageClassName") } set { raw.set("storageClassName", newValue, keepsEmpty: false) } }
    package var volumeAttributesClassName: String { get { raw.text("volumeAttributesClassName") } set { raw.set("volumeAttributesClassName", newValue, keepsEmpty: false) } }
    package var volumeMode: String { get { raw.text("volumeMode") } set { raw.set("volumeMode", newValue, keepsEmpty: false) } }
    package var volumeName: String { get { raw.text("volumeName") } set { raw.set("volumeName", newValue, keepsEmpty: false) } }
}

package struct PersistentVolumeClaimStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var accessModes: [String] { get { raw.strings("accessModes") } set { raw.set("accessModes", newValue) } }
    package var allocatedResourceStatuses: [String: String] { get { raw.stringMap("allocatedResourceStatuses") } set { raw.set("allocatedResourceStatuses", newValue) } }
    package var allocatedResources: [String: String] { get { raw.stringMap("allocatedResources") } set { raw.set("allocatedResources", newValue) } }
    package var capacity: [String: String] { get { raw.stringMap("capacity") } set { raw.set("capacity", newValue) } }
    package var conditions: ViewList<PersistentVolumeClaimCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<PersistentVolumeClaimCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var currentVolumeAttributesClassName: String { get { raw.text("currentVolumeAttributesClassName") } set { raw.set("currentVolumeAttributesClassName", newValue, keepsEmpty: false) } }
    package var modifyVolumeStatus: ModifyVolumeStatus? { get { raw.optionalView("modifyVolumeStatus") } _modify { var view: ModifyVolumeStatus? = raw.takeOptionalView("modifyVolumeStatus"); defer { raw.put("modifyVolumeStatus", value: view?.raw) }; yield &view } }
    package var phase: String { get { raw.text("phase") } set { raw.set("phase", newValue, keepsEmpty: false) } }
}

package struct PersistentVolumeClaimTemplate: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PersistentVolumeClaimSpec { get { raw.view("spec") } _modify { var view: PersistentVolumeClaimSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct PersistentVolumeClaimVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var claimName: String { get { raw.text("claimName") } set { raw.set("claimName", newValue, keepsEmpty: true) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
}

package struct PersistentVolumeSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var accessModes: [String] { get { raw.strings("accessModes") } set { raw.set("accessModes", newValue) } }
    package var awsElasticBlockStore: AWSElasticBlockStoreVolumeSource? { get { raw.optionalView("awsElasticBlockStore") } _modify { var view: AWSElasticBlockStoreVolumeSource? = raw.takeOptionalView("awsElasticBlockStore"); defer { raw.put("awsElasticBlockStore", value: view?.raw) }; yield &view } }
    package var azureDisk: AzureDiskVolumeSource? { get { raw.optionalView("azureDisk") } _modify { var view: AzureDiskVolumeSource? = raw.takeOptionalView("azureDisk"); defer { raw.put("azureDisk", value: view?.raw) }; yield &view } }
    package var azureFile: AzureFilePersistentVolumeSource? { get { raw.optionalView("azureFile") } _modify { var view: AzureFilePersistentVolumeSource? = raw.takeOptionalView("azureFile"); defer { raw.put("azureFile", value: view?.raw) }; yield &view } }
    package var capacity: [String: String] { get { raw.stringMap("capacity") } set { raw.set("capacity", newValue) } }
    package var cephfs: CephFSPersistentVolumeSource? { get { raw.optionalView("cephfs") } _modify { var view: CephFSPersistentVolumeSource? = raw.takeOptionalView("cephfs"); defer { raw.put("cephfs", value: view?.raw) }; yield &view } }
    package var cinder: CinderPersistentVolumeSource? { get { raw.optionalView("cinder") } _modify { var view: CinderPersistentVolumeSource? = raw.takeOptionalView("cinder"); defer { raw.put("cinder", value: view?.raw) }; yield &view } }
    package var claimRef: ObjectReference? { get { raw.optionalView("claimRef") } _modify { var view: ObjectReference? = raw.takeOptionalView("claimRef"); defer { raw.put("claimRef", value: view?.raw) }; yield &view } }
    package var csi: CSIPersistentVolumeSource? { get { raw.optionalView("csi") } _modify { var view: CSIPersistentVolumeSource? = raw.takeOptionalView("csi"); defer { raw.put("csi", value: view?.raw) }; yield &view } }
    package var fc: FCVolumeSource? { get { raw.optionalView("fc") } _modify { var view: FCVolumeSource? = raw.takeOptionalView("fc"); defer { raw.put("fc", value: view?.raw) }; yield &view } }
    package var flexVolume: FlexPersistentVolumeSource? { get { raw.optionalView("flexVolume") } _modify { var view: FlexPersistentVolumeSource? = raw.takeOptionalView("flexVolume"); defer { raw.put("flexVolume", value: view?.raw) }; yield &view } }
    package var flocker: FlockerVolumeSource? { get { raw.optionalView("flocker") } _modify { var view: FlockerVolumeSource? = raw.takeOptionalView("flocker"); defer { raw.put("flocker", value: view?.raw) }; yield &view } }
    package var gcePersistentDisk: GCEPersistentDiskVolumeSource? { get { raw.optionalView("gcePersistentDisk") } _modify { var view: GCEPersistentDiskVolumeSource? = raw.takeOptionalView("gcePersistentDisk"); defer { raw.put("gcePersistentDisk", value: view?.raw) }; yield &view } }
    package var glusterfs: GlusterfsPersistentVolumeSource? { get { raw.optionalView("glusterfs") } _modify { var view: GlusterfsPersistentVolumeSource? = raw.takeOptionalView("glusterfs"); defer { raw.put("glusterfs", value: view?.raw) }; yield &view } }
    package var hostPath: HostPathVolumeSource? { get { raw.optionalView("hostPath") } _modify { var view: HostPathVolumeSource? = raw.takeOptionalView("hostPath"); defer { raw.put("hostPath", value: view?.raw) }; yield &view } }
    package var iscsi: ISCSIPersistentVolumeSource? { get { raw.optionalView("iscsi") } _modify { var view: ISCSIPersistentVolumeSource? = raw.takeOptionalView("iscsi"); defer { raw.put("iscsi", value: view?.raw) }; yield &view } }
    package var local: LocalVolumeSource? { get { raw.optionalView("local") } _modify { var view: LocalVolumeSource? = raw.takeOptionalView("local"); defer { raw.put("local", value: view?.raw) }; yield &view } }
    package var mountOptions: [String] { get { raw.strings("mountOptions") } set { raw.set("mountOptions", newValue) } }
    package var nfs: NFSVolumeSource? { get { raw.optionalView("nfs") } _modify { var view: NFSVolumeSource? = raw.takeOptionalView("nfs"); defer { raw.put("nfs", value: view?.raw) }; yield &view } }
    package var nodeAffinity: VolumeNodeAffinity? { get { raw.optionalView("nodeAffinity") } _modify { var view: VolumeNodeAffinity? = raw.takeOptionalView("nodeAffinity"); defer { raw.put("nodeAffinity", value: view?.raw) }; yield &view } }
    package var persistentVolumeReclaimPolicy: String { get { raw.text("persistentVolumeReclaimPolicy") } set { raw.set("persistentVolumeReclaimPolicy", newValue, keepsEmpty: false) } }
    package var photonPersistentDisk: PhotonPersistentDiskVolumeSource? { get { raw.optionalView("photonPersistentDisk") } _modify { var view: PhotonPersistentDiskVolumeSource? = raw.takeOptionalView("photonPersistentDisk"); defer { raw.put("photonPersistentDisk", value: view?.raw) }; yield &view } }
    package var portworxVolume: PortworxVolumeSource? { get { raw.optionalView("portworxVolume") } _modify { var view: PortworxVolumeSource? = raw.takeOptionalView("portworxVolume"); defer { raw.put("portworxVolume", value: view?.raw) }; yield &view } }
    package var quobyte: QuobyteVolumeSource? { get { raw.optionalView("quobyte") } _modify { var view: QuobyteVolumeSource? = raw.takeOptionalView("quobyte"); defer { raw.put("quobyte", value: view?.raw) }; yield &view } }
    package var rbd: RBDPersistentVolumeSource? { get { raw.optionalView("rbd") } _modify { var view: RBDPersistentVolumeSource? = raw.takeOptionalView("rbd"); defer { raw.put("rbd", value: view?.raw) }; yield &view } }
    package var scaleIO: ScaleIOPersistentVolumeSource? { get { raw.optionalView("scaleIO") } _modify { var view: ScaleIOPersistentVolumeSource? = raw.takeOptionalView("scaleIO"); defer { raw.put("scaleIO", value: view?.raw) }; yield &view } }
    package var storageClassName: String { get { raw.text("storageClassName") } set { raw.set("storageClassName", newValue, keepsEmpty: false) } }
    package var storageos: StorageOSPersistentVolumeSource? { get { raw.optionalView("storageos") } _modify { var view: StorageOSPersistentVolumeSource? = raw.takeOptionalView("storageos"); defer { raw.put("storageos", value: view?.raw) }; yield &view } }
    package var volumeAttributesClassName: String { get { raw.text("volumeAttributesClassName") } set { raw.set("volumeAttributesClassName", newValue, keepsEmpty: false) } }
    package var volumeMode: String { get { raw.text("volumeMode") } set { raw.set("volumeMode", newValue, keepsEmpty: false) } }
    package var vsphereVolume: VsphereVirtualDiskVolumeSource? { get { raw.optionalView("vsphereVolume") } _modify { var view: VsphereVirtualDiskVolumeSource? = raw.takeOptionalView("vsphereVolume"); defer { raw.put("vsphereVolume", value: view?.raw) }; yield &view } }
}

package struct PersistentVolumeStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastPhaseTransitionTime: String { get { raw.text("lastPhaseTransitionTime") } set { raw.set("lastPhaseTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var phase: String { get { raw.text("phase") } set { raw.set("phase", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
}

package struct PhotonPersistentDiskVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var pdID: String { get { raw.text("pdID") } set { raw.set("pdID", newValue, keepsEmpty: true) } }
}

package struct Pod: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Pod", resource: "pods", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PodSpec { get { raw.view("spec") } _modify { var view: PodSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: PodStatus { get { raw.view("status") } _modify { var view: PodStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct PodAffinity: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var preferredDuringSchedulingIgnoredDuringExecution: ViewList<WeightedPodAffinityTerm> { get { raw.viewList("preferredDuringSchedulingIgnoredDuringExecution") } _modify { var list: ViewList<WeightedPodAffinityTerm> = raw.takeViewList("preferredDuringSchedulingIgnoredDuringExecution"); defer { raw.put("preferredDuringSchedulingIgnoredDuringExecution", list) }; yield &list } }
    package var requiredDuringSchedulingIgnoredDuringExecution: ViewList<PodAffinityTerm> { get { raw.viewList("requiredDuringSchedulingIgnoredDuringExecution") } _modify { var list: ViewList<PodAffinityTerm> = raw.takeViewList("requiredDuringSchedulingIgnoredDuringExecution"); defer { raw.put("requiredDuringSchedulingIgnoredDuringExecution", list) }; yield &list } }
}

package struct PodAffinityTerm: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var labelSelector: LabelSelector? { get { raw.optionalView("labelSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("labelSelector"); defer { raw.put("labelSelector", value: view?.raw) }; yield &view } }
    package var matchLabelKeys: [String] { get { raw.strings("matchLabelKeys") } set { raw.set("matchLabelKeys", newValue) } }
    package var mismatchLabelKeys: [String] { get { raw.strings("mismatchLabelKeys") } set { raw.set("mismatchLabelKeys", newValue) } }
    package var namespaceSelector: LabelSelector? { get { raw.optionalView("namespaceSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("namespaceSelector"); defer { raw.put("namespaceSelector", value: view?.raw) }; yield &view } }
    package var namespaces: [String] { get { raw.strings("namespaces") } set { raw.set("namespaces", newValue) } }
    package var topologyKey: String { get { raw.text("topologyKey") } set { raw.set("topologyKey", newValue, keepsEmpty: true) } }
}

package struct PodAntiAffinity: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var preferredDuringSchedulingIgnoredDuringExecution: ViewList<WeightedPodAffinityTerm> { get { raw.viewList("preferredDuringSchedulingIgnoredDuringExecution") } _modify { var list: ViewList<WeightedPodAffinityTerm> = raw.takeViewList("preferredDuringSchedulingIgnoredDuringExecution"); defer { raw.put("preferredDuringSchedulingIgnoredDuringExecution", list) }; yield &list } }
    package var requiredDuringSchedulingIgnoredDuringExecution: ViewList<PodAffinityTerm> { get { raw.viewList("requiredDuringSchedulingIgnoredDuringExecution") } _modify { var list: ViewList<PodAffinityTerm> = raw.takeViewList("requiredDuringSchedulingIgnoredDuringExecution"); defer { raw.put("requiredDuringSchedulingIgnoredDuringExecution", list) }; yield &list } }
}

package struct PodAttachOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var container: String { get { raw.text("container") } set { raw.set("container", newValue, keepsEmpty: false) } }
    package var stderr: Bool? { get { raw.flag("stderr") } set { raw.set("stderr", newValue) } }
    package var stdin: Bool? { get { raw.flag("stdin") } set { raw.set("stdin", newValue) } }
    package var stdout: Bool? { get { raw.flag("stdout") } set { raw.set("stdout", newValue) } }
    package var tty: Bool? { get { raw.flag("tty") } set { raw.set("tty", newValue) } }
}

package struct PodCertificateProjection: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var certificateChainPath: String { get { raw.text("certificateChainPath") } set { raw.set("certificateChainPath", newValue, keepsEmpty: false) } }
    package var credentialBundlePath: String { get { raw.text("credentialBundlePath") } set { raw.set("credentialBundlePath", newValue, keepsEmpty: false) } }
    package var keyPath: String { get { raw.text("keyPath") } set { raw.set("keyPath", newValue, keepsEmpty: false) } }
    package var keyType: String { get { raw.text("keyType") } set { raw.set("keyType", newValue, keepsEmpty: true) } }
    package var maxExpirationSeconds: Int? { get { raw.integer("maxExpirationSeconds") } set { raw.set("maxExpirationSeconds", newValue) } }
    package var signerName: String { get { raw.text("signerName") } set { raw.set("signerName", newValue, keepsEmpty: true) } }
    package var userAnnotations: [String: String] { get { raw.stringMap("userAnnotations") } set { raw.set("userAnnotations", newValue) } }
}

package struct PodCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastProbeTime: String { get { raw.text("lastProbeTime") } set { raw.set("lastProbeTime", newValue, keepsEmpty: false) } }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct PodDNSConfig: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var nameservers: [String] { get { raw.strings("nameservers") } set { raw.set("nameservers", newValue) } }
    package var options: ViewList<PodDNSConfigOption> { get { raw.viewList("options") } _modify { var list: ViewList<PodDNSConfigOption> = raw.takeViewList("options"); defer { raw.put("options", list) }; yield &list } }
    package var searches: [String] { get { raw.strings("searches") } set { raw.set("searches", newValue) } }
}

package struct PodDNSConfigOption: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
}

package struct PodExecOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var command: [String] { get { raw.strings("command") } set { raw.set("command", newValue) } }
    package var container: String { get { raw.text("container") } set { raw.set("container", newValue, keepsEmpty: false) } }
    package var stderr: Bool? { get { raw.flag("stderr") } set { raw.set("stderr", newValue) } }
    package var stdin: Bool? { get { raw.flag("stdin") } set { raw.set("stdin", newValue) } }
    package var stdout: Bool? { get { raw.flag("stdout") } set { raw.set("stdout", newValue) } }
    package var tty: Bool? { get { raw.flag("tty") } set { raw.set("tty", newValue) } }
}

package struct PodExtendedResourceClaimStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var requestMappings: ViewList<ContainerExtendedResourceRequest> { get { raw.viewList("requestMappings") } _modify { var list: ViewList<ContainerExtendedResourceRequest> = raw.takeViewList("requestMappings"); defer { raw.put("requestMappings", list) }; yield &list } }
    package var resourceClaimName: String { get { raw.text("resourceClaimName") } set { raw.set("resourceClaimName", newValue, keepsEmpty: true) } }
}

package struct PodIP: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ip: String { get { raw.text("ip") } set { raw.set("ip", newValue, keepsEmpty: true) } }
}

package struct PodLogOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var container: String { get { raw.text("container") } set { raw.set("container", newValue, keepsEmpty: false) } }
    package var follow: Bool? { get { raw.flag("follow") } set { raw.set("follow", newValue) } }
    package var insecureSkipTLSVerifyBackend: Bool? { get { raw.flag("insecureSkipTLSVerifyBackend") } set { raw.set("insecureSkipTLSVerifyBackend", newValue) } }
    package var limitBytes: Int? { get { raw.integer("limitBytes") } set { raw.set("limitBytes", newValue) } }
    package var previous: Bool? { get { raw.flag("previous") } set { raw.set("previous", newValue) } }
    package var sinceSeconds: Int? { get { raw.integer("sinceSeconds") } set { raw.set("sinceSeconds", newValue) } }
    package var sinceTime: String { get { raw.text("sinceTime") } set { raw.set("sinceTime", newValue, keepsEmpty: false) } }
    package var stream: String { get { raw.text("stream") } set { raw.set("stream", newValue, keepsEmpty: false) } }
    package var tailLines: Int? { get { raw.integer("tailLines") } set { raw.set("tailLines", newValue) } }
    package var timestamps: Bool? { get { raw.flag("timestamps") } set { raw.set("timestamps", newValue) } }
}

package struct PodOS: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct PodPortForwardOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ports: [Int] { get { raw.integers("ports") } set { raw.set("ports", newValue) } }
}

package struct PodProxyOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
}

package struct PodReadinessGate: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditionType: String { get { raw.text("conditionType") } set { raw.set("conditionType", newValue, keepsEmpty: true) } }
}

package struct PodResourceClaim: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var resourceClaimName: String { get { raw.text("resourceClaimName") } set { raw.set("resourceClaimName", newValue, keepsEmpty: false) } }
    package var resourceClaimTemplateName: String { get { raw.text("resourceClaimTemplateName") } set { raw.set("resourceClaimTemplateName", newValue, keepsEmpty: false) } }
}

package struct PodResourceClaimStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var resourceClaimName: String { get { raw.text("resourceClaimName") } set { raw.set("resourceClaimName", newValue, keepsEmpty: false) } }
}

package struct PodSchedulingGate: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct PodSchedulingGroup: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var podGroupName: String { get { raw.text("podGroupName") } set { raw.set("podGroupName", newValue, keepsEmpty: false) } }
}

package struct PodSecurityContext: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var appArmorProfile: AppArmorProfile? { get { raw.optionalView("appArmorProfile") } _modify { var view: AppArmorProfile? = raw.takeOptionalView("appArmorProfile"); defer { raw.put("appArmorProfile", value: view?.raw) }; yield &view } }
    package var fsGroup: Int? { get { raw.integer("fsGroup") } set { raw.set("fsGroup", newValue) } }
    package var fsGroupChangePolicy: String { get { raw.text("fsGroupChangePolicy") } set { raw.set("fsGroupChangePolicy", newValue, keepsEmpty: false) } }
    package var runAsGroup: Int? { get { raw.integer("runAsGroup") } set { raw.set("runAsGroup", newValue) } }
    package var runAsNonRoot: Bool? { get { raw.flag("runAsNonRoot") } set { raw.set("runAsNonRoot", newValue) } }
    package var runAsUser: Int? { get { raw.integer("runAsUser") } set { raw.set("runAsUser", newValue) } }
    package var seLinuxChangePolicy: String { get { raw.text("seLinuxChangePolicy") } set { raw.set("seLinuxChangePolicy", newValue, keepsEmpty: false) } }
    package var seLinuxOptions: SELinuxOptions? { get { raw.optionalView("seLinuxOptions") } _modify { var view: SELinuxOptions? = raw.takeOptionalView("seLinuxOptions"); defer { raw.put("seLinuxOptions", value: view?.raw) }; yield &view } }
    package var seccompProfile: SeccompProfile? { get { raw.optionalView("seccompProfile") } _modify { var view: SeccompProfile? = raw.takeOptionalView("seccompProfile"); defer { raw.put("seccompProfile", value: view?.raw) }; yield &view } }
    package var supplementalGroups: [Int] { get { raw.integers("supplementalGroups") } set { raw.set("supplementalGroups", newValue) } }
    package var supplementalGroupsPolicy: String { get { raw.text("supplementalGroupsPolicy") } set { raw.set("supplementalGroupsPolicy", newValue, keepsEmpty: false) } }
    package var sysctls: ViewList<Sysctl> { get { raw.viewList("sysctls") } _modify { var list: ViewList<Sysctl> = raw.takeViewList("sysctls"); defer { raw.put("sysctls", list) }; yield &list } }
    package var windowsOptions: WindowsSecurityContextOptions? { get { raw.optionalView("windowsOptions") } _modify { var view: WindowsSecurityContextOptions? = raw.takeOptionalView("windowsOptions"); defer { raw.put("windowsOptions", value: view?.raw) }; yield &view } }
}

package struct PodSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var activeDeadlineSeconds: Int? { get { raw.integer("activeDeadlineSeconds") } set { raw.set("activeDeadlineSeconds", newValue) } }
    package var affinity: Affinity? { get { raw.optionalView("affinity") } _modify { var view: Affinity? = raw.takeOptionalView("affinity"); defer { raw.put("affinity", value: view?.raw) }; yield &view } }
    package var automountServiceAccountToken: Bool? { get { raw.flag("automountServiceAccountToken") } set { raw.set("automountServiceAccountToken", newValue) } }
    package var containers: ViewList<Container> { get { raw.viewList("containers") } _modify { var list: ViewList<Container> = raw.takeViewList("containers"); defer { raw.put("containers", list) }; yield &list } }
    package var dnsConfig: PodDNSConfig? { get { raw.optionalView("dnsConfig") } _modify { var view: PodDNSConfig? = raw.takeOptionalView("dnsConfig"); defer { raw.put("dnsConfig", value: view?.raw) }; yield &view } }
    package var dnsPolicy: String { get { raw.text("dnsPolicy") } set { raw.set("dnsPolicy", newValue, keepsEmpty: false) } }
    package var enableServiceLinks: Bool? { get { raw.flag("enableServiceLinks") } set { raw.set("enableServiceLinks", newValue) } }
    package var ephemeralContainers: ViewList<EphemeralContainer> { get { raw.viewList("ephemeralContainers") } _modify { var list: ViewList<EphemeralContainer> = raw.takeViewList("ephemeralContainers"); defer { raw.put("ephemeralContainers", list) }; yield &list } }
    package var hostAliases: ViewList<HostAlias> { get { raw.viewList("hostAliases") } _modify { var list: ViewList<HostAlias> = raw.takeViewList("hostAliases"); defer { raw.put("hostAliases", list) }; yield &list } }
    package var hostIPC: Bool? { get { raw.flag("hostIPC") } set { raw.set("hostIPC", newValue) } }
    package var hostNetwork: Bool? { get { raw.flag("hostNetwork") } set { raw.set("hostNetwork", newValue) } }
    package var hostPID: Bool? { get { raw.flag("hostPID") } set { raw.set("hostPID", newValue) } }
    package var hostUsers: Bool? { get { raw.flag("hostUsers") } set { raw.set("hostUsers", newValue) } }
    package var hostname: String { get { raw.text("hostname") } set { raw.set("hostname", newValue, keepsEmpty: false) } }
    package var hostnameOverride: String { get { raw.text("hostnameOverride") } set { raw.set("hostnameOverride", newValue, keepsEmpty: false) } }
    package var imagePullSecrets: ViewList<LocalObjectReference> { get { raw.viewList("imagePullSecrets") } _modify { var list: ViewList<LocalObjectReference> = raw.takeViewList("imagePullSecrets"); defer { raw.put("imagePullSecrets", list) }; yield &list } }
    package var initContainers: ViewList<Container> { get { raw.viewList("initContainers") } _modify { var list: ViewList<Container> = raw.takeViewList("initContainers"); defer { raw.put("initContainers", list) }; yield &list } }
    package var nodeName: String { get { raw.text("nodeName") } set { raw.set("nodeName", newValue, keepsEmpty: false) } }
    package var nodeSelector: [String: String] { get { raw.stringMap("nodeSelector") } set { raw.set("nodeSelector", newValue) } }
    package var os: PodOS? { get { raw.optionalView("os") } _modify { var view: PodOS? = raw.takeOptionalView("os"); defer { raw.put("os", value: view?.raw) }; yield &view } }
    package var overhead: [String: String] { get { raw.stringMap("overhead") } set { raw.set("overhead", newValue) } }
    package var preemptionPolicy: String { get { raw.text("preemptionPolicy") } set { raw.set("preemptionPolicy", newValue, keepsEmpty: false) } }
    package var priority: Int? { get { raw.integer("priority") } set { raw.set("priority", newValue) } }
    package var priorityClassName: String { get { raw.text("priorityClassName") } set { raw.set("priorityClassName", newValue, keepsEmpty: false) } }
    package var readinessGates: ViewList<PodReadinessGate> { get { raw.viewList("readinessGates") } _modify { var list: ViewList<PodReadinessGate> = raw.takeViewList("readinessGates"); defer { raw.put("readinessGates", list) }; yield &list } }
    package var resourceClaims: ViewList<PodResourceClaim> { get { raw.viewList("resourceClaims") } _modify { var list: ViewList<PodResourceClaim> = raw.takeViewList("resourceClaims"); defer { raw.put("resourceClaims", list) }; yield &list } }
    package var resources: ResourceRequirements? { get { raw.optionalView("resources") } _modify { var view: ResourceRequirements? = raw.takeOptionalView("resources"); defer { raw.put("resources", value: view?.raw) }; yield &view } }
    package var restartPolicy: String { get { raw.text("restartPolicy") } set { raw.set("restartPolicy", newValue, keepsEmpty: false) } }
    package var runtimeClassName: String { get { raw.text("runtimeClassName") } set { raw.set("runtimeClassName", newValue, keepsEmpty: false) } }
    package var schedulerName: String { get { raw.text("schedulerName") } set { raw.set("schedulerName", newValue, keepsEmpty: false) } }
    package var schedulingGates: ViewList<PodSchedulingGate> { get { raw.viewList("schedulingGates") } _modify { var list: ViewList<PodSchedulingGate> = raw.takeViewList("schedulingGates"); defer { raw.put("schedulingGates", list) }; yield &list } }
    package var schedulingGroup: PodSchedulingGroup? { get { raw.optionalView("schedulingGroup") } _modify { var view: PodSchedulingGroup? = raw.takeOptionalView("schedulingGroup"); defer { raw.put("schedulingGroup", value: view?.raw) }; yield &view } }
    package var securityContext: PodSecurityContext? { get { raw.optionalView("securityContext") } _modify { var view: PodSecurityContext? = raw.takeOptionalView("securityContext"); defer { raw.put("securityContext", value: view?.raw) }; yield &view } }
    package var serviceAccount: String { get { raw.text("serviceAccount") } set { raw.set("serviceAccount", newValue, keepsEmpty: false) } }
    package var serviceAccountName: String { get { raw.text("serviceAccountName") } set { raw.set("serviceAccountName", newValue, keepsEmpty: false) } }
    package var setHostnameAsFQDN: Bool? { get { raw.flag("setHostnameAsFQDN") } set { raw.set("setHostnameAsFQDN", newValue) } }
    package var shareProcessNamespace: Bool? { get { raw.flag("shareProcessNamespace") } set { raw.set("shareProcessNamespace", newValue) } }
    package var subdomain: String { get { raw.text("subdomain") } set { raw.set("subdomain", newValue, keepsEmpty: false) } }
    package var terminationGracePeriodSeconds: Int? { get { raw.integer("terminationGracePeriodSeconds") } set { raw.set("terminationGracePeriodSeconds", newValue) } }
    package var tolerations: ViewList<Toleration> { get { raw.viewList("tolerations") } _modify { var list: ViewList<Toleration> = raw.takeViewList("tolerations"); defer { raw.put("tolerations", list) }; yield &list } }
    package var topologySpreadConstraints: ViewList<TopologySpreadConstraint> { get { raw.viewList("topologySpreadConstraints") } _modify { var list: ViewList<TopologySpreadConstraint> = raw.takeViewList("topologySpreadConstraints"); defer { raw.put("topologySpreadConstraints", list) }; yield &list } }
    package var volumes: ViewList<Volume> { get { raw.viewList("volumes") } _modify { var list: ViewList<Volume> = raw.takeViewList("volumes"); defer { raw.put("volumes", list) }; yield &list } }
}

package struct PodStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocatedResources: [String: String] { get { raw.stringMap("allocatedResources") } set { raw.set("allocatedResources", newValue) } }
    package var conditions: ViewList<PodCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<PodCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var containerStatuses: ViewList<ContainerStatus> { get { raw.viewList("containerStatuses") } _modify { var list: ViewList<ContainerStatus> = raw.takeViewList("containerStatuses"); defer { raw.put("containerStatuses", list) }; yield &list } }
    package var ephemeralContainerStatuses: ViewList<ContainerStatus> { get { raw.viewList("ephemeralContainerStatuses") } _modify { var list: ViewList<ContainerStatus> = raw.takeViewList("ephemeralContainerStatuses"); defer { raw.put("ephemeralContainerStatuses", list) }; yield &list } }
    package var extendedResourceClaimStatus: PodExtendedResourceClaimStatus? { get { raw.optionalView("extendedResourceClaimStatus") } _modify { var view: PodExtendedResourceClaimStatus? = raw.takeOptionalView("extendedResourceClaimStatus"); defer { raw.put("extendedResourceClaimStatus", value: view?.raw) }; yield &view } }
    package var hostIP: String { get { raw.text("hostIP") } set { raw.set("hostIP", newValue, keepsEmpty: false) } }
    package var hostIPs: ViewList<HostIP> { get { raw.viewList("hostIPs") } _modify { var list: ViewList<HostIP> = raw.takeViewList("hostIPs"); defer { raw.put("hostIPs", list) }; yield &list } }
    package var initContainerStatuses: ViewList<ContainerStatus> { get { raw.viewList("initContainerStatuses") } _modify { var list: ViewList<ContainerStatus> = raw.takeViewList("initContainerStatuses"); defer { raw.put("initContainerStatuses", list) }; yield &list } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var nodeAllocatableResourceClaimStatuses: ViewList<NodeAllocatableResourceClaimStatus> { get { raw.viewList("nodeAllocatableResourceClaimStatuses") } _modify { var list: ViewList<NodeAllocatableResourceClaimStatus> = raw.takeViewList("nodeAllocatableResourceClaimStatuses"); defer { raw.put("nodeAllocatableResourceClaimStatuses", list) }; yield &list } }
    package var nominatedNodeName: String { get { raw.text("nominatedNodeName") } set { raw.set("nominatedNodeName", newValue, keepsEmpty: false) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var phase: String { get { raw.text("phase") } set { raw.set("phase", newValue, keepsEmpty: false) } }
    package var podIP: String { get { raw.text("podIP") } set { raw.set("podIP", newValue, keepsEmpty: false) } }
    package var podIPs: ViewList<PodIP> { get { raw.viewList("podIPs") } _modify { var list: ViewList<PodIP> = raw.takeViewList("podIPs"); defer { raw.put("podIPs", list) }; yield &list } }
    package var qosClass: String { get { raw.text("qosClass") } set { raw.set("qosClass", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var resize: String { get { raw.text("resize") } set { raw.set("resize", newValue, keepsEmpty: false) } }
    package var resourceClaimStatuses: ViewList<PodResourceClaimStatus> { get { raw.viewList("resourceClaimStatuses") } _modify { var list: ViewList<PodResourceClaimStatus> = raw.takeViewList("resourceClaimStatuses"); defer { raw.put("resourceClaimStatuses", list) }; yield &list } }
    package var resources: ResourceRequirements? { get { raw.optionalView("resources") } _modify { var view: ResourceRequirements? = raw.takeOptionalView("resources"); defer { raw.put("resources", value: view?.raw) }; yield &view } }
    package var startTime: String { get { raw.text("startTime") } set { raw.set("startTime", newValue, keepsEmpty: false) } }
}

package struct PodTemplate: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "PodTemplate", resource: "podtemplates", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var template: PodTemplateSpec { get { raw.view("template") } _modify { var view: PodTemplateSpec = raw.takeView("template"); defer { raw.put("template", view) }; yield &view } }
}

package struct PodTemplateSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PodSpec { get { raw.view("spec") } _modify { var view: PodSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct PortStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var error: String { get { raw.text("error") } set { raw.set("error", newValue, keepsEmpty: false) } }
    package var port: Int { get { raw.integer("port") ?? 0 } set { raw.set("port", newValue) } }
    package var `protocol`: String { get { raw.text("protocol") } set { raw.set("protocol", newValue, keepsEmpty: true) } }
}

package struct PortworxVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var volumeID: String { get { raw.text("volumeID") } set { raw.set("volumeID", newValue, keepsEmpty: true) } }
}

package struct PreferredSchedulingTerm: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var preference: NodeSelectorTerm { get { raw.view("preference") } _modify { var view: NodeSelectorTerm = raw.takeView("preference"); defer { raw.put("preference", view) }; yield &view } }
    package var weight: Int { get { raw.integer("weight") ?? 0 } set { raw.set("weight", newValue) } }
}

package struct Probe: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var exec: ExecAction? { get { raw.optionalView("exec") } _modify { var view: ExecAction? = raw.takeOptionalView("exec"); defer { raw.put("exec", value: view?.raw) }; yield &view } }
    package var failureThreshold: Int? { get { raw.integer("failureThreshold") } set { raw.set("failureThreshold", newValue) } }
    package var grpc: GRPCAction? { get { raw.optionalView("grpc") } _modify { var view: GRPCAction? = raw.takeOptionalView("grpc"); defer { raw.put("grpc", value: view?.raw) }; yield &view } }
    package var httpGet: HTTPGetAction? { get { raw.optionalView("httpGet") } _modify { var view: HTTPGetAction? = raw.takeOptionalView("httpGet"); defer { raw.put("httpGet", value: view?.raw) }; yield &view } }
    package var initialDelaySeconds: Int? { get { raw.integer("initialDelaySeconds") } set { raw.set("initialDelaySeconds", newValue) } }
    package var periodSeconds: Int? { get { raw.integer("periodSeconds") } set { raw.set("periodSeconds", newValue) } }
    package var successThreshold: Int? { get { raw.integer("successThreshold") } set { raw.set("successThreshold", newValue) } }
    package var tcpSocket: TCPSocketAction? { get { raw.optionalView("tcpSocket") } _modify { var view: TCPSocketAction? = raw.takeOptionalView("tcpSocket"); defer { raw.put("tcpSocket", value: view?.raw) }; yield &view } }
    package var terminationGracePeriodSeconds: Int? { get { raw.integer("terminationGracePeriodSeconds") } set { raw.set("terminationGracePeriodSeconds", newValue) } }
    package var timeoutSeconds: Int? { get { raw.integer("timeoutSeconds") } set { raw.set("timeoutSeconds", newValue) } }
}

package struct ProjectedVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var defaultMode: Int? { get { raw.integer("defaultMode") } set { raw.set("defaultMode", newValue) } }
    package var sources: ViewList<VolumeProjection> { get { raw.viewList("sources") } _modify { var list: ViewList<VolumeProjection> = raw.takeViewList("sources"); defer { raw.put("sources", list) }; yield &list } }
}

package struct QuobyteVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var registry: String { get { raw.text("registry") } set { raw.set("registry", newValue, keepsEmpty: true) } }
    package var tenant: String { get { raw.text("tenant") } set { raw.set("tenant", newValue, keepsEmpty: false) } }
    package var user: String { get { raw.text("user") } set { raw.set("user", newValue, keepsEmpty: false) } }
    package var volume: String { get { raw.text("volume") } set { raw.set("volume", newValue, keepsEmpty: true) } }
}

package struct RBDPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var image: String { get { raw.text("image") } set { raw.set("image", newValue, keepsEmpty: true) } }
    package var keyring: String { get { raw.text("keyring") } set { raw.set("keyring", newValue, keepsEmpty: false) } }
    package var monitors: [String] { get { raw.strings("monitors") } set { raw.set("monitors", newValue) } }
    package var pool: String { get { raw.text("pool") } set { raw.set("pool", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: SecretReference? { get { raw.optionalView("secretRef") } _modify { var view: SecretReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var user: String { get { raw.text("user") } set { raw.set("user", newValue, keepsEmpty: false) } }
}

package struct RBDVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var image: String { get { raw.text("image") } set { raw.set("image", newValue, keepsEmpty: true) } }
    package var keyring: String { get { raw.text("keyring") } set { raw.set("keyring", newValue, keepsEmpty: false) } }
    package var monitors: [String] { get { raw.strings("monitors") } set { raw.set("monitors", newValue) } }
    package var pool: String { get { raw.text("pool") } set { raw.set("pool", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: LocalObjectReference? { get { raw.optionalView("secretRef") } _modify { var view: LocalObjectReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var user: String { get { raw.text("user") } set { raw.set("user", newValue, keepsEmpty: false) } }
}

package struct RangeAllocation: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var data: String { get { raw.text("data") } set { raw.set("data", newValue, keepsEmpty: false) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var range: String { get { raw.text("range") } set { raw.set("range", newValue, keepsEmpty: false) } }
}

package struct ReplicationController: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "ReplicationController", resource: "replicationcontrollers", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ReplicationControllerSpec { get { raw.view("spec") } _modify { var view: ReplicationControllerSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ReplicationControllerStatus { get { raw.view("status") } _modify { var view: ReplicationControllerStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ReplicationControllerCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct ReplicationControllerSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var minReadySeconds: Int? { get { raw.integer("minReadySeconds") } set { raw.set("minReadySeconds", newValue) } }
    package var replicas: Int? { get { raw.integer("replicas") } set { raw.set("replicas", newValue) } }
    package var selector: [String: String] { get { raw.stringMap("selector") } set { raw.set("selector", newValue) } }
    package var template: PodTemplateSpec { get { raw.view("template") } _modify { var view: PodTemplateSpec = raw.takeView("template"); defer { raw.put("template", view) }; yield &view } }
}

package struct ReplicationControllerStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var availableReplicas: Int? { get { raw.integer("availableReplicas") } set { raw.set("availableReplicas", newValue) } }
    package var conditions: ViewList<ReplicationControllerCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<ReplicationControllerCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var fullyLabeledReplicas: Int? { get { raw.integer("fullyLabeledReplicas") } set { raw.set("fullyLabeledReplicas", newValue) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var readyReplicas: Int? { get { raw.integer("readyReplicas") } set { raw.set("readyReplicas", newValue) } }
    package var replicas: Int { get { raw.integer("replicas") ?? 0 } set { raw.set("replicas", newValue) } }
}

package struct ResourceClaim: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var request: String { get { raw.text("request") } set { raw.set("request", newValue, keepsEmpty: false) } }
}

package struct ResourceFieldSelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containerName: String { get { raw.text("containerName") } set { raw.set("containerName", newValue, keepsEmpty: false) } }
    package var divisor: String { get { raw.text("divisor") } set { raw.set("divisor", newValue, keepsEmpty: false) } }
    package var resource: String { get { raw.text("resource") } set { raw.set("resource", newValue, keepsEmpty: true) } }
}

package struct ResourceHealth: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var health: String { get { raw.text("health") } set { raw.set("health", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var resourceID: String { get { raw.text("resourceID") } set { raw.set("resourceID", newValue, keepsEmpty: true) } }
}

package struct ResourceQuota: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "ResourceQuota", resource: "resourcequotas", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ResourceQuotaSpec { get { raw.view("spec") } _modify { var view: ResourceQuotaSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ResourceQuotaStatus { get { raw.view("status") } _modify { var view: ResourceQuotaStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ResourceQuotaSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hard: [String: String] { get { raw.stringMap("hard") } set { raw.set("hard", newValue) } }
    package var scopeSelector: ScopeSelector? { get { raw.optionalView("scopeSelector") } _modify { var view: ScopeSelector? = raw.takeOptionalView("scopeSelector"); defer { raw.put("scopeSelector", value: view?.raw) }; yield &view } }
    package var scopes: [String] { get { raw.strings("scopes") } set { raw.set("scopes", newValue) } }
}

package struct ResourceQuotaStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hard: [String: String] { get { raw.stringMap("hard") } set { raw.set("hard", newValue) } }
    package var used: [String: String] { get { raw.stringMap("used") } set { raw.set("used", newValue) } }
}

package struct ResourceRequirements: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var claims: ViewList<ResourceClaim> { get { raw.viewList("claims") } _modify { var list: ViewList<ResourceClaim> = raw.takeViewList("claims"); defer { raw.put("claims", list) }; yield &list } }
    package var limits: [String: String] { get { raw.stringMap("limits") } set { raw.set("limits", newValue) } }
    package var requests: [String: String] { get { raw.stringMap("requests") } set { raw.set("requests", newValue) } }
}

package struct ResourceStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var resources: ViewList<ResourceHealth> { get { raw.viewList("resources") } _modify { var list: ViewList<ResourceHealth> = raw.takeViewList("resources"); defer { raw.put("resources", list) }; yield &list } }
}

package struct SELinuxOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var level: String { get { raw.text("level") } set { raw.set("level", newValue, keepsEmpty: false) } }
    package var role: String { get { raw.text("role") } set { raw.set("role", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
    package var user: String { get { raw.text("user") } set { raw.set("user", newValue, keepsEmpty: false) } }
}

package struct ScaleIOPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var gateway: String { get { raw.text("gateway") } set { raw.set("gateway", newValue, keepsEmpty: true) } }
    package var protectionDomain: String { get { raw.text("protectionDomain") } set { raw.set("protectionDomain", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: SecretReference { get { raw.view("secretRef") } _modify { var view: SecretReference = raw.takeView("secretRef"); defer { raw.put("secretRef", view) }; yield &view } }
    package var sslEnabled: Bool? { get { raw.flag("sslEnabled") } set { raw.set("sslEnabled", newValue) } }
    package var storageMode: String { get { raw.text("storageMode") } set { raw.set("storageMode", newValue, keepsEmpty: false) } }
    package var storagePool: String { get { raw.text("storagePool") } set { raw.set("storagePool", newValue, keepsEmpty: false) } }
    package var system: String { get { raw.text("system") } set { raw.set("system", newValue, keepsEmpty: true) } }
    package var volumeName: String { get { raw.text("volumeName") } set { raw.set("volumeName", newValue, keepsEmpty: false) } }
}

package struct ScaleIOVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var gateway: String { get { raw.text("gateway") } set { raw.set("gateway", newValue, keepsEmpty: true) } }
    package var protectionDomain: String { get { raw.text("protectionDomain") } set { raw.set("protectionDomain", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: LocalObjectReference { get { raw.view("secretRef") } _modify { var view: LocalObjectReference = raw.takeView("secretRef"); defer { raw.put("secretRef", view) }; yield &view } }
    package var sslEnabled: Bool? { get { raw.flag("sslEnabled") } set { raw.set("sslEnabled", newValue) } }
    package var storageMode: String { get { raw.text("storageMode") } set { raw.set("storageMode", newValue, keepsEmpty: false) } }
    package var storagePool: String { get { raw.text("storagePool") } set { raw.set("storagePool", newValue, keepsEmpty: false) } }
    package var system: String { get { raw.text("system") } set { raw.set("system", newValue, keepsEmpty: true) } }
    package var volumeName: String { get { raw.text("volumeName") } set { raw.set("volumeName", newValue, keepsEmpty: false) } }
}

package struct ScopeSelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var matchExpressions: ViewList<ScopedResourceSelectorRequirement> { get { raw.viewList("matchExpressions") } _modify { var list: ViewList<ScopedResourceSelectorRequirement> = raw.takeViewList("matchExpressions"); defer { raw.put("matchExpressions", list) }; yield &list } }
}

package struct ScopedResourceSelectorRequirement: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: true) } }
    package var scopeName: String { get { raw.text("scopeName") } set { raw.set("scopeName", newValue, keepsEmpty: true) } }
    package var values: [String] { get { raw.strings("values") } set { raw.set("values", newValue) } }
}

package struct SeccompProfile: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var localhostProfile: String { get { raw.text("localhostProfile") } set { raw.set("localhostProfile", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct Secret: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Secret", resource: "secrets", isNamespaced: true)
    package var data: [String: String] { get { raw.stringMap("data") } set { raw.set("data", newValue) } }
    package var immutable: Bool? { get { raw.flag("immutable") } set { raw.set("immutable", newValue) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var stringData: [String: String] { get { raw.stringMap("stringData") } set { raw.set("stringData", newValue) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct SecretEnvSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
}

package struct SecretKeySelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
}

package struct SecretProjection: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var items: ViewList<KeyToPath> { get { raw.viewList("items") } _modify { var list: ViewList<KeyToPath> = raw.takeViewList("items"); defer { raw.put("items", list) }; yield &list } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
}

package struct SecretReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
}

package struct SecretVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var defaultMode: Int? { get { raw.integer("defaultMode") } set { raw.set("defaultMode", newValue) } }
    package var items: ViewList<KeyToPath> { get { raw.viewList("items") } _modify { var list: ViewList<KeyToPath> = raw.takeViewList("items"); defer { raw.put("items", list) }; yield &list } }
    package var optional: Bool? { get { raw.flag("optional") } set { raw.set("optional", newValue) } }
    package var secretName: String { get { raw.text("secretName") } set { raw.set("secretName", newValue, keepsEmpty: false) } }
}

package struct SecurityContext: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allowPrivilegeEscalation: Bool? { get { raw.flag("allowPrivilegeEscalation") } set { raw.set("allowPrivilegeEscalation", newValue) } }
    package var appArmorProfile: AppArmorProfile? { get { raw.optionalView("appArmorProfile") } _modify { var view: AppArmorProfile? = raw.takeOptionalView("appArmorProfile"); defer { raw.put("appArmorProfile", value: view?.raw) }; yield &view } }
    package var capabilities: Capabilities? { get { raw.optionalView("capabilities") } _modify { var view: Capabilities? = raw.takeOptionalView("capabilities"); defer { raw.put("capabilities", value: view?.raw) }; yield &view } }
    package var privileged: Bool? { get { raw.flag("privileged") } set { raw.set("privileged", newValue) } }
    package var procMount: String { get { raw.text("procMount") } set { raw.set("procMount", newValue, keepsEmpty: false) } }
    package var readOnlyRootFilesystem: Bool? { get { raw.flag("readOnlyRootFilesystem") } set { raw.set("readOnlyRootFilesystem", newValue) } }
    package var runAsGroup: Int? { get { raw.integer("runAsGroup") } set { raw.set("runAsGroup", newValue) } }
    package var runAsNonRoot: Bool? { get { raw.flag("runAsNonRoot") } set { raw.set("runAsNonRoot", newValue) } }
    package var runAsUser: Int? { get { raw.integer("runAsUser") } set { raw.set("runAsUser", newValue) } }
    package var seLinuxOptions: SELinuxOptions? { get { raw.optionalView("seLinuxOptions") } _modify { var view: SELinuxOptions? = raw.takeOptionalView("seLinuxOptions"); defer { raw.put("seLinuxOptions", value: view?.raw) }; yield &view } }
    package var seccompProfile: SeccompProfile? { get { raw.optionalView("seccompProfile") } _modify { var view: SeccompProfile? = raw.takeOptionalView("seccompProfile"); defer { raw.put("seccompProfile", value: view?.raw) }; yield &view } }
    package var windowsOptions: WindowsSecurityContextOptions? { get { raw.optionalView("windowsOptions") } _modify { var view: WindowsSecurityContextOptions? = raw.takeOptionalView("windowsOptions"); defer { raw.put("windowsOptions", value: view?.raw) }; yield &view } }
}

package struct SerializedReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var reference: ObjectReference? { get { raw.optionalView("reference") } _modify { var view: ObjectReference? = raw.takeOptionalView("reference"); defer { raw.put("reference", value: view?.raw) }; yield &view } }
}

package struct Service: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "Service", resource: "services", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ServiceSpec { get { raw.view("spec") } _modify { var view: ServiceSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ServiceStatus { get { raw.view("status") } _modify { var view: ServiceStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ServiceAccount: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "", version: "v1", kind: "ServiceAccount", resource: "serviceaccounts", isNamespaced: true)
    package var automountServiceAccountToken: Bool? { get { raw.flag("automountServiceAccountToken") } set { raw.set("automountServiceAccountToken", newValue) } }
    package var imagePullSecrets: ViewList<LocalObjectReference> { get { raw.viewList("imagePullSecrets") } _modify { var list: ViewList<LocalObjectReference> = raw.takeViewList("imagePullSecrets"); defer { raw.put("imagePullSecrets", list) }; yield &list } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var secrets: ViewList<ObjectReference> { get { raw.viewList("secrets") } _modify { var list: ViewList<ObjectReference> = raw.takeViewList("secrets"); defer { raw.put("secrets", list) }; yield &list } }
}

package struct ServiceAccountTokenProjection: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var audience: String { get { raw.text("audience") } set { raw.set("audience", newValue, keepsEmpty: false) } }
    package var expirationSeconds: Int? { get { raw.integer("expirationSeconds") } set { raw.set("expirationSeconds", newValue) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: true) } }
}

package struct ServicePort: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var appProtocol: String { get { raw.text("appProtocol") } set { raw.set("appProtocol", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var nodePort: Int? { get { raw.integer("nodePort") } set { raw.set("nodePort", newValue) } }
    package var port: Int { get { raw.integer("port") ?? 0 } set { raw.set("port", newValue) } }
    package var `protocol`: String { get { raw.text("protocol") } set { raw.set("protocol", newValue, keepsEmpty: false) } }
    package var targetPort: Value? { get { raw["targetPort"] } _modify { yield &raw["targetPort"] } }
}

package struct ServiceProxyOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
}

package struct ServiceSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocateLoadBalancerNodePorts: Bool? { get { raw.flag("allocateLoadBalancerNodePorts") } set { raw.set("allocateLoadBalancerNodePorts", newValue) } }
    package var clusterIP: String { get { raw.text("clusterIP") } set { raw.set("clusterIP", newValue, keepsEmpty: false) } }
    package var clusterIPs: [String] { get { raw.strings("clusterIPs") } set { raw.set("clusterIPs", newValue) } }
    package var externalIPs: [String] { get { raw.strings("externalIPs") } set { raw.set("externalIPs", newValue) } }
    package var externalName: String { get { raw.text("externalName") } set { raw.set("externalName", newValue, keepsEmpty: false) } }
    package var externalTrafficPolicy: String { get { raw.text("externalTrafficPolicy") } set { raw.set("externalTrafficPolicy", newValue, keepsEmpty: false) } }
    package var healthCheckNodePort: Int? { get { raw.integer("healthCheckNodePort") } set { raw.set("healthCheckNodePort", newValue) } }
    package var internalTrafficPolicy: String { get { raw.text("internalTrafficPolicy") } set { raw.set("internalTrafficPolicy", newValue, keepsEmpty: false) } }
    package var ipFamilies: [String] { get { raw.strings("ipFamilies") } set { raw.set("ipFamilies", newValue) } }
    package var ipFamilyPolicy: String { get { raw.text("ipFamilyPolicy") } set { raw.set("ipFamilyPolicy", newValue, keepsEmpty: false) } }
    package var loadBalancerClass: String { get { raw.text("loadBalancerClass") } set { raw.set("loadBalancerClass", newValue, keepsEmpty: false) } }
    package var loadBalancerIP: String { get { raw.text("loadBalancerIP") } set { raw.set("loadBalancerIP", newValue, keepsEmpty: false) } }
    package var loadBalancerSourceRanges: [String] { get { raw.strings("loadBalancerSourceRanges") } set { raw.set("loadBalancerSourceRanges", newValue) } }
    package var ports: ViewList<ServicePort> { get { raw.viewList("ports") } _modify { var list: ViewList<ServicePort> = raw.takeViewList("ports"); defer { raw.put("ports", list) }; yield &list } }
    package var publishNotReadyAddresses: Bool? { get { raw.flag("publishNotReadyAddresses") } set { raw.set("publishNotReadyAddresses", newValue) } }
    package var selector: [String: String] { get { raw.stringMap("selector") } set { raw.set("selector", newValue) } }
    package var sessionAffinity: String { get { raw.text("sessionAffinity") } set { raw.set("sessionAffinity", newValue, keepsEmpty: false) } }
    package var sessionAffinityConfig: SessionAffinityConfig? { get { raw.optionalView("sessionAffinityConfig") } _modify { var view: SessionAffinityConfig? = raw.takeOptionalView("sessionAffinityConfig"); defer { raw.put("sessionAffinityConfig", value: view?.raw) }; yield &view } }
    package var trafficDistribution: String { get { raw.text("trafficDistribution") } set { raw.set("trafficDistribution", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct ServiceStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var loadBalancer: LoadBalancerStatus? { get { raw.optionalView("loadBalancer") } _modify { var view: LoadBalancerStatus? = raw.takeOptionalView("loadBalancer"); defer { raw.put("loadBalancer", value: view?.raw) }; yield &view } }
}

package struct SessionAffinityConfig: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var clientIP: ClientIPConfig? { get { raw.optionalView("clientIP") } _modify { var view: ClientIPConfig? = raw.takeOptionalView("clientIP"); defer { raw.put("clientIP", value: view?.raw) }; yield &view } }
}

package struct SleepAction: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var seconds: Int { get { raw.integer("seconds") ?? 0 } set { raw.set("seconds", newValue) } }
}

package struct StorageOSPersistentVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: ObjectReference? { get { raw.optionalView("secretRef") } _modify { var view: ObjectReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var volumeName: String { get { raw.text("volumeName") } set { raw.set("volumeName", newValue, keepsEmpty: false) } }
    package var volumeNamespace: String { get { raw.text("volumeNamespace") } set { raw.set("volumeNamespace", newValue, keepsEmpty: false) } }
}

package struct StorageOSVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var secretRef: LocalObjectReference? { get { raw.optionalView("secretRef") } _modify { var view: LocalObjectReference? = raw.takeOptionalView("secretRef"); defer { raw.put("secretRef", value: view?.raw) }; yield &view } }
    package var volumeName: String { get { raw.text("volumeName") } set { raw.set("volumeName", newValue, keepsEmpty: false) } }
    package var volumeNamespace: String { get { raw.text("volumeNamespace") } set { raw.set("volumeNamespace", newValue, keepsEmpty: false) } }
}

package struct Sysctl: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: true) } }
}

package struct TCPSocketAction: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var host: String { get { raw.text("host") } set { raw.set("host", newValue, keepsEmpty: false) } }
    package var port: Value? { get { raw["port"] } _modify { yield &raw["port"] } }
}

package struct Taint: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var effect: String { get { raw.text("effect") } set { raw.set("effect", newValue, keepsEmpty: true) } }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var timeAdded: String { get { raw.text("timeAdded") } set { raw.set("timeAdded", newValue, keepsEmpty: false) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
}

package struct Toleration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var effect: String { get { raw.text("effect") } set { raw.set("effect", newValue, keepsEmpty: false) } }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: false) } }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: false) } }
    package var tolerationSeconds: Int? { get { raw.integer("tolerationSeconds") } set { raw.set("tolerationSeconds", newValue) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
}

package struct TopologySelectorLabelRequirement: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var values: [String] { get { raw.strings("values") } set { raw.set("values", newValue) } }
}

package struct TopologySelectorTerm: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var matchLabelExpressions: ViewList<TopologySelectorLabelRequirement> { get { raw.viewList("matchLabelExpressions") } _modify { var list: ViewList<TopologySelectorLabelRequirement> = raw.takeViewList("matchLabelExpressions"); defer { raw.put("matchLabelExpressions", list) }; yield &list } }
}

package struct TopologySpreadConstraint: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var labelSelector: LabelSelector? { get { raw.optionalView("labelSelector") } _modify { var view: LabelSelector? = raw.takeOptionalView("labelSelector"); defer { raw.put("labelSelector", value: view?.raw) }; yield &view } }
    package var matchLabelKeys: [String] { get { raw.strings("matchLabelKeys") } set { raw.set("matchLabelKeys", newValue) } }
    package var maxSkew: Int { get { raw.integer("maxSkew") ?? 0 } set { raw.set("maxSkew", newValue) } }
    package var minDomains: Int? { get { raw.integer("minDomains") } set { raw.set("minDomains", newValue) } }
    package var nodeAffinityPolicy: String { get { raw.text("nodeAffinityPolicy") } set { raw.set("nodeAffinityPolicy", newValue, keepsEmpty: false) } }
    package var nodeTaintsPolicy: String { get { raw.text("nodeTaintsPolicy") } set { raw.set("nodeTaintsPolicy", newValue, keepsEmpty: false) } }
    package var topologyKey: String { get { raw.text("topologyKey") } set { raw.set("topologyKey", newValue, keepsEmpty: true) } }
    package var whenUnsatisfiable: String { get { raw.text("whenUnsatisfiable") } set { raw.set("whenUnsatisfiable", newValue, keepsEmpty: true) } }
}

package struct TypedLocalObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroup: String { get { raw.text("apiGroup") } set { raw.set("apiGroup", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct TypedObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroup: String { get { raw.text("apiGroup") } set { raw.set("apiGroup", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
}

package struct Volume: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var awsElasticBlockStore: AWSElasticBlockStoreVolumeSource? { get { raw.optionalView("awsElasticBlockStore") } _modify { var view: AWSElasticBlockStoreVolumeSource? = raw.takeOptionalView("awsElasticBlockStore"); defer { raw.put("awsElasticBlockStore", value: view?.raw) }; yield &view } }
    package var azureDisk: AzureDiskVolumeSource? { get { raw.optionalView("azureDisk") } _modify { var view: AzureDiskVolumeSource? = raw.takeOptionalView("azureDisk"); defer { raw.put("azureDisk", value: view?.raw) }; yield &view } }
    package var azureFile: AzureFileVolumeSource? { get { raw.optionalView("azureFile") } _modify { var view: AzureFileVolumeSource? = raw.takeOptionalView("azureFile"); defer { raw.put("azureFile", value: view?.raw) }; yield &view } }
    package var cephfs: CephFSVolumeSource? { get { raw.optionalView("cephfs") } _modify { var view: CephFSVolumeSource? = raw.takeOptionalView("cephfs"); defer { raw.put("cephfs", value: view?.raw) }; yield &view } }
    package var cinder: CinderVolumeSource? { get { raw.optionalView("cinder") } _modify { var view: CinderVolumeSource? = raw.takeOptionalView("cinder"); defer { raw.put("cinder", value: view?.raw) }; yield &view } }
    package var configMap: ConfigMapVolumeSource? { get { raw.optionalView("configMap") } _modify { var view: ConfigMapVolumeSource? = raw.takeOptionalView("configMap"); defer { raw.put("configMap", value: view?.raw) }; yield &view } }
    package var csi: CSIVolumeSource? { get { raw.optionalView("csi") } _modify { var view: CSIVolumeSource? = raw.takeOptionalView("csi"); defer { raw.put("csi", value: view?.raw) }; yield &view } }
    package var downwardAPI: DownwardAPIVolumeSource? { get { raw.optionalView("downwardAPI") } _modify { var view: DownwardAPIVolumeSource? = raw.takeOptionalView("downwardAPI"); defer { raw.put("downwardAPI", value: view?.raw) }; yield &view } }
    package var emptyDir: EmptyDirVolumeSource? { get { raw.optionalView("emptyDir") } _modify { var view: EmptyDirVolumeSource? = raw.takeOptionalView("emptyDir"); defer { raw.put("emptyDir", value: view?.raw) }; yield &view } }
    package var ephemeral: EphemeralVolumeSource? { get { raw.optionalView("ephemeral") } _modify { var view: EphemeralVolumeSource? = raw.takeOptionalView("ephemeral"); defer { raw.put("ephemeral", value: view?.raw) }; yield &view } }
    package var fc: FCVolumeSource? { get { raw.optionalView("fc") } _modify { var view: FCVolumeSource? = raw.takeOptionalView("fc"); defer { raw.put("fc", value: view?.raw) }; yield &view } }
    package var flexVolume: FlexVolumeSource? { get { raw.optionalView("flexVolume") } _modify { var view: FlexVolumeSource? = raw.takeOptionalView("flexVolume"); defer { raw.put("flexVolume", value: view?.raw) }; yield &view } }
    package var flocker: FlockerVolumeSource? { get { raw.optionalView("flocker") } _modify { var view: FlockerVolumeSource? = raw.takeOptionalView("flocker"); defer { raw.put("flocker", value: view?.raw) }; yield &view } }
    package var gcePersistentDisk: GCEPersistentDiskVolumeSource? { get { raw.optionalView("gcePersistentDisk") } _modify { var view: GCEPersistentDiskVolumeSource? = raw.takeOptionalView("gcePersistentDisk"); defer { raw.put("gcePersistentDisk", value: view?.raw) }; yield &view } }
    package var gitRepo: GitRepoVolumeSource? { get { raw.optionalView("gitRepo") } _modify { var view: GitRepoVolumeSource? = raw.takeOptionalView("gitRepo"); defer { raw.put("gitRepo", value: view?.raw) }; yield &view } }
    package var glusterfs: GlusterfsVolumeSource? { get { raw.optionalView("glusterfs") } _modify { var view: GlusterfsVolumeSource? = raw.takeOptionalView("glusterfs"); defer { raw.put("glusterfs", value: view?.raw) }; yield &view } }
    package var hostPath: HostPathVolumeSource? { get { raw.optionalView("hostPath") } _modify { var view: HostPathVolumeSource? = raw.takeOptionalView("hostPath"); defer { raw.put("hostPath", value: view?.raw) }; yield &view } }
    package var image: ImageVolumeSource? { get { raw.optionalView("image") } _modify { var view: ImageVolumeSource? = raw.takeOptionalView("image"); defer { raw.put("image", value: view?.raw) }; yield &view } }
    package var iscsi: ISCSIVolumeSource? { get { raw.optionalView("iscsi") } _modify { var view: ISCSIVolumeSource? = raw.takeOptionalView("iscsi"); defer { raw.put("iscsi", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var nfs: NFSVolumeSource? { get { raw.optionalView("nfs") } _modify { var view: NFSVolumeSource? = raw.takeOptionalView("nfs"); defer { raw.put("nfs", value: view?.raw) }; yield &view } }
    package var persistentVolumeClaim: PersistentVolumeClaimVolumeSource? { get { raw.optionalView("persistentVolumeClaim") } _modify { var view: PersistentVolumeClaimVolumeSource? = raw.takeOptionalView("persistentVolumeClaim"); defer { raw.put("persistentVolumeClaim", value: view?.raw) }; yield &view } }
    package var photonPersistentDisk: PhotonPersistentDiskVolumeSource? { get { raw.optionalView("photonPersistentDisk") } _modify { var view: PhotonPersistentDiskVolumeSource? = raw.takeOptionalView("photonPersistentDisk"); defer { raw.put("photonPersistentDisk", value: view?.raw) }; yield &view } }
    package var portworxVolume: PortworxVolumeSource? { get { raw.optionalView("portworxVolume") } _modify { var view: PortworxVolumeSource? = raw.takeOptionalView("portworxVolume"); defer { raw.put("portworxVolume", value: view?.raw) }; yield &view } }
    package var projected: ProjectedVolumeSource? { get { raw.optionalView("projected") } _modify { var view: ProjectedVolumeSource? = raw.takeOptionalView("projected"); defer { raw.put("projected", value: view?.raw) }; yield &view } }
    package var quobyte: QuobyteVolumeSource? { get { raw.optionalView("quobyte") } _modify { var view: QuobyteVolumeSource? = raw.takeOptionalView("quobyte"); defer { raw.put("quobyte", value: view?.raw) }; yield &view } }
    package var rbd: RBDVolumeSource? { get { raw.optionalView("rbd") } _modify { var view: RBDVolumeSource? = raw.takeOptionalView("rbd"); defer { raw.put("rbd", value: view?.raw) }; yield &view } }
    package var scaleIO: ScaleIOVolumeSource? { get { raw.optionalView("scaleIO") } _modify { var view: ScaleIOVolumeSource? = raw.takeOptionalView("scaleIO"); defer { raw.put("scaleIO", value: view?.raw) }; yield &view } }
    package var secret: SecretVolumeSource? { get { raw.optionalView("secret") } _modify { var view: SecretVolumeSource? = raw.takeOptionalView("secret"); defer { raw.put("secret", value: view?.raw) }; yield &view } }
    package var storageos: StorageOSVolumeSource? { get { raw.optionalView("storageos") } _modify { var view: StorageOSVolumeSource? = raw.takeOptionalView("storageos"); defer { raw.put("storageos", value: view?.raw) }; yield &view } }
    package var vsphereVolume: VsphereVirtualDiskVolumeSource? { get { raw.optionalView("vsphereVolume") } _modify { var view: VsphereVirtualDiskVolumeSource? = raw.takeOptionalView("vsphereVolume"); defer { raw.put("vsphereVolume", value: view?.raw) }; yield &view } }
}

package struct VolumeDevice: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var devicePath: String { get { raw.text("devicePath") } set { raw.set("devicePath", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct VolumeMount: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var mountPath: String { get { raw.text("mountPath") } set { raw.set("mountPath", newValue, keepsEmpty: true) } }
    package var mountPropagation: String { get { raw.text("mountPropagation") } set { raw.set("mountPropagation", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var recursiveReadOnly: String { get { raw.text("recursiveReadOnly") } set { raw.set("recursiveReadOnly", newValue, keepsEmpty: false) } }
    package var subPath: String { get { raw.text("subPath") } set { raw.set("subPath", newValue, keepsEmpty: false) } }
    package var subPathExpr: String { get { raw.text("subPathExpr") } set { raw.set("subPathExpr", newValue, keepsEmpty: false) } }
}

package struct VolumeMountStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var mountPath: String { get { raw.text("mountPath") } set { raw.set("mountPath", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var readOnly: Bool? { get { raw.flag("readOnly") } set { raw.set("readOnly", newValue) } }
    package var recursiveReadOnly: String { get { raw.text("recursiveReadOnly") } set { raw.set("recursiveReadOnly", newValue, keepsEmpty: false) } }
    package var volumeStatus: VolumeStatus? { get { raw.optionalView("volumeStatus") } _modify { var view: VolumeStatus? = raw.takeOptionalView("volumeStatus"); defer { raw.put("volumeStatus", value: view?.raw) }; yield &view } }
}

package struct VolumeNodeAffinity: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var required: NodeSelector? { get { raw.optionalView("required") } _modify { var view: NodeSelector? = raw.takeOptionalView("required"); defer { raw.put("required", value: view?.raw) }; yield &view } }
}

package struct VolumeProjection: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var clusterTrustBundle: ClusterTrustBundleProjection? { get { raw.optionalView("clusterTrustBundle") } _modify { var view: ClusterTrustBundleProjection? = raw.takeOptionalView("clusterTrustBundle"); defer { raw.put("clusterTrustBundle", value: view?.raw) }; yield &view } }
    package var configMap: ConfigMapProjection? { get { raw.optionalView("configMap") } _modify { var view: ConfigMapProjection? = raw.takeOptionalView("configMap"); defer { raw.put("configMap", value: view?.raw) }; yield &view } }
    package var downwardAPI: DownwardAPIProjection? { get { raw.optionalView("downwardAPI") } _modify { var view: DownwardAPIProjection? = raw.takeOptionalView("downwardAPI"); defer { raw.put("downwardAPI", value: view?.raw) }; yield &view } }
    package var podCertificate: PodCertificateProjection? { get { raw.optionalView("podCertificate") } _modify { var view: PodCertificateProjection? = raw.takeOptionalView("podCertificate"); defer { raw.put("podCertificate", value: view?.raw) }; yield &view } }
    package var secret: SecretProjection? { get { raw.optionalView("secret") } _modify { var view: SecretProjection? = raw.takeOptionalView("secret"); defer { raw.put("secret", value: view?.raw) }; yield &view } }
    package var serviceAccountToken: ServiceAccountTokenProjection? { get { raw.optionalView("serviceAccountToken") } _modify { var view: ServiceAccountTokenProjection? = raw.takeOptionalView("serviceAccountToken"); defer { raw.put("serviceAccountToken", value: view?.raw) }; yield &view } }
}

package struct VolumeResourceRequirements: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var limits: [String: String] { get { raw.stringMap("limits") } set { raw.set("limits", newValue) } }
    package var requests: [String: String] { get { raw.stringMap("requests") } set { raw.set("requests", newValue) } }
}

package struct VolumeStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var image: ImageVolumeStatus? { get { raw.optionalView("image") } _modify { var view: ImageVolumeStatus? = raw.takeOptionalView("image"); defer { raw.put("image", value: view?.raw) }; yield &view } }
}

package struct VsphereVirtualDiskVolumeSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fsType: String { get { raw.text("fsType") } set { raw.set("fsType", newValue, keepsEmpty: false) } }
    package var storagePolicyID: String { get { raw.text("storagePolicyID") } set { raw.set("storagePolicyID", newValue, keepsEmpty: false) } }
    package var storagePolicyName: String { get { raw.text("storagePolicyName") } set { raw.set("storagePolicyName", newValue, keepsEmpty: false) } }
    package var volumePath: String { get { raw.text("volumePath") } set { raw.set("volumePath", newValue, keepsEmpty: true) } }
}

package struct WeightedPodAffinityTerm: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var podAffinityTerm: PodAffinityTerm { get { raw.view("podAffinityTerm") } _modify { var view: PodAffinityTerm = raw.takeView("podAffinityTerm"); defer { raw.put("podAffinityTerm", view) }; yield &view } }
    package var weight: Int { get { raw.integer("weight") ?? 0 } set { raw.set("weight", newValue) } }
}

package struct WindowsSecurityContextOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var gmsaCredentialSpec: String { get { raw.text("gmsaCredentialSpec") } set { raw.set("gmsaCredentialSpec", newValue, keepsEmpty: false) } }
    package var gmsaCredentialSpecName: String { get { raw.text("gmsaCredentialSpecName") } set { raw.set("gmsaCredentialSpecName", newValue, keepsEmpty: false) } }
    package var hostProcess: Bool? { get { raw.flag("hostProcess") } set { raw.set("hostProcess", newValue) } }
    package var runAsUserName: String { get { raw.text("runAsUserName") } set { raw.set("runAsUserName", newValue, keepsEmpty: false) } }
}
