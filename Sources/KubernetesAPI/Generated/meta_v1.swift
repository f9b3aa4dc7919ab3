// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct APIGroup: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var preferredVersion: GroupVersionForDiscovery? { get { raw.optionalView("preferredVersion") } _modify { var view: GroupVersionForDiscovery? = raw.takeOptionalView("preferredVersion"); defer { raw.put("preferredVersion", value: view?.raw) }; yield &view } }
    package var serverAddressByClientCIDRs: ViewList<ServerAddressByClientCIDR> { get { raw.viewList("serverAddressByClientCIDRs") } _modify { var list: ViewList<ServerAddressByClientCIDR> = raw.takeViewList("serverAddressByClientCIDRs"); defer { raw.put("serverAddressByClientCIDRs", list) }; yield &list } }
    package var versions: ViewList<GroupVersionForDiscovery> { get { raw.viewList("versions") } _modify { var list: ViewList<GroupVersionForDiscovery> = raw.takeViewList("versions"); defer { raw.put("versions", list) }; yield &list } }
}

package struct APIGroupList: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var groups: ViewList<APIGroup> { get { raw.viewList("groups") } _modify { var list: ViewList<APIGroup> = raw.takeViewList("groups"); defer { raw.put("groups", list) }; yield &list } }
}

package struct APIResource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var categories: [String] { get { raw.strings("categories") } set { raw.set("categories", newValue) } }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespaced: Bool { get { raw.flag("namespaced") ?? false } set { raw.set("namespaced", newValue) } }
    package var shortNames: [String] { get { raw.strings("shortNames") } set { raw.set("shortNames", newValue) } }
    package var singularName: String { get { raw.text("singularName") } set { raw.set("singularName", newValue, keepsEmpty: true) } }
    package var storageVersionHash: String { get { raw.text("storageVersionHash") } set { raw.set("storageVersionHash", newValue, keepsEmpty: false) } }
    package var verbs: [String] { get { raw.strings("verbs") } set { raw.set("verbs", newValue) } }
    package var version: String { get { raw.text("version") } set { raw.set("version", newValue, keepsEmpty: false) } }
}

package struct APIResourceList: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var groupVersion: String { get { raw.text("groupVersion") } set { raw.set("groupVersion", newValue, keepsEmpty: true) } }
    package var resources: ViewList<APIResource> { get { raw.viewList("resources") } _modify { var list: ViewList<APIResource> = raw.takeViewList("resources"); defer { raw.put("resources", list) }; yield &list } }
}

package struct APIResourceVerbs: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var verbs: [String] { get { raw.strings("verbs") } set { raw.set("verbs", newValue) } }
}

package struct APIVersions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var serverAddressByClientCIDRs: ViewList<ServerAddressByClientCIDR> { get { raw.viewList("serverAddressByClientCIDRs") } _modify { var list: ViewList<ServerAddressByClientCIDR> = raw.takeViewList("serverAddressByClientCIDRs"); defer { raw.put("serverAddressByClientCIDRs", list) }; yield &list } }
    package var versions: [String] { get { raw.strings("versions") } set { raw.set("versions", newValue) } }
}

package struct Condition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: true) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: true) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: true) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct CreateOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var dryRun: [String] { get { raw.strings("dryRun") } set { raw.set("dryRun", newValue) } }
    package var fieldManager: String { get { raw.text("fieldManager") } set { raw.set("fieldManager", newValue, keepsEmpty: false) } }
    package var fieldValidation: String { get { raw.text("fieldValidation") } set { raw.set("fieldValidation", newValue, keepsEmpty: false) } }
}

package struct DeleteOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var dryRun: [String] { get { raw.strings("dryRun") } set { raw.set("dryRun", newValue) } }
    package var gracePeriodSeconds: Int? { get { raw.integer("gracePeriodSeconds") } set { raw.set("gracePeriodSeconds", newValue) } }
    package var ignoreStoreReadErrorWithClusterBreakingPotential: Bool? { get { raw.flag("ignoreStoreReadErrorWithClusterBreakingPotential") } set { raw.set("ignoreStoreReadErrorWithClusterBreakingPotential", newValue) } }
    package var orphanDependents: Bool? { get { raw.flag("orphanDependents") } set { raw.set("orphanDependents", newValue) } }
    package var preconditions: Preconditions? { get { raw.optionalView("preconditions") } _modify { var view: Preconditions? = raw.takeOptionalView("preconditions"); defer { raw.put("preconditions", value: view?.raw) }; yield &view } }
    package var propagationPolicy: String { get { raw.text("propagationPolicy") } set { raw.set("propagationPolicy", newValue, keepsEmpty: false) } }
}

package struct FieldSelectorRequirement: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: true) } }
    package var values: [String] { get { raw.strings("values") } set { raw.set("values", newValue) } }
}

package struct GetOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
}

