import Core
import KubernetesAPI
import ResourceEngine
import Values

/// The one client: typed calls by kind, untyped calls by resource, over any transport. Throws `APIError`.
package struct Client: Sendable {
    package let transport: any ClientTransport
    /// Sent as field manager of every write.
    package let fieldManager: String

    package init(transport: any ClientTransport, fieldManager: String) {
        self.transport = transport
        self.fieldManager = fieldManager
    }

    /// Options of one call; those that make no sense for its verb are ignored by the server.
    package typealias Options = APIRequest.Options

    // MARK: Typed

    package func get<K: Kind>(_ type: K.Type, _ key: ObjectKey) async throws -> K {
        K(try await perform(.get, K.descriptor.gvr, key))
    }

    /// Every object of a kind (of one namespace, when given) that the options' selectors choose, with the list's revision.
    package func list<K: Kind>(
        _ type: K.Type, namespace: String = "", options: Options = Options()
    ) async throws -> (items: [K], resourceVersion: String) {
        let list = try await perform(.list, K.descriptor.gvr, ObjectKey(namespace: namespace, name: ""), options: options)
        return ((list["items"]?.array ?? []).map(K.init), list[path: "metadata", "resourceVersion"]?.string ?? "")
    }

    package func create<K: Kind>(_ object: K, options: Options = Options()) async throws -> K {
        K(try await perform(.create, K.descriptor.gvr, object.key, body: object.typedValue, options: options))
    }

    /// Creates through a subresource (binding, eviction, token): the body's kind may differ from the resource's.
    package func create(
        subresource: String, of resource: GroupVersionResource, _ key: ObjectKey, _ body: Value, options: Options = Options()
    ) async throws -> Value {
        try await perform(.create, resource, key, subresource: subresource, body: body, options: options)
    }

    package func update<K: Kind>(_ object: K, subresource: String = "", options: Options = Options()) async throws -> K {
        K(try await perform(.update, K.descriptor.gvr, object.key, subresource: subresource, body: object.typedValue, options: options))
    }

    package func updateStatus<K: Kind>(_ object: K) async throws -> K { try await update(object, subresource: "status") }

    package func patch<K: Kind>(
        _ type: K.Type, _ key: ObjectKey, _ patchType: PatchType, _ patch: Value, subresource: String = "", options: Options = Options()
    ) async throws -> K {
        K(try await self.patch(K.descriptor.gvr, key, patchType, patch, subresource: subresource, options: options))
    }

    package func delete<K: Kind>(_ type: K.Type, _ key: ObjectKey, options: Options = Options()) async throws {
        _ = try await perform(.delete, K.descriptor.gvr, key, options: options)
    }

    package func watch<K: Kind>(_ type: K.Type, namespace: String = "", options: Options) async throws -> WatchStream {
        try await watch(K.descriptor.gvr, namespace: namespace, options: options)
    }

    // MARK: By resource

    package func get(_ resource: GroupVersionResource, _ key: ObjectKey) async throws -> DynamicObject {
        DynamicObject(try await perform(.get, resource, key))
    }

    /// Reads a subresource, such as a scale: its kind may differ from the resource's.
    package func get(
        subresource: String, of resource: GroupVersionResource, _ key: ObjectKey, options: Options = Options()
    ) async throws -> Value {
        try await perform(.get, resource, key, subresource: subresource, options: options)
    }

    package func list(_ resource: GroupVersionResource, namespace: String = "", options: Options = Options()) async throws -> Value {
        try await perform(.list, resource, ObjectKey(namespace: namespace, name: ""), options: options)
    }

    package func create(_ object: DynamicObject, _ resource: GroupVersionResource) async throws -> DynamicObject {
        let key = ObjectKey(namespace: object.metadata.namespace, name: object.metadata.name)
        return DynamicObject(try await perform(.create, resource, key, body: object.raw))
    }

    package func update(_ object: DynamicObject, _ resource: GroupVersionResource, subresource: String = "") async throws -> DynamicObject {
        let key = ObjectKey(namespace: object.metadata.namespace, name: object.metadata.name)
        return DynamicObject(try await perform(.update, resource, key, subresource: subresource, body: object.raw))
    }

    package func patch(
        _ resource: GroupVersionResource, _ key: ObjectKey, _ patchType: PatchType, _ patch: Value, subresource: String = "",
        options: Options = Options()
    ) async throws -> Value {
        var request = self.request(.patch, resource, key, subresource: subresource, options: options)
        request.patchType = patchType
        request.body = .value(patch)
        return try await transport.perform(request)
    }

    package func delete(_ resource: GroupVersionResource, _ key: ObjectKey, options: Options = Options()) async throws {
        _ = try await perform(.delete, resource, key, options: options)
    }

    package func deleteCollection(_ resource: GroupVersionResource, namespace: String, options: Options = Options()) async throws {
        _ = try await perform(.deletecollection, resource, ObjectKey(namespace: namespace, name: ""), options: options)
    }

    package func watch(_ resource: GroupVersionResource, namespace: String = "", options: Options) async throws -> WatchStream {
        try await transport.watch(request(.watch, resource, ObjectKey(namespace: namespace, name: ""), options: options))
    }

    // MARK: Requests

    private func request(
        _ verb: Verb, _ resource: GroupVersionResource, _ key: ObjectKey, subresource: String = "", options: Options = Options()
    ) -> APIRequest {
        var request = APIRequest(verb: verb, resource: resource, user: UserInfo(name: "", groups: []))
        request.namespace = key.namespace
        request.name = key.name
        request.subresource = subresource
        request.options = options
        if request.options.fieldManager.isEmpty { request.options.fieldManager = fieldManager }
        request.userAgent = fieldManager
        return request
    }

    private func perform(
        _ verb: Verb, _ resource: GroupVersionResource, _ key: ObjectKey, subresource: String = "", body: Value? = nil,
        options: Options = Options()
    ) async throws -> Value {
        var request = self.request(verb, resource, key, subresource: subresource, options: options)
        if let body { request.body = .value(body) }
        return try await transport.perform(request)
    }
}

extension KindDescriptor {
    package var gvr: GroupVersionResource { GroupVersionResource(group: group, version: version, resource: resource) }
    package var gvk: GroupVersionKind { GroupVersionKind(group: group, version: version, kind: kind) }
}

extension Kind {
    package var key: ObjectKey { ObjectKey(namespace: metadata.namespace, name: metadata.name) }

    /// The object's value with `apiVersion` and `kind` filled in.
    var typedValue: Value {
        guard raw["kind"] == nil || raw["apiVersion"] == nil else { return raw }
        var result: Object = [
            "kind": .string(Self.descriptor.kind), "apiVersion": .string(Self.descriptor.gvk.apiVersion),
        ]
        for member in raw.object ?? Object() where member.key != "kind" && member.key != "apiVersion" {
            result.append(member.key, member.value)
        }
        return .object(result)
    }
}
