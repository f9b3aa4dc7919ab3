import Core
import SchemaEngine
import Values

/// What a write does, as admission names it.
package enum AdmissionOperation: String, Sendable, Hashable {
    case create = "CREATE"
    case update = "UPDATE"
    case delete = "DELETE"
    case connect = "CONNECT"
}

/// A write on its way through admission: upstream's `admission.Attributes`.
package struct AdmissionRequest: Sendable {
    package let operation: AdmissionOperation
    package let schema: ResourceSchema
    /// The kind of `object`: for a subresource such as `binding` not the resource's own.
    package let kind: GroupVersionKind
    package let subresource: String
    package let namespace: String
    /// Empty while a generated name is not made yet.
    package let name: String
    package let user: UserInfo
    package let isDryRun: Bool
    package let options: APIRequest.Options
    /// What is to be stored; nil on delete. Mutating plugins change it in place.
    package var object: Value?
    /// What is stored now; nil on create.
    package let oldObject: Value?
    /// Sent to the client as `Warning` headers.
    package var warnings: [String] = []

    package init(
        operation: AdmissionOperation, schema: ResourceSchema, kind: GroupVersionKind? = nil, request: APIRequest, name: String? = nil,
        object: Value?, oldObject: Value?
    ) {
        self.operation = operation
        self.schema = schema
        self.kind = kind ?? schema.kind
        subresource = request.subresource
        namespace = request.namespace
        self.name = name ?? request.name
        user = request.user
        isDryRun = request.options.isDryRun
        options = request.options
        self.object = object
        self.oldObject = oldObject
    }

    /// "pods", "deployments.apps": what messages name.
    package var groupResource: GroupResource { schema.resource.groupResource }
    /// A refusal: "pods \"p\" is forbidden: why". An object whose name is still to be generated is named by what it begins with, as upstream does.
    package func forbidden(_ why: String) -> APIError {
        let given = [name, object?.meta("name")?.string, object?.meta("generateName")?.string].compactMap { $0 }
        return .forbidden(groupResource, given.first { !$0.isEmpty } ?? "Unknown", why)
    }
    /// Whether the write is of `resource` in the core group, and not of a subresource.
    package func isCore(_ resource: String) -> Bool {
        subresource.isEmpty && schema.resource.group.isEmpty && schema.resource.resource == resource
    }
}

/// One step of admission. The chain first lets all plugins mutate, in order, and later all of them validate.
package protocol AdmissionPlugin: Sendable {
    /// Upstream's name of the plugin.
    var name: String { get }
    /// Changes the object or refuses it (throws `APIError`).
    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws
    /// Refuses the object (throws `APIError`). Sees it as it will be stored.
    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws
}

extension AdmissionPlugin {
    package func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {}
    package func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {}
}
