// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct AllocatedDeviceStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var data: Value? { get { raw["data"] } _modify { yield &raw["data"] } }
    package var device: String { get { raw.text("device") } set { raw.set("device", newValue, keepsEmpty: true) } }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var networkData: NetworkDeviceData? { get { raw.optionalView("networkData") } _modify { var view: NetworkDeviceData? = raw.takeOptionalView("networkData"); defer { raw.put("networkData", value: view?.raw) }; yield &view } }
    package var pool: String { get { raw.text("pool") } set { raw.set("pool", newValue, keepsEmpty: true) } }
    package var shareID: String { get { raw.text("shareID") } set { raw.set("shareID", newValue, keepsEmpty: false) } }
}

package struct AllocationResult: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocationTimestamp: String { get { raw.text("allocationTimestamp") } set { raw.set("allocationTimestamp", newValue, keepsEmpty: false) } }
    package var devices: DeviceAllocationResult? { get { raw.optionalView("devices") } _modify { var view: DeviceAllocationResult? = raw.takeOptionalView("devices"); defer { raw.put("devices", value: view?.raw) }; yield &view } }
    package var nodeSelector: NodeSelector? { get { raw.optionalView("nodeSelector") } _modify { var view: NodeSelector? = raw.takeOptionalView("nodeSelector"); defer { raw.put("nodeSelector", value: view?.raw) }; yield &view } }
}

package struct CELDeviceSelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expression: String { get { raw.text("expression") } set { raw.set("expression", newValue, keepsEmpty: true) } }
}

package struct CapacityRequestPolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var `default`: String { get { raw.text("default") } set { raw.set("default", newValue, keepsEmpty: false) } }
    package var validRange: CapacityRequestPolicyRange? { get { raw.optionalView("validRange") } _modify { var view: CapacityRequestPolicyRange? = raw.takeOptionalView("validRange"); defer { raw.put("validRange", value: view?.raw) }; yield &view } }
    package var validValues: [String] { get { raw.strings("validValues") } set { raw.set("validValues", newValue) } }
}

package struct CapacityRequestPolicyRange: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var max: String { get { raw.text("max") } set { raw.set("max", newValue, keepsEmpty: false) } }
    package var min: String { get { raw.text("min") } set { raw.set("min", newValue, keepsEmpty: true) } }
    package var step: String { get { raw.text("step") } set { raw.set("step", newValue, keepsEmpty: false) } }
}

package struct CapacityRequirements: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var requests: [String: String] { get { raw.stringMap("requests") } set { raw.set("requests", newValue) } }
}

package struct Counter: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: true) } }
}