package struct GroupVersionForDiscovery: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var groupVersion: String { get { raw.text("groupVersion") } set { raw.set("groupVersion", newValue, keepsEmpty: true) } }
    package var version: String { get { raw.text("version") } set { raw.set("version", newValue, keepsEmpty: true) } }
}

package struct LabelSelector: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var matchExpressions: ViewList<LabelSelectorRequirement> { get { raw.viewList("matchExpressions") } _modify { var list: ViewList<LabelSelectorRequirement> = raw.takeViewList("matchExpressions"); defer { raw.put("matchExpressions", list) }; yield &list } }
    package var matchLabels: [String: String] { get { raw.stringMap("matchLabels") } set { raw.set("matchLabels", newValue) } }
}

package struct LabelSelectorRequirement: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var key: String { get { raw.text("key") } set { raw.set("key", newValue, keepsEmpty: true) } }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: true) } }
    package var values: [String] { get { raw.strings("values") } set { raw.set("values", newValue) } }
}

package struct ListMeta: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var `continue`: String { get { raw.text("continue") } set { raw.set("continue", newValue, keepsEmpty: false) } }
    package var remainingItemCount: Int? { get { raw.integer("remainingItemCount") } set { raw.set("remainingItemCount", newValue) } }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
    package var selfLink: String { get { raw.text("selfLink") } set { raw.set("selfLink", newValue, keepsEmpty: false) } }
    package var shardInfo: ShardInfo? { get { raw.optionalView("shardInfo") } _modify { var view: ShardInfo? = raw.takeOptionalView("shardInfo"); defer { raw.put("shardInfo", value: view?.raw) }; yield &view } }
}

package struct ListOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var allowWatchBookmarks: Bool? { get { raw.flag("allowWatchBookmarks") } set { raw.set("allowWatchBookmarks", newValue) } }
    package var `continue`: String { get { raw.text("continue") } set { raw.set("continue", newValue, keepsEmpty: false) } }
    package var fieldSelector: String { get { raw.text("fieldSelector") } set { raw.set("fieldSelector", newValue, keepsEmpty: false) } }
    package var labelSelector: String { get { raw.text("labelSelector") } set { raw.set("labelSelector", newValue, keepsEmpty: false) } }
    package var limit: Int? { get { raw.integer("limit") } set { raw.set("limit", newValue) } }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
    package var resourceVersionMatch: String { get { raw.text("resourceVersionMatch") } set { raw.set("resourceVersionMatch", newValue, keepsEmpty: false) } }
    package var sendInitialEvents: Bool? { get { raw.flag("sendInitialEvents") } set { raw.set("sendInitialEvents", newValue) } }
    package var shardSelector: String { get { raw.text("shardSelector") } set { raw.set("shardSelector", newValue, keepsEmpty: false) } }
    package var timeoutSeconds: Int? { get { raw.integer("timeoutSeconds") } set { raw.set("timeoutSeconds", newValue) } }
    package var watch: Bool? { get { raw.flag("watch") } set { raw.set("watch", newValue) } }
}

package struct ManagedFieldsEntry: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: false) } }
    package var fieldsType: String { get { raw.text("fieldsType") } set { raw.set("fieldsType", newValue, keepsEmpty: false) } }
    package var fieldsV1: Value? { get { raw["fieldsV1"] } _modify { yield &raw["fieldsV1"] } }
    package var manager: String { get { raw.text("manager") } set { raw.set("manager", newValue, keepsEmpty: false) } }
    package var operation: String { get { raw.text("operation") } set { raw.set("operation", newValue, keepsEmpty: false) } }
    package var subresource: String { get { raw.text("subresource") } set { raw.set("subresource", newValue, keepsEmpty: false) } }
    package var time: String { get { raw.text("time") } set { raw.set("time", newValue, keepsEmpty: false) } }
}

package struct MetaGroupResource: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: true) } }
    package var resource: String { get { raw.text("resource") } set { raw.set("resource", newValue, keepsEmpty: true) } }
}

package struct ObjectMeta: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var annotations: [String: String] { get { raw.stringMap("annotations") } set { raw.set("annotations", newValue) } }
    package var creationTimestamp: String { get { raw.text("creationTimestamp") } set { raw.set("creationTimestamp", newValue, keepsEmpty: false) } }
    package var deletionGracePeriodSeconds: Int? { get { raw.integer("deletionGracePeriodSeconds") } set { raw.set("deletionGracePeriodSeconds", newValue) } }
    package var deletionTimestamp: String { get { raw.text("deletionTimestamp") } set { raw.set("deletionTimestamp", newValue, keepsEmpty: false) } }
    package var finalizers: [String] { get { raw.strings("finalizers") } set { raw.set("finalizers", newValue) } }
    package var generateName: String { get { raw.text("generateName") } set { raw.set("generateName", newValue, keepsEmpty: false) } }
    package var generation: Int? { get { raw.integer("generation") } set { raw.set("generation", newValue) } }
    package var labels: [String: String] { get { raw.stringMap("labels") } set { raw.set("labels", newValue) } }
    package var managedFields: ViewList<ManagedFieldsEntry> { get { raw.viewList("managedFields") } _modify { var list: ViewList<ManagedFieldsEntry> = raw.takeViewList("managedFields"); defer { raw.put("managedFields", list) }; yield &list } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: false) } }
    package var ownerReferences: ViewList<OwnerReference> { get { raw.viewList("ownerReferences") } _modify { var list: ViewList<OwnerReference> = raw.takeViewList("ownerReferences"); defer { raw.put("ownerReferences", list) }; yield &list } }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
    package var selfLink: String { get { raw.text("selfLink") } set { raw.set("selfLink", newValue, keepsEmpty: false) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct OwnerReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var apiVersion: String { get { raw.text("apiVersion") } set { raw.set("apiVersion", newValue, keepsEmpty: true) } }
    package var blockOwnerDeletion: Bool? { get { raw.flag("blockOwnerDeletion") } set { raw.set("blockOwnerDeletion", newValue) } }
    package var controller: Bool? { get { raw.flag("controller") } set { raw.set("controller", newValue) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: true) } }
}

