import CEL

/// The variables of admission's expressions and their types (upstream's `admission/plugin/cel/compile.go`).
enum AdmissionTypes {
    private static let groupKind = object("kubernetes.GroupVersionKind", ["group": .string, "version": .string, "kind": .string])
    private static let groupResource = object(
        "kubernetes.GroupVersionResource", ["group": .string, "version": .string, "resource": .string])
    private static let userInfo = object(
        "kubernetes.UserInfo",
        ["username": .string, "uid": .string, "groups": .list(.string), "extra": .map(.string, .list(.string))])

    static let request = object(
        "kubernetes.AdmissionRequest",
        [
            "kind": groupKind, "resource": groupResource, "subResource": .string, "requestKind": groupKind,
            "requestResource": groupResource,
            "requestSubResource": .string, "name": .string, "namespace": .string, "operation": .string, "userInfo": userInfo,
            "dryRun": .bool, "options": .dyn,
        ])

    static let namespace = object(
        "kubernetes.Namespace",
        [
            "metadata": object(
                "kubernetes.NamespaceMetadata",
                [
                    "name": .string, "generateName": .string, "namespace": .string, "labels": .map(.string, .string),
                    "annotations": .map(.string, .string), "UID": .string, "uid": .string, "creationTimestamp": .timestamp,
                    "deletionGracePeriodSeconds": .int, "deletionTimestamp": .timestamp, "generation": .int, "resourceVersion": .string,
                    "finalizers": .list(.string),
                ]), "spec": object("kubernetes.NamespaceSpec", ["finalizers": .list(.string)]),
            "status": object("kubernetes.NamespaceStatus", ["phase": .string]),
        ])

    static let authorizer = CELType.opaque("kubernetes.authorization.Authorizer")
    static let resourceCheck = CELType.opaque("kubernetes.authorization.ResourceCheck")

    private static func object(_ name: String, _ fields: [String: CELType]) -> CELType { .object(ObjectType(name: name, fields: fields)) }

    /// What expressions may name. `composed` are the types of a policy's own variables, nil where it can have none.
    static func variables(
        hasParams: Bool, hasAuthorizer: Bool = true, composed: [String: CELType]? = nil, object: CELType = .dyn, params: CELType = .dyn
    ) -> [String: CELType] {
        var result: [String: CELType] = ["object": object, "oldObject": object, "request": request, "namespaceObject": namespace]
        if hasParams { result["params"] = params }
        if hasAuthorizer {
            result["authorizer"] = authorizer
            result["authorizer.requestResource"] = resourceCheck
        }
        if let composed { result["variables"] = .object(ObjectType(name: "kubernetes.variables", fields: composed)) }
        return result
    }
}