package struct CounterSet: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var counters: [String: Counter] { get { raw.viewMap("counters") } set { raw.set("counters", newValue) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct Device: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allNodes: Bool? { get { raw.flag("allNodes") } set { raw.set("allNodes", newValue) } }
    package var allowMultipleAllocations: Bool? { get { raw.flag("allowMultipleAllocations") } set { raw.set("allowMultipleAllocations", newValue) } }
    package var attributes: [String: DeviceAttribute] { get { raw.viewMap("attributes") } set { raw.set("attributes", newValue) } }
    package var bindingConditions: [String] { get { raw.strings("bindingConditions") } set { raw.set("bindingConditions", newValue) } }
    package var bindingFailureConditions: [String] { get { raw.strings("bindingFailureConditions") } set { raw.set("bindingFailureConditions", newValue) } }
    package var bindsToNode: Bool? { get { raw.flag("bindsToNode") } set { raw.set("bindsToNode", newValue) } }
    package var capacity: [String: DeviceCapacity] { get { raw.viewMap("capacity") } set { raw.set("capacity", newValue) } }
    package var consumesCounters: ViewList<DeviceCounterConsumption> { get { raw.viewList("consumesCounters") } _modify { var list: ViewList<DeviceCounterConsumption> = raw.takeViewList("consumesCounters"); defer { raw.put("consumesCounters", list) }; yield &list } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var nodeAllocatableResourceMappings: [String: NodeAllocatableResourceMapping] { get { raw.viewMap("nodeAllocatableResourceMappings") } set { raw.set("nodeAllocatableResourceMappings", newValue) } }
    package var nodeName: String { get { raw.text("nodeName") } set { raw.set("nodeName", newValue, keepsEmpty: false) } }
    package var nodeSelector: NodeSelector? { get { raw.optionalView("nodeSelector") } _modify { var view: NodeSelector? = raw.takeOptionalView("nodeSelector"); defer { raw.put("nodeSelector", value: view?.raw) }; yield &view } }
    package var taints: ViewList<DeviceTaint> { get { raw.viewList("taints") } _modify { var list: ViewList<DeviceTaint> = raw.takeViewList("taints"); defer { raw.put("taints", list) }; yield &list } }
}

package struct DeviceAllocationConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var opaque: OpaqueDeviceConfiguration? { get { raw.optionalView("opaque") } _modify { var view: OpaqueDeviceConfiguration? = raw.takeOptionalView("opaque"); defer { raw.put("opaque", value: view?.raw) }; yield &view } }
    package var requests: [String] { get { raw.strings("requests") } set { raw.set("requests", newValue) } }
    package var source: String { get { raw.text("source") } set { raw.set("source", newValue, keepsEmpty: true) } }
}

package struct DeviceAllocationResult: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var config: ViewList<DeviceAllocationConfiguration> { get { raw.viewList("config") } _modify { var list: ViewList<DeviceAllocationConfiguration> = raw.takeViewList("config"); defer { raw.put("config", list) }; yield &list } }
    package var results: ViewList<DeviceRequestAllocationResult> { get { raw.viewList("results") } _modify { var list: ViewList<DeviceRequestAllocationResult> = raw.takeViewList("results"); defer { raw.put("results", list) }; yield &list } }
}

package struct DeviceAttribute: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var bool: Bool? { get { raw.flag("bool") } set { raw.set("bool", newValue) } }
    package var bools: [Value] { get { raw["bools"]?.array ?? [] } set { raw["bools"] = newValue.isEmpty ? nil : .array(newValue) } }
    package var int: Int? { get { raw.integer("int") } set { raw.set("int", newValue) } }
    package var ints: [Int] { get { raw.integers("ints") } set { raw.set("ints", newValue) } }
    package var string: String { get { raw.text("string") } set { raw.set("string", newValue, keepsEmpty: false) } }
    package var strings: [String] { get { raw.strings("strings") } set { raw.set("strings", newValue) } }
    package var version: String { get { raw.text("version") } set { raw.set("version", newValue, keepsEmpty: false) } }
    package var versions: [String] { get { raw.strings("versions") } set { raw.set("versions", newValue) } }
}

package struct DeviceCapacity: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var requestPolicy: CapacityRequestPolicy? { get { raw.optionalView("requestPolicy") } _modify { var view: CapacityRequestPolicy? = raw.takeOptionalView("requestPolicy"); defer { raw.put("requestPolicy", value: view?.raw) }; yield &view } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: true) } }
}

package struct DeviceClaim: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var config: ViewList<DeviceClaimConfiguration> { get { raw.viewList("config") } _modify { var list: ViewList<DeviceClaimConfiguration> = raw.takeViewList("config"); defer { raw.put("config", list) }; yield &list } }
    package var constraints: ViewList<DeviceConstraint> { get { raw.viewList("constraints") } _modify { var list: ViewList<DeviceConstraint> = raw.takeViewList("constraints"); defer { raw.put("constraints", list) }; yield &list } }
    package var requests: ViewList<DeviceRequest> { get { raw.viewList("requests") } _modify { var list: ViewList<DeviceRequest> = raw.takeViewList("requests"); defer { raw.put("requests", list) }; yield &list } }
}

package struct DeviceClaimConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var opaque: OpaqueDeviceConfiguration? { get { raw.optionalView("opaque") } _modify { var view: OpaqueDeviceConfiguration? = raw.takeOptionalView("opaque"); defer { raw.put("opaque", value: view?.raw) }; yield &view } }
    package var requests: [String] { get { raw.strings("requests") } set { raw.set("requests", newValue) } }
}

