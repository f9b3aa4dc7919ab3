import Core
import SchemaEngine
import Store
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
    /// What was asked for, in the version it was asked for in.
    package let resource: ServedResource
    /// The version `object` and `oldObject` are in.
    package let schema: ResourceSchema
    /// The request this is part of.
    package let request: APIRequest
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
    /// What plugins have to say to the audit log, by upstream's keys.
    package var auditAnnotations: [String: String] = [:] {
        didSet {
            guard let annotations = RequestAnnotations.current else { return }
            for (key, value) in auditAnnotations { annotations.add(key, value) }
        }
    }
    /// Whether mutating plugins are asked once more, and which.
    package var reinvocation = Reinvocation()

    package init(
        operation: AdmissionOperation, resource: ServedResource, kind: GroupVersionKind? = nil, request: APIRequest, name: String? = nil,
        warnings: [String] = [], object: Value?, oldObject: Value?
    ) {
        self.warnings = warnings
        self.operation = operation
        self.resource = resource
        self.request = request
        schema = resource.preparedSchema
        let part = resource.schema.subresources.first { $0.name == request.subresource }
        self.kind = kind ?? part?.kind ?? resource.schema.kind
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

/// One step of admission. The chain first lets all mutating plugins change the object, in order, and the screening ones look at the outcome;
/// later all validating ones refuse it, and last all charge for it.
package protocol AdmissionPlugin: Sendable {
    /// Upstream's name of the plugin.
    var name: String { get }
}

package protocol MutatingPlugin: AdmissionPlugin {
    /// Changes the object or refuses it (throws `APIError`).
    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws
}

package protocol ScreeningPlugin: AdmissionPlugin {
    /// Refuses what all plugins have made of the object (throws `APIError`), before it is prepared and validated.
    func screen(_ request: AdmissionRequest, _ cluster: ClusterState) async throws
}

package protocol ValidatingPlugin: AdmissionPlugin {
    /// Refuses the object (throws `APIError`). Sees it as it will be stored.
    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws
}

package protocol ChargingPlugin: AdmissionPlugin {
    /// Writes of other objects that become durable with this one or not at all, each for one revision of its object; or the refusal (throws
    /// `APIError`). Asked again when somebody else's write of one of them came first.
    func charges(for request: AdmissionRequest, _ cluster: ClusterState) throws -> [Write]
}
