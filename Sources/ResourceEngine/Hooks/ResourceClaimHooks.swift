import Core
import Values

/// Claims for devices: who may ask for access beside the users of a device, and what goes with an allocation.
struct ResourceClaimHooks: ResourceHooks {
    private static let adminLabel = "resource.kubernetes.io/admin-access"

    /// Where the requests are: a claim's own, or those of its template.
    let requests: [String]

    static let claim = ResourceClaimHooks(requests: ["spec", "devices", "requests"])
    static let template = ResourceClaimHooks(requests: ["spec", "spec", "devices", "requests"])

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        var list: Value? = object
        for step in requests { list = list?[step] }
        let position = (list?.array ?? []).firstIndex { $0[path: "exactly", "adminAccess"]?.bool == true }
        if let position { try permitAdmin(object, "\(requests.joined(separator: "."))[\(position)].adminAccess", context) }
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        guard context.subresource == "status" else { return }
        let (new, before) = (Self.results(object), Self.results(old))
        func isAdmin(_ result: Value) -> Bool { result["adminAccess"]?.bool == true }
        if !before.contains(where: isAdmin), let position = new.firstIndex(where: isAdmin) {
            try permitAdmin(object, "status.allocation.devices.results[\(position)].adminAccess", context)
        }
        // What drivers said of devices that were given back is void.
        let gone = Set(before.map(Self.identity)).subtracting(new.map(Self.identity))
        guard !gone.isEmpty, let devices = object[path: "status", "devices"]?.array else { return }
        let left = devices.filter { !gone.contains(Self.identity($0)) }
        object["status"]?["devices"] = left.isEmpty ? nil : .array(left)
    }

    private static func results(_ claim: Value) -> [Value] { claim[path: "status", "allocation", "devices", "results"]?.array ?? [] }
    private static func identity(_ device: Value) -> [String] { ["driver", "pool", "device", "shareID"].map { device[$0]?.string ?? "" } }

    /// Only namespaces that administrators have marked may have administrators' access.
    private func permitAdmin(_ object: Value, _ field: String, _ context: HookContext) throws {
        let namespace = object[path: "metadata", "namespace"]?.string ?? ""
        let labels = try context.cluster.get("namespaces", ObjectKey(name: namespace))?[path: "metadata", "labels"]
        guard labels?[Self.adminLabel]?.string != "true" else { return }
        let cause = APIError.Cause(
            reason: "FieldValueForbidden",
            message: "Forbidden: admin access to devices requires the `\(Self.adminLabel): true` label on the containing namespace",
            field: field)
        throw APIError.invalid(
            context.schema.kind, object[path: "metadata", "name"]?.string ?? "", [cause])
    }
}
