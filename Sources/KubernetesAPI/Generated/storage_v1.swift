// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct CSIDriver: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "storage.k8s.io", version: "v1", kind: "CSIDriver", resource: "csidrivers", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: CSIDriverSpec { get { raw.view("spec") } _modify { var view: CSIDriverSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct CSIDriverSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var attachRequired: Bool? { get { raw.flag("attachRequired") } set { raw.set("attachRequired", newValue) } }
    package var fsGroupPolicy: String { get { raw.text("fsGroupPolicy") } set { raw.set("fsGroupPolicy", newValue, keepsEmpty: false) } }
    package var nodeAllocatableUpdatePeriodSeconds: Int? { get { raw.integer("nodeAllocatableUpdatePeriodSeconds") } set { raw.set("nodeAllocatableUpdatePeriodSeconds", newValue) } }
    package var podInfoOnMount: Bool? { get { raw.flag("podInfoOnMount") } set { raw.set("podInfoOnMount", newValue) } }
    package var preventPodSchedulingIfMissing: Bool? { get { raw.flag("preventPodSchedulingIfMissing") } set { raw.set("preventPodSchedulingIfMissing", newValue) } }
    package var requiresRepublish: Bool? { get { raw.flag("requiresRepublish") } set { raw.set("requiresRepublish", newValue) } }
    package var seLinuxMount: Bool? { get { raw.flag("seLinuxMount") } set { raw.set("seLinuxMount", newValue) } }
    package var serviceAccountTokenInSecrets: Bool? { get { raw.flag("serviceAccountTokenInSecrets") } set { raw.set("serviceAccountTokenInSecrets", newValue) } }
    package var storageCapacity: Bool? { get { raw.flag("storageCapacity") } set { raw.set("storageCapacity", newValue) } }
    package var tokenRequests: ViewList<StorageTokenRequest> { get { raw.viewList("tokenRequests") } _modify { var list: ViewList<StorageTokenRequest> = raw.takeViewList("tokenRequests"); defer { raw.put("tokenRequests", list) }; yield &list } }
    package var volumeLifecycleModes: [String] { get { raw.strings("volumeLifecycleModes") } set { raw.set("volumeLifecycleModes", newValue) } }
}

package struct CSINode: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "storage.k8s.io", version: "v1", kind: "CSINode", resource: "csinodes", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: CSINodeSpec { get { raw.view("spec") } _modify { var view: CSINodeSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct CSINodeDriver: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocatable: VolumeNodeResources? { get { raw.optionalView("allocatable") } _modify { var view: VolumeNodeResources? = raw.takeOptionalView("allocatable"); defer { raw.put("allocatable", value: view?.raw) }; yield &view } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var nodeID: String { get { raw.text("nodeID") } set { raw.set("nodeID", newValue, keepsEmpty: true) } }
    package var topologyKeys: [String] { get { raw.strings("topologyKeys") } set { raw.set("topologyKeys", newValue) } }
}

package struct CSINodeSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var drivers: ViewList<CSINodeDriver> { get { raw.viewList("drivers") } _modify { var list: ViewList<CSINodeDriver> = raw.takeViewList("drivers"); defer { raw.put("drivers", list) }; yield &list } }
}

package struct CSIStorageCapacity: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "storage.k8s.io", version: "v1", kind: "CSIStorageCapacity", resource: "csistoragecapacities", isNamespaced: true)
    package var capacity: String { get { raw.text("capacity") } set { raw.set("capacity", newValue, keepsEmpty: false) } }
    package var maximumVolumeSize: String { get { raw.text("maximumVolumeSize") } set { raw.set("maximumVolumeSize", newValue, keepsEmpty: false) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var nodeTopology: LabelSelector? { get { raw.optionalView("nodeTopology") } _modify { var view: LabelSelector? = raw.takeOptionalView("nodeTopology"); defer { raw.put("nodeTopology", value: view?.raw) }; yield &view } }
    package var storageClassName: String { get { raw.text("storageClassName") } set { raw.set("storageClassName", newValue, keepsEmpty: true) } }
}

package struct StorageClass: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "storage.k8s.io", version: "v1", kind: "StorageClass", resource: "storageclasses", isNamespaced: false)
    package var allowVolumeExpansion: Bool? { get { raw.flag("allowVolumeExpansion") } set { raw.set("allowVolumeExpansion", newValue) } }
    package var allowedTopologies: ViewList<TopologySelectorTerm> { get { raw.viewList("allowedTopologies") } _modify { var list: ViewList<TopologySelectorTerm> = raw.takeViewList("allowedTopologies"); defer { raw.put("allowedTopologies", list) }; yield &list } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var mountOptions: [String] { get { raw.strings("mountOptions") } set { raw.set("mountOptions", newValue) } }
    package var parameters: [String: String] { get { raw.stringMap("parameters") } set { raw.set("parameters", newValue) } }
    package var provisioner: String { get { raw.text("provisioner") } set { raw.set("provisioner", newValue, keepsEmpty: true) } }
    package var reclaimPolicy: String { get { raw.text("reclaimPolicy") } set { raw.set("reclaimPolicy", newValue, keepsEmpty: false) } }
    package var volumeBindingMode: String { get { raw.text("volumeBindingMode") } set { raw.set("volumeBindingMode", newValue, keepsEmpty: false) } }
}

