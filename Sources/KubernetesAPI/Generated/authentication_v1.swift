// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct BoundObjectReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct SelfSubjectReview: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "authentication.k8s.io", version: "v1", kind: "SelfSubjectReview", resource: "selfsubjectreviews", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var status: SelfSubjectReviewStatus { get { raw.view("status") } _modify { var view: SelfSubjectReviewStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct SelfSubjectReviewStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var userInfo: UserInfo? { get { raw.optionalView("userInfo") } _modify { var view: UserInfo? = raw.takeOptionalView("userInfo"); defer { raw.put("userInfo", value: view?.raw) }; yield &view } }
}

package struct TokenRequest: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: TokenRequestSpec { get { raw.view("spec") } _modify { var view: TokenRequestSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: TokenRequestStatus { get { raw.view("status") } _modify { var view: TokenRequestStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct TokenRequestSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var audiences: [String] { get { raw.strings("audiences") } set { raw.set("audiences", newValue) } }
    package var boundObjectRef: BoundObjectReference? { get { raw.optionalView("boundObjectRef") } _modify { var view: BoundObjectReference? = raw.takeOptionalView("boundObjectRef"); defer { raw.put("boundObjectRef", value: view?.raw) }; yield &view } }
    package var expirationSeconds: Int? { get { raw.integer("expirationSeconds") } set { raw.set("expirationSeconds", newValue) } }
}

package struct TokenRequestStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var expirationTimestamp: String { get { raw.text("expirationTimestamp") } set { raw.set("expirationTimestamp", newValue, keepsEmpty: false) } }
    package var token: String { get { raw.text("token") } set { raw.set("token", newValue, keepsEmpty: false) } }
}

package struct TokenReview: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "authentication.k8s.io", version: "v1", kind: "TokenReview", resource: "tokenreviews", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: TokenReviewSpec { get { raw.view("spec") } _modify { var view: TokenReviewSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: TokenReviewStatus { get { raw.view("status") } _modify { var view: TokenReviewStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct TokenReviewSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var audiences: [String] { get { raw.strings("audiences") } set { raw.set("audiences", newValue) } }
    package var token: String { get { raw.text("token") } set { raw.set("token", newValue, keepsEmpty: true) } }
}

package struct TokenReviewStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var audiences: [String] { get { raw.strings("audiences") } set { raw.set("audiences", newValue) } }
    package var authenticated: Bool? { get { raw.flag("authenticated") } set { raw.set("authenticated", newValue) } }
    package var error: String { get { raw.text("error") } set { raw.set("error", newValue, keepsEmpty: false) } }
    package var user: UserInfo? { get { raw.optionalView("user") } _modify { var view: UserInfo? = raw.takeOptionalView("user"); defer { raw.put("user", value: view?.raw) }; yield &view } }
}

package struct UserInfo: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var extra: Value? { get { raw["extra"] } _modify { yield &raw["extra"] } }
    package var groups: [String] { get { raw.strings("groups") } set { raw.set("groups", newValue) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
    package var username: String { get { raw.text("username") } set { raw.set("username", newValue, keepsEmpty: false) } }
}
