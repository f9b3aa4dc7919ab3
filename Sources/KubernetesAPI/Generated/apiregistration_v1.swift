// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct APIService: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "apiregistration.k8s.io", version: "v1", kind: "APIService", resource: "apiservices", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: APIServiceSpec { get { raw.view("spec") } _modify { var view: APIServiceSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: APIServiceStatus { get { raw.view("status") } _modify { var view: APIServiceStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct APIServiceCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct APIServiceSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var caBundle: String { get { raw.text("caBundle") } set { raw.set("caBundle", newValue, keepsEmpty: false) } }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: false) } }
    package var groupPriorityMinimum: Int { get { raw.integer("groupPriorityMinimum") ?? 0 } set { raw.set("groupPriorityMinimum", newValue) } }
    package var insecureSkipTLSVerify: Bool? { get { raw.flag("insecureSkipTLSVerify") } set { raw.set("insecureSkipTLSVerify", newValue) } }
    package var service: ApiregistrationServiceReference? { get { raw.optionalView("service") } _modify { var view: ApiregistrationServiceReference? = raw.takeOptionalView("service"); defer { raw.put("service", value: view?.raw) }; yield &view } }
    package var version: String { get { raw.text("version") } set { raw.set("version", newValue, keepsEmpty: false) } }
    package var versionPriority: Int { get { raw.integer("versionPriority") ?? 0 } set { raw.set("versionPriority", newValue) } }
}

package struct APIServiceStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conditions: ViewList<APIServiceCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<APIServiceCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
}

package struct ApiregistrationServiceReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
    package var port: Int? { get { raw.integer("port") } set { raw.set("port", newValue) } }
}