package struct PartialObjectMetadata: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
}

package struct PatchOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var dryRun: [String] { get { raw.strings("dryRun") } set { raw.set("dryRun", newValue) } }
    package var fieldManager: String { get { raw.text("fieldManager") } set { raw.set("fieldManager", newValue, keepsEmpty: false) } }
    package var fieldValidation: String { get { raw.text("fieldValidation") } set { raw.set("fieldValidation", newValue, keepsEmpty: false) } }
    package var force: Bool? { get { raw.flag("force") } set { raw.set("force", newValue) } }
}

package struct Preconditions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var resourceVersion: String { get { raw.text("resourceVersion") } set { raw.set("resourceVersion", newValue, keepsEmpty: false) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct ServerAddressByClientCIDR: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var clientCIDR: String { get { raw.text("clientCIDR") } set { raw.set("clientCIDR", newValue, keepsEmpty: true) } }
    package var serverAddress: String { get { raw.text("serverAddress") } set { raw.set("serverAddress", newValue, keepsEmpty: true) } }
}

package struct ShardInfo: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var selector: String { get { raw.text("selector") } set { raw.set("selector", newValue, keepsEmpty: true) } }
}

package struct Status: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var code: Int? { get { raw.integer("code") } set { raw.set("code", newValue) } }
    package var details: StatusDetails? { get { raw.optionalView("details") } _modify { var view: StatusDetails? = raw.takeOptionalView("details"); defer { raw.put("details", value: view?.raw) }; yield &view } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var metadata: ListMeta { get { raw.view("metadata") } _modify { var view: ListMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: false) } }
}

package struct StatusCause: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var field: String { get { raw.text("field") } set { raw.set("field", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
}

package struct StatusDetails: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var causes: ViewList<StatusCause> { get { raw.viewList("causes") } _modify { var list: ViewList<StatusCause> = raw.takeViewList("causes"); defer { raw.put("causes", list) }; yield &list } }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: false) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var retryAfterSeconds: Int? { get { raw.integer("retryAfterSeconds") } set { raw.set("retryAfterSeconds", newValue) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct Table: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var columnDefinitions: ViewList<TableColumnDefinition> { get { raw.viewList("columnDefinitions") } _modify { var list: ViewList<TableColumnDefinition> = raw.takeViewList("columnDefinitions"); defer { raw.put("columnDefinitions", list) }; yield &list } }
    package var metadata: ListMeta { get { raw.view("metadata") } _modify { var view: ListMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var rows: ViewList<TableRow> { get { raw.viewList("rows") } _modify { var list: ViewList<TableRow> = raw.takeViewList("rows"); defer { raw.put("rows", list) }; yield &list } }
}

package struct TableColumnDefinition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var description: String { get { raw.text("description") } set { raw.set("description", newValue, keepsEmpty: false) } }
    package var format: String { get { raw.text("format") } set { raw.set("format", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: false) } }
    package var priority: Int? { get { raw.integer("priority") } set { raw.set("priority", newValue) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct TableRow: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var cells: [Value] { get { raw["cells"]?.array ?? [] } set { raw["cells"] = newValue.isEmpty ? nil : .array(newValue) } }
    package var conditions: ViewList<TableRowCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<TableRowCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var object: Value? { get { raw["object"] } _modify { yield &raw["object"] } }
}

package struct TableRowCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct UpdateOptions: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var dryRun: [String] { get { raw.strings("dryRun") } set { raw.set("dryRun", newValue) } }
    package var fieldManager: String { get { raw.text("fieldManager") } set { raw.set("fieldManager", newValue, keepsEmpty: false) } }
    package var fieldValidation: String { get { raw.text("fieldValidation") } set { raw.set("fieldValidation", newValue, keepsEmpty: false) } }
}

package struct WatchEvent: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var object: Value? { get { raw["object"] } _modify { yield &raw["object"] } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}