package struct DeviceClass: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "resource.k8s.io", version: "v1", kind: "DeviceClass", resource: "deviceclasses", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: DeviceClassSpec { get { raw.view("spec") } _modify { var view: DeviceClassSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct DeviceClassConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var opaque: OpaqueDeviceConfiguration? { get { raw.optionalView("opaque") } _modify { var view: OpaqueDeviceConfiguration? = raw.takeOptionalView("opaque"); defer { raw.put("opaque", value: view?.raw) }; yield &view } }
}

package struct DeviceClassSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var config: ViewList<DeviceClassConfiguration> { get { raw.viewList("config") } _modify { var list: ViewList<DeviceClassConfiguration> = raw.takeViewList("config"); defer { raw.put("config", list) }; yield &list } }
    package var extendedResourceName: String { get { raw.text("extendedResourceName") } set { raw.set("extendedResourceName", newValue, keepsEmpty: false) } }
    package var selectors: ViewList<DeviceSelector> { get { raw.viewList("selectors") } _modify { var list: ViewList<DeviceSelector> = raw.takeViewList("selectors"); defer { raw.put("selectors", list) }; yield &list } }
}

package struct DeviceConstraint: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var distinctAttribute: String { get { raw.text("distinctAttribute") } set { raw.set("distinctAttribute", newValue, keepsEmpty: false) } }
    package var matchAttribute: String { get { raw.text("matchAttribute") } set { raw.set("matchAttribute", newValue, keepsEmpty: false) } }
    package var requests: [String] { get { raw.strings("requests") } set { raw.set("requests", newValue) } }
}

package struct DeviceCounterConsumption: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var counterSet: String { get { raw.text("counterSet") } set { raw.set("counterSet", newValue, keepsEmpty: true) } }
    package var counters: [String: Counter] { get { raw.viewMap("counters") } set { raw.set("counters", newValue) } }
}

package struct DeviceRequest: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var exactly: ExactDeviceRequest? { get { raw.optionalView("exactly") } _modify { var view: ExactDeviceRequest? = raw.takeOptionalView("exactly"); defer { raw.put("exactly", value: view?.raw) }; yield &view } }
    package var firstAvailable: ViewList<DeviceSubRequest> { get { raw.viewList("firstAvailable") } _modify { var list: ViewList<DeviceSubRequest> = raw.takeViewList("firstAvailable"); defer { raw.put("firstAvailable", list) }; yield &list } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct DeviceRequestAllocationResult: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var adminAccess: Bool? { get { raw.flag("adminAccess") } set { raw.set("adminAccess", newValue) } }
    package var bindingConditions: [String] { get { raw.strings("bindingConditions") } set { raw.set("bindingConditions", newValue) } }
    package var bindingFailureConditions: [String] { get { raw.strings("bindingFailureConditions") } set { raw.set("bindingFailureConditions", newValue) } }
    package var consumedCapacity: [String: String] { get { raw.stringMap("consumedCapacity") } set { raw.set("consumedCapacity", newValue) } }
    package var device: String { get { raw.text("device") } set { raw.set("device", newValue, keepsEmpty: true) } }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var pool: String { get { raw.text("pool") } set { raw.set("pool", newValue, keepsEmpty: true) } }
    package var request: String { get { raw.text("request") } set { raw.set("request", newValue, keepsEmpty: true) } }
    package var shareID: String { get { raw.text("shareID") } set { raw.set("shareID", newValue, keepsEmpty: false) } }
    package var tolerations: ViewList<DeviceToleration> { get { raw.viewList("tolerations") } _modify { var list: ViewList<DeviceToleration> = raw.takeViewList("tolerations"); defer { raw.put("tolerations", list) }; yield &list } }
}

package struct DeviceSelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var cel: CELDeviceSelector? { get { raw.optionalView("cel") } _modify { var view: CELDeviceSelector? = raw.takeOptionalView("cel"); defer { raw.put("cel", value: view?.raw) }; yield &view } }
}

