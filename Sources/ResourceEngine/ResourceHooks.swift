import Core
import SchemaEngine
import Store
import Values

/// What a hook may know of the write it is part of.
package struct HookContext: Sendable {
    package let cluster: ClusterState
    package let schema: ResourceSchema
    /// As the request names it: of several versions, the one that is asked for.
    package let resource: GroupVersionResource
    /// The moment of the write, whole seconds as metadata has them.
    package let now: Timestamp
    package let user: UserInfo
    package let subresource: String
    package let isDryRun: Bool

    package init(cluster: ClusterState, schema: ResourceSchema, now: Timestamp, request: APIRequest) {
        self.cluster = cluster
        self.schema = schema
        self.now = now
        resource = request.resource
        user = request.user
        subresource = request.subresource
        isDryRun = request.options.isDryRun
    }
}

/// What a write has taken from a shared range; given back when the write fails, and what it no longer needs released when it succeeds.
package struct Reservation: Sendable {
    /// Writes of other objects that become durable with this one or not at all. Where one of their preconditions does not hold any more,
    /// everything is reserved anew.
    package var writes: [Write] = []
    package let succeed: @Sendable () -> Void
    package let fail: @Sendable () -> Void

    package init(writes: [Write] = [], succeed: @escaping @Sendable () -> Void, fail: @escaping @Sendable () -> Void) {
        self.writes = writes
        self.succeed = succeed
        self.fail = fail
    }
}

/// The rules of one kind that no table can say: upstream's registry strategies. Every requirement has the generic rule as its default,
/// so that a kind states only what is its own.
package protocol ResourceHooks: Sendable {
    /// Rules that fill fields from others; runs on what a client sent, after the table's defaults, and on nothing else.
    func applyDefaults(_ object: inout Value, _ context: HookContext)
    /// Clears what a client may not set, fills what the server sets. The generic part (uid, generation, status) is done already.
    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws
    /// The same for an update of the resource itself or, by `context.subresource`, of a part of it.
    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws
    /// Whether a change from `old` to `object` raises `metadata.generation`.
    func raisesGeneration(_ object: Value, old: Value) -> Bool
    /// Takes what the object needs from shared ranges and writes it into the object. Runs last before validation.
    func reserve(_ object: inout Value, old: Value?, _ context: HookContext) throws -> Reservation?
    /// Writes of other objects that become durable together with the deletion of this one.
    func writesOnDeletion(_ object: Value, _ context: HookContext) throws -> [Write]
    /// Gives back what a deleted object held.
    func release(_ object: Value, _ context: HookContext)
    /// The grace period in seconds of a deletion, or nil for kinds that go at once.
    func gracePeriod(_ object: Value, requested: Int64?) -> Int64?
    /// Finalizers a deletion leaves to the resource itself (a namespace's `spec.finalizers`).
    func holdsDeletion(_ object: Value) -> Bool
    /// Changes an object that a deletion has marked (a namespace becomes Terminating).
    func prepareForDelete(_ object: inout Value, _ context: HookContext)
    /// How long the object lives before the store drops it; nil is forever.
    func timeToLive(_ object: Value) -> Duration?
    /// What serves a subresource that is no part of the object.
    func subresource(_ name: String) -> (any SubresourceHandler)?
}

/// Serves a subresource that is neither a part of the object nor a scale: binding, eviction, token.
package protocol SubresourceHandler: Sendable {
    /// Answers with the object to return. Authorisation is done, the body is decoded into `body`.
    func perform(_ request: APIRequest, body: Value, on resource: ServedResource, _ engine: ResourceEngine) async throws -> Value
}

/// Answers a kind that is only ever created, never stored: SubjectAccessReview, TokenReview.
package protocol ReviewHandler: Sendable {
    func review(_ object: Value, _ request: APIRequest) async throws -> Value
}

extension ResourceHooks {
    package func applyDefaults(_ object: inout Value, _ context: HookContext) {}
    package func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {}
    package func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {}
    /// Whether anything but metadata and status differs.
    package static func differs(_ object: Value, _ old: Value) -> Bool {
        let parts = { (value: Value) in
            Object(
                (value.object ?? Object()).filter { !["metadata", "status", "kind", "apiVersion"].contains($0.key) }.map {
                    ($0.key, $0.value)
                })
        }
        return parts(object) != parts(old)
    }
    package func raisesGeneration(_ object: Value, old: Value) -> Bool {
        Self.differs(object, old)
    }
    package func reserve(_ object: inout Value, old: Value?, _ context: HookContext) throws -> Reservation? { nil }
    package func writesOnDeletion(_ object: Value, _ context: HookContext) throws -> [Write] { [] }
    package func release(_ object: Value, _ context: HookContext) {}
    package func gracePeriod(_ object: Value, requested: Int64?) -> Int64? { nil }
    package func holdsDeletion(_ object: Value) -> Bool { false }
    package func prepareForDelete(_ object: inout Value, _ context: HookContext) {}
    package func timeToLive(_ object: Value) -> Duration? { nil }
    package func subresource(_ name: String) -> (any SubresourceHandler)? { nil }
}

/// The hooks of a kind that has no rules of its own.
package struct GenericHooks: ResourceHooks {
    package init() {}
}
