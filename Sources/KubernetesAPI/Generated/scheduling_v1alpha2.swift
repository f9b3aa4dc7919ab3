// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct BasicSchedulingPolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
}

package struct GangSchedulingPolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var minCount: Int { get { raw.integer("minCount") ?? 0 } set { raw.set("minCount", newValue) } }
}

package struct PodGroup: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "scheduling.k8s.io", version: "v1alpha2", kind: "PodGroup", resource: "podgroups", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PodGroupSpec { get { raw.view("spec") } _modify { var view: PodGroupSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: PodGroupStatus { get { raw.view("status") } _modify { var view: PodGroupStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct PodGroupResourceClaim: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var resourceClaimName: String { get { raw.text("resourceClaimName") } set { raw.set("resourceClaimName", newValue, keepsEmpty: false) } }
    package var resourceClaimTemplateName: String { get { raw.text("resourceClaimTemplateName") } set { raw.set("resourceClaimTemplateName", newValue, keepsEmpty: false) } }
}

package struct PodGroupResourceClaimStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var resourceClaimName: String { get { raw.text("resourceClaimName") } set { raw.set("resourceClaimName", newValue, keepsEmpty: false) } }
}

package struct PodGroupSchedulingConstraints: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var topology: ViewList<TopologyConstraint> { get { raw.viewList("topology") } _modify { var list: ViewList<TopologyConstraint> = raw.takeViewList("topology"); defer { raw.put("topology", list) }; yield &list } }
}

package struct PodGroupSchedulingPolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var basic: BasicSchedulingPolicy? { get { raw.optionalView("basic") } _modify { var view: BasicSchedulingPolicy? = raw.takeOptionalView("basic"); defer { raw.put("basic", value: view?.raw) }; yield &view } }
    package var gang: GangSchedulingPolicy? { get { raw.optionalView("gang") } _modify { var view: GangSchedulingPolicy? = raw.takeOptionalView("gang"); defer { raw.put("gang", value: view?.raw) }; yield &view } }
}

package struct PodGroupSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var disruptionMode: String { get { raw.text("disruptionMode") } set { raw.set("disruptionMode", newValue, keepsEmpty: false) } }
    package var podGroupTemplateRef: PodGroupTemplateReference? { get { raw.optionalView("podGroupTemplateRef") } _modify { var view: PodGroupTemplateReference? = raw.takeOptionalView("podGroupTemplateRef"); defer { raw.put("podGroupTemplateRef", value: view?.raw) }; yield &view } }
    package var priority: Int? { get { raw.integer("priority") } set { raw.set("priority", newValue) } }
    package var priorityClassName: String { get { raw.text("priorityClassName") } set { raw.set("priorityClassName", newValue, keepsEmpty: false) } }
    package var resourceClaims: ViewList<PodGroupResourceClaim> { get { raw.viewList("resourceClaims") } _modify { var list: ViewList<PodGroupResourceClaim> = raw.takeViewList("resourceClaims"); defer { raw.put("resourceClaims", list) }; yield &list } }
    package var schedulingConstraints: PodGroupSchedulingConstraints? { get { raw.optionalView("schedulingConstraints") } _modify { var view: PodGroupSchedulingConstraints? = raw.takeOptionalView("schedulingConstraints"); defer { raw.put("schedulingConstraints", value: view?.raw) }; yield &view } }
    package var schedulingPolicy: PodGroupSchedulingPolicy { get { raw.view("schedulingPolicy") } _modify { var view: PodGroupSchedulingPolicy = raw.takeView("schedulingPolicy"); defer { raw.put("schedulingPolicy", view) }; yield &view } }
}

package struct PodGroupStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var resourceClaimStatuses: ViewList<PodGroupResourceClaimStatus> { get { raw.viewList("resourceClaimStatuses") } _modify { var list: ViewList<PodGroupResourceClaimStatus> = raw.takeViewList("resourceClaimStatuses"); defer { raw.put("resourceClaimStatuses", list) }; yield &list } }
}

package struct PodGroupTemplate: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var disruptionMode: String { get { raw.text("disruptionMode") } set { raw.set("disruptionMode", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var priority: Int? { get { raw.integer("priority") } set { raw.set("priority", newValue) } }
    package var priorityClassName: String { get { raw.text("priorityClassName") } set { raw.set("priorityClassName", newValue, keepsEmpty: false) } }
    package var resourceClaims: ViewList<PodGroupResourceClaim> { get { raw.viewList("resourceClaims") } _modify { var list: ViewList<PodGroupResourceClaim> = raw.takeViewList("resourceClaims"); defer { raw.put("resourceClaims", list) }; yield &list } }
    package var schedulingConstraints: PodGroupSchedulingConstraints? { get { raw.optionalView("schedulingConstraints") } _modify { var view: PodGroupSchedulingConstraints? = raw.takeOptionalView("schedulingConstraints"); defer { raw.put("schedulingConstraints", value: view?.raw) }; yield &view } }
    package var schedulingPolicy: PodGroupSchedulingPolicy { get { raw.view("schedulingPolicy") } _modify { var view: PodGroupSchedulingPolicy = raw.takeView("schedulingPolicy"); defer { raw.put("schedulingPolicy", view) }; yield &view } }
}

package struct PodGroupTemplateReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var workload: WorkloadPodGroupTemplateReference? { get { raw.optionalView("workload") } _modify { var view: WorkloadPodGroupTemplateReference? = raw.takeOptionalView("workload"); defer { raw.put("workload", value: view?.raw) }; yield &view } }
}

package struct SchedulingTypedLocalObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiGroup: String { get { raw.text("apiGroup") } set { raw.set("apiGroup", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
}

package struct TopologyConstraint: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
}

package struct Workload: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "scheduling.k8s.io", version: "v1alpha2", kind: "Workload", resource: "workloads", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: WorkloadSpec { get { raw.view("spec") } _modify { var view: WorkloadSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct WorkloadPodGroupTemplateReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var podGroupTemplateName: String { get { raw.text("podGroupTemplateName") } set { raw.set("podGroupTemplateName", newValue, keepsEmpty: true) } }
    package var workloadName: String { get { raw.text("workloadName") } set { raw.set("workloadName", newValue, keepsEmpty: true) } }
}

package struct WorkloadSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var controllerRef: SchedulingTypedLocalObjectReference? { get { raw.optionalView("controllerRef") } _modify { var view: SchedulingTypedLocalObjectReference? = raw.takeOptionalView("controllerRef"); defer { raw.put("controllerRef", value: view?.raw) }; yield &view } }
    package var podGroupTemplates: ViewList<PodGroupTemplate> { get { raw.viewList("podGroupTemplates") } _modify { var list: ViewList<PodGroupTemplate> = raw.takeViewList("podGroupTemplates"); defer { raw.put("podGroupTemplates", list) }; yield &list } }
}
