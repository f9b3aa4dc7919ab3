// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct CertificateSigningRequest: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "certificates.k8s.io", version: "v1", kind: "CertificateSigningRequest", resource: "certificatesigningrequests", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: CertificateSigningRequestSpec { get { raw.view("spec") } _modify { var view: CertificateSigningRequestSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: CertificateSigningRequestStatus { get { raw.view("status") } _modify { var view: CertificateSigningRequestStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct CertificateSigningRequestCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var lastUpdateTime: String { get { raw.text("lastUpdateTime") } set { raw.set("lastUpdateTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct CertificateSigningRequestSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expirationSeconds: Int? { get { raw.integer("expirationSeconds") } set { raw.set("expirationSeconds", newValue) } }
    package var extra: Value? { get { raw["extra"] } _modify { yield &raw["extra"] } }
    package var groups: [String] { get { raw.strings("groups") } set { raw.set("groups", newValue) } }
    package var request: String { get { raw.text("request") } set { raw.set("request", newValue, keepsEmpty: true) } }
    package var signerName: String { get { raw.text("signerName") } set { raw.set("signerName", newValue, keepsEmpty: true) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
    package var usages: [String] { get { raw.strings("usages") } set { raw.set("usages", newValue) } }
    package var username: String { get { raw.text("username") } set { raw.set("username", newValue, keepsEmpty: false) } }
}

package struct CertificateSigningRequestStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var certificate: String { get { raw.text("certificate") } set { raw.set("certificate", newValue, keepsEmpty: false) } }
    package var conditions: ViewList<CertificateSigningRequestCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<CertificateSigningRequestCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
}