package struct DeviceSubRequest: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocationMode: String { get { raw.text("allocationMode") } set { raw.set("allocationMode", newValue, keepsEmpty: false) } }
    package var capacity: CapacityRequirements? { get { raw.optionalView("capacity") } _modify { var view: CapacityRequirements? = raw.takeOptionalView("capacity"); defer { raw.put("capacity", value: view?.raw) }; yield &view } }
    package var count: Int? { get { raw.integer("count") } set { raw.set("count", newValue) } }
    package var deviceClassName: String { get { raw.text("deviceClassName") } set { raw.set("deviceClassName", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var selectors: ViewList<DeviceSelector> { get { raw.viewList("selectors") } _modify { var list: ViewList<DeviceSelector> = raw.takeViewList("selectors"); defer { raw.put("selectors", list) }; yield &list } }
    package var tolerations: ViewList<DeviceToleration> { get { raw.viewList("tolerations") } _modify { var list: ViewList<DeviceToleration> = raw.takeViewList("tolerations"); defer { raw.put("tolerations", list) }; yield &list } }
}

package struct DeviceTaint: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var effect: String { get { raw.text("effect") } set { raw.set("effect", newValue, keepsEmpty: true) } }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var timeAdded: String { get { raw.text("timeAdded") } set { raw.set("timeAdded", newValue, keepsEmpty: false) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
}

package struct DeviceToleration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var effect: String { get { raw.text("effect") } set { raw.set("effect", newValue, keepsEmpty: false) } }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: false) } }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: false) } }
    package var tolerationSeconds: Int? { get { raw.integer("tolerationSeconds") } set { raw.set("tolerationSeconds", newValue) } }
    package var value: String { get { raw.text("value") } set { raw.set("value", newValue, keepsEmpty: false) } }
}

package struct ExactDeviceRequest: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var adminAccess: Bool? { get { raw.flag("adminAccess") } set { raw.set("adminAccess", newValue) } }
    package var allocationMode: String { get { raw.text("allocationMode") } set { raw.set("allocationMode", newValue, keepsEmpty: false) } }
    package var capacity: CapacityRequirements? { get { raw.optionalView("capacity") } _modify { var view: CapacityRequirements? = raw.takeOptionalView("capacity"); defer { raw.put("capacity", value: view?.raw) }; yield &view } }
    package var count: Int? { get { raw.integer("count") } set { raw.set("count", newValue) } }
    package var deviceClassName: String { get { raw.text("deviceClassName") } set { raw.set("deviceClassName", newValue, keepsEmpty: true) } }
    package var selectors: ViewList<DeviceSelector> { get { raw.viewList("selectors") } _modify { var list: ViewList<DeviceSelector> = raw.takeViewList("selectors"); defer { raw.put("selectors", list) }; yield &list } }
    package var tolerations: ViewList<DeviceToleration> { get { raw.viewList("tolerations") } _modify { var list: ViewList<DeviceToleration> = raw.takeViewList("tolerations"); defer { raw.put("tolerations", list) }; yield &list } }
}

package struct NetworkDeviceData: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var hardwareAddress: String { get { raw.text("hardwareAddress") } set { raw.set("hardwareAddress", newValue, keepsEmpty: false) } }
    package var interfaceName: String { get { raw.text("interfaceName") } set { raw.set("interfaceName", newValue, keepsEmpty: false) } }
    package var ips: [String] { get { raw.strings("ips") } set { raw.set("ips", newValue) } }
}

package struct NodeAllocatableResourceMapping: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocationMultiplier: String { get { raw.text("allocationMultiplier") } set { raw.set("allocationMultiplier", newValue, keepsEmpty: false) } }
    package var capacityKey: String { get { raw.text("capacityKey") } set { raw.set("capacityKey", newValue, keepsEmpty: false) } }
}

package struct OpaqueDeviceConfiguration: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var parameters: Value? { get { raw["parameters"] } _modify { yield &raw["parameters"] } }
}

