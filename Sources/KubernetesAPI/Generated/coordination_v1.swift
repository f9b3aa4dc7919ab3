// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct Lease: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "coordination.k8s.io", version: "v1", kind: "Lease", resource: "leases", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: LeaseSpec { get { raw.view("spec") } _modify { var view: LeaseSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct LeaseSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var acquireTime: String { get { raw.text("acquireTime") } set { raw.set("acquireTime", newValue, keepsEmpty: false) } }
    package var holderIdentity: String { get { raw.text("holderIdentity") } set { raw.set("holderIdentity", newValue, keepsEmpty: false) } }
    package var leaseDurationSeconds: Int? { get { raw.integer("leaseDurationSeconds") } set { raw.set("leaseDurationSeconds", newValue) } }
    package var leaseTransitions: Int? { get { raw.integer("leaseTransitions") } set { raw.set("leaseTransitions", newValue) } }
    package var preferredHolder: String { get { raw.text("preferredHolder") } set { raw.set("preferredHolder", newValue, keepsEmpty: false) } }
    package var renewTime: String { get { raw.text("renewTime") } set { raw.set("renewTime", newValue, keepsEmpty: false) } }
    package var strategy: String { get { raw.text("strategy") } set { raw.set("strategy", newValue, keepsEmpty: false) } }
}
