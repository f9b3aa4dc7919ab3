// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ClusterTrustBundle: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "certificates.k8s.io", version: "v1beta1", kind: "ClusterTrustBundle", resource: "clustertrustbundles", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: ClusterTrustBundleSpec { get { raw.view("spec") } _modify { var view: ClusterTrustBundleSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct ClusterTrustBundleSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var signerName: String { get { raw.text("signerName") } set { raw.set("signerName", newValue, keepsEmpty: false) } }
    package var trustBundle: String { get { raw.text("trustBundle") } set { raw.set("trustBundle", newValue, keepsEmpty: true) } }
}

package struct PodCertificateRequest: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "certificates.k8s.io", version: "v1beta1", kind: "PodCertificateRequest", resource: "podcertificaterequests", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: PodCertificateRequestSpec { get { raw.view("spec") } _modify { var view: PodCertificateRequestSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: PodCertificateRequestStatus { get { raw.view("status") } _modify { var view: PodCertificateRequestStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct PodCertificateRequestSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var maxExpirationSeconds: Int? { get { raw.integer("maxExpirationSeconds") } set { raw.set("maxExpirationSeconds", newValue) } }
    package var nodeName: String { get { raw.text("nodeName") } set { raw.set("nodeName", newValue, keepsEmpty: true) } }
    package var nodeUID: String { get { raw.text("nodeUID") } set { raw.set("nodeUID", newValue, keepsEmpty: true) } }
    package var pkixPublicKey: String { get { raw.text("pkixPublicKey") } set { raw.set("pkixPublicKey", newValue, keepsEmpty: false) } }
    package var podName: String { get { raw.text("podName") } set { raw.set("podName", newValue, keepsEmpty: true) } }
    package var podUID: String { get { raw.text("podUID") } set { raw.set("podUID", newValue, keepsEmpty: true) } }
    package var proofOfPossession: String { get { raw.text("proofOfPossession") } set { raw.set("proofOfPossession", newValue, keepsEmpty: false) } }
    package var serviceAccountName: String { get { raw.text("serviceAccountName") } set { raw.set("serviceAccountName", newValue, keepsEmpty: true) } }
    package var serviceAccountUID: String { get { raw.text("serviceAccountUID") } set { raw.set("serviceAccountUID", newValue, keepsEmpty: true) } }
    package var signerName: String { get { raw.text("signerName") } set { raw.set("signerName", newValue, keepsEmpty: true) } }
    package var stubPKCS10Request: String { get { raw.text("stubPKCS10Request") } set { raw.set("stubPKCS10Request", newValue, keepsEmpty: true) } }
    package var unverifiedUserAnnotations: [String: String] { get { raw.stringMap("unverifiedUserAnnotations") } set { raw.set("unverifiedUserAnnotations", newValue) } }
}

package struct PodCertificateRequestStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var beginRefreshAt: String { get { raw.text("beginRefreshAt") } set { raw.set("beginRefreshAt", newValue, keepsEmpty: false) } }
    package var certificateChain: String { get { raw.text("certificateChain") } set { raw.set("certificateChain", newValue, keepsEmpty: false) } }
    package var conditions: ViewList<Condition> { get { raw.viewList("conditions") } _modify { var list: ViewList<Condition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var notAfter: String { get { raw.text("notAfter") } set { raw.set("notAfter", newValue, keepsEmpty: false) } }
    package var notBefore: String { get { raw.text("notBefore") } set { raw.set("notBefore", newValue, keepsEmpty: false) } }
}