package struct ResourceClaimConsumerReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroup: String { get { raw.text("apiGroup") } set { raw.set("apiGroup", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var resource: String { get { raw.text("resource") } set { raw.set("resource", newValue, keepsEmpty: true) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: true) } }
}

package struct ResourceClaimSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var devices: DeviceClaim? { get { raw.optionalView("devices") } _modify { var view: DeviceClaim? = raw.takeOptionalView("devices"); defer { raw.put("devices", value: view?.raw) }; yield &view } }
}

package struct ResourceClaimStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allocation: AllocationResult? { get { raw.optionalView("allocation") } _modify { var view: AllocationResult? = raw.takeOptionalView("allocation"); defer { raw.put("allocation", value: view?.raw) }; yield &view } }
    package var devices: ViewList<AllocatedDeviceStatus> { get { raw.viewList("devices") } _modify { var list: ViewList<AllocatedDeviceStatus> = raw.takeViewList("devices"); defer { raw.put("devices", list) }; yield &list } }
    package var reservedFor: ViewList<ResourceClaimConsumerReference> { get { raw.viewList("reservedFor") } _modify { var list: ViewList<ResourceClaimConsumerReference> = raw.takeViewList("reservedFor"); defer { raw.put("reservedFor", list) }; yield &list } }
}

package struct ResourceClaimTemplate: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "resource.k8s.io", version: "v1", kind: "ResourceClaimTemplate", resource: "resourceclaimtemplates", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ResourceClaimTemplateSpec { get { raw.view("spec") } _modify { var view: ResourceClaimTemplateSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct ResourceClaimTemplateSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ResourceClaimSpec { get { raw.view("spec") } _modify { var view: ResourceClaimSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct ResourcePool: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var generation: Int { get { raw.integer("generation") ?? 0 } set { raw.set("generation", newValue) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var resourceSliceCount: Int { get { raw.integer("resourceSliceCount") ?? 0 } set { raw.set("resourceSliceCount", newValue) } }
}

package struct ResourceResourceClaim: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "resource.k8s.io", version: "v1", kind: "ResourceClaim", resource: "resourceclaims", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ResourceClaimSpec { get { raw.view("spec") } _modify { var view: ResourceClaimSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: ResourceClaimStatus { get { raw.view("status") } _modify { var view: ResourceClaimStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct ResourceSlice: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "resource.k8s.io", version: "v1", kind: "ResourceSlice", resource: "resourceslices", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ResourceSliceSpec { get { raw.view("spec") } _modify { var view: ResourceSliceSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct ResourceSliceSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allNodes: Bool? { get { raw.flag("allNodes") } set { raw.set("allNodes", newValue) } }
    package var devices: ViewList<Device> { get { raw.viewList("devices") } _modify { var list: ViewList<Device> = raw.takeViewList("devices"); defer { raw.put("devices", list) }; yield &list } }
    package var driver: String { get { raw.text("driver") } set { raw.set("driver", newValue, keepsEmpty: true) } }
    package var nodeName: String { get { raw.text("nodeName") } set { raw.set("nodeName", newValue, keepsEmpty: false) } }
    package var nodeSelector: NodeSelector? { get { raw.optionalView("nodeSelector") } _modify { var view: NodeSelector? = raw.takeOptionalView("nodeSelector"); defer { raw.put("nodeSelector", value: view?.raw) }; yield &view } }
    package var perDeviceNodeSelection: Bool? { get { raw.flag("perDeviceNodeSelection") } set { raw.set("perDeviceNodeSelection", newValue) } }
    package var pool: ResourcePool { get { raw.view("pool") } _modify { var view: ResourcePool = raw.takeView("pool"); defer { raw.put("pool", view) }; yield &view } }
    package var sharedCounters: ViewList<CounterSet> { get { raw.viewList("sharedCounters") } _modify { var list: ViewList<CounterSet> = raw.takeViewList("sharedCounters"); defer { raw.put("sharedCounters", list) }; yield &list } }
}