package struct StorageTokenRequest: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var audience: String { get { raw.text("audience") } set { raw.set("audience", newValue, keepsEmpty: true) } }
    package var expirationSeconds: Int? { get { raw.integer("expirationSeconds") } set { raw.set("expirationSeconds", newValue) } }
}

package struct VolumeAttachment: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "storage.k8s.io", version: "v1", kind: "VolumeAttachment", resource: "volumeattachments", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: VolumeAttachmentSpec { get { raw.view("spec") } _modify { var view: VolumeAttachmentSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: VolumeAttachmentStatus { get { raw.view("status") } _modify { var view: VolumeAttachmentStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct VolumeAttachmentSource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var inlineVolumeSpec: PersistentVolumeSpec? { get { raw.optionalView("inlineVolumeSpec") } _modify { var view: PersistentVolumeSpec? = raw.takeOptionalView("inlineVolumeSpec"); defer { raw.put("inlineVolumeSpec", value: view?.raw) }; yield &view } }
    package var persistentVolumeName: String { get { raw.text("persistentVolumeName") } set { raw.set("persistentVolumeName", newValue, keepsEmpty: false) } }
}

package struct VolumeAttachmentSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var attacher: String { get { raw.text("attacher") } set { raw.set("attacher", newValue, keepsEmpty: true) } }
    package var nodeName: String { get { raw.text("nodeName") } set { raw.set("nodeName", newValue, keepsEmpty: true) } }
    package var source: VolumeAttachmentSource { get { raw.view("source") } _modify { var view: VolumeAttachmentSource = raw.takeView("source"); defer { raw.put("source", view) }; yield &view } }
}

package struct VolumeAttachmentStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var attachError: VolumeError? { get { raw.optionalView("attachError") } _modify { var view: VolumeError? = raw.takeOptionalView("attachError"); defer { raw.put("attachError", value: view?.raw) }; yield &view } }
    package var attached: Bool { get { raw.flag("attached") ?? false } set { raw.set("attached", newValue) } }
    package var attachmentMetadata: [String: String] { get { raw.stringMap("attachmentMetadata") } set { raw.set("attachmentMetadata", newValue) } }
    package var detachError: VolumeError? { get { raw.optionalView("detachError") } _modify { var view: VolumeError? = raw.takeOptionalView("detachError"); defer { raw.put("detachError", value: view?.raw) }; yield &view } }
}

package struct VolumeAttributesClass: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "storage.k8s.io", version: "v1", kind: "VolumeAttributesClass", resource: "volumeattributesclasses", isNamespaced: false)
    package var driverName: String { get { raw.text("driverName") } set { raw.set("driverName", newValue, keepsEmpty: true) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var parameters: [String: String] { get { raw.stringMap("parameters") } set { raw.set("parameters", newValue) } }
}

package struct VolumeError: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var errorCode: Int? { get { raw.integer("errorCode") } set { raw.set("errorCode", newValue) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var time: String { get { raw.text("time") } set { raw.set("time", newValue, keepsEmpty: false) } }
}

package struct VolumeNodeResources: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var count: Int? { get { raw.integer("count") } set { raw.set("count", newValue) } }
}
